//! A person at the terminal: asked when the session waits, and the answer is a request like any other.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::door::{Door, Net};
use crate::plans::{GATE, THREE_STEPS, failing, plan};

/// Runs a plan on a terminal at which these lines are typed.
fn typed(door: &Door, text: String, lines: &str) -> String {
    let (file, bind) = (door.plan(text), format!("main={}", door.sqlite()));
    let words = format!(
        "{} run {file} --bind {bind} --trust",
        stopover_tests::stopover().display()
    );
    let mut child = Command::new("script")
        .args(["-qec", &words, "/dev/null"])
        .env("STOPOVER_JOURNAL", door.journal())
        .env("TERM", "xterm")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("script is part of every Debian");
    let net = Net::under(&child, Duration::from_secs(120));
    let mut keyboard = child.stdin.take().expect("it is piped");
    keyboard.write_all(lines.as_bytes()).expect("it is read");
    let output = child.wait_with_output().expect("it ends");
    drop((keyboard, net));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_failure_is_asked_about_and_skipped_with_a_reason() {
    let door = Door::new();
    let shown = typed(&door, failing(), "skip counted by hand\n");
    assert!(
        shown.contains("count failed: [r]etry, skip REASON"),
        "{shown}"
    );
    let session = door.json(&["show"]);
    assert_eq!(session["outcome"], "succeeded");
    assert_eq!(session["steps"][2]["skipped"][0], "counted by hand");
}

#[test]
fn an_answer_that_ends_the_session_is_not_asked_for_again() {
    for (answer, outcome) in [("a", "aborted"), ("b", "rolled_back")] {
        let door = Door::new();
        let shown = typed(&door, failing(), &format!("nonsense\n{answer}\n"));
        assert_eq!(door.json(&["show"])["outcome"], outcome);
        // Asked once, and once more after the answer that was none.
        assert_eq!(shown.matches("count failed:").count(), 2, "{shown}");
    }
}

#[test]
fn a_gate_is_approved_at_the_terminal_by_someone_who_may() {
    let door = Door::new();
    let text = plan("sqlite", &format!("{GATE}{THREE_STEPS}"));
    let shown = typed(&door, text, "approve mallory\napprove ada\n");
    assert!(shown.contains("mallory may not approve gate go"), "{shown}");
    assert_eq!(door.json(&["show"])["outcome"], "succeeded");
}
