//! The first half of the walk: a plan and a connection made from nothing, and every view changed, taken back, made again.

use std::path::PathBuf;

use stopover_plan::Session;
use stopover_tests::{Postgres, Scratch};

use crate::doors::until;
use crate::driver::Driven;
use crate::editing::{redo, retitle, undo};

pub(crate) const PASSWORD: &str = "letters1";
const CONTROL: &str = "\u{E009}";
const RELEASE: &str = "\u{E000}";
const ENTER: &str = "\u{E007}";
const ESCAPE: &str = "\u{E00C}";
const MINUTE: f64 = 60_000.0;

/// Title of a step, its kind, what it does, and what else the sheet is told.
type Asked = (
    &'static str,
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

/// The steps, each written into the sheet below the one before.
const STEPS: [Asked; 5] = [
    (
        "Add the column",
        "sql",
        "ALTER TABLE orders ADD COLUMN note text",
        &[("add-estimate", "10m")],
    ),
    ("Go or no-go", "gate", "Is the shop closed?", &[]),
    (
        "Fill it",
        "sql",
        "UPDATE orders SET note = 'of ' || id",
        &[("add-estimate", "30m")],
    ),
    (
        "Count the orders",
        "check",
        "SELECT count(*) FROM orders",
        &[("add-expect", "500")],
    ),
    (
        "Someone looked",
        "check",
        "SELECT count(*) FROM seen",
        &[("add-expect", "at least 1")],
    ),
];

/// What the walk is about, outside the window.
pub(crate) struct Job {
    pub(crate) scratch: Scratch,
    pub(crate) plan: PathBuf,
    server: &'static Postgres,
    pub(crate) database: String,
    /// Address with the right password.
    pub(crate) url: String,
}

impl Job {
    pub(crate) fn new() -> Self {
        let scratch = Scratch::new();
        let server = Postgres::shared();
        let (database, _) = server.fresh();
        server.run(
            &database,
            "CREATE TABLE orders AS SELECT id, id % 7 AS amount FROM generate_series(1, 499) id; \
             CREATE TABLE seen (who text)",
        );
        Self {
            plan: scratch.join("notes.plan.toml"),
            url: server.url_with_password(&database, PASSWORD),
            scratch,
            server,
            database,
        }
    }

    pub(crate) fn text(&self) -> String {
        std::fs::read_to_string(&self.plan).expect("the plan is there")
    }

    /// Waits until the plan's file is as wanted, and returns its text.
    pub(crate) async fn written(&self, window: &Driven, wanted: impl Fn(&str) -> bool) -> String {
        window
            .until("plan-not-written", async || {
                let text = self.text();
                if wanted(&text) {
                    return Ok(text);
                }
                Err(format!("the plan stays\n{text}"))
            })
            .await
    }

    pub(crate) fn sql(&self, sql: &str) -> String {
        self.server.run(&self.database, sql)
    }

    pub(crate) fn columns(&self) -> String {
        self.sql(
            "SELECT string_agg(column_name, ',' ORDER BY ordinal_position) \
             FROM information_schema.columns WHERE table_name = 'orders'",
        )
    }

    pub(crate) fn session(&self, wanted: impl Fn(&Session) -> bool) -> Session {
        until(&self.scratch.join("journal/journal.db"), wanted)
    }
}

/// Waits until an element stays where it is: blocks above it may still be finding their height.
async fn settled(window: &Driven, testid: &str) {
    let script = "return document.querySelector(arguments[0]).getBoundingClientRect().top;";
    let frames = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()));";
    let mut before = window.measure(script, testid).await;
    loop {
        let drawn = window.client.execute_async(frames, Vec::new()).await;
        drawn.expect("the window draws");
        let now = window.measure(script, testid).await;
        if now == before {
            return;
        }
        before = now;
    }
}

/// Goes to the block of a step, which then offers what can be done to it.
async fn at_block(window: &Driven, step: &str) {
    let title = format!("title-{step}");
    settled(window, &title).await;
    window.click(&title).await;
    window.press(&format!("{title}-field"), ESCAPE).await;
}

/// Adds a step below another one, or the first.
async fn add(window: &Driven, below: Option<&str>, (title, kind, text, more): Asked) -> String {
    match below {
        None => window.click("add-first-step").await,
        Some(step) => {
            at_block(window, step).await;
            window.click(&format!("below-{step}")).await;
        }
    }
    window.write("add-title", title).await;
    window.choose("add-kind", kind).await;
    window.write("add-text", text).await;
    for (field, words) in more {
        window.write(field, words).await;
    }
    window.click("add-confirm").await;
    window.gone("add-sheet").await;
    let id = title.to_lowercase().replace(' ', "-");
    window.see(&format!("block-step:{id}")).await;
    id
}

/// Writes what takes a step back.
async fn add_undo(window: &Driven, step: &str, sql: &str) {
    at_block(window, step).await;
    window.click(&format!("undo-way-sql-{step}")).await;
    let field = format!("add-undo-{step}-field");
    window.press(&field, sql).await;
    let save = format!("{CONTROL}{ENTER}{RELEASE}");
    window.press(&field, &save).await;
    window.reads(&format!("undo-{step}"), sql).await;
}

/// A plan from nothing: its file, its steps, what takes them back.
pub(crate) async fn make(job: &Job, window: &Driven) {
    window.click("make-first-plan").await;
    window.write("new-name", "Notes for orders").await;
    window.click("new-postgresql").await;
    window.click("new-empty").await;
    window.write("new-path", &job.plan.to_string_lossy()).await;
    window.click("new-make").await;
    window.reads("plan-name", "Notes for orders").await;
    window.gone("new-plan").await;
    window.click("tab-document").await;
    let mut last = None;
    for asked in STEPS {
        last = Some(add(window, last.as_deref(), asked).await);
    }
    let drop = "ALTER TABLE orders DROP COLUMN note";
    add_undo(window, "add-the-column", drop).await;
    add_undo(window, "fill-it", "UPDATE orders SET note = NULL").await;
    let text = job.text();
    assert!(text.contains(&format!("undo.sql = \"{drop}\"")), "{text}");
    let order: Vec<&str> = text
        .split("[[step]]\nid = ")
        .skip(1)
        .filter_map(|step| step.lines().next())
        .collect();
    let wanted = [
        "\"add-the-column\"",
        "\"go-or-no-go\"",
        "\"fill-it\"",
        "\"count-the-orders\"",
        "\"someone-looked\"",
    ];
    assert_eq!(order, wanted, "{text}");
}

/// A connection, first with a password that is wrong.
pub(crate) async fn connect(job: &Job, window: &Driven) {
    window.click("place-databases").await;
    window.click("new-connection").await;
    window.write("name", "shop").await;
    let wrong = job.url.replace(PASSWORD, "letters2");
    window.write("url", &wrong).await;
    window.click("fill").await;
    window.holds("database", &job.database).await;
    window.click("test").await;
    window
        .wait("[data-testid=tested][data-part=authentication]")
        .await;
    window
        .reads("tested", "Correct the password of locked.")
        .await;
    window.write("password", PASSWORD).await;
    window.click("test").await;
    window.reads("tested", "The connection works.").await;
    window.click("environment-development").await;
    window.click("save").await;
    window.see("connection-shop").await;
    window.click("place-plans").await;
    window.see("plan-name").await;
}

/// The document, the graph and the timeline, each changed, taken back and made again.
pub(crate) async fn edit(job: &Job, window: &Driven) {
    window.click("tab-document").await;
    let before = job.text();
    settled(window, "title-fill-it").await;
    retitle(window, "fill-it", "Fill the notes").await;
    let titled = before.replace("\"Fill it\"", "\"Fill the notes\"");
    window.writes(&job.plan, &titled).await;
    undo(window, "tab-document").await;
    window.writes(&job.plan, &before).await;
    window.reads("title-fill-it", "Fill it").await;
    redo(window, "tab-document").await;
    window.writes(&job.plan, &titled).await;
    window.reads("title-fill-it", "Fill the notes").await;

    settled(window, "does-fill-it").await;
    window.click("does-fill-it").await;
    window
        .press("does-fill-it-field", " WHERE note IS NULL")
        .await;
    let save = format!("{CONTROL}{ENTER}{RELEASE}");
    window.press("does-fill-it-field", &save).await;
    let narrowed = titled.replace("'of ' || id", "'of ' || id WHERE note IS NULL");
    window.writes(&job.plan, &narrowed).await;
    undo(window, "tab-document").await;
    window.writes(&job.plan, &titled).await;
    window.reads("notice", "Undone").await;
    redo(window, "tab-document").await;
    window.writes(&job.plan, &narrowed).await;
    window.reads("does-fill-it", "WHERE note IS NULL").await;

    window.click("tab-graph").await;
    window
        .drag("handle-add-the-column", "node-someone-looked")
        .await;
    window
        .reads("graph-hint", "someone-looked will wait for add-the-column")
        .await;
    window.drop_it().await;
    window.see("edge-add-the-column-someone-looked").await;
    let joined = job.written(window, |text| text != narrowed).await;
    let edge = joined.split("id = \"someone-looked\"").nth(1);
    let edge = edge.expect("the step is there");
    assert!(edge.contains("\"add-the-column\""), "{joined}");
    undo(window, "graph-stage").await;
    window.writes(&job.plan, &narrowed).await;
    window.gone("edge-add-the-column-someone-looked").await;
    redo(window, "graph-stage").await;
    window.writes(&job.plan, &joined).await;
    window.see("edge-add-the-column-someone-looked").await;
    move_a_bar(job, window, &joined).await;
}

/// A bar is moved in a plan that has a start, and both are taken back.
async fn move_a_bar(job: &Job, window: &Driven, before: &str) {
    window.click("tab-document").await;
    settled(window, "document-start").await;
    window.click("document-start").await;
    window
        .press("document-start-field", &format!("2026-12-05 22:00{ENTER}"))
        .await;
    let dated = job
        .written(window, |text| text.contains("start = 2026-12-05T22:00"))
        .await;
    window.click("tab-timeline").await;
    window.see("bar-fill-it").await;
    let pixels = (20.0 * MINUTE / window.per_pixel().await).round();
    window.pull("grip-fill-it", pixels).await;
    window.see("drag-tip").await;
    assert_eq!(job.text(), dated, "nothing is written before it is let go");
    window.let_go().await;
    let moved = job.written(window, |text| text != dated).await;
    let new: Vec<&str> = moved
        .lines()
        .filter(|line| !dated.lines().any(|known| known == *line))
        .collect();
    assert_eq!(new.len(), 1, "one line is new: {new:?}");
    assert!(new[0].starts_with("start = 2026-12-05T22:"), "{new:?}");
    assert_eq!(moved.replace(&format!("{}\n", new[0]), ""), dated);
    window.gone("drag-tip").await;
    window.picture("60-walk-timeline").await;
    undo(window, "timeline-lines").await;
    window.writes(&job.plan, &dated).await;
    window.reads("notice", "Undone: Move").await;
    redo(window, "timeline-lines").await;
    window.writes(&job.plan, &moved).await;
    window.reads("notice", "Done again: Move").await;
    undo(window, "timeline-lines").await;
    window.writes(&job.plan, &dated).await;
    window.reads("notice", "Undone: Move").await;
    undo(window, "timeline-lines").await;
    window.writes(&job.plan, before).await;
    // The file is written before the window knows, and it runs nothing that it has not shown.
    window
        .reads("notice", "Undone: Change the plan’s start")
        .await;
}
