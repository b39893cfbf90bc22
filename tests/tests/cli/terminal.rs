//! What the program prints where: colours only on a terminal, nothing after the reader is gone, results alone when quiet.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::door::{Door, Net, Said, finish};
use crate::plans::{failing, three_steps};

/// The sign that begins every colour.
const ESCAPE: char = '\u{1b}';

fn ran(text: String) -> Door {
    let door = Door::new();
    let (file, bind) = (door.plan(text), format!("main={}", door.sqlite()));
    door.say(&["run", &file, "--bind", &bind, "--trust"]);
    door
}

/// Runs the program on a terminal of its own.
fn on_a_terminal(door: &Door, words: &str, colour: Option<&str>) -> Said {
    let line = format!("{} {words}", stopover_tests::stopover().display());
    let mut command = Command::new("script");
    command
        .args(["-qec", &line, "/dev/null"])
        .current_dir(door.folder())
        .env("STOPOVER_JOURNAL", door.journal())
        .env("TERM", "xterm")
        .env_remove("NO_COLOR");
    if let Some(value) = colour {
        command.env("NO_COLOR", value);
    }
    finish(&mut command, Duration::from_secs(120))
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    let door = ran(failing());
    let shown = on_a_terminal(&door, "events", None).exits(0);
    assert!(shown.out.contains(ESCAPE), "{shown:?}");
    let empty = on_a_terminal(&door, "events", Some("")).exits(0);
    assert!(empty.out.contains(ESCAPE), "an empty NO_COLOR is none");
    let plain = on_a_terminal(&door, "events", Some("1")).exits(0);
    assert!(plain.out.contains("FAILED"));
    assert!(!plain.out.contains(ESCAPE), "{plain:?}");
    let json = on_a_terminal(&door, "--json events", None).exits(0);
    assert!(!json.out.contains(ESCAPE), "{json:?}");
}

#[test]
fn a_pipe_gets_no_escape_codes_from_any_command() {
    let door = ran(failing());
    for words in [
        &["events"][..],
        &["show"],
        &["sessions"],
        &["check", "orders.plan.toml"],
        &["schedule", "orders.plan.toml"],
        &["journal", "verify"],
        &["--help"],
        &["run", "orders.plan.toml"],
        &["nonsense"],
        &["demo", "here", "--rows", "10"],
    ] {
        let said = door.say(words);
        assert!(!said.out.contains(ESCAPE), "{words:?}: {said:?}");
        assert!(!said.err.contains(ESCAPE), "{words:?}: {said:?}");
    }
}

#[test]
fn quiet_leaves_results_and_errors() {
    let door = ran(failing());
    door.in_sqlite("DROP TABLE orders");
    let bind = format!("main=sqlite:{}", door.join("orders.db").display());
    let failed = door
        .say(&["--quiet", "run", "orders.plan.toml", "--bind", &bind])
        .exits(1);
    assert_eq!(failed.out, "");
    let refused = door.say(&["-q", "run", "orders.plan.toml"]).exits(2);
    assert!(refused.err.starts_with("error: "));
    let shown = door.say(&["--quiet", "show"]).exits(0);
    assert!(
        shown.out.contains("failed"),
        "what was asked for is printed"
    );
}

/// Reads one line of a program's output, then closes the pipe; returns its exit code and its errors.
fn first_line_of(door: &Door, words: &[&str]) -> (Option<i32>, String, String) {
    let mut child = door
        .command(words)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let net = Net::under(&child, Duration::from_secs(120));
    let mut line = String::new();
    let mut out = BufReader::with_capacity(1, child.stdout.take().expect("it is piped"));
    out.read_line(&mut line).expect("a line comes");
    drop(out);
    let mut errors = String::new();
    child
        .stderr
        .take()
        .expect("it is piped")
        .read_to_string(&mut errors)
        .expect("errors are UTF-8");
    let code = child.wait().expect("it ends").code();
    drop(net);
    (code, line, errors)
}

#[test]
fn a_reader_that_goes_away_is_no_error_and_stops_no_session() {
    let door = ran(three_steps());
    for words in [
        &["--help"][..],
        &["run", "--help"],
        &["events"],
        &["--json", "events"],
        &["--json", "show"],
        &["schedule", "orders.plan.toml"],
    ] {
        let (code, line, errors) = first_line_of(&door, words);
        assert!(!line.is_empty());
        assert_eq!((code, errors.as_str()), (Some(0), ""), "{words:?}");
    }
    door.in_sqlite("DROP TABLE orders");
    let bind = format!("main=sqlite:{}", door.join("orders.db").display());
    let (code, _, errors) = first_line_of(&door, &["run", "orders.plan.toml", "--bind", &bind]);
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    assert_eq!(door.json(&["show"])["outcome"], "succeeded");
}
