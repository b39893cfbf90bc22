//! What a run is refused for: exit 3, a reason, a next move, and nothing touched.

use serde_json::json;
use stopover_tests::Postgres;

use crate::door::Door;
use crate::plans::{GATE, THREE_STEPS, plan, three_steps};

#[test]
fn a_plan_nobody_trusts_does_not_run_and_a_changed_one_is_new() {
    let door = Door::new();
    let (file, bind) = (door.plan(three_steps()), format!("main={}", door.sqlite()));
    let said = door
        .say(&["--json", "run", &file, "--bind", &bind])
        .exits(3);
    assert_eq!(said.codes(), ["not-trusted"]);
    assert_eq!(door.json(&["sessions"]), json!([]));
    door.say(&["run", &file, "--bind", &bind, "--trust"])
        .exits(0);

    door.in_sqlite("DROP TABLE orders");
    door.say(&["run", &file, "--bind", &bind]).exits(0);
    door.plan(three_steps().replace("Two orders", "Both orders"));
    let said = door
        .say(&["--json", "run", &file, "--bind", &bind])
        .exits(3);
    assert_eq!(said.codes(), ["not-trusted"]);
}

#[test]
fn a_target_held_by_another_runner_is_refused_and_the_holder_named() {
    let pg = Postgres::shared();
    let (_, url) = pg.fresh();
    let sqlite = Door::new();
    let server = Door::new();
    for (door, engine, address) in [
        (&sqlite, "sqlite", sqlite.sqlite()),
        (&server, "postgresql", url),
    ] {
        let bind = format!("main={address}");
        let file = door.plan(plan(engine, &format!("{GATE}{THREE_STEPS}")));
        let id = door.detached(&file, &bind);
        door.until_kind(&id, "gate_opened");
        // Another journal, so that only the target itself can tell.
        let other = Door::new();
        let said = other
            .say(&["--json", "run", &file, "--bind", &bind, "--trust"])
            .exits(3);
        assert!(said.err.contains(&id), "{engine}: {said:?}");
        assert_eq!(other.json(&["sessions"]), json!([]));
        door.say(&["approve", "go", "--as", "ada"]).exits(0);
        assert_eq!(door.outcome(&id), "succeeded", "{engine}");
    }
}

#[test]
fn production_wants_its_name_and_a_reason() {
    let door = Door::new();
    let (file, bind) = (door.plan(three_steps()), format!("main={}", door.sqlite()));
    let run = [
        "--json",
        "run",
        &file,
        "--bind",
        &bind,
        "--trust",
        "--environment",
        "production",
    ];
    assert_eq!(door.say(&run).exits(3).codes(), ["not-confirmed"]);
    let wrong = [&run[..], &["--confirm", "order"]].concat();
    assert_eq!(door.say(&wrong).exits(3).codes(), ["not-confirmed"]);
    let confirmed = [&run[..], &["--confirm", "Orders"]].concat();
    assert_eq!(door.say(&confirmed).exits(3).codes(), ["not-rehearsed"]);
    let whole = [&confirmed[..], &["--reason", "an empty table"]].concat();
    let said = door.say(&whole).exits(0);
    assert_eq!(said.lines()[0]["environment"], "production");
    assert_eq!(said.lines()[0]["reason"], "an empty table");
}

#[test]
fn a_rehearsal_is_refused_until_it_can_be_held() {
    let door = Door::new();
    let (file, bind) = (door.plan(three_steps()), format!("main={}", door.sqlite()));
    let said = door
        .say(&[
            "--json",
            "run",
            &file,
            "--bind",
            &bind,
            "--trust",
            "--rehearse",
        ])
        .exits(3);
    assert_eq!(said.codes(), ["rehearsal-later"]);
}

#[test]
fn a_target_with_an_unfinished_session_takes_no_other_one() {
    let door = Door::new();
    let steps = format!("{THREE_STEPS}{GATE}");
    let (file, bind) = (
        door.plan(plan("sqlite", &steps)),
        format!("main={}", door.sqlite()),
    );
    let id = door.detached(&file, &bind);
    door.until_kind(&id, "gate_opened");
    door.stop_runner(&id);
    let said = door
        .say(&["--json", "run", &file, "--bind", &bind, "--trust"])
        .exits(3);
    assert_eq!(said.codes(), ["unfinished-session"]);
    assert!(said.err.contains(&id), "{said:?}");
}
