//! Backups of servers that are met over TLS only, or through an SSH tunnel, there and back with the built program.

use stopover_tests::scenario::{Scenario, plan_head};
use stopover_tests::{MariaDb, Postgres, Scratch, Ssh};

use crate::faults::with_arguments_written;
use crate::{mariadb, names, postgres};

/// A password that must stand in no arguments.
const CANARY: &str = "canary-40be-password";

/// What is asked of a URL of a server: the options behind it, and the database.
fn with(url: &str, options: &str) -> String {
    format!("{}?{options}", url.replace("127.0.0.1", "localhost"))
}

/// Backs a database up, restores it under the name `fresh` and returns what the tools and ssh were started with.
fn there_and_back(ssh: &Ssh, url: &str, name: &str, fresh: &str) -> String {
    let mut scenario = Scenario::new("", url);
    let seen = scenario.scratch.join("arguments");
    with_arguments_written(&scenario.scratch, &seen);
    let tools = scenario.scratch.join("tools").display().to_string();
    for (variable, value) in [
        ("PATH", ssh.path()),
        ("STOPOVER_PG_BIN", tools.clone()),
        ("STOPOVER_MYSQL_BIN", tools),
    ] {
        scenario.set(variable, &value);
    }
    scenario
        .ask(&["backup", url, "-o", "a.dump", "--restore-check"])
        .expect(0)
        .says("equal");
    let fresh = url.replace(&format!("/{name}?"), &format!("/{fresh}?"));
    scenario.ask(&["restore", "a.dump", &fresh]).expect(0);
    let seen = std::fs::read_to_string(seen).expect("the tools wrote it");
    assert!(!seen.contains(CANARY), "{seen}");
    seen
}

/// Asserts that a backup is refused and leaves nothing.
fn is_refused(url: &str, why: &str) {
    let scenario = Scenario::new("", url);
    let ended = scenario.ask(&["backup", url, "-o", "out/a.dump"]).says(why);
    assert_ne!(ended.code, Some(0), "{ended:?}");
    let out = scenario.scratch.join("out");
    assert!(!out.exists() || names(&out).is_empty());
}

#[test]
fn a_postgresql_server_is_backed_up_over_tls_and_through_a_tunnel() {
    let (ssh, pg) = (Ssh::new(), Postgres::start_with_tls());
    pg.run("postgres", "CREATE ROLE tls_only LOGIN SUPERUSER");
    let (name, url) = pg.fresh();
    pg.run(&name, postgres::SEED);
    let authority = pg.authority().display().to_string();
    let checked = format!("sslmode=verify-full&sslrootcert={authority}");
    let tls_only = pg.url_as("tls_only", &name);
    let locked = pg.url_with_password(&name, CANARY);
    for (at, url) in [
        with(&tls_only, &checked),
        // The role is let in over TLS only, which is also what is tried first when nothing is said.
        with(&tls_only, "sslmode=prefer"),
        with(&url, "ssh=bastion"),
        with(&locked, &format!("ssh=bastion&{checked}")),
        with(&tls_only, &format!("ssh=bastion&{checked}")),
    ]
    .iter()
    .enumerate()
    {
        let fresh = format!("{name}_{at}");
        let seen = there_and_back(&ssh, url, &name, &fresh);
        assert!(seen.contains("pg_restore"), "{seen}");
        assert_eq!(pg.dump(&fresh), pg.dump(&name), "{url}");
    }
    is_refused(&with(&tls_only, "sslmode=disable"), "rejects");
    let stranger = Scratch::new();
    let stranger = stopover_tests::tls::Certificates::make(stranger.path());
    let stranger = stranger.authority.display();
    is_refused(
        &with(
            &tls_only,
            &format!("sslmode=verify-full&sslrootcert={stranger}"),
        ),
        "certificate",
    );
}

#[test]
fn a_mariadb_server_is_backed_up_over_tls_and_through_a_tunnel() {
    let (ssh, my) = (Ssh::new(), MariaDb::start_with_tls());
    let (name, url) = my.fresh();
    my.run(&name, mariadb::SEED);
    let locked = my.url_with_password(&name, CANARY);
    my.run("", "SET GLOBAL require_secure_transport = ON");
    let authority = my.authority().display().to_string();
    let checked = format!("sslmode=verify-full&sslrootcert={authority}");
    for (at, url) in [
        with(&url, &checked),
        with(&url, "sslmode=prefer"),
        with(&url, "ssh=bastion&sslmode=require"),
        with(&locked, &format!("ssh=bastion&{checked}")),
    ]
    .iter()
    .enumerate()
    {
        let fresh = format!("{name}_{at}");
        let seen = there_and_back(&ssh, url, &name, &fresh);
        assert!(seen.contains("mariadb-dump"), "{seen}");
        assert_eq!(my.dump(&fresh), my.dump(&name), "{url}");
    }
    is_refused(&with(&url, "sslmode=disable"), "refused");
    my.run("", "SET GLOBAL require_secure_transport = OFF");
    let fresh = format!("{name}_plain");
    there_and_back(
        &ssh,
        &with(&url, "ssh=bastion&sslmode=disable"),
        &name,
        &fresh,
    );
    assert_eq!(my.dump(&fresh), my.dump(&name));
}

#[test]
fn a_session_backs_up_and_restores_through_a_tunnel() {
    let ssh = Ssh::new();
    let pg = Postgres::shared();
    let my = MariaDb::shared();
    let ((pg_name, pg_url), (my_name, my_url)) = (pg.fresh(), my.fresh());
    pg.run(&pg_name, postgres::SEED);
    my.run(&my_name, mariadb::SEED);
    for (engine, url) in [("postgresql", &pg_url), ("mysql", &my_url)] {
        let plan = format!(
            "{}\n[[step]]\nid = \"save\"\nbackup = {{ file = \"{{time}}.dump\", restore_check = true }}\n\
             \n[[step]]\nid = \"again\"\nrestore = \"save\"\n",
            plan_head(engine)
        );
        let mut scenario = Scenario::new(&plan, &with(url, "ssh=bastion"));
        scenario.set("PATH", &ssh.path());
        scenario.run(&[]).expect(0);
    }
    // What a session writes into the database is in the restored one as well.
    let (marks, restored) = (["stopover_mark"], format!("{my_name}_restored"));
    assert_eq!(
        my.dump_except(&restored, &marks),
        my.dump_except(&my_name, &marks)
    );
    let count = "SELECT count(*), sum(hashtext(o::text)) FROM owners o";
    let restored = format!("{pg_name}_restored");
    assert_eq!(pg.run(&restored, count), pg.run(&pg_name, count));
}
