//! The example's plans are without a problem, and they tell the same story on every engine.

use std::path::PathBuf;

use stopover_plan::{Plan, model::Undo, parse};
use stopover_tests::workspace;

fn plan(engine: &str) -> Plan {
    let path: PathBuf = workspace().join(format!("examples/audit-fields/{engine}.plan.toml"));
    let text = std::fs::read_to_string(&path).unwrap();
    let (plan, problems) = parse::open(&text);
    assert_eq!(problems, vec![], "{}", path.display());
    plan
}

#[test]
fn every_plan_of_the_example_opens_without_a_problem_and_has_the_same_steps() {
    let shape = |plan: &Plan| -> Vec<(String, Vec<String>, Option<String>, bool)> {
        plan.steps
            .iter()
            .map(|step| {
                (
                    step.id.clone(),
                    step.after.clone(),
                    step.finally_for.clone(),
                    step.undo.is_some(),
                )
            })
            .collect()
    };
    let sqlite = shape(&plan("sqlite"));
    assert_eq!(sqlite.len(), 12);
    assert_eq!(sqlite, shape(&plan("postgresql")));
    assert_eq!(sqlite, shape(&plan("mariadb")));
}

#[test]
fn every_step_of_the_example_that_changes_the_database_can_be_undone() {
    for engine in ["sqlite", "postgresql", "mariadb"] {
        for step in plan(engine).steps {
            if step.kind.word() == "sql" {
                assert!(matches!(step.undo, Some(Undo::Sql(_))), "{}", step.id);
            }
        }
    }
}

#[test]
fn on_mariadb_every_step_of_the_example_is_one_statement() {
    use stopover_plan::model::{Engine, Kind};
    for step in plan("mariadb").steps {
        if let Kind::Sql(sql) = &step.kind {
            let text = sql.text.as_deref().unwrap();
            let (statements, problems) = stopover_plan::sql::split(Engine::Mysql, text);
            assert_eq!((statements.len(), problems), (1, vec![]), "{}", step.id);
        }
    }
}
