//! The targets of a session: bound by name, then opened and locked.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use stopover_engine::run::Access;
use stopover_plan::connection::Secret;
use stopover_plan::model::{Kind, Test};
use stopover_plan::{Plan, Problem};

use crate::trouble::{Trouble, refused};
use crate::who::host_name;
use crate::wish::Bound;

/// Returns the bindings of the targets that the steps in `scope` use.
pub(crate) fn bound_targets(
    plan: &Plan,
    scope: &BTreeSet<&str>,
    bindings: &[Bound],
) -> Result<BTreeMap<String, Bound>, Trouble> {
    for bound in bindings {
        if plan.target(&bound.target).is_none() {
            return Err(Trouble::Problems(vec![Problem::new(
                "unknown-target",
                format!("The plan has no target {}.", bound.target),
                "Bind a target that the plan names.",
            )]));
        }
    }
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for step in plan
        .steps
        .iter()
        .filter(|step| scope.contains(step.id.as_str()))
    {
        used.extend(step.target.as_deref());
        if let Kind::Check(checks) = &step.kind {
            for check in checks {
                used.extend(check.target.as_deref());
                if let Test::Equal { right_target, .. } = &check.test {
                    used.extend(right_target.as_deref());
                }
            }
        }
    }
    let mut chosen = BTreeMap::new();
    for id in used {
        let Some(target) = plan.target(id) else {
            continue;
        };
        let Some(bound) = bindings.iter().find(|bound| bound.target == id) else {
            return Err(Trouble::Problems(vec![Problem::new(
                "target-unbound",
                format!("Target {id} is bound to no connection."),
                format!("Bind it: --bind {id}=URL."),
            )]));
        };
        if bound.connection.engine != target.engine {
            return Err(Trouble::Problems(vec![Problem::new(
                "wrong-engine",
                format!(
                    "Target {id} needs {}, and its connection leads to {}.",
                    target.engine.word(),
                    bound.connection.engine.word()
                ),
                "Bind a connection of that engine.",
            )]));
        }
        chosen.insert(id.to_owned(), bound.clone());
    }
    Ok(chosen)
}

/// Opens and locks the targets.
pub(crate) async fn open_targets(
    plan: &Plan,
    bound: BTreeMap<String, Bound>,
    session: &str,
    by: &str,
) -> Result<BTreeMap<String, Access>, Trouble> {
    let mut targets = BTreeMap::new();
    let label = format!("{by}@{}", host_name());
    for (id, bound) in bound {
        let secret = bound.secret.map(Secret::new);
        let access = Access::open(bound.connection, secret, session, &label).await?;
        let binding = access.binding(&id);
        let expected = plan
            .target(&id)
            .and_then(|target| target.database.as_deref());
        if let Some(expected) = expected
            && !names_database(expected, &binding.database)
        {
            return Err(refused(
                "wrong-database",
                format!(
                    "Target {id} is to be the database {expected}, and the connection leads to {}.",
                    binding.database
                ),
                "Bind the connection of that database.",
            ));
        }
        targets.insert(id, access);
    }
    Ok(targets)
}

/// Compares a database's name; of an SQLite file the file name alone may be given.
fn names_database(expected: &str, found: &str) -> bool {
    expected == found
        || Path::new(found)
            .file_name()
            .is_some_and(|name| name.to_string_lossy() == expected)
}
