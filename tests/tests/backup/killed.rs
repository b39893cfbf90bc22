//! A runner that is killed in the middle of a restore check leaves a scratch database, and a tool that still works in it.

use sha2::{Digest, Sha256};
use stopover_plan::event::{Body, Outcome};
use stopover_tests::contest::{My, Pg};
use stopover_tests::scenario::{Scenario, eventually, plan_head};
use stopover_tests::{Postgres, Scratch};

use crate::toolbox;

/// First half of the key under which a living runner claims a scratch database in PostgreSQL.
pub(crate) const CLASS: i32 = 0x5363_7261;

/// Returns a scenario with a backup and a step after it.
fn scenario(engine: &str, url: &str) -> Scenario {
    let plan = format!(
        "{}\n[[step]]\nid = \"save\"\nbackup = {{ file = \"out/{{time}}.dump\", restore_check = true }}\n\
         \n[[step]]\nid = \"work\"\nsql = \"UPDATE t SET n = n + 1\"\n",
        plan_head(engine)
    );
    Scenario::new(&plan, url)
}

/// Lets a tool, after its restore, go on at work in the scratch database for as long as the file `hold` is there.
pub(crate) fn with_slow_restore(scenario: &mut Scenario, tools: &Scratch, slow: &str) {
    scenario.scratch.write("hold", "");
    let real = |name: &str| Postgres::program(name).display().to_string();
    let scripts = [
        ("pg_dump", format!("exec {} \"$@\"", real("pg_dump"))),
        (
            "pg_restore",
            format!(
                "{} \"$@\" || exit\ncase $* in *--dbname=*) ;; *) exit 0; esac\nfor word; do case $word in --dbname=*) database=${{word#--dbname=}}; esac; done\n{}",
                real("pg_restore"),
                slow.replace("CLIENT", &format!("{} -d \"$database\"", real("psql")))
            ),
        ),
        (
            "mariadb",
            format!(
                "mariadb \"$@\" || exit\ncase $* in *--database=*) ;; *) exit 0; esac\n{}",
                slow.replace("CLIENT", "mariadb \"$@\"")
            ),
        ),
        ("mariadb-dump", "exec mariadb-dump \"$@\"".to_owned()),
    ];
    toolbox(tools, &scripts);
    let folder = tools.join("tools").display().to_string();
    scenario.set("STOPOVER_PG_BIN", &folder);
    scenario.set("STOPOVER_MYSQL_BIN", &folder);
    let hold = scenario.scratch.join("hold").display().to_string();
    scenario.set("HOLD", &hold);
}

/// Returns the databases that bear a scratch database's name.
pub(crate) fn scratch_databases(ask: &dyn Fn(&str) -> String, sql: &str) -> Vec<String> {
    let mut names: Vec<String> = ask(sql).lines().map(str::to_owned).collect();
    names.sort();
    names
}

/// Asserts that the session says which scratch database it dropped.
fn assert_told(scenario: &Scenario, name: &str) {
    let told = scenario.events().into_iter().any(|event| {
        matches!(&event.body, Body::StepOutput { step, text, .. }
            if step == "save" && text.contains(name) && text.contains("dropped the scratch database"))
    });
    assert!(told, "{name}");
}

pub(crate) const PG_SLOW: &str =
    "if [ -e \"$HOLD\" ]; then exec CLIENT -c 'SELECT pg_sleep(600)'; fi";
pub(crate) const PG_NAMES: &str =
    "SELECT datname FROM pg_database WHERE datname LIKE 'stopover\\_check\\_%'";
pub(crate) const PG_WORKS: &str = "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)' AND state = 'active'";
pub(crate) const MY_SLOW: &str = "if [ -e \"$HOLD\" ]; then echo 'SELECT SLEEP(600)' | CLIENT; fi";
pub(crate) const MY_NAMES: &str = "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'stopover\\_check\\_%'";
pub(crate) const MY_WORKS: &str =
    "SELECT count(*) FROM information_schema.processlist WHERE info = 'SELECT SLEEP(600)'";

/// Asserts that one backup and its record are all that stands in the folder of backups.
fn assert_one_backup(scenario: &Scenario) {
    let names = crate::names(&scenario.scratch.join("out"));
    let [backup, record] = names.as_slice() else {
        panic!("{names:?}");
    };
    assert_eq!(*record, format!("{backup}.stopover.json"));
    assert!(backup.ends_with(".dump"), "{backup}");
}

/// Kills a runner whose tool works in a scratch database of PostgreSQL; returns the database's name.
fn killed_on_postgresql(pg: &Pg, scenario: &mut Scenario, tools: &Scratch) -> String {
    with_slow_restore(scenario, tools, PG_SLOW);
    let runner = scenario.begin(&[]);
    let works = PG_WORKS;
    eventually(
        || pg.run(works) == "1",
        || format!("a tool at work; {:#?}", scenario.events()),
    );
    runner.kill();
    std::fs::remove_file(scenario.scratch.join("hold")).unwrap();
    let names = scratch_databases(&|sql| pg.run(sql), PG_NAMES);
    let [name] = names.as_slice() else {
        panic!("{names:?}");
    };
    assert_eq!(pg.run(works), "1", "the tool outlives the runner");
    name.clone()
}

/// Returns names as another session's, and this one's, further scratch databases have them.
pub(crate) fn neighbours(name: &str) -> [String; 2] {
    let rest = &name["stopover_check_".len() + 16..];
    [
        format!("stopover_check_{}{rest}", "0".repeat(16)),
        format!("{name}1"),
    ]
}

#[test]
fn a_scratch_database_left_on_postgresql_is_dropped_when_its_session_is_resumed() {
    let (pg, tools) = (Pg::start(), Scratch::new());
    let mut scenario = scenario("postgresql", &pg.url);
    let left = killed_on_postgresql(&pg, &mut scenario, &tools);
    let [foreign, claimed] = neighbours(&left);
    for name in [&foreign, &claimed] {
        pg.run(&format!("CREATE DATABASE {name}"));
    }
    // A living runner of the same session, as when a journal was copied, claims its scratch database.
    let digest = Sha256::digest(claimed.as_bytes());
    let key = i32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    let mut living = stopover_tests::scenario::Client::psql(&pg.server, "postgres");
    living.run(&format!("SELECT pg_advisory_lock({CLASS}, {key})"));

    scenario.ask(&["resume", "last"]).expect(0);
    let mut kept = vec![foreign, claimed];
    kept.sort();
    assert_eq!(scratch_databases(&|sql| pg.run(sql), PG_NAMES), kept);
    assert_told(&scenario, &left);
    assert_eq!(scenario.session().outcome, Some(Outcome::Succeeded));
    assert_eq!(pg.run("SELECT n FROM t"), "1");
    assert_one_backup(&scenario);
}

#[test]
fn a_scratch_database_left_behind_is_dropped_though_its_backup_does_not_run_again() {
    let (pg, tools) = (Pg::start(), Scratch::new());
    let mut scenario = scenario("postgresql", &pg.url);
    let left = killed_on_postgresql(&pg, &mut scenario, &tools);
    scenario
        .ask(&["skip", "save", "--reason", "there is another one"])
        .expect(0);
    let none: Vec<String> = Vec::new();
    scenario.wait("the end", |events| {
        events
            .iter()
            .any(|event| matches!(event.body, Body::SessionFinished { .. }))
    });
    assert_eq!(scratch_databases(&|sql| pg.run(sql), PG_NAMES), none);
    assert_told(&scenario, &left);
    assert_eq!(pg.run("SELECT n FROM t"), "1");
}

#[test]
fn a_scratch_database_left_on_mariadb_is_dropped_when_its_session_is_resumed() {
    let (my, tools) = (My::start(), Scratch::new());
    let mut scenario = scenario("mysql", &my.url);
    with_slow_restore(&mut scenario, &tools, MY_SLOW);
    let (names, works) = (MY_NAMES, MY_WORKS);
    let runner = scenario.begin(&[]);
    eventually(
        || my.run(works) == "1",
        || format!("a tool at work; {:#?}", scenario.events()),
    );
    runner.kill();
    std::fs::remove_file(scenario.scratch.join("hold")).unwrap();
    let found = scratch_databases(&|sql| my.run(sql), names);
    let [left] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(my.run(works), "1", "the tool outlives the runner");
    let [foreign, claimed] = neighbours(left);
    for name in [&foreign, &claimed] {
        my.run(&format!("CREATE DATABASE {name}"));
    }
    // A living runner of the same session, as when a journal was copied, claims its scratch database.
    let mut living = my.client();
    living.run(&format!("SELECT GET_LOCK('{claimed}', 0)"));

    scenario.ask(&["resume", "last"]).expect(0);
    let mut kept = vec![foreign, claimed];
    kept.sort();
    assert_eq!(scratch_databases(&|sql| my.run(sql), names), kept);
    assert_eq!(my.run(works), "0", "the tool was ended");
    assert_told(&scenario, left);
    assert_eq!(scenario.session().outcome, Some(Outcome::Succeeded));
    assert_eq!(my.run("SELECT n FROM t"), "1");
    assert_one_backup(&scenario);
}
