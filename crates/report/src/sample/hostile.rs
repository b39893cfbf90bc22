//! A session whose every text was written by a stranger.

use stopover_plan::event::Body;

use super::{Sample, mended};

/// The mended session with `text` put wherever a stranger could have written something.
pub(crate) fn hostile(text: &str) -> Sample {
    let Sample {
        mut plan,
        mut events,
        ..
    } = mended();
    let own = |value: &mut String| text.clone_into(value);
    own(&mut plan.summary);
    plan.timezone = Some(text.to_owned());
    plan.phases
        .iter_mut()
        .for_each(|phase| own(&mut phase.title));
    plan.checklists[0]
        .items
        .iter_mut()
        .for_each(|item| own(&mut item.title));
    own(&mut plan.risks[0].mitigation);
    own(&mut plan.criteria[0].title);
    own(&mut plan.cards[0].solution);
    for event in &mut events {
        own(&mut event.session);
        match &mut event.body {
            Body::SessionStarted {
                plan,
                by,
                host,
                steps,
                bindings,
                ..
            } => {
                [plan, by, host].into_iter().for_each(own);
                own(&mut bindings[0].server_version);
                for step in steps {
                    own(&mut step.title);
                    own(&mut step.detail);
                }
            }
            Body::StepSkipped { reason, by, .. } => [reason, by].into_iter().for_each(own),
            Body::StepFailed { problem, .. } => {
                own(&mut problem.message);
                own(&mut problem.hint);
            }
            Body::StepOutput { text: output, .. } => own(output),
            Body::GateApproved { by, note, .. } => [by, note].into_iter().for_each(own),
            Body::ItemSigned { by, note, .. } => [by, note].into_iter().for_each(own),
            Body::StepSucceeded { artifacts, .. } => {
                artifacts
                    .iter_mut()
                    .for_each(|artifact| own(&mut artifact.path));
            }
            Body::CheckPassed { result } | Body::CheckFailed { result } => {
                own(&mut result.title);
                own(&mut result.found);
                own(&mut result.expected);
            }
            _ => {}
        }
    }
    Sample::new(plan, events)
}
