//! The example runs, verifies and rolls back on every engine; afterwards schema and data are what they were, compared.

use stopover_plan::event::{Body, Outcome};
use stopover_plan::session::Status;
use stopover_tests::scenario::{Scenario, assert_nothing_ran_twice, count};
use stopover_tests::{MariaDb, Postgres, workspace};

const SIGNED: [&str; 8] = [
    "--sign",
    "create-records=ana",
    "--sign",
    "edit-records=ana",
    "--sign",
    "audit-trail=ana",
    "--sign",
    "admin-shows-fields=ana",
];

fn example(name: &str) -> String {
    let file = workspace().join("examples/audit-fields").join(name);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn setup(engine: &str, rows: u32) -> String {
    format!(
        "CREATE TABLE example_size (size INTEGER NOT NULL);\nINSERT INTO example_size VALUES ({rows});\n{}",
        example(&format!("setup.{engine}.sql"))
    )
}

/// Runs the plan, then takes it back; `dump` is everything there is to compare.
fn there_and_back(scenario: &Scenario, dump: impl Fn() -> String) {
    let before = dump();
    scenario.run(&SIGNED).expect(0);
    let session = scenario.session();
    assert_eq!(session.outcome, Some(Outcome::Succeeded));
    for step in &session.steps {
        assert_eq!(step.status, Status::Succeeded, "{}", step.id);
        assert!(
            step.checks.iter().all(|check| check.result == "pass"),
            "{}",
            step.id
        );
    }
    let backup = session
        .backup_of("backup")
        .expect("the example makes a backup");
    assert!(backup.restored.expect("it is restored once").equal);
    assert_ne!(dump(), before, "the migration changed nothing");
    scenario.ask(&["rollback"]).expect(0);
    let session = scenario.session();
    assert_eq!(session.outcome, Some(Outcome::RolledBack));
    assert_eq!(dump(), before, "the rollback left a difference");
    assert_nothing_ran_twice(&scenario.events());
}

#[test]
fn the_example_goes_there_and_back_on_postgresql() {
    let server = Postgres::shared();
    let (name, url) = server.fresh();
    server.run(&name, &setup("postgresql", 2000));
    let scenario = Scenario::new(&example("postgresql.plan.toml"), &url);
    there_and_back(&scenario, || server.dump(&name));
}

#[test]
fn the_example_goes_there_and_back_on_mariadb() {
    let server = MariaDb::shared();
    let (name, url) = server.fresh();
    server.run(&name, &setup("mariadb", 2000));
    let scenario = Scenario::new(&example("mariadb.plan.toml"), &url);
    there_and_back(&scenario, || server.dump(&name));
}

fn sqlite(scenario: &Scenario) -> rusqlite::Connection {
    rusqlite::Connection::open(scenario.scratch.join("app.db")).expect("the database opens")
}

/// Returns schema and rows of an SQLite database as text.
fn sqlite_dump(db: &rusqlite::Connection) -> String {
    let mut text = String::new();
    let mut schema = db
        .prepare("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master ORDER BY 1, 2")
        .expect("the schema can be read");
    let objects: Vec<[String; 4]> = schema
        .query_map([], |row| {
            Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?])
        })
        .and_then(Iterator::collect)
        .expect("the schema can be read");
    for [kind, name, table, sql] in &objects {
        text.push_str(&format!("{kind} {name} {table} {sql}\n"));
        if kind == "table" {
            let mut rows = db
                .prepare(&format!("SELECT * FROM \"{name}\" ORDER BY 1"))
                .expect("a table can be read");
            let columns = rows.column_count();
            let mut found = rows.query([]).expect("a table can be read");
            while let Some(row) = found.next().expect("a table can be read") {
                for column in 0..columns {
                    text.push_str(&format!("{:?} ", row.get_ref(column).expect("a value")));
                }
                text.push('\n');
            }
        }
    }
    text
}

fn on_sqlite() -> Scenario {
    let mut scenario = Scenario::new(&example("sqlite.plan.toml"), "");
    scenario.url = format!("sqlite:{}", scenario.scratch.join("app.db").display());
    sqlite(&scenario)
        .execute_batch(&setup("sqlite", 2000))
        .expect("the example's data is made");
    scenario
}

#[test]
fn the_example_goes_there_and_back_on_sqlite() {
    let scenario = on_sqlite();
    there_and_back(&scenario, || sqlite_dump(&sqlite(&scenario)));
}

#[test]
fn a_failed_check_stops_before_the_next_step_and_the_application_is_opened_again() {
    let scenario = on_sqlite();
    // A character whose player is nobody: the check after the fill must find it, the steps after it must not run.
    sqlite(&scenario)
        .execute_batch(
            "PRAGMA foreign_keys = OFF; CREATE TRIGGER spoil AFTER UPDATE OF created_by_id ON characters \
             WHEN NEW.id = 1 AND NEW.created_by_id IS NOT NULL \
             BEGIN UPDATE characters SET modified_by_id = NULL WHERE id = 1; END",
        )
        .expect("the trigger is made");
    scenario.run(&SIGNED).expect(1).says("FAIL");
    let session = scenario.session();
    assert_eq!(session.outcome, Some(Outcome::Failed));
    let status = |id: &str| session.step(id).expect("a step of the example").status;
    assert_eq!(status("verify"), Status::Failed);
    assert_eq!(status("maintenance-off"), Status::Succeeded);
    assert_eq!(status("closing-check"), Status::Waiting);
    let events = scenario.events();
    assert_eq!(
        count(&events, |body| matches!(body, Body::FinallyOffered { .. })),
        1
    );
    let maintenance: String = sqlite(&scenario)
        .query_row(
            "SELECT value FROM site_setting WHERE name = 'maintenance'",
            [],
            |row| row.get(0),
        )
        .expect("the setting is there");
    assert_eq!(maintenance, "off");
}
