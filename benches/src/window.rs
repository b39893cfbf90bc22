//! The real window's frames while its graph is panned and zoomed, beside those of a bare canvas filled anew at every frame.
//!
//! A scene is a tab, what must be there before it is measured, and gestures; the gestures are wheel events, one a frame.

use std::fmt::Write as _;
use std::time::Duration;

use fantoccini::wd::TimeoutConfiguration;
use serde_json::{Value, json};
use stopover_tests::Scratch;

use crate::driver::Driven;

/// Steps of the plan that is looked at.
const STEPS: usize = 5000;
/// Frames a gesture lasts.
const FRAMES: usize = 180;

/// One motion: before it, this is clicked; then this many pixels are scrolled at every frame, `control` held for a zoom.
struct Gesture {
    what: &'static str,
    /// Test id that is clicked first.
    first: Option<&'static str>,
    across: f64,
    down: f64,
    control: bool,
}

/// A view of the plan that is put through gestures.
struct Scene {
    tab: &'static str,
    /// Selector of what is there once the view has been drawn.
    ready: &'static str,
    /// Selector of what the wheel turns over.
    over: &'static str,
    gestures: &'static [Gesture],
}

const GRAPH: Scene = Scene {
    tab: "tab-graph",
    ready: "[data-testid=graph-stage][data-places=\"5000\"]",
    over: "[data-testid=graph-stage] .svelte-flow__pane",
    gestures: &[
        Gesture {
            what: "pan, steps legible",
            first: None,
            across: 9.0,
            down: 14.0,
            control: false,
        },
        Gesture {
            what: "zoom out, from legible to the whole",
            first: None,
            across: 0.0,
            down: 10.0,
            control: true,
        },
        Gesture {
            what: "pan, all 5,000 steps in sight",
            first: Some("graph-fit"),
            across: 2.0,
            down: 1.0,
            control: false,
        },
        Gesture {
            what: "zoom in, from the whole to legible",
            first: Some("graph-fit"),
            across: 0.0,
            down: -10.0,
            control: true,
        },
    ],
};

const TIMELINE: Scene = Scene {
    tab: "tab-timeline",
    ready: "[data-testid=bar-s0]",
    over: "[data-testid=timeline-lines]",
    gestures: &[
        Gesture {
            what: "scroll down, the whole plan in sight",
            first: None,
            across: 0.0,
            down: 190.0,
            control: false,
        },
        Gesture {
            what: "zoom in, from the whole to minutes",
            first: None,
            across: 0.0,
            down: -16.0,
            control: true,
        },
        Gesture {
            what: "pan, minutes",
            first: None,
            across: 14.0,
            down: 0.0,
            control: false,
        },
        Gesture {
            what: "zoom out, from minutes to the whole",
            first: None,
            across: 0.0,
            down: 16.0,
            control: true,
        },
    ],
};

/// Measures the timeline.
pub(crate) fn timeline() {
    measure(&TIMELINE);
}

/// Measures the graph.
pub(crate) fn graph() {
    measure(&GRAPH);
}

fn measure(scene: &Scene) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(async {
        let scratch = Scratch::new();
        let plan = scratch.write("large.plan.toml", plan_of(STEPS));
        let window = Driven::open(&scratch, &[&plan.to_string_lossy()]).await;
        // A display without a graphics card may need far longer than a person would wait.
        let patient = TimeoutConfiguration::new(Some(Duration::from_secs(300)), None, None);
        let set = window.client.update_timeouts(patient).await;
        set.expect("the window answers");
        window.see("plan-name").await;
        window.click(scene.tab).await;
        window.wait(scene.ready).await;
        let bare = bare_canvas(&window, scene.over).await;
        let floor = print("floor: a bare canvas of that size, filled", bare, None);
        for gesture in scene.gestures {
            if let Some(first) = gesture.first {
                window.click(first).await;
            }
            let frames = frames(&window, scene.over, gesture).await;
            print(gesture.what, frames, Some(floor));
        }
        window.close().await;
    });
}

/// Returns how long each frame of a gesture lasted, in milliseconds.
async fn frames(window: &Driven, over: &str, gesture: &Gesture) -> Vec<f64> {
    let script = "
        const [selector, count, across, down, control, done] = arguments;
        const over = document.querySelector(selector);
        const box = over.getBoundingClientRect();
        const turn = { deltaX: across, deltaY: down, ctrlKey: control, bubbles: true, cancelable: true,
          clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 };
        const times = [];
        let last = null;
        function frame(now) {
          if (last !== null) times.push(now - last);
          last = now;
          if (times.length === count) return done(times);
          // What no view takes for itself scrolls, as a wheel in a hand would.
          if ((across || down) && over.dispatchEvent(new WheelEvent('wheel', turn))) over.scrollBy(across, down);
          requestAnimationFrame(frame);
        }
        // What was done before is given its time to be drawn.
        setTimeout(() => requestAnimationFrame(frame), 600);";
    let arguments = vec![
        json!(over),
        json!(FRAMES),
        json!(gesture.across),
        json!(gesture.down),
        json!(gesture.control),
    ];
    let times = window.client.execute_async(script, arguments).await;
    let times = times.expect("the window answers");
    let times = times.as_array().expect("it is a list");
    times.iter().filter_map(Value::as_f64).collect()
}

/// Returns how long each frame lasts that fills a canvas as large as the view: what this display needs for any picture.
async fn bare_canvas(window: &Driven, over: &str) -> Vec<f64> {
    let script = "
        const [selector, count, done] = arguments;
        const box = document.querySelector(selector).getBoundingClientRect();
        const canvas = document.createElement('canvas');
        canvas.width = box.width;
        canvas.height = box.height;
        canvas.style.cssText = `position:fixed;z-index:99;left:${box.left}px;top:${box.top}px`;
        document.body.append(canvas);
        const context = canvas.getContext('2d');
        const times = [];
        let last = null;
        function frame(now) {
          if (last !== null) times.push(now - last);
          last = now;
          if (times.length === count) {
            canvas.remove();
            return done(times);
          }
          context.fillStyle = times.length % 2 ? 'gray' : 'silver';
          context.fillRect(0, 0, canvas.width, canvas.height);
          requestAnimationFrame(frame);
        }
        setTimeout(() => requestAnimationFrame(frame), 600);";
    let arguments = vec![json!(over), json!(FRAMES)];
    let times = window.client.execute_async(script, arguments).await;
    let times = times.expect("the window answers");
    let times = times.as_array().expect("it is a list");
    times.iter().filter_map(Value::as_f64).collect()
}

/// Prints what the frames took, beside the median of the floor if there is one, and returns their median.
fn print(what: &str, mut frames: Vec<f64>, floor: Option<f64>) -> f64 {
    frames.sort_by(f64::total_cmp);
    let at = |share: f64| frames[((frames.len() - 1) as f64 * share).round() as usize];
    let (median, p99, longest) = (at(0.5), at(0.99), at(1.0));
    let ratio = floor.map_or(String::new(), |floor| format!("{:5.2}x", median / floor));
    println!(
        "  {what:<42} median {median:>6.1} ms  p99 {p99:>6.1}  longest {longest:>6.1}  {ratio:>6}  {:>4.0} a second",
        1000.0 / median
    );
    median
}

/// Returns a plan of so many steps in twelve phases, each waiting for up to three before it.
pub(crate) fn plan_of(steps: usize) -> String {
    let mut text = String::from("format = 1\nname = \"Large\"\n");
    let each = steps.div_ceil(12);
    for phase in 0..12 {
        let _ = write!(
            text,
            "[[phase]]\nid = \"p{phase}\"\ntitle = \"Phase {phase}\"\n"
        );
    }
    for step in 0..steps {
        let before: Vec<String> = [1, 7, 30]
            .iter()
            .filter(|back| step >= **back && (step * **back) % 4 != 3)
            .map(|back| format!("\"s{}\"", step - back))
            .collect();
        let _ = write!(
            text,
            "[[step]]\nid = \"s{step}\"\ntitle = \"Step {step}: fill the columns of table {}\"\nphase = \"p{}\"\n\
             after = [{}]\nestimate = \"{}m\"\nmanual = \"Look at it.\"\n",
            step % 37,
            step / each,
            before.join(", "),
            1 + step % 9
        );
    }
    text
}
