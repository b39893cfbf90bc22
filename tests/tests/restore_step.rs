//! A restore step of a plan: into a fresh database, swapped in by rename, and the session goes on with the new one.

use stopover_plan::event::{Body, Outcome};
use stopover_tests::Postgres;
use stopover_tests::scenario::{Scenario, count};

const PLAN: &str = r#"
format = 1
name = "There and back by restore"
[target.main]
engine = "postgresql"
[[step]]
id = "backup"
backup = { file = "before-{time}.dump", restore_check = true }
[[step]]
id = "spoil"
sql = "DELETE FROM accounts WHERE id > 1"
undo.manual = "Restore the backup."
[[step]]
id = "restore"
restore = { backup = "backup", swap = true }
[[step]]
id = "after"
sql = "INSERT INTO accounts VALUES (4, 'dora')"
undo.sql = "DELETE FROM accounts WHERE id = 4"
[[step]]
id = "verify"
check = { title = "All accounts are there", sql = "SELECT count(*) FROM accounts", expect = 4 }
"#;

#[test]
fn a_restore_is_swapped_in_and_the_session_goes_on_with_it() {
    let server = Postgres::shared();
    let (name, url) = server.fresh();
    server.run(
        &name,
        "CREATE TABLE accounts (id int PRIMARY KEY, name text); INSERT INTO accounts VALUES (1, 'ana'), (2, 'ben'), (3, 'cleo')",
    );
    let scenario = Scenario::new(PLAN, &url);
    scenario.run(&[]).expect(0);
    let session = scenario.session();
    assert_eq!(session.outcome, Some(Outcome::Succeeded));
    assert_eq!(
        server
            .run(
                &name,
                "SELECT string_agg(name, ' ' ORDER BY id) FROM accounts"
            )
            .trim(),
        "ana ben cleo dora"
    );
    let events = scenario.events();
    assert_eq!(
        count(&events, |body| matches!(body, Body::TargetSwapped { .. })),
        1
    );
    // What was live is set aside, not lost.
    let aside = session
        .step("restore")
        .and_then(|step| {
            step.artifacts
                .iter()
                .find(|artifact| artifact.what == "set_aside")
        })
        .expect("the restore names the database it set aside");
    assert_eq!(
        server
            .run(&aside.path, "SELECT count(*) FROM accounts")
            .trim(),
        "1"
    );
}
