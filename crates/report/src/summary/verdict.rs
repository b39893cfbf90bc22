//! How the session ended, in words and colour.

use serde::Serialize;
use stopover_plan::event::Outcome;
use stopover_plan::session::{Session, State};

use super::tone::Tone;
use super::{BackupRow, Counts, CriterionRow};
use crate::text::plural;

/// The outcome in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Verdict {
    /// Short, for the badge.
    pub(crate) label: &'static str,
    /// Colour of the badge.
    pub(crate) tone: Tone,
    /// One sentence or more that says why.
    pub(crate) sentence: String,
}

impl Verdict {
    pub(super) fn of(
        session: &Session,
        counts: &Counts,
        criteria: &[CriterionRow],
        backups: &[BackupRow],
    ) -> Self {
        let unmet = criteria
            .iter()
            .filter(|row| row.result == "not_met")
            .count();
        let unequal = backups
            .iter()
            .filter(|row| row.restored.is_some_and(|restored| !restored.equal))
            .count();
        let open = open_points(counts, unmet, unequal);
        let (label, tone) = match session.outcome {
            // A session with a check that does not hold is never green, whoever waved it through.
            Some(Outcome::Succeeded) if !open.is_empty() => {
                ("Succeeded with open points", Tone::Caution)
            }
            Some(Outcome::Succeeded) => ("Succeeded", Tone::Good),
            Some(Outcome::Failed) => ("Failed", Tone::Bad),
            Some(Outcome::Aborted) => ("Aborted", Tone::Bad),
            Some(Outcome::RolledBack) => ("Rolled back", Tone::Caution),
            Some(Outcome::PartlyRolledBack) => ("Partly rolled back", Tone::Bad),
            None => unfinished(session.state),
        };
        let mut sentence = story(session, counts);
        if session.outcome == Some(Outcome::Succeeded) && !open.is_empty() {
            sentence.push_str(&format!(" Open points: {}.", open.join(", ")));
        }
        Self {
            label,
            tone,
            sentence,
        }
    }
}

fn unfinished(state: State) -> (&'static str, Tone) {
    match state {
        State::Failed => ("Failed, not settled", Tone::Bad),
        State::Unknown => ("Outcome unknown", Tone::Bad),
        State::Interrupted => ("Interrupted", Tone::Caution),
        State::RollingBack => ("Rolling back", Tone::Caution),
        State::Paused => ("Not finished: paused", Tone::Neutral),
        State::Waiting => ("Not finished: waits for people", Tone::Neutral),
        State::Running | State::Finished => ("Not finished: running", Tone::Neutral),
    }
}

fn open_points(counts: &Counts, unmet: usize, unequal: usize) -> Vec<String> {
    let criteria = if unmet == 1 { "criterion" } else { "criteria" };
    [
        (
            counts.checks_fail,
            format!("{} failed", plural(counts.checks_fail, "check")),
        ),
        (
            counts.checks_not_tested,
            format!("{} not tested", plural(counts.checks_not_tested, "check")),
        ),
        (unmet, format!("{unmet} success {criteria} not met")),
        (
            unequal,
            format!(
                "{} unequal to its source when restored",
                plural(unequal, "backup")
            ),
        ),
        (
            counts.items_open,
            format!("{} unsigned", plural(counts.items_open, "checklist item")),
        ),
    ]
    .into_iter()
    .filter_map(|(number, text)| (number > 0).then_some(text))
    .collect()
}

fn story(session: &Session, counts: &Counts) -> String {
    let mut parts = Vec::new();
    let of = plural(counts.steps, "step");
    match session.outcome {
        Some(Outcome::RolledBack) => {
            parts.push("Every step that had taken effect was taken back.".to_owned());
        }
        Some(Outcome::PartlyRolledBack) => {
            parts.push("The steps were taken back as far as they have an undo.".to_owned());
        }
        Some(Outcome::Aborted) => parts.push("A person ended the session.".to_owned()),
        Some(_) => {}
        None => parts.push("The session had not ended when this report was written.".to_owned()),
    }
    if counts.succeeded == counts.steps && counts.steps > 0 {
        parts.push(format!("All {of} succeeded."));
    } else {
        let mut list = Vec::new();
        for (number, word) in [
            (counts.succeeded, "succeeded"),
            (counts.undone, "taken back"),
            (counts.skipped, "skipped"),
            (counts.failed, "failed"),
            (counts.not_run, "did not finish or did not run"),
        ] {
            if number > 0 {
                list.push(format!("{number} {word}"));
            }
        }
        parts.push(format!("Of {of}: {}.", list.join(", ")));
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use stopover_plan::event::Body;

    use super::*;
    use crate::sample::{self, Sample};
    use crate::summary::Summary;

    fn check(sample: &Sample, label: &str, tone: Tone) {
        let verdict = Summary::of(&sample.material()).session.verdict;
        assert_eq!(
            (verdict.label, verdict.tone),
            (label, tone),
            "{}",
            verdict.sentence
        );
    }

    #[test]
    fn a_session_with_a_failed_check_is_never_green() {
        check(
            &sample::mended(),
            "Succeeded with open points",
            Tone::Caution,
        );
    }

    #[test]
    fn a_session_without_open_points_is_green() {
        let sample = sample::mended().changed(|plan, events| {
            plan.checklists.clear();
            events.retain(|event| !matches!(event.body, Body::CheckFailed { .. }));
            plan.steps.retain(|step| step.id != "verify");
        });
        check(&sample, "Succeeded", Tone::Good);
    }

    #[test]
    fn a_rollback_is_told_from_a_failure() {
        check(&sample::rolled_back(), "Rolled back", Tone::Caution);
        let failed = sample::rolled_back().changed(|_, events| {
            events.retain(|event| event.seq <= 16);
        });
        check(&failed, "Failed, not settled", Tone::Bad);
    }
}
