//! What the session proves: backups, mitigated risks, success criteria.

use serde::Serialize;
use stopover_plan::Plan;
use stopover_plan::event::Restored;
use stopover_plan::session::{Session, Status};

use super::{CheckRow, ItemRow};
use crate::guard::{clean, clean_cut};
use crate::text::{self, Moment, Zone, plural};

/// One backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct BackupRow {
    /// Step that made it.
    pub(crate) step: String,
    /// File or folder.
    pub(crate) file: String,
    /// Size.
    pub(crate) bytes: u64,
    /// SHA-256.
    pub(crate) sha256: String,
    /// Dump format.
    pub(crate) format: String,
    /// Version of the server.
    pub(crate) engine_version: String,
    /// Version of the tool.
    pub(crate) tool_version: String,
    /// Result of the restore check; `None`: it was not restored.
    pub(crate) restored: Option<Restored>,
    /// When it was complete.
    pub(crate) at: Option<Moment>,
}

/// One risk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct RiskRow {
    /// Id.
    pub(crate) id: String,
    /// What may happen.
    pub(crate) title: String,
    /// What is done about it.
    pub(crate) mitigation: String,
    /// Steps that mitigate it, with their status words.
    pub(crate) steps: Vec<RiskStep>,
    /// `mitigated`, `not_mitigated`, or `no_steps` when the plan names none.
    pub(crate) result: &'static str,
}

/// A step that mitigates a risk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct RiskStep {
    /// Step id.
    pub(crate) step: String,
    /// Heading.
    pub(crate) title: String,
    /// Status word.
    pub(crate) status: &'static str,
    #[serde(skip)]
    pub(crate) state: Status,
}

/// One success criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CriterionRow {
    /// Id.
    pub(crate) id: String,
    /// What must hold.
    pub(crate) title: String,
    /// `met`, `not_met` or `not_shown`.
    pub(crate) result: &'static str,
    /// What shows it.
    pub(crate) evidence: String,
}

/// Returns the backups that the steps left behind.
pub(super) fn backups(session: &Session, zone: Zone) -> Vec<BackupRow> {
    let steps = session.steps.iter();
    steps
        .flat_map(|step| {
            let made = step.artifacts.iter().filter(|a| a.what == "backup");
            made.map(move |artifact| BackupRow {
                step: clean(&step.id),
                file: clean(&artifact.path),
                bytes: artifact.bytes,
                sha256: clean(&artifact.sha256),
                format: clean(&artifact.format),
                engine_version: clean(&artifact.engine_version),
                tool_version: clean(&artifact.tool_version),
                restored: artifact.restored,
                at: step.finished_at_ms.map(|at| zone.moment(at)),
            })
        })
        .collect()
}

/// Returns the risks, each with the fate of the steps that mitigate it.
pub(super) fn risks(plan: &Plan, session: &Session) -> Vec<RiskRow> {
    plan.risks
        .iter()
        .map(|risk| {
            let steps: Vec<RiskStep> = risk
                .steps
                .iter()
                .map(|id| {
                    let step = session.step(id);
                    let state = step.map_or(Status::Waiting, |step| step.status);
                    RiskStep {
                        step: clean(id),
                        title: clean(step.map_or(id, |step| &step.title)),
                        status: text::status(state),
                        state,
                    }
                })
                .collect();
            let done = steps.iter().all(|step| step.state == Status::Succeeded);
            RiskRow {
                id: clean(&risk.id),
                title: clean_cut(&risk.title),
                mitigation: clean_cut(&risk.mitigation),
                result: match (steps.is_empty(), done) {
                    (true, _) => "no_steps",
                    (false, true) => "mitigated",
                    (false, false) => "not_mitigated",
                },
                steps,
            }
        })
        .collect()
}

/// Returns the success criteria with what shows them. After a rollback none is shown: what was found before no longer holds.
pub(super) fn criteria(
    plan: &Plan,
    session: &Session,
    checks: &[CheckRow],
    items: &[ItemRow],
) -> Vec<CriterionRow> {
    plan.criteria
        .iter()
        .map(|criterion| {
            let mut shown = Vec::new();
            if let Some(name) = &criterion.check {
                shown.push(by_checks(name, session, checks));
            }
            if let Some(item) = &criterion.item {
                shown.push(by_item(&clean(item), items));
            }
            let mut result = shown
                .iter()
                .map(|(result, _)| *result)
                .min_by_key(|result| match *result {
                    "not_met" => 0,
                    "not_shown" => 1,
                    _ => 2,
                })
                .unwrap_or("not_shown");
            let mut evidence: Vec<String> = shown.into_iter().map(|(_, text)| text).collect();
            if evidence.is_empty() {
                evidence.push("the plan binds it to no check and no item".to_owned());
            }
            if session.rolling_back && result == "met" {
                result = "not_shown";
                evidence.push("the session was rolled back after that".to_owned());
            }
            CriterionRow {
                id: clean(&criterion.id),
                title: clean_cut(&criterion.title),
                result,
                evidence: evidence.join("; "),
            }
        })
        .collect()
}

fn by_checks(name: &str, session: &Session, checks: &[CheckRow]) -> (&'static str, String) {
    let named: Vec<&CheckRow> = checks
        .iter()
        .filter(|row| Plan::names_check(name, &row.raw.0, &row.raw.1))
        .collect();
    let shown = clean(name);
    if named.is_empty() {
        let Some(step) = session.step(name) else {
            return (
                "not_shown",
                format!("check {shown} was not part of the session"),
            );
        };
        let word = text::status(step.status);
        let result = match step.status {
            Status::Succeeded => "met",
            Status::Failed => "not_met",
            _ => "not_shown",
        };
        return (result, format!("step {shown} {word}"));
    }
    let of = |word: &str| named.iter().filter(|row| row.result == word).count();
    let (pass, fail) = (of("pass"), of("fail"));
    let evidence = match named.as_slice() {
        [only] if only.result == "not_tested" => {
            format!("check {shown} was not tested: {}", only.found)
        }
        [only] => format!(
            "check {shown}: expected {}, found {}",
            only.expected, only.found
        ),
        _ => format!("{shown}: {pass} of {} passed", plural(named.len(), "check")),
    };
    let result = match (fail, pass == named.len()) {
        (1.., _) => "not_met",
        (0, true) => "met",
        (0, false) => "not_shown",
    };
    (result, evidence)
}

fn by_item(item: &str, items: &[ItemRow]) -> (&'static str, String) {
    let Some(row) = items.iter().find(|row| row.item == item) else {
        return ("not_shown", format!("item {item} is in no checklist"));
    };
    match (row.signatures.last(), row.result) {
        (Some(last), _) => (
            "met",
            format!("item {item} signed by {} at {}", last.by, last.at.local),
        ),
        (None, "by_check") => ("met", format!("item {item} ticked by its check")),
        (None, _) => ("not_shown", format!("item {item} is not signed")),
    }
}
