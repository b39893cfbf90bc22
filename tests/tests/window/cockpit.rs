//! The cockpit: what a failure offers, what each choice says before it acts, the log, notices, a page loaded again.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use stopover_plan::session::Status;
use stopover_tests::{Scratch, run, stopover};

use crate::doors::{status, until};
use crate::driver::{Driven, PATIENCE, css};
use crate::{change, number};

/// A folder with a database of one row and a plan on it.
pub(crate) struct Desk {
    pub(crate) scratch: Scratch,
}

impl Desk {
    pub(crate) fn new(steps: &str) -> Self {
        let scratch = Scratch::new();
        change(
            &scratch.join("small.db"),
            "CREATE TABLE t (a); INSERT INTO t VALUES (1)",
        );
        let head = "format = 1\nname = \"Small\"\n[target.main]\nengine = \"sqlite\"\n";
        scratch.write("small.plan.toml", format!("{head}{steps}"));
        Self { scratch }
    }

    pub(crate) fn plan(&self) -> PathBuf {
        self.scratch.join("small.plan.toml")
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.scratch.join("journal/journal.db")
    }

    pub(crate) fn bind(&self) -> String {
        format!("main=sqlite:{}", self.scratch.join("small.db").display())
    }

    /// Opens a window and starts the session in it.
    async fn start(&self, environment: &[(&str, &str)]) -> Driven {
        let plan = self.plan();
        let arguments = [&*plan.to_string_lossy(), "--bind", &self.bind()];
        let window = Driven::open_in(&self.scratch, &arguments, environment).await;
        window.see("plan-name").await;
        window.click("run").await;
        window.click("trust").await;
        window.click("start").await;
        window.see("session").await;
        window
    }

    pub(crate) fn rows(&self) -> i64 {
        number(&self.scratch.join("small.db"), "SELECT count(*) FROM t")
    }
}

const CLOSED: &str = r#"
[[step]]
id = "close"
title = "Close the shop"
command = ["true"]
[[step]]
id = "fill"
title = "Fill the table"
after = ["close"]
sql = "INSERT INTO t VALUES (2)"
undo = { sql = "DELETE FROM t WHERE a = 2" }
[[step]]
id = "drop"
title = "Drop what is old"
after = ["fill"]
sql = "CREATE TABLE old (a); DROP TABLE old"
[[step]]
id = "verify"
title = "Three rows are there"
after = ["drop"]
[[step.check]]
id = "three"
title = "Three rows"
sql = "SELECT count(*) FROM t"
expect = 3
[[step]]
id = "open"
title = "Open the shop"
after = ["verify"]
command = ["true"]
finally_for = "close"
[[card]]
id = "too-few"
issue = "Rows are missing."
symptoms = ["expected 3"]
solution = "Insert the missing row, then retry."
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_check_shows_its_card_and_every_choice_says_what_it_will_do() {
    let desk = Desk::new(CLOSED);
    let window = desk.start(&[]).await;
    window.session("failed").await;
    window.reads("card-matched", "Rows are missing.").await;
    window.reads("card-matched", "Insert the missing row").await;
    // What is owed is asked first: the shop is closed while people think.
    window.reads("finally", "Open the shop").await;
    let order = "const all = [...document.querySelectorAll('[data-testid=finally], [data-testid=failed]')]; \
        return all.map((block) => block.dataset.testid).join();";
    let order = window.client.execute(order, Vec::new()).await;
    assert_eq!(order.expect("the window answers"), "finally,failed");
    window.picture("40-failed-with-card").await;
    window.picture_in("dark", "40-failed-with-card-dark").await;

    window.click("retry").await;
    window.reads("ask", "“Open the shop” starts").await;
    window.picture("41-retry").await;
    window.leave("ask").await;
    window.click("skip").await;
    window.reads("ask", "“Open the shop” starts at once").await;
    window
        .reads("ask", "1 check that did not pass is not looked at again")
        .await;
    assert!(!window.is_enabled("confirm-ask").await);
    window.leave("ask").await;
    window.click("abort").await;
    window.reads("ask", "3 steps that succeeded stay").await;
    window.reads("ask", "“Open the shop”").await;
    window.picture("42-abort").await;
    window.leave("ask").await;
    window.click("rollback").await;
    window.reads("ask", "1 undo will run").await;
    window
        .reads("ask", "left as it is: “Drop what is old”")
        .await;
    window.picture("43-roll-back").await;
    window.picture_in("dark", "43-roll-back-dark").await;
    window.leave("ask").await;
    assert_eq!(desk.rows(), 2, "asking does nothing");

    change(&desk.scratch.join("small.db"), "INSERT INTO t VALUES (3)");
    window.click("retry").await;
    window.click("confirm-ask").await;
    window.gone("ask").await;
    window.over("succeeded").await;
    window.click("tab-record").await;
    window.reads("record-checks", "Three rows").await;
    window.picture("44-record").await;
    window.picture_in("dark", "44-record-dark").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_searched_by_ctrl_f_narrowed_by_level_and_step_and_followed() {
    let desk = Desk::new(
        r#"
[[step]]
id = "count"
title = "Count"
command = ["seq", "-f", "line %05g of the output", "1", "3000"]
[[step]]
id = "look"
title = "Look"
after = ["count"]
manual = "Look at it."
"#,
    );
    let window = desk.start(&[]).await;
    window.session("waiting").await;
    window.log_shows("waits for the signature").await;
    let drawn = "return document.querySelectorAll('[data-testid=log] .line').length;";
    let drawn = window.client.execute(drawn, Vec::new()).await;
    let drawn = drawn.expect("the window answers").as_u64();
    assert!(
        drawn.is_some_and(|lines| lines < 100),
        "{drawn:?} lines are drawn"
    );

    let find = KeyActions::new("keys".to_owned())
        .then(KeyAction::Down { value: '\u{E009}' })
        .then(KeyAction::Down { value: 'f' })
        .then(KeyAction::Up { value: 'f' })
        .then(KeyAction::Up { value: '\u{E009}' });
    let pressed = window.client.perform_actions(find).await;
    pressed.expect("the keys are pressed");
    let focused = window.client.active_element().await;
    let focused = focused.expect("something has the focus");
    let testid = focused.attr("data-testid").await.expect("it is there");
    assert_eq!(testid.as_deref(), Some("log-search"));
    focused
        .send_keys("line 00042\u{E007}")
        .await
        .expect("it takes keys");
    window.reads("log-hits", "1 of 1").await;
    window.log_shows("line 00042 of the output").await;
    window.picture("45-log-search").await;
    window.picture_in("dark", "45-log-search-dark").await;

    window.press("log-search", "\u{E00C}").await;
    window.click("log-follow").await;
    window.log_shows("waits for the signature").await;
    window.choose("log-level", "look").await;
    window.reads("log-count", "1 line").await;
    window.choose("log-level", "events").await;
    window.log_shows("succeeded in").await;
    window.choose("log-level", "all").await;
    window.click("tab-steps").await;
    window.click("step-look").await;
    window.click("log-step").await;
    window.log_shows("waits for the signature").await;
    let text = window.everything().await;
    assert!(
        !text.contains("line 03000"),
        "other steps' lines are left out"
    );
    window.close().await;
}

/// A message bus of the test's own, and what is said on it.
struct Bus {
    address: String,
    heard: std::sync::mpsc::Receiver<String>,
    ends: [Child; 2],
}

impl Drop for Bus {
    fn drop(&mut self) {
        for process in &mut self.ends {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

impl Bus {
    fn start() -> Self {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon starts; run scripts/install.sh test");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().expect("its output is a pipe"))
            .read_line(&mut address)
            .expect("it says where it listens");
        let address = address.trim().to_owned();
        let mut monitor = Command::new("dbus-monitor")
            .args(["--address", &address])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-monitor starts; run scripts/install.sh test");
        let said = BufReader::new(monitor.stdout.take().expect("its output is a pipe"));
        let (tell, heard) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for line in said.lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    return;
                }
            }
        });
        Self {
            address,
            heard,
            ends: [daemon, monitor],
        }
    }

    /// Returns the texts of notices until one contains `part`.
    fn until(&mut self, part: &str) -> Vec<String> {
        let mut texts = Vec::new();
        let mut within = false;
        while let Ok(line) = self.heard.recv_timeout(PATIENCE) {
            if !line.starts_with(' ') {
                within = line.contains("member=Notify");
            } else if let Some(text) = line.trim().strip_prefix("string ").filter(|_| within) {
                texts.push(text.to_owned());
                if text.contains(part) {
                    return texts;
                }
            }
        }
        panic!("{part:?} was not said in time: {texts:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_tell_of_a_failure_and_the_end_unless_they_are_turned_off() {
    let pipes = Scratch::new();
    let pipe = |name: &str| {
        let pipe = pipes.join(name);
        mkfifo(&pipe, Mode::S_IRUSR | Mode::S_IWUSR).expect("a scratch folder takes a pipe");
        pipe
    };
    let (first, second) = (pipe("first"), pipe("second"));
    // Each of these steps lasts until something opens the other end of its pipe.
    let desk = Desk::new(&format!(
        r#"
[[step]]
id = "hold"
title = "Hold"
command = ["cat", "{}"]
[[step]]
id = "verify"
title = "A secret title"
after = ["hold"]
[[step.check]]
id = "two"
title = "Two rows"
sql = "SELECT count(*) FROM t"
expect = 2
[[step]]
id = "hold-again"
title = "Hold again"
after = ["verify"]
command = ["cat", "{}"]
[[step]]
id = "look"
title = "Look"
after = ["hold-again"]
manual = "Look."
"#,
        first.display(),
        second.display()
    ));
    let let_go = |pipe: &std::path::Path| {
        drop(
            OpenOptions::new()
                .write(true)
                .open(pipe)
                .expect("the step reads the pipe"),
        );
    };
    let mut bus = Bus::start();
    let address = bus.address.clone();
    let window = desk.start(&[("DBUS_SESSION_BUS_ADDRESS", &address)]).await;
    window.session("running").await;
    // On a display without other programs the window is always in front; it is told that it is not.
    let behind = "document.hasFocus = () => false;";
    let told = window.client.execute(behind, Vec::new()).await;
    told.expect("the window answers");
    let_go(&first);
    window.session("failed").await;
    let texts = bus.until("A step failed");
    assert!(
        texts
            .iter()
            .any(|text| text.contains("Small (development)"))
    );
    assert!(
        !texts.iter().any(|text| text.contains("secret")),
        "a notice names nothing of the plan's content: {texts:?}"
    );

    window.click("notices").await;
    window.wait("[data-testid=notices][aria-label$=off]").await;
    change(&desk.scratch.join("small.db"), "INSERT INTO t VALUES (2)");
    window.click("retry").await;
    window.click("confirm-ask").await;
    window.gone("ask").await;
    window.session("running").await;
    let_go(&second);
    window.session("waiting").await;
    window.click("notices").await;
    window.click("sign").await;
    window.write("who", "Jo").await;
    window.click("confirm-ask").await;
    window.over("succeeded").await;
    let texts = bus.until("The session is over: succeeded");
    assert!(
        !texts.iter().any(|text| text.contains("waits for")),
        "what is turned off says nothing: {texts:?}"
    );
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_loaded_again_goes_on_with_the_session_it_followed() {
    let desk = Desk::new(
        r#"
[[step]]
id = "go"
title = "Go or no-go"
gate = { question = "Go?", approvers = ["ana"] }
[[step]]
id = "add"
title = "Add a row"
after = ["go"]
sql = "INSERT INTO t VALUES (2)"
"#,
    );
    let window = desk.start(&[]).await;
    window.session("waiting").await;
    window
        .client
        .refresh()
        .await
        .expect("the page is loaded again");
    window.session("waiting").await;
    window.see_step("go", "paused").await;
    window.log_shows("gate waits").await;
    run(Command::new(stopover())
        .args(["approve", "go", "--as", "ana"])
        .env("STOPOVER_JOURNAL", desk.journal()));
    window.over("succeeded").await;
    assert_eq!(desk.rows(), 2);
    let session = until(&desk.journal(), |session| session.outcome.is_some());
    assert_eq!(status(&session, "add"), Some(Status::Succeeded));
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_on_a_target_with_an_unfinished_session_leads_to_that_session() {
    let desk = Desk::new(
        r#"
[[step]]
id = "add"
title = "Add a row"
sql = "INSERT INTO t VALUES (2)"
[[step]]
id = "verify"
title = "Three rows are there"
after = ["add"]
[[step.check]]
id = "three"
title = "Three rows"
sql = "SELECT count(*) FROM t"
expect = 3
"#,
    );
    let window = desk.start(&[]).await;
    window.session("failed").await;
    let journal = desk.journal();
    let session = until(&journal, |session| session.failed_steps() == 1);
    let (runner, _) = session.runner.expect("a runner began it");
    let runner = nix::unistd::Pid::from_raw(i32::try_from(runner).expect("a process id is small"));
    nix::sys::signal::kill(runner, nix::sys::signal::Signal::SIGKILL).expect("it lives");
    window.session("interrupted").await;
    window.reads("interrupted", "The runner is gone").await;
    window.picture("46-interrupted").await;

    window.click("place-plans").await;
    window.click("run").await;
    window.click("start").await;
    window
        .reads("start-problem", "Open that session here")
        .await;
    let said = window.everything().await;
    assert!(
        !said.contains("`stopover"),
        "no terminal's command is named"
    );
    window.picture("47-unfinished").await;
    window.click("open-unfinished").await;
    window.session("interrupted").await;
    window.close().await;
}

impl Driven {
    /// Leaves a sheet by its key, and waits until it is gone.
    async fn leave(&self, testid: &str) {
        let body = self.client.active_element().await;
        let body = body.expect("something has the focus");
        body.send_keys("\u{E00C}")
            .await
            .expect("the key is pressed");
        self.gone(testid).await;
    }

    /// Chooses an entry of a list by its value.
    pub(crate) async fn choose(&self, testid: &str, value: &str) {
        // A list that drops down is drawn outside the page, where the driver cannot click.
        let script = "const list = document.querySelector(arguments[0]); list.value = arguments[1]; \
            list.dispatchEvent(new Event('change', { bubbles: true })); return list.value;";
        self.see(testid).await;
        let chosen = self
            .client
            .execute(script, vec![css(testid).into(), value.into()])
            .await;
        assert_eq!(chosen.expect("the window answers"), value);
    }
}
