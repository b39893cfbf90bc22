//! What people signed: checklist items, gates, and the steps they carried out by hand.

use std::collections::BTreeSet;

use serde::Serialize;
use stopover_plan::Plan;
use stopover_plan::event::Evidence;
use stopover_plan::model::Kind;
use stopover_plan::session::{Session, Signature, Status};

use super::steps::is_part;
use super::{CheckRow, Written};
use crate::guard::{clean, clean_cut};
use crate::text::{self, Moment, Zone};

/// One signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct SignatureRow {
    /// Who.
    pub(crate) by: String,
    /// When.
    pub(crate) at: Moment,
    /// Remark.
    pub(crate) note: String,
    /// Evidence.
    pub(crate) evidence: Option<Evidence>,
    /// True when it is the person who started the session.
    pub(crate) by_runner: bool,
}

/// One item of a checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ItemRow {
    /// Checklist id; empty for a signature under something the plan no longer has.
    pub(crate) checklist: String,
    /// Heading of the checklist.
    pub(crate) checklist_title: String,
    /// Item id.
    pub(crate) item: String,
    /// What is ticked.
    pub(crate) title: String,
    /// Who is to tick it.
    pub(crate) owner: Option<String>,
    /// `signed`, `by_check` or `open`.
    pub(crate) result: &'static str,
    /// Check that ticks it.
    pub(crate) check: Option<String>,
    /// Signatures, oldest first; the last one counts.
    pub(crate) signatures: Vec<SignatureRow>,
}

/// One gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct GateRow {
    /// Step id.
    pub(crate) step: String,
    /// Heading.
    pub(crate) title: String,
    /// What was decided.
    pub(crate) question: String,
    /// Who may approve; empty: anyone but the one who runs it.
    pub(crate) approvers: Vec<String>,
    /// How many approvals it needs.
    pub(crate) needed: u32,
    /// Status word of the step.
    pub(crate) status: &'static str,
    #[serde(skip)]
    pub(crate) state: Status,
    /// Approvals.
    pub(crate) approvals: Vec<SignatureRow>,
}

/// One step that a person carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ManualRow {
    /// Step id.
    pub(crate) step: String,
    /// Heading.
    pub(crate) title: String,
    /// Status word of the step.
    pub(crate) status: &'static str,
    #[serde(skip)]
    pub(crate) state: Status,
    /// Signatures.
    pub(crate) signatures: Vec<SignatureRow>,
}

fn signatures(list: &[Signature], session: &Session, zone: Zone) -> Vec<SignatureRow> {
    list.iter()
        .map(|signature| SignatureRow {
            by: clean(&signature.by),
            at: zone.moment(signature.at_ms),
            note: clean_cut(&signature.note),
            evidence: signature.evidence.as_ref().map(|evidence| Evidence {
                name: clean(&evidence.name),
                bytes: evidence.bytes,
                sha256: clean(&evidence.sha256),
            }),
            by_runner: signature.by == session.by,
        })
        .collect()
}

fn under(item: &str, session: &Session, zone: Zone) -> Vec<SignatureRow> {
    session
        .signatures
        .get(item)
        .map(|list| signatures(list, session, zone))
        .unwrap_or_default()
}

/// Returns the items of all checklists, then signatures under items that the plan no longer has.
pub(super) fn items(
    plan: &Plan,
    session: &Session,
    checks: &[CheckRow],
    zone: Zone,
) -> Vec<ItemRow> {
    let mut rows = Vec::new();
    for checklist in &plan.checklists {
        for item in &checklist.items {
            let signatures = under(&item.id, session, zone);
            let ticked = item
                .check
                .as_deref()
                .is_some_and(|name| passes(name, checks));
            rows.push(ItemRow {
                checklist: clean(&checklist.id),
                checklist_title: clean(&checklist.title),
                item: clean(&item.id),
                title: clean_cut(&item.title),
                owner: item.owner.as_deref().map(clean),
                result: match (session.is_ticked(item), ticked) {
                    (true, _) => "signed",
                    (false, true) if signatures.is_empty() => "by_check",
                    (false, _) => "open",
                },
                check: item.check.as_deref().map(clean),
                signatures,
            });
        }
    }
    let items = item_ids(plan);
    let known = |id: &str| session.step(id).is_some() || items.contains(id);
    for id in session.signatures.keys().filter(|id| !known(id)) {
        rows.push(ItemRow {
            checklist: String::new(),
            checklist_title: "Signed, and no longer in the plan".to_owned(),
            item: clean(id),
            title: clean(id),
            owner: None,
            result: "signed",
            check: None,
            signatures: under(id, session, zone),
        });
    }
    rows
}

fn item_ids(plan: &Plan) -> BTreeSet<&str> {
    let items = plan.checklists.iter().flat_map(|list| &list.items);
    items.map(|item| item.id.as_str()).collect()
}

/// Returns true when `name` (`step` or `step/check`) names at least one check and all it names hold.
fn passes(name: &str, checks: &[CheckRow]) -> bool {
    let mut named = checks
        .iter()
        .filter(|row| Plan::names_check(name, &row.raw.0, &row.raw.1))
        .peekable();
    named.peek().is_some() && named.all(|row| row.result == "pass")
}

/// Returns the gates in plan order.
pub(super) fn gates(written: &Written<'_>, session: &Session, zone: Zone) -> Vec<GateRow> {
    let steps = session.steps.iter().filter(|step| is_part(session, step));
    steps
        .filter(|step| step.step_kind == "gate")
        .map(|step| {
            let gate = match written.get(step.id.as_str()).map(|step| &step.kind) {
                Some(Kind::Gate(gate)) => Some(gate),
                _ => None,
            };
            GateRow {
                step: clean(&step.id),
                title: clean(&step.title),
                question: clean_cut(gate.map_or(&step.detail, |gate| &gate.question)),
                approvers: gate
                    .map(|gate| gate.approvers.iter().map(|who| clean(who)).collect())
                    .unwrap_or_default(),
                needed: gate
                    .map_or(step.approvals_needed, |gate| gate.approvals)
                    .max(1),
                status: text::status(step.status),
                state: step.status,
                approvals: signatures(&step.approvals, session, zone),
            }
        })
        .collect()
}

/// Returns the manual steps, and every other step that was signed, in plan order.
pub(super) fn manual(plan: &Plan, session: &Session, zone: Zone) -> Vec<ManualRow> {
    let items = item_ids(plan);
    let steps = session.steps.iter().filter(|step| is_part(session, step));
    steps
        .filter(|step| {
            step.step_kind == "manual"
                || (session.is_signed(&step.id) && !items.contains(step.id.as_str()))
        })
        .map(|step| ManualRow {
            step: clean(&step.id),
            title: clean(&step.title),
            status: text::status(step.status),
            state: step.status,
            signatures: under(&step.id, session, zone),
        })
        .collect()
}
