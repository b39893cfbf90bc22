//! What the log says of events.

use super::*;

fn event(body: Body) -> Event {
    Event {
        seq: 7,
        at_ms: 1,
        mono_ms: None,
        session: "s".into(),
        body,
    }
}

fn all(event: &Event) -> Vec<LogLine> {
    let mut told = Vec::new();
    lines(event, &Names::default(), None, |line| told.push(line));
    told
}

#[test]
fn progress_has_no_line_and_a_failure_names_its_message() {
    let silent = event(Body::StepProgressed {
        step: "a".into(),
        done: 1,
        total: 2,
        unit: "rows".into(),
    });
    assert_eq!(all(&silent), []);
    let failed = event(Body::StepFailed {
        step: "a".into(),
        direction: Direction::Back,
        problem: stopover_plan::Problem::new("x", "boom", ""),
        exit: None,
        elapsed_ms: 1500,
        card: None,
    });
    let told = all(&failed);
    assert_eq!(told[0].text, "undo failed after 1.5s: boom");
    assert_eq!(told[0].tone, Tone::Bad);
    assert_eq!(told[0].step.as_deref(), Some("a"));
}

#[test]
fn output_becomes_a_line_for_each_of_its_lines_and_a_long_one_is_bounded() {
    let text = format!("one\n\n{}\n", "ü".repeat(LONGEST + 7));
    let told = all(&event(Body::StepOutput {
        step: "a".into(),
        stream: stopover_plan::event::Stream::Out,
        text,
        dropped_bytes: 0,
    }));
    let texts: Vec<&str> = told.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(texts[..2], ["one", ""]);
    assert!(texts[2].ends_with("ü … 7 characters left out"));
    assert_eq!(told.len(), 3);
    assert!(told.iter().all(|line| line.seq == 7));
}

#[test]
fn what_a_person_says_was_applied_has_no_figures_in_the_log() {
    let success = |elapsed_ms, by_mark| Body::StepSucceeded {
        step: "a".into(),
        direction: Direction::Forward,
        rows: None,
        exit: None,
        elapsed_ms,
        artifacts: Vec::new(),
        by_mark,
    };
    let check = |body: Body, told_by: Option<&str>, expect: &str| {
        let step = StepState {
            told_by: told_by.map(str::to_owned),
            ..StepState::default()
        };
        let mut told = Vec::new();
        lines(&event(body), &Names::default(), Some(&step), |line| {
            told.push(line.text);
        });
        assert_eq!(told, [expect]);
    };
    check(success(0, false), Some("root"), "applied, says root");
    check(
        success(0, true),
        None,
        "succeeded, proved by its mark in the target",
    );
    check(success(1500, false), None, "succeeded in 1.5s");
}

#[test]
fn steps_and_items_are_named_by_their_titles_and_an_answer_says_how_it_is_known() {
    let mut session = stopover_plan::Session::default();
    session.steps = vec![stopover_plan::session::StepState {
        id: "open".to_owned(),
        title: "Open the application".to_owned(),
        ..Default::default()
    }];
    let names = Names::of(&session, &stopover_plan::Plan::default());
    let check = |body: Body, expect: &str| {
        let mut told = Vec::new();
        lines(&event(body), &names, None, |line| told.push(line.text));
        assert_eq!(told, [expect]);
    };
    check(
        Body::SignatureAwaited {
            step: "open".to_owned(),
            items: vec!["told".to_owned(), "open".to_owned()],
            instructions: String::new(),
            direction: Direction::Forward,
        },
        "waits for the signature under told, “Open the application”",
    );
    check(
        Body::FinallyOffered {
            steps: vec!["open".to_owned()],
            because: "rolled_back".to_owned(),
        },
        "still owed, not run yet: “Open the application”",
    );
    check(
        Body::SettleRequested {
            step: "open".to_owned(),
            applied: false,
            by: "ada".to_owned(),
            note: "no such column".to_owned(),
        },
        "ada says it was not applied: no such column",
    );
    check(
        Body::RollbackStarted {
            steps: vec!["open".to_owned()],
            without_undo: Vec::new(),
            rearmed: Vec::new(),
        },
        "rollback started: 1 undo",
    );
}
