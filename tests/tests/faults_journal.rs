//! Faults of the journal and of the clock: full, read-only, damaged, lost, and a time that jumps.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;

use stopover_plan::event::{Body, Direction, Event, Mode, Outcome, StepHead};
use stopover_plan::model::Environment;
use stopover_plan::session::{Session, Status};
use stopover_tests::scenario::{
    Client, Ended, Scenario, assert_nothing_ran_twice, count, eventually, plan_head, words,
};
use stopover_tests::{MariaDb, Postgres, is_running, stopover};

fn writes(id: &str) -> String {
    format!("\n[[step]]\nid = \"{id}\"\nsql = \"INSERT INTO log VALUES ('{id}')\"\n")
}

/// Returns a PostgreSQL database with an empty log of steps.
fn database() -> (String, String) {
    let server = Postgres::shared();
    let (name, url) = server.fresh();
    server.run(&name, "CREATE TABLE log (who text)");
    (name, url)
}

#[test]
fn a_full_disk_under_the_journal_stops_the_session_before_it_acts_unlogged() {
    let server = Postgres::shared();
    let mut stops = 0;
    // From room for nothing to room for all but the end.
    for blocks in [0, 40, 90, 140, 200, 300, 400] {
        let (name, url) = database();
        let plan = format!(
            "{}{}\n[[step]]\nid = \"talk\"\nidempotent = true\n\
             command = [\"sh\", \"-c\", \"head -c 200000 /dev/zero | tr '\\\\\\\\0' x\"]\n{}",
            plan_head("postgresql"),
            writes("first"),
            writes("last"),
        );
        let scenario = Scenario::new(&plan, &url);
        // The limit on file sizes stands for a full disk; without the trap the signal would end the process.
        let run = scenario.run_command(&[]);
        let mut limited = scenario.program(Path::new("bash"));
        limited
            .args(["-c", "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\""])
            .arg(blocks.to_string())
            .arg(run.get_program())
            .args(run.get_args());
        let ended = Ended::of(limited.output().unwrap());
        if ended.code == Some(0) {
            assert_eq!(
                server.run(&name, "SELECT string_agg(who, ',') FROM log"),
                "first,last"
            );
            continue;
        }
        stops += 1;
        ended.expect(5).says("journal");
        let events = scenario.events();
        for (step, status) in [("first", "first"), ("last", "last")] {
            let began =
                |body: &Body| matches!(body, Body::StepStarted { step: id, .. } if id == step);
            let wrote = server.run(
                &name,
                &format!("SELECT count(*) FROM log WHERE who = '{status}'"),
            );
            assert!(
                wrote == "0" || count(&events, began) == 1,
                "{step} ran and is not in the journal of {blocks} blocks:\n{}",
                words(&events)
            );
        }
        // With room again it goes on, or begins.
        match events.is_empty() {
            true => scenario.run(&[]),
            false => scenario.ask(&["resume", "last"]),
        }
        .expect(0);
        assert_eq!(
            server.run(&name, "SELECT string_agg(who, ',') FROM log"),
            "first,last"
        );
        assert!(scenario.log().verify().unwrap().intact);
    }
    assert!(stops >= 4, "only {stops} sizes were too small");
}

#[test]
fn a_read_only_journal_refuses_the_run_before_anything_happens() {
    let server = Postgres::shared();
    let (name, url) = database();
    let plan = format!("{}{}", plan_head("postgresql"), writes("first"));
    let scenario = Scenario::new(&plan, &url);
    scenario.run(&[]).expect(0);
    let folder = scenario.journal.parent().unwrap().to_path_buf();
    // Permissions do not bind root, so the program runs as somebody else then, from where anybody can start it.
    let program = scenario.scratch.join("stopover");
    std::fs::copy(stopover(), &program).unwrap();
    let set = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    set(scenario.scratch.path(), 0o755);
    set(&program, 0o755);
    set(&scenario.plan, 0o644);
    set(&scenario.journal, 0o444);
    set(&folder, 0o555);
    let mut command = scenario.program(&program);
    command
        .args(scenario.run_command(&[]).get_args())
        .current_dir("/");
    if std::fs::metadata(&scenario.journal).unwrap().uid() == 0 {
        command.uid(65534);
    }
    Ended::of(command.output().unwrap())
        .expect(5)
        .says("journal");
    set(&folder, 0o700);
    set(&scenario.journal, 0o600);
    assert_eq!(server.run(&name, "SELECT count(*) FROM log"), "1");
    let marks = "SELECT to_regclass('stopover_mark') IS NULL";
    assert_eq!(server.run(&name, marks), "t");
}

/// Damages the journal so that it cannot be read.
#[test]
fn a_runner_whose_journal_was_removed_ends_instead_of_going_on_unlogged() {
    let (name, url) = database();
    let plan = format!(
        "{}{}\n[[step]]\nid = \"go\"\ngate = {{ question = \"Go?\" }}\n{}",
        plan_head("postgresql"),
        writes("first"),
        writes("last")
    );
    let scenario = Scenario::new(&plan, &url);
    scenario.detach();
    scenario.wait_for("the gate", |body| matches!(body, Body::GateOpened { .. }));
    let (pid, _) = scenario.session().runner.expect("a runner has it");
    let running = || is_running(&pid.to_string());
    assert!(running());
    let folder = scenario
        .journal
        .parent()
        .expect("the journal lies in a folder");
    std::fs::remove_dir_all(folder).expect("the journal can be removed");
    eventually(|| !running(), || "the end of the runner".to_owned());
    assert_eq!(
        Postgres::shared().run(&name, "SELECT who FROM log").trim(),
        "first"
    );
}

fn damage(journal: &Path) {
    for companion in ["-wal", "-shm"] {
        let mut file = journal.as_os_str().to_owned();
        file.push(companion);
        let _ = std::fs::remove_file(file);
    }
    let size = std::fs::metadata(journal).unwrap().len();
    std::fs::write(journal, vec![b'?'; usize::try_from(size).unwrap()]).unwrap();
}

/// Runs until a statement stands at a lock, kills the runner, damages its journal, lets go, and adopts the session.
fn lose_the_journal(
    scenario: &Scenario,
    in_flight: impl Fn() -> bool,
    let_go: impl FnOnce(),
) -> Ended {
    let runner = scenario.begin(&[]);
    eventually(in_flight, || "the statement in flight".to_owned());
    let lost = scenario.session().id;
    runner.kill();
    damage(&scenario.journal);
    let_go();

    scenario
        .ask(&["sessions"])
        .expect(0)
        .says("is damaged. It was set aside as")
        .says("No sessions yet");
    let aside = std::fs::read_dir(scenario.journal.parent().unwrap())
        .unwrap()
        .filter(|entry| {
            let name = entry.as_ref().unwrap().file_name();
            name.to_string_lossy().contains(".corrupt-")
        })
        .count();
    assert_eq!(aside, 1);
    // The target still knows what was done, so nothing begins from the start by mistake.
    scenario.run(&[]).expect(4).says(&format!("--adopt {lost}"));
    let adopted = scenario.run(&["--adopt", &lost]);
    assert_eq!(scenario.session().id, lost);
    assert_nothing_ran_twice(&scenario.events());
    adopted
}

#[test]
fn a_damaged_journal_is_set_aside_and_its_session_adopted_from_the_marks_of_postgresql() {
    let server = Postgres::shared();
    let (name, url) = database();
    server.run(
        &name,
        "CREATE TABLE held (n int); INSERT INTO held VALUES (0)",
    );
    let plan = format!(
        "{}{}\n[[step]]\nid = \"mixed\"\nsql = {{ lock_timeout = \"60s\", text = \"\"\"\n\
         INSERT INTO log VALUES ('mixed');\nCREATE INDEX CONCURRENTLY log_who ON log (who);\n\
         UPDATE held SET n = n + 1;\n\"\"\" }}\n{}",
        plan_head("postgresql"),
        writes("first"),
        writes("last"),
    );
    let scenario = Scenario::new(&plan, &url);
    let mut holder = Client::psql(server, &name);
    holder.run("BEGIN; UPDATE held SET n = n");
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE held%'";
    lose_the_journal(
        &scenario,
        || server.run(&name, waiting) == "1",
        || {
            holder.run("COMMIT");
        },
    )
    .expect(0);
    assert_eq!(scenario.session().outcome, Some(Outcome::Succeeded));
    assert_eq!(
        server.run(&name, "SELECT string_agg(who, ',') FROM log"),
        "first,mixed,last"
    );
    assert_eq!(server.run(&name, "SELECT n FROM held"), "1");
}

#[test]
fn a_damaged_journal_is_set_aside_and_its_session_adopted_from_the_marks_of_mariadb() {
    let server = MariaDb::shared();
    let (name, url) = server.fresh();
    server.run(
        &name,
        "CREATE TABLE log (who varchar(50)); CREATE TABLE held (n int); INSERT INTO held VALUES (0)",
    );
    let plan = format!(
        "{}{}\n[[step]]\nid = \"columns\"\nsql = \"ALTER TABLE log ADD COLUMN c int\"\n\n\
         [[step]]\nid = \"mixed\"\nsql = {{ lock_timeout = \"60s\", text = \"\"\"\n\
         INSERT INTO log VALUES ('mixed', 1);\nALTER TABLE held ADD COLUMN c int;\n\
         UPDATE held SET n = n + 1;\n\"\"\" }}\n",
        plan_head("mysql"),
        writes("first"),
    );
    let scenario = Scenario::new(&plan, &url);
    let mut holder = Client::mariadb(server, &name);
    holder.run("LOCK TABLES held READ");
    let waiting =
        "SELECT count(*) FROM information_schema.processlist WHERE info LIKE 'ALTER TABLE held%'";
    let adopted = lose_the_journal(
        &scenario,
        || server.run("", waiting) == "1",
        || {
            holder.run("UNLOCK TABLES");
        },
    );
    // What is marked as done is done; of the statement in flight only its begin is marked.
    adopted.expect(4).says("ALTER TABLE held ADD COLUMN c int");
    let session = scenario.session();
    for (step, status) in [
        ("first", Status::Succeeded),
        ("columns", Status::Succeeded),
        ("mixed", Status::Unknown),
    ] {
        assert_eq!(session.step(step).unwrap().status, status, "{step}");
    }
    let sql = "SELECT count(*) FROM information_schema.columns \
               WHERE table_schema = database() AND table_name = 'held' AND column_name = 'c'";
    let finding = match server.run(&name, sql).as_str() {
        "1" => "--applied",
        _ => "--not-applied",
    };
    scenario.ask(&["settle", "mixed", finding]).expect(0);
    assert_eq!(scenario.session().outcome, Some(Outcome::Succeeded));
    assert_nothing_ran_twice(&scenario.events());
    assert_eq!(
        server.run(&name, "SELECT group_concat(who) FROM log"),
        "first,mixed"
    );
    assert_eq!(server.run(&name, "SELECT n FROM held"), "1");
}

/// Returns events of a session whose wall clock jumps by `jump_ms` before each, while `mono_ms` goes on by ten.
fn jumping(jump_ms: i64) -> Vec<Event> {
    let head = |id: &str| StepHead {
        id: id.to_owned(),
        title: id.to_owned(),
        step_kind: "sql".to_owned(),
        phase: None,
        after: Vec::new(),
        estimate_ms: None,
        finally_for: None,
        detail: String::new(),
        has_undo: false,
    };
    let step = |id: &str| {
        [
            Body::StepStarted {
                step: id.to_owned(),
                attempt: 1,
                direction: Direction::Forward,
            },
            Body::StepSucceeded {
                step: id.to_owned(),
                direction: Direction::Forward,
                rows: None,
                exit: None,
                elapsed_ms: 10,
                artifacts: Vec::new(),
                by_mark: false,
            },
        ]
    };
    let first = Body::SessionStarted {
        plan: "Trial".to_owned(),
        plan_path: String::new(),
        plan_hash: String::new(),
        mode: Mode::Live,
        environment: Environment::Development,
        bindings: Vec::new(),
        steps: vec![head("a"), head("b")],
        only: Vec::new(),
        by: "ada".to_owned(),
        host: "here".to_owned(),
        program: String::new(),
        reason: None,
    };
    let runner = Body::RunnerStarted {
        pid: 1,
        host: "here".to_owned(),
        resumed: false,
    };
    let end = Body::SessionFinished {
        outcome: Outcome::Succeeded,
    };
    [first, runner]
        .into_iter()
        .chain(step("a"))
        .chain(step("b"))
        .chain([end])
        .zip(1_u64..)
        .map(|(body, seq)| Event {
            seq,
            at_ms: 1_000_000_000_000 + i64::try_from(seq).unwrap() * jump_ms,
            mono_ms: (seq > 1).then_some(seq * 10),
            session: "s".to_owned(),
            body,
        })
        .collect()
}

#[test]
fn a_clock_that_jumps_a_day_changes_neither_order_nor_durations() {
    const DAY: i64 = 86_400_000;
    let steady = Session::fold(&jumping(10));
    assert_eq!(steady.duration_ms, 70);
    for jump in [-DAY, DAY, 0] {
        let events = jumping(jump);
        let session = Session::fold(&events);
        assert_eq!(session.duration_ms, steady.duration_ms, "{jump}");
        assert_eq!(session.outcome, steady.outcome, "{jump}");
        for (jumped, step) in session.steps.iter().zip(&steady.steps) {
            assert_eq!(jumped.status, Status::Succeeded);
            assert_eq!(jumped.elapsed_ms, step.elapsed_ms, "{jump}");
            assert_eq!(jumped.ended_seq, step.ended_seq, "{jump}");
        }
    }
}

#[test]
fn a_journal_whose_clock_went_back_still_lists_and_reads_in_order() {
    let (_, url) = database();
    let plan = format!("{}{}", plan_head("postgresql"), writes("first"));
    let scenario = Scenario::new(&plan, &url);
    scenario.run(&[]).expect(0);
    let events = scenario.events();
    let copy = scenario.scratch.join("jumped.db");
    let journal = stopover_journal::Journal::open(&copy).unwrap();
    let mut bodies = events.iter().map(|event| event.body.clone());
    journal.create_session("s", bodies.next().unwrap()).unwrap();
    for (body, mono) in bodies.zip((0..10).rev()) {
        // A runner that was suspended, or another machine's, may bring a smaller monotonic time as well.
        journal.append("s", body, Some(mono)).unwrap();
    }
    let read = journal.events("s", 0, usize::MAX).unwrap();
    let order: Vec<u64> = read.iter().map(|event| event.seq).collect();
    assert_eq!(order, (1..=events.len() as u64).collect::<Vec<_>>());
    assert_eq!(
        journal.session("s").unwrap().outcome,
        Some(Outcome::Succeeded)
    );
    assert!(journal.verify().unwrap().intact);
}
