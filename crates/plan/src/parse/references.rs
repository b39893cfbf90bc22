//! Checks that what elements refer to exists.

use std::collections::{HashMap, HashSet};

use super::fields::{Kin, Reference};
use super::found::Found;
use super::short::short;
use super::similar;
use crate::model::{Kind, Plan, Step};

/// Most ids that are compared for a "did you mean", so that a large broken plan stays quick.
const MOST_COMPARED: usize = 500;

/// Reports references to what does not exist, or is not of the right sort.
pub(crate) fn check(plan: &Plan, references: &[Reference], found: &mut Found) {
    let known = Known::of(plan);
    for reference in references {
        let Some(Lack {
            code,
            word,
            ids,
            of,
        }) = known.lacks(reference)
        else {
            continue;
        };
        let (from, key, id) = (&reference.from, reference.key, short(&reference.id));
        found.add(reference.span.start, code, || match of {
            Of::Missing => {
                let near = similar::nearest(&reference.id, ids.iter().copied().take(MOST_COMPARED));
                (
                    format!("{from}: `{key}` names {word} \"{id}\", which does not exist"),
                    match near {
                        Some(near) => {
                            format!("Write \"{near}\", if that is meant, or add the {word}.")
                        }
                        None => format!("Add the {word}, or remove the name."),
                    },
                )
            }
            Of::NoBackup => (
                format!("{from}: `{key}` names step \"{id}\", which is no backup"),
                "Name a step of kind `backup`.".to_owned(),
            ),
        });
    }
}

struct Lack<'k> {
    code: &'static str,
    word: &'static str,
    ids: &'k [&'k str],
    of: Of,
}

enum Of {
    Missing,
    NoBackup,
}

struct Known<'p> {
    targets: Vec<&'p str>,
    projects: Vec<&'p str>,
    phases: Vec<&'p str>,
    step_ids: Vec<&'p str>,
    steps: HashMap<&'p str, &'p Step>,
    items: Vec<&'p str>,
    item_set: HashSet<&'p str>,
    phase_set: HashSet<&'p str>,
    target_set: HashSet<&'p str>,
    project_set: HashSet<&'p str>,
}

impl<'p> Known<'p> {
    fn of(plan: &'p Plan) -> Self {
        let targets: Vec<&str> = plan
            .targets
            .iter()
            .map(|target| target.id.as_str())
            .collect();
        let projects: Vec<&str> = plan
            .projects
            .iter()
            .map(|project| project.id.as_str())
            .collect();
        let phases: Vec<&str> = plan.phases.iter().map(|phase| phase.id.as_str()).collect();
        let items: Vec<&str> = plan
            .checklists
            .iter()
            .flat_map(|checklist| &checklist.items)
            .map(|item| item.id.as_str())
            .collect();
        Self {
            target_set: targets.iter().copied().collect(),
            project_set: projects.iter().copied().collect(),
            phase_set: phases.iter().copied().collect(),
            item_set: items.iter().copied().collect(),
            step_ids: plan.steps.iter().map(|step| step.id.as_str()).collect(),
            steps: plan
                .steps
                .iter()
                .rev()
                .map(|step| (step.id.as_str(), step))
                .collect(),
            targets,
            projects,
            phases,
            items,
        }
    }

    fn lacks(&self, reference: &Reference) -> Option<Lack<'_>> {
        let id = reference.id.as_str();
        let lack = |code, word, ids| {
            Some(Lack {
                code,
                word,
                ids,
                of: Of::Missing,
            })
        };
        match reference.kin {
            Kin::Target if !self.target_set.contains(id) => {
                lack("missing-target", "target", &self.targets)
            }
            Kin::Project if !self.project_set.contains(id) => {
                lack("missing-project", "project", &self.projects)
            }
            Kin::Phase if !self.phase_set.contains(id) => {
                lack("missing-phase", "phase", &self.phases)
            }
            Kin::Item if !self.item_set.contains(id) => lack("missing-item", "item", &self.items),
            Kin::Step | Kin::BackupStep if !self.steps.contains_key(id) => {
                lack("missing-step", "step", &self.step_ids)
            }
            Kin::BackupStep if !matches!(self.steps[id].kind, Kind::Backup(_)) => Some(Lack {
                code: "not-a-backup",
                word: "step",
                ids: &[],
                of: Of::NoBackup,
            }),
            Kin::Check if !self.has_check(id) => lack("missing-check", "check", &self.step_ids),
            _ => None,
        }
    }

    fn has_check(&self, name: &str) -> bool {
        let (step, check) = match name.split_once('/') {
            Some((step, check)) => (step, Some(check)),
            None => (name, None),
        };
        let Some(step) = self.steps.get(step) else {
            return false;
        };
        match (check, &step.kind) {
            (None, _) => true,
            (Some(id), Kind::Check(checks)) => checks.iter().any(|check| check.id == id),
            (Some(_), _) => false,
        }
    }
}
