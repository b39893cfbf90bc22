//! Sessions whose runner is gone: interrupted, unknown, over; resumed, settled and rolled back by a new one.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::sys::stat::Mode;
use stopover_tests::Postgres;

use crate::door::{Door, Net, pid_of};
use crate::plans::{GATE, THREE_STEPS, plan, three_steps};

#[test]
fn a_foreground_run_that_is_told_to_stop_exits_4_and_is_resumed() {
    let door = Door::new();
    let text = plan("sqlite", &format!("{THREE_STEPS}{GATE}"));
    let (file, bind) = (door.plan(text), format!("main={}", door.sqlite()));
    let mut child = door
        .command(&["--json", "run", &file, "--bind", &bind, "--trust"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let net = Net::under(&child, Duration::from_secs(120));
    // Its own first line is the sign that the session is in the journal.
    let mut first = String::new();
    let mut out = std::io::BufReader::new(child.stdout.take().expect("it is piped"));
    std::io::BufRead::read_line(&mut out, &mut first).expect("the stream can be read");
    let id = serde_json::from_str::<serde_json::Value>(&first).expect("an event")["session"]
        .as_str()
        .expect("an id")
        .to_owned();
    door.until_kind(&id, "gate_opened");
    kill(pid_of(&child), Signal::SIGTERM).expect("it lives");
    std::io::copy(&mut out, &mut std::io::sink()).expect("the stream can be read");
    assert_eq!(child.wait().expect("it ends").code(), Some(4));
    drop(net);

    let shown = door.json(&["show", &id]);
    assert_eq!(shown["state"], "interrupted");
    assert_eq!(
        door.kinds(&id).last().map(String::as_str),
        Some("runner_stopped")
    );
    door.json(&["approve", "go", "--as", "ada"]);
    let after = door.json(&["resume", &id]);
    assert_eq!(after["outcome"], "succeeded");
    let created = door
        .say(&["--json", "events", &id])
        .lines()
        .iter()
        .filter(|event| event["kind"] == "step_started" && event["step"] == "create")
        .count();
    assert_eq!(created, 1, "no step runs twice");
}

/// A program that stands until it is let go, so that a test can kill the runner while it works.
struct Standing {
    fifo: PathBuf,
}

impl Standing {
    fn before(fifo: PathBuf) -> Self {
        nix::unistd::mkfifo(&fifo, Mode::S_IRWXU).expect("a pipe can be made");
        Self { fifo }
    }

    fn step(&self) -> String {
        format!(
            "\n[[step]]\nid = \"tool\"\ncommand = [\"sh\", \"-c\", \"read line < {}\"]\n",
            self.fifo.display()
        )
    }
}

impl Drop for Standing {
    fn drop(&mut self) {
        let_go(&self.fifo);
    }
}

fn let_go(fifo: &Path) {
    // Opened for both directions it blocks nobody; whoever waits to read gets the line.
    if let Ok(mut pipe) = OpenOptions::new().read(true).write(true).open(fifo) {
        let _ = pipe.write_all(b"\n\n\n");
    }
}

#[test]
fn a_program_that_was_running_when_its_runner_died_is_unknown_until_a_person_settles_it() {
    let door = Door::new();
    let standing = Standing::before(door.join("pipe"));
    let text = plan("sqlite", &format!("{THREE_STEPS}{}", standing.step()));
    let (file, bind) = (door.plan(text), format!("main={}", door.sqlite()));
    let id = door.detached(&file, &bind);
    door.until(&id, |event| {
        event["kind"] == "step_started" && event["step"] == "tool"
    });
    door.kill_runner(&id);
    assert_eq!(door.json(&["show", &id])["state"], "interrupted");

    let said = door.say(&["--json", "resume", &id]).exits(4);
    assert_eq!(said.document()["state"], "unknown");
    let failed = door.say(&["--json", "rollback", &id]).exits(4);
    assert_eq!(failed.codes(), ["unknown"]);
    let wrong = door
        .say(&["--json", "settle", "create", "--applied"])
        .exits(3);
    assert_eq!(wrong.codes(), ["not-unknown"]);
    let after = door.json(&["settle", "tool", "--applied"]);
    assert_eq!(after["outcome"], "succeeded");
    assert_eq!(after["steps"][3]["status"], "succeeded");
}

#[test]
fn a_session_that_is_over_is_rolled_back_by_the_one_who_asks() {
    let pg = Postgres::shared();
    let (name, url) = pg.fresh();
    let before = pg.dump(&name);
    let server = Door::new();
    let sqlite = Door::new();
    for (door, engine, address) in [
        (&sqlite, "sqlite", sqlite.sqlite()),
        (&server, "postgresql", url),
    ] {
        let file = door.plan(plan(engine, THREE_STEPS));
        let bind = format!("main={address}");
        door.say(&["run", &file, "--bind", &bind, "--trust"])
            .exits(0);
        let after = door.json(&["rollback"]);
        assert_eq!(after["outcome"], "rolled_back");
        assert_eq!(after["steps"][0]["status"], "undone");
        let again = door.say(&["--json", "rollback"]).exits(3);
        assert_eq!(again.codes(), ["rolled-back"]);
    }
    assert_eq!(pg.dump(&name), before);
    assert_eq!(sqlite.ask_sqlite("SELECT count(*) FROM sqlite_master"), 0);
}

#[test]
fn a_rollback_leaves_what_has_no_undo_and_says_so() {
    let door = Door::new();
    let text = three_steps().replace("undo = { sql = \"DELETE FROM orders\" }", "");
    let (file, bind) = (door.plan(text), format!("main={}", door.sqlite()));
    door.say(&["run", &file, "--bind", &bind, "--trust"])
        .exits(0);
    let said = door.say(&["rollback"]);
    assert!(said.out.contains("without undo: fill"), "{said:?}");
    assert_eq!(door.json(&["show"])["outcome"], "partly_rolled_back");
}

#[test]
fn a_changed_plan_is_not_resumed_unless_the_change_is_accepted() {
    let door = Door::new();
    let text = plan("sqlite", &format!("{GATE}{THREE_STEPS}"));
    let (file, bind) = (door.plan(&text), format!("main={}", door.sqlite()));
    let id = door.detached(&file, &bind);
    door.until_kind(&id, "gate_opened");
    door.stop_runner(&id);
    door.json(&["approve", "go", "--as", "ada"]);
    door.plan(text.replace("(2, 20)", "(2, 30)"));
    let said = door.say(&["--json", "resume", &id]).exits(3);
    assert!(said.err.contains("changed"), "{said:?}");
    let after = door.json(&["resume", &id, "--accept-change"]);
    assert_eq!(after["outcome"], "succeeded");
    assert_eq!(door.ask_sqlite("SELECT total FROM orders WHERE id = 2"), 30);
    assert!(door.kinds(&id).contains(&"plan_changed".to_owned()));
}

#[test]
fn a_session_is_taken_up_in_the_background_too() {
    let door = Door::new();
    let text = plan("sqlite", &format!("{GATE}{THREE_STEPS}"));
    let (file, bind) = (door.plan(text), format!("main={}", door.sqlite()));
    let id = door.detached(&file, &bind);
    door.until_kind(&id, "gate_opened");
    door.kill_runner(&id);
    let after = door.json(&["resume", &id, "--detach"]);
    assert_eq!(after["id"], id.as_str());
    door.json(&["approve", "go", "--as", "ada"]);
    assert_eq!(door.outcome(&id), "succeeded");
}
