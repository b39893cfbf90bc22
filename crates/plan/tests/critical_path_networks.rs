//! The schedule of published critical-path networks, and the laws every schedule keeps.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use stopover_plan::Plan;
use stopover_plan::model::{Kind, Manual, Phase, Sql, Step, Undo, Wait, Window};
use stopover_plan::schedule::{Planned, Schedule, Source, schedule, schedule_rehearsed};

const MINUTE: u64 = 60_000;

fn step(id: &str, estimate_ms: Option<u64>, after: &[&str]) -> Step {
    Step {
        id: id.into(),
        title: id.into(),
        phase: None,
        after: after.iter().map(|id| (*id).to_owned()).collect(),
        after_written: true,
        target: None,
        project: None,
        estimate: estimate_ms.map(Duration::from_millis),
        timeout: None,
        start: None,
        owner: None,
        notes: String::new(),
        downtime: false,
        point_of_no_return: false,
        destructive: None,
        idempotent: false,
        finally_for: None,
        kind: Kind::Sql(Sql::default()),
        undo: None,
        line: 1,
    }
}

fn minutes(id: &str, minutes: u64, after: &[&str]) -> Step {
    step(id, Some(minutes * MINUTE), after)
}

fn plan(steps: Vec<Step>) -> Plan {
    Plan {
        name: "test".into(),
        steps,
        ..Plan::default()
    }
}

fn solved(plan: &Plan) -> Schedule {
    let (schedule, problems) = schedule(plan, None);
    assert_eq!(problems, []);
    schedule
}

fn planned<'a>(schedule: &'a Schedule, id: &str) -> &'a Planned {
    let step = schedule.steps.iter().find(|step| step.id == id);
    step.unwrap_or_else(|| panic!("{id} is planned"))
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).expect("small")
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

/// A published network: activity, duration, predecessors, slack, in hundredths of the source's unit of time.
fn check(network: &[(&str, u64, &str, u64)], length: u64, paths: &[&[&str]]) {
    let steps = network
        .iter()
        .map(|(id, duration, after, _)| {
            let after: Vec<&str> = after.split_whitespace().collect();
            step(id, Some(*duration), &after)
        })
        .collect();
    let schedule = solved(&plan(steps));
    assert_eq!(ms(schedule.duration), length);
    for (id, duration, _, slack) in network {
        let step = planned(&schedule, id);
        assert_eq!(ms(step.slack), *slack, "slack of {id}");
        assert_eq!(step.critical, *slack == 0);
        assert_eq!(ms(step.earliest_finish - step.earliest_start), *duration);
        assert_eq!(step.latest_start, step.earliest_start + step.slack);
        assert_eq!(step.source, Source::Estimate);
    }
    let path: Vec<&str> = schedule.critical_path.iter().map(String::as_str).collect();
    assert!(paths.contains(&path.as_slice()), "{path:?}");
}

/// Hillier and Lieberman, "Introduction to Operations Research", chapter on project management with PERT/CPM, the
/// Reliable Construction Co. project (activity list in its table 1): 44 weeks, critical path A-B-C-E-F-J-L-N.
#[test]
fn the_reliable_construction_project_takes_44_weeks() {
    check(
        &[
            ("A", 2, "", 0),
            ("B", 4, "A", 0),
            ("C", 10, "B", 0),
            ("D", 6, "C", 4),
            ("E", 4, "C", 0),
            ("F", 5, "E", 0),
            ("G", 7, "D", 4),
            ("H", 9, "E G", 4),
            ("I", 7, "C", 2),
            ("J", 8, "F I", 0),
            ("K", 4, "J", 1),
            ("L", 5, "J", 0),
            ("M", 2, "H", 4),
            ("N", 6, "K L", 0),
        ],
        44,
        &[&["A", "B", "C", "E", "F", "J", "L", "N"]],
    );
}

/// Heizer and Render, "Operations Management", chapter 3 (Milwaukee Paper); the same network is General Foundry in
/// Render, Stair and Hanna, "Quantitative Analysis for Management", 10th ed., chapter 13: 15 weeks, A-C-E-G-H.
#[test]
fn the_milwaukee_paper_project_takes_15_weeks() {
    check(
        &[
            ("A", 2, "", 0),
            ("B", 3, "", 1),
            ("C", 2, "A", 0),
            ("D", 4, "A B", 1),
            ("E", 4, "C", 0),
            ("F", 3, "C", 6),
            ("G", 5, "D E", 0),
            ("H", 2, "F G", 0),
        ],
        15,
        &[&["A", "C", "E", "G", "H"]],
    );
}

/// Anderson, Sweeney and Williams, "An Introduction to Management Science", chapter "Project Scheduling: PERT/CPM",
/// the Western Hills Shopping Center: 26 weeks, A-E-F-G-I. Table also at https://slideplayer.com/amp/16792717.
#[test]
fn the_western_hills_project_takes_26_weeks() {
    check(
        &[
            ("A", 5, "", 0),
            ("B", 6, "", 6),
            ("C", 4, "A", 3),
            ("D", 3, "A", 2),
            ("E", 1, "A", 0),
            ("F", 4, "E", 0),
            ("G", 14, "D F", 0),
            ("H", 12, "B C", 3),
            ("I", 2, "G H", 0),
        ],
        26,
        &[&["A", "E", "F", "G", "I"]],
    );
}

/// Wikipedia, "Critical path method", figure with milestones 10 to 50 and activities A to F: 7 months, two critical
/// paths (B-C and A-D-F), activity E with a float of one month.
#[test]
fn the_encyclopedia_example_has_two_critical_paths() {
    check(
        &[
            ("A", 3, "", 0),
            ("B", 4, "", 0),
            ("C", 3, "B", 0),
            ("D", 1, "A", 0),
            ("E", 3, "A", 1),
            ("F", 3, "D", 0),
        ],
        7,
        &[&["B", "C"], &["A", "D", "F"]],
    );
}

/// Wikipedia, "Program evaluation and review technique", the worked example of activities a to g with expected times:
/// 19.51 work days, critical path a-c-e-g. Hundredths of a day.
#[test]
fn the_pert_example_takes_19_51_days() {
    check(
        &[
            ("a", 400, "", 0),
            ("b", 533, "", 384),
            ("c", 517, "a", 0),
            ("d", 633, "a", 468),
            ("e", 517, "b c", 0),
            ("f", 450, "d", 468),
            ("g", 517, "e", 0),
        ],
        1951,
        &[&["a", "c", "e", "g"]],
    );
}

/// Taylor, "Introduction to Management Science", instructor's solutions to chapter 8 (project management), first
/// network, page 114 (https://ar.scribd.com/doc/47113515/TaylCh08): 20 units, path 1-3-4-5-6.
#[test]
fn the_first_network_of_taylor_takes_20() {
    check(
        &[
            ("1-2", 7, "", 2),
            ("1-3", 10, "", 0),
            ("2-4", 6, "1-2", 2),
            ("3-4", 5, "1-3", 0),
            ("3-5", 4, "1-3", 4),
            ("4-5", 3, "2-4 3-4", 0),
            ("5-6", 2, "3-5 4-5", 0),
        ],
        20,
        &[&["1-3", "3-4", "4-5", "5-6"]],
    );
}

/// The same solutions, second network, page 115, with the dummy activity 4-5: 38 units, path 1-3-5-7-8-9.
#[test]
fn the_second_network_of_taylor_takes_38() {
    check(
        &[
            ("1-2", 8, "", 1),
            ("1-3", 10, "", 0),
            ("1-4", 9, "", 6),
            ("2-5", 6, "1-2", 1),
            ("2-6", 4, "1-2", 8),
            ("3-5", 5, "1-3", 0),
            ("4-5", 0, "1-4", 6),
            ("4-7", 7, "1-4", 11),
            ("5-7", 12, "2-5 3-5 4-5", 0),
            ("5-8", 15, "2-5 3-5 4-5", 1),
            ("6-9", 18, "2-6", 8),
            ("7-8", 4, "4-7 5-7", 0),
            ("8-9", 7, "5-8 7-8", 0),
        ],
        38,
        &[&["1-3", "3-5", "5-7", "7-8", "8-9"]],
    );
}

/// E. Arkin, solutions of exercise sheet 8, spring 2008, problem 6 of section 8.4
/// (https://www.coursehero.com/file/6273269/sol8/): 19 weeks, path 1-2-3-5-6, total floats 0, 0, 1, 1 (the dummy
/// 4-5), 0, 9, 0.
#[test]
fn the_network_of_arkin_takes_19_weeks() {
    check(
        &[
            ("1-2", 2, "", 0),
            ("2-3", 4, "1-2", 0),
            ("3-4", 2, "2-3", 1),
            ("4-5", 0, "3-4", 1),
            ("5-6", 10, "3-5 4-5", 0),
            ("3-6", 4, "2-3", 9),
            ("3-5", 3, "2-3", 0),
        ],
        19,
        &[&["1-2", "2-3", "3-5", "5-6"]],
    );
}

/// "Example 1", network activities and duration times (https://studylib.net/doc/8378728): 16 hours, A-B-D-E-G.
#[test]
fn the_prototype_example_takes_16_hours() {
    check(
        &[
            ("A", 6, "", 0),
            ("B", 2, "A", 0),
            ("C", 2, "A", 1),
            ("D", 3, "B", 0),
            ("F", 2, "C", 1),
            ("E", 4, "D F", 0),
            ("G", 1, "E", 0),
        ],
        16,
        &[&["A", "B", "D", "E", "G"]],
    );
}

#[test]
fn durations_come_from_where_they_are_best_known() {
    let mut wait = step("wait", None, &[]);
    wait.kind = Kind::Wait(Wait {
        duration: Duration::from_secs(600),
        ..Wait::default()
    });
    let mut manual = step("manual", None, &[]);
    manual.kind = Kind::Manual(Manual::default());
    let plan = plan(vec![
        wait,
        manual,
        step("sql", None, &[]),
        minutes("told", 2, &[]),
    ]);
    let rehearsed = HashMap::from([("told".to_owned(), Duration::from_secs(7))]);
    let (schedule, _) = schedule_rehearsed(&plan, None, &rehearsed);
    let lengths: Vec<(u64, Source)> = (schedule.steps.iter())
        .map(|step| (ms(step.earliest_finish), step.source))
        .collect();
    assert_eq!(
        lengths,
        [
            (600_000, Source::Fixed),
            (0, Source::Default),
            (1_000, Source::Default),
            (7_000, Source::Rehearsed)
        ]
    );
}

#[test]
fn cycles_and_missing_steps_leave_out_only_what_they_concern() {
    let plan = plan(vec![
        minutes("a", 1, &["c"]),
        minutes("b", 1, &["a"]),
        minutes("c", 1, &["b"]),
        minutes("behind", 1, &["b"]),
        minutes("self", 1, &["self"]),
        minutes("lost", 1, &["nowhere"]),
        minutes("behind-lost", 1, &["lost", "fine"]),
        minutes("fine", 3, &[]),
    ]);
    let (schedule, problems) = schedule(&plan, None);
    assert_eq!(schedule.steps.len(), 1);
    assert_eq!(schedule.critical_path, ["fine"]);
    assert_eq!(ms(schedule.steps[0].slack), 0);
    let shown: Vec<String> = problems
        .iter()
        .map(|p| format!("{}: {}", p.code, p.message))
        .collect();
    assert_eq!(shown.len(), 3, "{shown:?}");
    assert!(shown[0].starts_with("missing-step") && shown[0].contains("`nowhere`"));
    assert!(shown[1].ends_with("`b` → `c` → `a` → `b`"), "{shown:?}");
    assert!(shown[2].contains("`self` → `self`"));
}

#[test]
fn phases_wait_for_each_other() {
    let in_phase = |mut step: Step, phase: &str| {
        step.phase = Some(phase.into());
        step
    };
    let mut plan = plan(vec![
        in_phase(minutes("a", 5, &[]), "one"),
        in_phase(minutes("b", 2, &[]), "one"),
        in_phase(minutes("c", 1, &[]), "two"),
        in_phase(minutes("d", 1, &["c"]), "three"),
    ]);
    let phase = |id: &str, after: Option<&str>| Phase {
        id: id.into(),
        after: after.map(|id| vec![id.to_owned()]),
        ..Phase::default()
    };
    plan.phases = vec![
        phase("one", None),
        phase("two", Some("pause")),
        phase("three", None),
        phase("pause", Some("one")),
    ];
    plan.phases[3].duration = Some(Duration::from_secs(180));
    let laid = solved(&plan);
    assert_eq!(ms(planned(&laid, "c").earliest_start), 8 * MINUTE);
    assert_eq!(ms(laid.duration), 10 * MINUTE);
    assert_eq!(laid.critical_path, ["a", "c", "d"]);
    assert_eq!(ms(planned(&laid, "b").slack), 3 * MINUTE);
    let spans: Vec<(u64, u64)> = (laid.phases.iter())
        .map(|span| (ms(span.start) / MINUTE, ms(span.finish) / MINUTE))
        .collect();
    assert_eq!(spans, [(0, 5), (8, 9), (9, 10), (5, 8)]);
    plan.phases[0].after = Some(vec!["two".into()]);
    let (laid, problems) = schedule(&plan, None);
    assert_eq!((laid.steps.len(), problems[0].code.as_str()), (0, "cycle"));
    plan.phases[0].after = Some(vec!["nowhere".into()]);
    let (_, problems) = schedule(&plan, None);
    assert_eq!(problems[0].code, "missing-phase");
}

#[test]
fn fixed_starts_hold_steps_back_and_begin_the_critical_path() {
    let mut late = minutes("late", 10, &["a"]);
    late.start = Some("2026-12-05T02:00:00+01:00".into());
    let mut plan = plan(vec![
        minutes("a", 10, &[]),
        late,
        minutes("b", 5, &["late"]),
    ]);
    plan.start = Some("2026-12-05T00:30:00Z".into());
    let laid = solved(&plan);
    assert_eq!(ms(planned(&laid, "late").earliest_start), 30 * MINUTE);
    assert_eq!(ms(planned(&laid, "a").slack), 20 * MINUTE);
    assert_eq!(laid.critical_path, ["late", "b"]);
    assert_eq!(ms(laid.duration), 45 * MINUTE);
    plan.start = None;
    let (laid, problems) = schedule(&plan, None);
    assert_eq!(
        (problems[0].code.as_str(), problems[0].line),
        ("start-unknown", Some(1))
    );
    assert_eq!(ms(laid.duration), 25 * MINUTE);
    let (laid, _) = schedule(&plan, Some(utc("2026-12-05T00:59:00Z")));
    assert_eq!(ms(planned(&laid, "late").earliest_start), 10 * MINUTE);
}

fn maintenance() -> Plan {
    let mut on = minutes("on", 1, &["backup"]);
    on.undo = Some(Undo::Flag);
    let mut alter = minutes("alter", 20, &["on"]);
    alter.undo = Some(Undo::Sql(Sql::default()));
    let mut drop = minutes("drop", 5, &["alter"]);
    drop.point_of_no_return = true;
    let mut off = minutes("off", 1, &["drop"]);
    off.finally_for = Some("on".into());
    let mut restart = minutes("restart", 4, &["off"]);
    restart.downtime = true;
    let mut plan = plan(vec![
        minutes("backup", 30, &[]),
        on,
        alter,
        drop,
        off,
        restart,
    ]);
    plan.windows = vec![Window {
        id: "night".into(),
        title: String::new(),
        opens: None,
        length: Duration::from_secs(3600),
        steps: ["on", "alter", "drop", "off"].map(String::from).into(),
    }];
    plan
}

#[test]
fn downtime_and_the_way_back_are_reckoned() {
    let laid = solved(&maintenance());
    assert_eq!(ms(laid.downtime), 31 * MINUTE);
    let (point, at) = laid.point_of_no_return.expect("one");
    assert_eq!((point.as_str(), ms(at)), ("drop", 51 * MINUTE));
    assert_eq!(ms(laid.rollback), 21 * MINUTE);
    let night = &laid.windows[0];
    assert_eq!(
        (ms(night.needed), night.fits, night.opens),
        (27 * MINUTE, true, None)
    );
    // It would end at 51 + 21 = 72 of 90 minutes, but after that there is no way back.
    assert_eq!(laid.start_rollback_by.map(ms), Some(51 * MINUTE));
    let mut plan = maintenance();
    plan.windows[0].length = Duration::from_secs(40 * 60);
    assert_eq!(solved(&plan).start_rollback_by.map(ms), Some(49 * MINUTE));
}

#[test]
fn a_window_bounds_its_steps_and_says_by_how_much_it_is_too_short() {
    let mut plan = maintenance();
    plan.timezone = Some("Europe/Berlin".into());
    plan.start = Some("2026-12-05 00:00".into());
    plan.windows[0].opens = Some("2026-12-05 01:00".into());
    plan.steps.push(minutes("after", 100, &["restart"]));
    plan.steps.push(minutes("aside", 10, &[]));
    plan.windows[0].steps.push("aside".into());
    let laid = solved(&plan);
    assert_eq!(laid.start, Some(utc("2026-12-04T23:00:00Z")));
    assert_eq!(ms(planned(&laid, "on").earliest_start), 60 * MINUTE);
    assert_eq!(ms(planned(&laid, "backup").slack), 30 * MINUTE);
    // The plan runs on for long, but the step must end with the window: at 120, not at 191.
    assert_eq!(ms(planned(&laid, "aside").latest_finish), 120 * MINUTE);
    assert_eq!(laid.windows[0].opens.map(ms), Some(60 * MINUTE));

    plan.windows[0].length = Duration::from_secs(20 * 60);
    let (laid, problems) = schedule(&plan, None);
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].code, "window-too-short");
    assert!(
        problems[0]
            .message
            .ends_with("need 27m of its 20m: 7m too much"),
        "{}",
        problems[0].message
    );
    assert!(!laid.windows[0].fits);

    // Begun 50 minutes after the window opened, 40 of 60 minutes are gone once the backup is done.
    plan.windows[0].length = Duration::from_secs(3600);
    let (laid, problems) = schedule(&plan, Some(utc("2026-12-05T00:50:00Z")));
    assert_eq!(ms(laid.windows[0].needed), (50 + 30 + 27) * MINUTE);
    assert_eq!(problems[0].code, "window-too-short");
    assert_eq!(laid.windows[0].opens.map(ms), Some(0));
}

#[test]
fn skipped_and_doubled_local_times_are_settled_with_a_problem() {
    for (zone, text, instant, code) in [
        (
            "Europe/Berlin",
            "2026-03-29T02:30",
            "2026-03-29T01:00:00Z",
            Some("nonexistent-time"),
        ),
        (
            "Europe/Berlin",
            "2026-03-29T03:00",
            "2026-03-29T01:00:00Z",
            None,
        ),
        (
            "Europe/Berlin",
            "2026-10-25 02:30:00",
            "2026-10-25T00:30:00Z",
            Some("ambiguous-time"),
        ),
        (
            "Europe/Berlin",
            "2026-10-25T02:30:00+01:00",
            "2026-10-25T01:30:00Z",
            None,
        ),
        (
            "America/New_York",
            "2026-03-08T02:15",
            "2026-03-08T07:00:00Z",
            Some("nonexistent-time"),
        ),
        (
            "America/New_York",
            "2026-11-01T01:15",
            "2026-11-01T05:15:00Z",
            Some("ambiguous-time"),
        ),
        (
            "Pacific/Apia",
            "2011-12-30T12:00",
            "2011-12-30T10:00:00Z",
            Some("nonexistent-time"),
        ),
        ("UTC", "2026-03-29", "2026-03-29T00:00:00Z", None),
    ] {
        let mut plan = plan(vec![minutes("a", 1, &[])]);
        plan.timezone = Some(zone.into());
        plan.start = Some(text.into());
        let (laid, problems) = schedule(&plan, None);
        assert_eq!(laid.start, Some(utc(instant)), "{zone} {text}");
        assert_eq!(
            problems.first().map(|p| p.code.as_str()),
            code,
            "{zone} {text}"
        );
    }
    let mut plan = plan(vec![minutes("a", 1, &[])]);
    plan.timezone = Some("Mars/Olympus".into());
    plan.start = Some("soon".into());
    let (laid, problems) = schedule(&plan, None);
    let codes: Vec<&str> = problems.iter().map(|p| p.code.as_str()).collect();
    assert_eq!(
        (laid.start, codes),
        (None, vec!["unknown-timezone", "bad-time"])
    );
}

#[test]
fn a_window_across_a_clock_change_has_its_elapsed_length() {
    // (zone, evening before, opening, hours of elapsed time between the two local times)
    for (zone, start, opens, elapsed) in [
        ("Europe/Berlin", "2026-03-28T22:00", "2026-03-29T04:00", 5),
        ("Europe/Berlin", "2026-10-24T22:00", "2026-10-25T04:00", 7),
        (
            "America/New_York",
            "2026-03-07T22:00",
            "2026-03-08T04:00",
            5,
        ),
        (
            "America/New_York",
            "2026-10-31T22:00",
            "2026-11-01T04:00",
            7,
        ),
        ("Europe/Berlin", "2026-06-01T22:00", "2026-06-02T04:00", 6),
    ] {
        let mut plan = plan(vec![minutes("long", 60, &[])]);
        plan.timezone = Some(zone.into());
        plan.start = Some(start.into());
        plan.windows = vec![Window {
            id: "w".into(),
            opens: Some(opens.into()),
            length: Duration::from_secs(3600),
            steps: vec!["long".into()],
            ..Window::default()
        }];
        let laid = solved(&plan);
        assert_eq!(
            ms(laid.steps[0].earliest_start),
            elapsed * 60 * MINUTE,
            "{zone} {start}"
        );
        assert!(laid.windows[0].fits && laid.steps[0].critical);
    }
}

#[test]
fn ten_thousand_steps_in_a_chain_are_no_recursion() {
    let mut steps = vec![minutes("s0", 1, &[])];
    for index in 1..10_000 {
        let before = format!("s{}", index - 1);
        steps.push(minutes(&format!("s{index}"), 1, &[&before]));
    }
    let mut plan = plan(steps);
    assert_eq!(solved(&plan).critical_path.len(), 10_000);
    plan.steps[0].after = vec!["s9999".into()];
    let (laid, problems) = schedule(&plan, None);
    assert_eq!((laid.steps.len(), problems.len()), (0, 1));
}

#[test]
fn endless_durations_do_not_overflow() {
    let mut steps = vec![
        step("a", Some(u64::MAX), &[]),
        step("b", Some(u64::MAX), &["a"]),
    ];
    steps[1].start = Some("9999-12-31T23:59:59Z".into());
    let mut plan = plan(steps);
    plan.windows = vec![Window {
        length: Duration::from_millis(u64::MAX),
        steps: vec!["b".into()],
        opens: Some("0001-01-01T00:00:00Z".into()),
        ..Window::default()
    }];
    let (laid, _) = schedule(&plan, Some(utc("1970-01-01T00:00:00Z")));
    assert_eq!(laid.steps.len(), 2);
}

prop_compose! {
    /// A plan without cycles, with phases, fixed starts and a window, from 00:00 UTC on a day of a clock change.
    fn any_plan()(
        zone in prop_oneof![Just("Europe/Berlin"), Just("America/New_York"), Just("UTC")],
        day in prop_oneof![Just("2026-03-29"), Just("2026-10-25"), Just("2026-03-08"), Just("2026-11-01")],
        steps in proptest::collection::vec((0_u64..50, proptest::collection::vec(any::<prop::sample::Index>(), 0..4), proptest::option::weighted(0.1, 0_u32..6), any::<bool>()), 1..30),
        opens in 0_u32..8,
        length in 0_u64..400,
    ) -> Plan {
        let mut plan = plan(Vec::new());
        for (index, (duration, after, start, inside)) in steps.into_iter().enumerate() {
            let mut new = minutes(&format!("s{index}"), duration, &[]);
            if index > 0 {
                new.after = after.iter().map(|at| format!("s{}", at.index(index))).collect();
            }
            new.start = start.map(|hour| format!("{day}T{hour:02}:30"));
            plan.steps.push(new);
            if inside {
                plan.windows.resize_with(1, Window::default);
                plan.windows[0].steps.push(format!("s{index}"));
            }
        }
        for window in &mut plan.windows {
            window.opens = Some(format!("{day}T{opens:02}:00"));
            window.length = Duration::from_millis(length * MINUTE);
        }
        plan.timezone = Some(zone.into());
        plan.start = Some(format!("{day}T00:00"));
        plan
    }
}

fn settled(plan: &Plan) -> Schedule {
    let (schedule, problems) = schedule(plan, None);
    let known = ["nonexistent-time", "ambiguous-time", "window-too-short"];
    assert!(
        problems.iter().all(|p| known.contains(&p.code.as_str())),
        "{problems:?}"
    );
    schedule
}

proptest! {
    #[test]
    fn no_step_starts_before_its_predecessors_end(plan in any_plan()) {
        let laid = settled(&plan);
        prop_assert_eq!(laid.steps.len(), plan.steps.len());
        for step in &plan.steps {
            let own = planned(&laid, &step.id);
            for before in &step.after {
                let before = planned(&laid, before);
                prop_assert!(before.earliest_finish <= own.earliest_start);
                prop_assert!(before.latest_finish <= own.latest_start);
            }
            prop_assert!(own.earliest_start <= own.latest_start);
            prop_assert!(own.latest_finish <= laid.duration);
            prop_assert_eq!(own.earliest_finish - own.earliest_start, step.estimate.expect("given"));
        }
    }

    #[test]
    fn the_critical_path_is_a_chain_without_slack(plan in any_plan()) {
        let laid = settled(&plan);
        let path: Vec<&Planned> = laid.critical_path.iter().map(|id| planned(&laid, id)).collect();
        prop_assert!(path.iter().all(|step| step.slack.is_zero() && step.critical));
        for pair in path.windows(2) {
            let step = plan.step(&pair[1].id).expect("of the plan");
            prop_assert!(step.after.contains(&pair[0].id));
            prop_assert_eq!(pair[0].earliest_finish, pair[1].earliest_start);
        }
        let (first, last) = (path[0], path[path.len() - 1]);
        prop_assert_eq!(last.earliest_finish, laid.duration);
        let held = plan.step(&first.id).expect("of the plan").start.is_some()
            || plan.windows.iter().any(|window| window.steps.contains(&first.id));
        prop_assert!(first.earliest_start.is_zero() || held);
    }

    #[test]
    fn another_edge_never_shortens_the_plan(plan in any_plan(), from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()) {
        let before = settled(&plan);
        let (one, other) = (from.index(plan.steps.len()), to.index(plan.steps.len()));
        let (from, to) = (one.min(other), one.max(other));
        if from == to {
            return Ok(());
        }
        let mut plan = plan;
        let id = plan.steps[from].id.clone();
        plan.steps[to].after.push(id);
        let after = settled(&plan);
        prop_assert!(after.duration >= before.duration);
        for (old, new) in before.steps.iter().zip(&after.steps) {
            prop_assert!(new.earliest_start >= old.earliest_start);
        }
    }

    #[test]
    fn windows_hold_across_clock_changes(plan in any_plan()) {
        let laid = settled(&plan);
        for (window, fit) in plan.windows.iter().zip(&laid.windows) {
            let opens = fit.opens.expect("the start is known");
            let closes = opens + fit.length;
            let steps = || window.steps.iter().map(|id| planned(&laid, id));
            prop_assert!(steps().all(|step| step.earliest_start >= opens));
            prop_assert_eq!(fit.fits, steps().all(|step| step.earliest_finish <= closes));
            prop_assert_eq!(fit.fits, fit.needed <= fit.length);
            if fit.fits {
                prop_assert!(steps().all(|step| step.latest_finish <= closes));
            }
        }
    }

    #[test]
    fn any_edges_are_survived(edges in proptest::collection::vec((0_usize..12, 0_usize..14), 0..40)) {
        let mut plan = plan((0..12).map(|index| minutes(&format!("s{index}"), 1, &[])).collect());
        for (to, from) in edges {
            plan.steps[to].after.push(format!("s{from}"));
        }
        let (laid, problems) = schedule(&plan, None);
        prop_assert!(laid.steps.len() == 12 || !problems.is_empty());
        for step in &laid.steps {
            prop_assert!(step.latest_finish <= laid.duration);
        }
    }
}
