//! The graph, worked on as a person would: searched, joined by dragging and by keyboard, told of a circle, undone.

use fantoccini::Locator;
use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use serde_json::json;
use stopover_tests::Scratch;

use crate::driver::{Driven, css};

const PLAN: &str = r#"# Kept as it is.
format = 1
name = "Joined"

[[phase]]
id = "day"
title = "By day"

[[step]]
id = "first" # the beginning
title = "The first step"
phase = "day"
after = []
manual = "Begin."

[[step]]
id = "second"
title = "The second step"
phase = "day"
after = ["first"]
manual = "Go on."

[[step]]
id = "third"
title = "The third step"
phase = "day"
after = ["second"]
manual = "Go further."

[[step]]
id = "apart"
title = "A step apart"
phase = "day"
after = ["first"]
manual = "Beside."
"#;

impl Driven {
    /// Drags with the mouse from the middle of one element to the middle of another.
    pub(crate) async fn drag(&self, from: &str, to: &str) {
        let from = self.wait(&css(from)).await;
        let to = self.wait(&css(to)).await;
        let over = |element| PointerAction::MoveToElement {
            element,
            duration: None,
            x: 0.0,
            y: 0.0,
        };
        let mouse = MouseActions::new("mouse".to_owned())
            .then(over(from))
            .then(PointerAction::Down {
                button: MOUSE_BUTTON_LEFT,
            })
            // A drag begins with the first move away.
            .then(PointerAction::MoveBy {
                duration: None,
                x: 9.0,
                y: 9.0,
            })
            .then(over(to));
        self.client
            .perform_actions(mouse)
            .await
            .expect("the window takes the mouse");
    }

    /// Presses the mouse's button over the middle of an element, which may be a thin line.
    async fn press_at(&self, testid: &str) {
        let element = self.wait(&css(testid)).await;
        let mouse = MouseActions::new("mouse".to_owned())
            .then(PointerAction::MoveToElement {
                element,
                duration: None,
                x: 0.0,
                y: 0.0,
            })
            .then(PointerAction::Down {
                button: MOUSE_BUTTON_LEFT,
            });
        self.client
            .perform_actions(mouse)
            .await
            .expect("the window takes the mouse");
    }

    /// Lets the mouse's button go.
    pub(crate) async fn drop_it(&self) {
        let up = MouseActions::new("mouse".to_owned()).then(PointerAction::Up {
            button: MOUSE_BUTTON_LEFT,
        });
        self.client
            .perform_actions(up)
            .await
            .expect("the window takes the mouse");
    }

    /// Waits until this step is the one the inspector is about.
    async fn at_step(&self, id: &str) {
        self.wait(&format!("{}.selected", css(&format!("node-{id}"))))
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn edges_are_drawn_refused_removed_and_undone_on_the_graph() {
    let scratch = Scratch::new();
    let file = scratch.write("joined.plan.toml", PLAN);
    let window = Driven::open_at(&scratch, &file, "graph", "node-third").await;

    // Dragged from the foot of one step onto another: that one waits for it.
    window.drag("handle-apart", "node-third").await;
    window
        .reads("graph-hint", "third will wait for apart")
        .await;
    window.picture("graph-1-drag").await;
    window.drop_it().await;
    let joined = PLAN.replace(r#"after = ["second"]"#, r#"after = ["second", "apart"]"#);
    window.writes(&file, &joined).await;
    window.see("edge-apart-third").await;

    // An edge against the order is refused before it is dropped, and the circle is named.
    window.drag("handle-third", "node-first").await;
    let circle = "That would be a circle: first → second → third → first";
    window.reads("graph-hint", circle).await;
    window.picture("graph-2-circle").await;
    window.drop_it().await;
    window.reads("graph-hint", circle).await;
    window.click("graph-refusal-read").await;
    window.gone("graph-hint").await;
    window.writes(&file, &joined).await;

    // An edge that is selected goes with Delete.
    window.press_at("edge-first-second").await;
    window.drop_it().await;
    window.reads("graph-hint", "second waits for first").await;
    window.picture("graph-3-edge").await;
    window.press("graph-stage", "\u{e017}").await;
    window
        .writes(
            &file,
            &joined.replacen(
                "phase = \"day\"\nafter = [\"first\"]\nmanual = \"Go on.\"",
                "phase = \"day\"\nafter = []\nmanual = \"Go on.\"",
                1,
            ),
        )
        .await;

    // Ctrl+Z twice: the file is what it was, to the byte.
    window.press("graph-stage", "\u{e009}z").await;
    window.writes(&file, &joined).await;
    window.press("graph-stage", "\u{e009}z").await;
    window.writes(&file, PLAN).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_graph_is_searched_walked_and_joined_with_the_keyboard_alone() {
    let scratch = Scratch::new();
    let file = scratch.write("joined.plan.toml", PLAN);
    let window = Driven::open_at(&scratch, &file, "graph", "node-third").await;

    window.press("graph-stage", "/").await;
    let active = "return document.activeElement.dataset.testid;";
    let field = window.client.execute(active, Vec::new()).await;
    assert_eq!(field.expect("the window answers"), json!("graph-search"));
    window.press("graph-search", "step").await;
    window.reads("graph-matches", "1 of 4").await;
    window.press("graph-search", " apart\u{e007}").await;
    window.reads("graph-matches", "1 of 1").await;
    window.at_step("apart").await;
    window.wait(&format!("{}.faded", css("node-first"))).await;
    window.press("graph-search", "\u{e00c}\u{e00c}").await;

    // Up and down lead along the edges.
    window.press("graph-stage", "\u{e013}").await;
    window.at_step("first").await;
    window.press("graph-stage", "\u{e015}").await;
    window.press("graph-stage", "\u{e015}").await;
    window.at_step("third").await;
    window
        .reads("graph-said", "The third step, manual, planned")
        .await;

    // E, then the step that is to wait: an edge. The same way takes it away again.
    window.press("graph-stage", "\u{e010}").await;
    window.at_step("apart").await;
    window.press("graph-stage", "e").await;
    window
        .reads("graph-hint", "to the step that is to wait for apart")
        .await;
    window.press("graph-stage", "\u{e015}").await;
    window
        .reads("graph-hint", "third will wait for apart")
        .await;
    window.press("graph-stage", "\u{e007}").await;
    let joined = PLAN.replace(r#"after = ["second"]"#, r#"after = ["second", "apart"]"#);
    window.writes(&file, &joined).await;
    window.see("edge-apart-third").await;
    window.press("graph-stage", "e").await;
    window.press("graph-stage", "\u{e013}\u{e013}").await;
    window
        .reads("graph-hint", "first → second → third → first")
        .await;
    window.press("graph-stage", "\u{e00c}").await;
    window.gone("graph-hint").await;

    // A step is opened to what it does, and its words are read on in the inspector.
    window.press("graph-stage", " ").await;
    window.reads("details-first", "Begin.").await;
    window.press("graph-stage", "\u{e007}").await;
    let place = window.client.execute(active, Vec::new()).await;
    assert_eq!(place.expect("the window answers"), json!("inspector"));
    window.writes(&file, &joined).await;
    window.close().await;
}

/// Returns the scale of the graph in percent.
async fn scale(window: &Driven) -> u32 {
    let text = "return document.querySelector(arguments[0]).textContent.replace(/\\D/g, '');";
    let text = window.measure(text, "graph-scale").await;
    let digits = text.as_str().expect("it is a text");
    digits.parse().expect("it is a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_of_5_000_steps_has_all_its_steps_in_the_picture_and_few_in_the_document() {
    let scratch = Scratch::new();
    let mut text = String::from("format = 1\nname = \"Large\"\n");
    for step in 0..5000 {
        use std::fmt::Write as _;
        let _ = write!(
            text,
            "[[step]]\nid = \"s{step}\"\ntitle = \"Step {step}\"\nmanual = \"Look.\"\n"
        );
    }
    let file = scratch.write("large.plan.toml", text);
    let window = Driven::open(&scratch, &[&file.to_string_lossy()]).await;
    window.see("plan-name").await;
    window.click("tab-graph").await;
    window
        .wait(&format!("{}[data-places=\"5000\"]", css("graph-stage")))
        .await;
    window.see("node-s0").await;
    window.picture("graph-4-large").await;
    let nodes = window
        .client
        .find_all(Locator::Css("[data-testid^=\"node-\"]"))
        .await
        .expect("the window answers");
    assert!(nodes.len() < 200, "{} steps are elements", nodes.len());
    // A step far away is found and brought into sight.
    window.write("graph-search", "s4321").await;
    window.press("graph-search", "\u{e007}").await;
    window.in_sight("node-s4321").await;
    let near = scale(&window).await;
    window.click("graph-fit").await;
    window.picture("graph-5-whole").await;
    let far = scale(&window).await;
    assert!(far * 4 < near, "the whole is shown at {far} %");
    // It stays whole in a window of another size.
    window.resize(1920, 1080).await;
    let wider = window
        .until("graph-not-framed", async || {
            let now = scale(&window).await;
            if now == far {
                return Err(format!("the scale stays {far} %"));
            }
            Ok(now)
        })
        .await;
    assert!(wider * 4 < near, "{wider} % is not the whole");
    window.close().await;
}
