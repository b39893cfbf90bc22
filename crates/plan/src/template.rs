//! The plan that `stopover init` writes: small, complete, commented, and without a problem.

use crate::edit::Setting;
use crate::model::Engine;

/// Returns the text of a starter plan for a database of this engine.
///
/// The tables in it are an example to be replaced; everything else is meant to stay.
pub fn plan(name: &str, engine: Engine) -> String {
    let example = Example::of(engine);
    let name = Setting::from(name).in_toml();
    let (engine, suffix, column) = (engine.word(), example.suffix, example.column);
    format!(
        r##"# A migration plan. The order of the file is the order of work: a step without `after` follows the one above it.
# Every key is described in docs/plan-file.md. Passwords and results never belong into this file.
format = 1
name = {name}
summary = "What changes, and why."
timezone = "UTC"
# start = 2026-12-05T01:00:00

# The database the plan acts on. Which one that is, is said when a session starts.
[target.main]
engine = "{engine}"
# database = "shop"        # refuse any database with another name

[[phase]]
id = "prepare"
title = "Prepare"

[[phase]]
id = "migrate"
title = "Migrate"
after = ["prepare"]

[[phase]]
id = "finish"
title = "Finish"
after = ["migrate"]

# ---- Prepare ----

# `restore_check` restores the backup into a scratch database and compares it: only then it counts.
[[step]]
id = "backup"
title = "Back up the database"
phase = "prepare"
backup = {{ file = "backups/before-{{time}}.{suffix}", restore_check = true }}
estimate = "5m"

# Counts now, to be compared after the change.
[[step]]
id = "count-before"
title = "Count the rows"
phase = "prepare"
check = {{ id = "rows", title = "No customer is lost", snapshot = "customers", sql = "SELECT count(*) FROM customers" }}
estimate = "10s"

# Waits until someone other than the one who runs the session approves.
[[step]]
id = "go"
title = "Go or no-go"
phase = "prepare"
gate = {{ question = "Is everyone ready, and is the backup good?", approvals = 1 }}
estimate = "5m"

# ---- Migrate ----

[[step]]
id = "maintenance-on"
title = "Close the shop"
phase = "migrate"
flag = {{ name = "maintenance", stage = "on", from = "off", file = "maintenance.txt" }}
undo = {{ flag = true }}
downtime = true
estimate = "10s"

[[step]]
id = "add-column"
title = "Add the column"
phase = "migrate"
downtime = true
estimate = "1m"
timeout = "10m"

[step.sql]
text = """
ALTER TABLE customers ADD COLUMN checked {column};
UPDATE customers SET checked = 0;
"""
lock_timeout = "3s"

[step.undo]
sql = "ALTER TABLE customers DROP COLUMN checked"

# A check that fails stops the session before the next step.
[[step]]
id = "verify"
title = "Verify"
phase = "migrate"
downtime = true
estimate = "30s"

[[step.check]]
id = "filled"
title = "Every customer has a value"
not_null = "customers.checked"

[[step.check]]
id = "rows"
title = "No customer is lost"
snapshot = "customers"
sql = "SELECT count(*) FROM customers"

[[step.check]]
id = "zero"
title = "Nobody is checked yet"
sql = "SELECT count(*) FROM customers WHERE checked <> 0"
expect = 0

# ---- Finish ----

# Offered on every way out once `maintenance-on` ran, also after a failure.
[[step]]
id = "maintenance-off"
title = "Open the shop"
phase = "finish"
finally_for = "maintenance-on"
flag = {{ name = "maintenance", stage = "off", from = "on", file = "maintenance.txt" }}
estimate = "10s"

[[step]]
id = "sign-off"
title = "Sign off"
phase = "finish"
gate = {{ question = "Does the application work as before?", approvals = 1 }}
estimate = "10m"

# ---- People ----

# Every item must be signed before the step `maintenance-on` starts.
[[checklist]]
id = "before"
title = "Before the shop closes"
before = "maintenance-on"

[[checklist.item]]
id = "announced"
title = "Users were told about the downtime"

[[checklist.item]]
id = "counted"
title = "The rows were counted"
check = "count-before"

[[risk]]
title = "The change takes longer than planned"
mitigation = "Lock timeout and retry; the undo takes less than a minute."
steps = ["add-column"]

[[criterion]]
title = "No customer is lost"
check = "verify/rows"

# Shown when a step fails and one of the symptoms is in its output.
[[card]]
issue = "The table is locked"
symptoms = ["lock timeout", "lock wait timeout", "database is locked"]
solution = "Find the blocking session, let it end, then retry the step."
steps = ["add-column"]
"##
    )
}

/// Returns the text of a plan that has a name and a target, and no step yet.
pub fn bare(name: &str, engine: Engine) -> String {
    let (name, engine) = (Setting::from(name).in_toml(), engine.word());
    format!(
        r#"# A migration plan. The order of the file is the order of work: a step without `after` follows the one above it.
format = 1
name = {name}
timezone = "UTC"

# The database the plan acts on. Which one that is, is said when a session starts.
[target.main]
engine = "{engine}"
"#
    )
}

/// What differs from engine to engine.
struct Example {
    suffix: &'static str,
    column: &'static str,
}

impl Example {
    fn of(engine: Engine) -> Self {
        match engine {
            Engine::Postgresql => Example {
                suffix: "dump",
                column: "smallint",
            },
            Engine::Mysql => Example {
                suffix: "sql.gz",
                column: "SMALLINT",
            },
            Engine::Sqlite => Example {
                suffix: "sqlite3",
                column: "INTEGER",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::open;

    fn check(name: &str, engine: Engine) {
        let (plan, problems) = open(&plan(name, engine));
        assert_eq!(problems, vec![], "{engine:?}");
        assert_eq!(plan.name, name);
        assert_eq!(plan.targets[0].engine, engine);
        let kinds: Vec<&str> = plan.steps.iter().map(|step| step.kind.word()).collect();
        for kind in ["backup", "sql", "check", "gate", "flag"] {
            assert!(kinds.contains(&kind), "{kind}");
        }
        assert!(plan.steps.iter().any(|step| step.finally_for.is_some()));
        assert!(!plan.cards.is_empty() && !plan.checklists.is_empty());
    }

    #[test]
    fn the_starter_plan_has_no_problem_on_any_engine() {
        for engine in [Engine::Postgresql, Engine::Mysql, Engine::Sqlite] {
            check("Shop", engine);
        }
    }

    #[test]
    fn a_bare_plan_has_a_name_and_a_target() {
        for engine in [Engine::Postgresql, Engine::Mysql, Engine::Sqlite] {
            let (plan, problems) = open(&bare("The \"big\" one", engine));
            assert!(
                problems.iter().all(|problem| problem.code == "no-steps"),
                "{problems:?}"
            );
            assert_eq!(
                (plan.name.as_str(), plan.steps.len()),
                ("The \"big\" one", 0)
            );
            assert_eq!(plan.targets[0].engine, engine);
        }
    }

    #[test]
    fn any_name_will_do() {
        check("The \"big\" one \\ {engine}", Engine::Sqlite);
        check("two\nlines", Engine::Sqlite);
    }
}
