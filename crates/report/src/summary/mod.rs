//! What a report says, before it has a format. Every format is rendered from this, so they cannot disagree.
//!
//! All texts in here have passed [`crate::guard`]; escaping for a format is the format's own work.

mod chart;
mod checks;
mod counts;
mod head;
mod history;
mod log;
mod people;
mod problems;
mod proof;
mod rollback;
mod steps;
mod tone;
mod verdict;

use std::collections::BTreeMap;

use serde::Serialize;
use stopover_plan::model::{Plan, Step};

use crate::Material;
use crate::text::{Moment, Zone};

pub(crate) use chart::{Bar, Chart};
pub(crate) use checks::CheckRow;
pub(crate) use counts::Counts;
pub(crate) use head::{PlanHead, SessionHead};
pub(crate) use log::{Log, LogRow};
pub(crate) use people::{GateRow, ItemRow, ManualRow, SignatureRow};
pub(crate) use problems::ProblemRow;
pub(crate) use proof::{BackupRow, CriterionRow, RiskRow};
pub(crate) use rollback::Rollback;
pub(crate) use steps::{PhaseRow, SkipRow, StepRow};
pub(crate) use tone::Tone;
pub(crate) use verdict::Verdict;

/// Command that recomputes the journal's hash chain.
const VERIFY: &str = "stopover journal verify";

/// The plan's steps by id, looked up once: a search per step would be quadratic on a plan of 20,000.
type Written<'a> = BTreeMap<&'a str, &'a Step>;

fn written(plan: &Plan) -> Written<'_> {
    let steps = plan.steps.iter();
    steps.map(|step| (step.id.as_str(), step)).collect()
}

/// Everything a report says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Summary {
    /// The plan.
    pub(crate) plan: PlanHead,
    /// The session.
    pub(crate) session: SessionHead,
    /// Numbers of the first page.
    pub(crate) counts: Counts,
    /// Phases with the positions of their steps in `steps`.
    pub(crate) phases: Vec<PhaseRow>,
    /// Steps of the session in plan order.
    pub(crate) steps: Vec<StepRow>,
    /// Planned against actual.
    #[serde(skip)]
    pub(crate) chart: Chart,
    /// Checks, also those that were never reached.
    pub(crate) checks: Vec<CheckRow>,
    /// Items of all checklists.
    pub(crate) checklist: Vec<ItemRow>,
    /// Gates.
    pub(crate) gates: Vec<GateRow>,
    /// Steps a person carried out.
    pub(crate) manual: Vec<ManualRow>,
    /// Steps left out.
    pub(crate) skips: Vec<SkipRow>,
    /// What went wrong, in order, with what became of it.
    pub(crate) problems: Vec<ProblemRow>,
    /// Backups.
    pub(crate) backups: Vec<BackupRow>,
    /// Risks.
    pub(crate) risks: Vec<RiskRow>,
    /// Success criteria.
    pub(crate) criteria: Vec<CriterionRow>,
    /// The rollback, if there was one.
    pub(crate) rollback: Option<Rollback>,
    /// The session's events, bounded.
    pub(crate) events: Log,
    /// Hash of the session's last event.
    pub(crate) journal_head: String,
    /// Position of the session's last event.
    pub(crate) journal_seq: u64,
    /// Command that verifies the hash.
    pub(crate) verify_command: &'static str,
    /// When the report was written.
    pub(crate) written_at: Moment,
}

impl Summary {
    /// Returns what the material has to say.
    pub(crate) fn of(material: &Material<'_>) -> Self {
        let Material {
            plan,
            session,
            events,
            ..
        } = *material;
        let zone = Zone::named(plan.timezone.as_deref());
        let history = history::History::of(events);
        let written = written(plan);
        let steps = steps::rows(plan, &written, session, &history, zone);
        let planned = chart::Planned::of(plan);
        let checks = checks::rows(&written, session, &history, zone);
        let checklist = people::items(plan, session, &checks, zone);
        let backups = proof::backups(session, zone);
        let criteria = proof::criteria(plan, session, &checks, &checklist);
        let phases = steps::phases(plan, &steps);
        let counts = Counts::of(&steps, &checks, &checklist, &planned, &history, session);
        let verdict = Verdict::of(session, &counts, &criteria, &backups);
        Self {
            plan: PlanHead::of(plan, session, zone),
            session: SessionHead::of(session, &steps, &history, verdict, zone),
            chart: Chart::of(&steps, &phases, &planned, &history),
            gates: people::gates(&written, session, zone),
            manual: people::manual(plan, session, zone),
            skips: steps::skips(&steps),
            problems: problems::rows(plan, session, events, zone),
            risks: proof::risks(plan, session),
            rollback: rollback::rollback(&written, session, events, zone),
            events: Log::of(events, zone),
            journal_head: crate::guard::clean(material.head_hash),
            journal_seq: session.seq,
            verify_command: VERIFY,
            written_at: zone.moment(material.written_at_ms),
            counts,
            phases,
            steps,
            checks,
            checklist,
            backups,
            criteria,
        }
    }
}

#[cfg(test)]
mod tests {
    use stopover_plan::event::Body;

    use super::*;
    use crate::sample;

    #[test]
    fn downtime_lasts_until_its_partner_ended_it() {
        let summary = Summary::of(&sample::mended().material());
        // From the start of maintenance-on at 155.2 s to the end of maintenance-off at 651.2 s.
        assert_eq!(summary.counts.downtime_ms, Some(496_000));
        assert_eq!(summary.counts.downtime_planned_ms, Some(720_000));
        assert_eq!(summary.counts.planned_ms, Some(900_000));
    }

    #[test]
    fn a_criterion_shown_before_a_rollback_is_shown_no_more() {
        let sample = sample::mended().changed(|_, events| {
            let last = events.len() - 1;
            events[last].body = Body::RollbackStarted {
                steps: vec!["populate".into()],
                without_undo: vec![],
                rearmed: vec![],
            };
        });
        let summary = Summary::of(&sample.material());
        assert_eq!(summary.criteria[0].result, "not_shown");
        assert!(summary.criteria[0].evidence.contains("rolled back"));
    }

    #[test]
    fn what_was_never_reached_is_not_tested_and_open() {
        let summary = Summary::of(&sample::rolled_back().material());
        assert!(
            summary
                .checks
                .iter()
                .all(|check| check.result == "not_tested")
        );
        assert_eq!(summary.checklist[1].result, "open");
        assert_eq!(summary.problems[1].became, "the session was rolled back");
    }

    #[test]
    fn a_session_limited_to_some_steps_has_only_those() {
        let sample = sample::mended().changed(|_, events| {
            if let Body::SessionStarted { only, .. } = &mut events[0].body {
                *only = vec!["backup".into()];
            }
            events.truncate(4);
        });
        let summary = Summary::of(&sample.material());
        assert_eq!(summary.steps.len(), 1);
        assert!(summary.checks.is_empty());
    }

    #[test]
    fn the_appendix_keeps_both_ends() {
        let sample = sample::mended().changed(|_, events| {
            let noise = events[20].clone();
            for seq in 100..2_100 {
                events.push(stopover_plan::Event {
                    seq,
                    ..noise.clone()
                });
            }
        });
        let log = Summary::of(&sample.material()).events;
        assert_eq!(
            (log.first.len(), log.left_out, log.last.len()),
            (500, 1_032, 500)
        );
        assert_eq!((log.first[0].seq, log.last[499].seq), (1, 2_099));
    }

    #[test]
    fn a_plan_of_20_000_steps_is_summed_up_by_phase() {
        let sample = sample::mended().changed(|plan, events| {
            let Body::SessionStarted { steps, .. } = &mut events[0].body else {
                return;
            };
            let (head, step) = (steps[0].clone(), plan.steps[0].clone());
            for number in 0..20_000 {
                let id = format!("s{number}");
                steps.push(stopover_plan::event::StepHead {
                    id: id.clone(),
                    ..head.clone()
                });
                plan.steps.push(Step { id, ..step.clone() });
            }
        });
        let summary = Summary::of(&sample.material());
        assert!(summary.chart.by_phase);
        assert_eq!(summary.chart.bars.len(), 3);
        assert_eq!(summary.steps.len(), 20_009);
    }
}
