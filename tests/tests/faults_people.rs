//! What people ask of a session: pausing, aborting, approving, skipping, retrying; and the steps owed on a way out.

use stopover_plan::event::{Body, Outcome};
use stopover_plan::session::{State, Status};
use stopover_runner::os_user;
use stopover_tests::scenario::{
    Scenario, assert_nothing_ran_twice, count, eventually, plan_head, words,
};
use stopover_tests::{Postgres, Scratch};

/// A scenario on an SQLite database with a table in which every step writes that it ran.
struct Desk {
    scenario: Scenario,
    connection: rusqlite::Connection,
    _folder: Scratch,
}

impl Desk {
    fn new(steps: &str) -> Self {
        let folder = Scratch::new();
        let file = folder.join("desk.db");
        let connection = rusqlite::Connection::open(&file).unwrap();
        connection
            .execute_batch("CREATE TABLE log (who text); CREATE TABLE t (n integer)")
            .unwrap();
        let plan = format!("{}{steps}", plan_head("sqlite"));
        Self {
            scenario: Scenario::new(&plan, &format!("sqlite:{}", file.display())),
            connection,
            _folder: folder,
        }
    }

    /// Returns who wrote, in order.
    fn log(&self) -> Vec<String> {
        let mut statement = self
            .connection
            .prepare("SELECT who FROM log ORDER BY rowid")
            .unwrap();
        statement
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    }

    fn status(&self, step: &str) -> Status {
        self.scenario.session().step(step).unwrap().status
    }

    fn wait_for_state(&self, state: State) {
        self.scenario.wait(&format!("{state:?}"), |events| {
            stopover_plan::session::Session::fold(events).state == state
        });
    }
}

/// Returns a step that writes its name.
fn writes(id: &str) -> String {
    format!("\n[[step]]\nid = \"{id}\"\nsql = \"INSERT INTO log VALUES ('{id}')\"\n")
}

/// Steps that close and open something around a check of `t`.
fn guarded() -> String {
    format!(
        "{}{}\n[[step]]\nid = \"verify\"\n[[step.check]]\nid = \"empty\"\ntitle = \"t is empty\"\n\
         sql = \"SELECT count(*) FROM t\"\nexpect = 0\n{}{}finally_for = \"close\"\n",
        writes("close"),
        writes("change"),
        writes("after"),
        writes("open"),
    )
}

#[test]
fn a_failed_check_stops_before_the_next_step_and_runs_what_is_owed() {
    let desk = Desk::new(&guarded());
    desk.connection
        .execute_batch("INSERT INTO t VALUES (1)")
        .unwrap();
    desk.scenario
        .run(&["--unattended"])
        .expect(1)
        .says("expected 0, found 1");
    assert_eq!(desk.log(), ["close", "change", "open"]);
    assert_eq!(desk.status("after"), Status::Waiting);
    let session = desk.scenario.session();
    assert_eq!(session.outcome, Some(Outcome::Failed));
    let events = desk.scenario.events();
    let offered =
        |body: &Body| matches!(body, Body::FinallyOffered { steps, .. } if *steps == ["open"]);
    assert_eq!(count(&events, offered), 1, "{}", words(&events));
}

#[test]
fn a_session_that_failed_and_was_mended_goes_on_at_the_failed_step_with_its_partner_in_force_again()
{
    let desk = Desk::new(&guarded());
    desk.connection
        .execute_batch("INSERT INTO t VALUES (1)")
        .unwrap();
    desk.scenario.run(&["--unattended"]).expect(1);
    desk.connection.execute_batch("DELETE FROM t").unwrap();
    desk.scenario.ask(&["retry", "verify"]).expect(0);
    // What the way out opened is closed again before the work between them goes on.
    assert_eq!(
        desk.log(),
        ["close", "change", "open", "close", "after", "open"]
    );
    assert_eq!(desk.scenario.session().outcome, Some(Outcome::Succeeded));
    assert_nothing_ran_twice(&desk.scenario.events());
}

#[test]
fn an_attended_failure_offers_what_is_owed_and_waits_for_the_choice() {
    let desk = Desk::new(&guarded());
    desk.connection
        .execute_batch("INSERT INTO t VALUES (1)")
        .unwrap();
    desk.scenario.detach();
    let offered = |body: &Body| matches!(body, Body::FinallyOffered { .. });
    desk.scenario.wait_for("finally_offered", offered);
    desk.wait_for_state(State::Failed);
    assert_eq!(desk.log(), ["close", "change"]);
    desk.scenario.ask(&["finally", "run"]).expect(0);
    eventually(|| desk.log().len() == 3, || "the owed step".to_owned());
    assert_eq!(desk.log(), ["close", "change", "open"]);
    // The rollback closes again before it takes anything back, so that opening is owed once more.
    desk.scenario.ask(&["rollback"]).expect(0);
    desk.scenario
        .wait("a second offer", |events| count(events, offered) == 2);
    desk.scenario.ask(&["finally", "run"]).expect(0);
    desk.wait_for_state(State::Finished);
    assert_eq!(desk.log(), ["close", "change", "open", "close", "open"]);
    // No step between them has an undo, and the session says so.
    assert_eq!(
        desk.scenario.session().outcome,
        Some(Outcome::PartlyRolledBack)
    );
}

#[test]
fn a_paused_session_stands_between_two_steps_until_it_is_told_to_go_on() {
    let steps = format!(
        "{}\n[[step]]\nid = \"wait\"\ncommand = [\"sh\", \"-c\", \"mkfifo go; touch begun; read line < go\"]\n{}",
        writes("first"),
        writes("last"),
    );
    let desk = Desk::new(&steps);
    desk.scenario.detach();
    eventually(
        || desk.scenario.scratch.join("begun").exists(),
        || "the program".to_owned(),
    );
    desk.scenario.ask(&["pause"]).expect(0);
    // What runs is not cut short; the pause is before the next step.
    assert_eq!(desk.status("wait"), Status::Running);
    // Opening the pipe waits for the program's own opening of it.
    desk.scenario.scratch.write("go", "\n");
    desk.wait_for_state(State::Paused);
    assert_eq!(desk.status("wait"), Status::Succeeded);
    assert_eq!(desk.status("last"), Status::Waiting);
    assert_eq!(desk.log(), ["first"]);
    desk.scenario.ask(&["resume", "last"]).expect(0);
    desk.wait_for_state(State::Finished);
    assert_eq!(desk.log(), ["first", "last"]);
}

#[test]
fn an_abort_cancels_what_runs_and_what_comes_next_and_runs_what_is_owed() {
    let server = Postgres::shared();
    let (name, url) = server.fresh();
    server.run(&name, "CREATE TABLE log (who text)");
    let plan = format!(
        "{}{}\n[[step]]\nid = \"long\"\nsql = \"INSERT INTO log VALUES ('long'); SELECT pg_sleep(600)\"\n{}finally_for = \"close\"\n",
        plan_head("postgresql"),
        writes("close"),
        writes("open"),
    );
    let scenario = Scenario::new(&plan, &url);
    let runner = scenario.begin(&["--unattended"]);
    eventually(
        || {
            let sql = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)' AND state = 'active' AND pid <> pg_backend_pid()";
            server.run(&name, sql) == "1"
        },
        || "the long statement".to_owned(),
    );
    scenario.ask(&["abort"]).expect(0);
    runner.end().expect(1);
    assert_eq!(scenario.session().outcome, Some(Outcome::Aborted));
    assert_eq!(
        server.run(&name, "SELECT string_agg(who, ',') FROM log"),
        "close,open"
    );
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)' AND state = 'active' AND pid <> pg_backend_pid()";
    assert_eq!(server.run(&name, sql), "0");
    assert_eq!(
        scenario.session().step("long").unwrap().status,
        Status::Interrupted
    );
}

#[test]
fn a_gate_is_not_approved_by_the_one_who_runs_it() {
    let steps = format!(
        "\n[[step]]\nid = \"go\"\ngate = {{ question = \"Go?\", approvals = 2 }}\n{}",
        writes("work")
    );
    let desk = Desk::new(&steps);
    desk.scenario.detach();
    let opened = |body: &Body| matches!(body, Body::GateOpened { .. });
    desk.scenario.wait_for("gate_opened", opened);
    let me = os_user();
    desk.scenario
        .ask(&["approve", "go", "--as", &me])
        .expect(3)
        .says("may not approve");
    desk.scenario
        .ask(&["approve", "go", "--as", "eve"])
        .expect(0);
    // One person counts once, however often she says so.
    desk.scenario
        .ask(&["approve", "go", "--as", "eve"])
        .expect(0);
    let approved = |body: &Body| matches!(body, Body::GateApproved { .. });
    assert_eq!(count(&desk.scenario.events(), approved), 2);
    desk.scenario.ask(&["pause"]).expect(0);
    assert_eq!(desk.status("go"), Status::Paused);
    assert_eq!(desk.log(), Vec::<String>::new());
    desk.scenario
        .ask(&["approve", "go", "--as", "zoe"])
        .expect(0);
    desk.wait_for_state(State::Paused);
    desk.scenario.ask(&["resume", "last"]).expect(0);
    desk.wait_for_state(State::Finished);
    assert_eq!(desk.log(), ["work"]);
}

#[test]
fn only_named_approvers_approve_a_gate_that_names_them() {
    let steps = "\n[[step]]\nid = \"go\"\ngate = { question = \"Go?\", approvers = [\"zoe\"] }\n";
    let desk = Desk::new(steps);
    desk.scenario
        .run(&["--approve", "go=eve"])
        .expect(3)
        .says("Ask for the approval of zoe");
    let desk = Desk::new(steps);
    desk.scenario.run(&["--approve", "go=zoe"]).expect(0);
    assert_eq!(desk.scenario.session().outcome, Some(Outcome::Succeeded));
}

#[test]
fn a_step_is_skipped_only_with_a_reason_which_is_kept() {
    let steps = format!(
        "{}\n[[step]]\nid = \"broken\"\nsql = \"INSERT INTO nowhere VALUES (1)\"\n{}",
        writes("first"),
        writes("last"),
    );
    let desk = Desk::new(&steps);
    desk.scenario.run(&[]).expect(1).says("nowhere");
    desk.scenario.ask(&["skip", "broken"]).expect(2);
    desk.scenario
        .ask(&["skip", "broken", "--reason", "  "])
        .expect(3)
        .says("without a reason");
    desk.scenario
        .ask(&["skip", "first", "--reason", "done by hand"])
        .expect(3);
    assert_eq!(desk.log(), ["first"]);
    desk.scenario
        .ask(&["skip", "broken", "--reason", "done by hand"])
        .expect(0);
    assert_eq!(desk.log(), ["first", "last"]);
    let session = desk.scenario.session();
    assert_eq!(session.outcome, Some(Outcome::Succeeded));
    let broken = session.step("broken").unwrap();
    assert_eq!(broken.status, Status::Skipped);
    assert_eq!(broken.skipped, Some(("done by hand".to_owned(), os_user())));
}

#[test]
fn a_failed_step_is_retried_once_its_cause_is_mended_and_no_other_step_is() {
    let steps = format!(
        "{}\n[[step]]\nid = \"broken\"\nsql = \"INSERT INTO later VALUES (1); INSERT INTO log VALUES ('broken')\"\n{}",
        writes("first"),
        writes("last"),
    );
    let desk = Desk::new(&steps);
    desk.scenario.run(&[]).expect(1).says("later");
    desk.scenario
        .ask(&["retry", "first"])
        .expect(3)
        .says("only a failed step");
    desk.connection
        .execute_batch("CREATE TABLE later (n integer)")
        .unwrap();
    desk.scenario.ask(&["retry", "broken"]).expect(0);
    assert_eq!(desk.log(), ["first", "broken", "last"]);
    desk.scenario.ask(&["retry", "broken"]).expect(3);
    desk.scenario
        .ask(&["resume", "last"])
        .expect(3)
        .says("is over");
    assert_nothing_ran_twice(&desk.scenario.events());
}

#[test]
fn an_item_that_needs_two_people_is_not_ticked_by_one_of_them_twice() {
    let steps = format!(
        "{}\n[[checklist]]\nid = \"ready\"\nbefore = \"go\"\n\
         item = [{{ id = \"seen\", title = \"Two looked\", signatures = 2 }}]\n",
        writes("go"),
    );
    let desk = Desk::new(&steps);
    desk.scenario.detach();
    desk.wait_for_state(State::Waiting);
    desk.scenario
        .ask(&["sign", "seen", "--as", "zoe"])
        .expect(0);
    // The same person under another spelling is still one person.
    desk.scenario
        .ask(&["sign", "seen", "--as", "Zoe"])
        .expect(3)
        .says("needs 2 different people");
    assert_eq!(desk.log(), [""; 0], "one person is not two");
    desk.scenario
        .ask(&["sign", "seen", "--as", "eve"])
        .expect(0);
    desk.wait_for_state(State::Finished);
    assert_eq!(desk.log(), ["go"]);
    let session = desk.scenario.session();
    let people: Vec<&str> = session.signatures["seen"]
        .iter()
        .map(|signature| signature.by.as_str())
        .collect();
    assert_eq!(people, ["zoe", "eve"]);
}
