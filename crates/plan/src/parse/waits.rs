//! Who waits for whom: steps by `after`, and phases by theirs. A cycle would never start.

use std::collections::HashMap;

use super::cycle::cycles;
use super::elements::PhasePlace;
use super::found::Found;
use super::short::short;
use super::step::StepPlace;
use crate::model::Plan;

/// Most names a message lists.
const MOST_NAMED: usize = 12;

/// Reports every cycle at one `after` that takes part in it.
pub(crate) fn check(plan: &Plan, steps: &[StepPlace], phases: &[PhasePlace], found: &mut Found) {
    let count = plan.steps.len();
    for cycle in cycles(&graph(plan)) {
        // Only a written `after` can point forward, so a cycle has one; the message begins there.
        let written = |node: &usize| match node.checked_sub(count) {
            None => plan.steps[*node].after_written,
            Some(phase) => phase % 2 == 0 && plan.phases[phase / 2].after.is_some(),
        };
        let begin = cycle.iter().position(written).unwrap_or(0);
        let at = match cycle[begin].checked_sub(count) {
            None => steps[cycle[begin]].after_at,
            Some(phase) => phases[phase / 2].after_at,
        };
        found.add(at, "cycle", || {
            (
                format!(
                    "A cycle that can never start: {}",
                    named(plan, &cycle, begin)
                ),
                "Remove one of them from the `after` of the one before it.".to_owned(),
            )
        });
    }
}

/// Builds the graph: the steps, then two nodes a phase, its beginning and its end.
fn graph(plan: &Plan) -> Vec<Vec<usize>> {
    let count = plan.steps.len();
    let mut by_id: HashMap<&str, usize> = HashMap::with_capacity(count);
    for (index, step) in plan.steps.iter().enumerate() {
        by_id.entry(&step.id).or_insert(index);
    }
    let mut phase_by_id: HashMap<&str, usize> = HashMap::new();
    for (index, phase) in plan.phases.iter().enumerate() {
        phase_by_id.entry(&phase.id).or_insert(index);
    }
    let mut waits: Vec<Vec<usize>> = vec![Vec::new(); count + 2 * plan.phases.len()];
    for (index, step) in plan.steps.iter().enumerate() {
        if step.after_written {
            waits[index].extend(step.after.iter().filter_map(|id| by_id.get(id.as_str())));
        } else if index > 0 {
            waits[index].push(index - 1);
        }
        if let Some(phase) = step.phase.as_deref().and_then(|id| phase_by_id.get(id)) {
            waits[index].push(count + 2 * phase);
            waits[count + 2 * phase + 1].push(index);
        }
    }
    for (index, phase) in plan.phases.iter().enumerate() {
        waits[count + 2 * index + 1].push(count + 2 * index);
        for before in phase.after.iter().flatten() {
            if let Some(before) = phase_by_id.get(before.as_str()) {
                waits[count + 2 * index].push(count + 2 * before + 1);
            }
        }
    }
    waits
}

/// Names a cycle, from its node at `begin` round to itself: `a → b → a`, each waiting for the next.
fn named(plan: &Plan, cycle: &[usize], begin: usize) -> String {
    let name = |node: usize| match node.checked_sub(plan.steps.len()) {
        None => short(&plan.steps[node].id),
        Some(phase) => format!("phase {}", short(&plan.phases[phase / 2].id)),
    };
    let mut names: Vec<String> = Vec::new();
    for offset in 0..=cycle.len() {
        if names.len() > MOST_NAMED && offset < cycle.len() {
            names.push(format!("… {} more …", cycle.len() - offset));
            names.push(name(cycle[begin]));
            break;
        }
        let name = name(cycle[(begin + offset) % cycle.len()]);
        // The beginning and the end of a phase have one name.
        if names.last() != Some(&name) || offset == cycle.len() {
            names.push(name);
        }
    }
    names.join(" → ")
}
