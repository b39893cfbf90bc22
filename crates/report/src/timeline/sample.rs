//! Plans for the tests of the timeline's formats.

use super::*;

/// A night with two phases, a gate, a window and the end of summer time in it.
const NIGHT: &str = r#"
format = 1
name = "A night in October"
timezone = "Europe/Berlin"
start = 2026-10-25T01:30:00+02:00
[target.main]
engine = "sqlite"
[[phase]]
id = "before"
title = "Before"
[[phase]]
id = "change"
title = "Change: #1; all"
after = ["before"]
[[window]]
id = "night"
title = "Night"
opens = 2026-10-25T02:00:00+02:00
length = "3h"
steps = ["copy"]
[[step]]
id = "go"
title = "Go?"
phase = "before"
gate = { question = "Go?", approvers = ["Maria"] }
[[step]]
id = "copy"
phase = "change"
after = ["go"]
title = "Copy"
sql = "SELECT 1"
owner = "Jo"
estimate = "90m"
[[step]]
id = "look"
phase = "change"
after = ["go"]
title = "Look"
manual = "Look."
estimate = "500ms"
"#;

/// Returns the night with this title of its second step.
pub(super) fn night(title: &str) -> Plan {
    let (mut plan, problems) = stopover_plan::parse::open(NIGHT);
    assert_eq!(problems, [], "the sample is a plan without problems");
    // The reader refuses some of what a title may hold; the formats stand it all the same.
    plan.steps[1].title = title.to_owned();
    plan
}

/// Returns a format of a plan, written at a fixed moment.
pub(super) fn text(plan: &Plan, format: TimelineFormat) -> String {
    let written_at = "2026-10-01T12:00:00Z".parse().unwrap();
    timeline(plan, None, written_at, format).unwrap()
}

/// Returns a plan of many steps in as many phases.
pub(super) fn many(steps: usize, phases: usize) -> Plan {
    let mut plan = night("Copy");
    let (step, phase) = (plan.steps[1].clone(), plan.phases[0].clone());
    plan.windows.clear();
    plan.phases = (0..phases)
        .map(|index| stopover_plan::model::Phase {
            id: format!("p{index}"),
            title: format!("Phase {index}"),
            ..phase.clone()
        })
        .collect();
    plan.steps = (0..steps)
        .map(|index| stopover_plan::model::Step {
            id: format!("s{index}"),
            title: format!("Step {index} of many"),
            phase: Some(format!("p{}", index * phases / steps)),
            after: match index {
                0 => Vec::new(),
                _ => vec![format!("s{}", index - 1)],
            },
            ..step.clone()
        })
        .collect();
    plan
}

#[test]
fn the_suffix_names_the_format() {
    let check = |path, expect: Option<TimelineFormat>| {
        assert_eq!(TimelineFormat::of_path(path).ok(), expect, "{path}");
    };
    check("out/Plan.ICS", Some(TimelineFormat::Ics));
    check("a.mmd", Some(TimelineFormat::Mermaid));
    check("a.csv", Some(TimelineFormat::Csv));
    check("a.svg", Some(TimelineFormat::Svg));
    check("folder.svg/a", None);
}
