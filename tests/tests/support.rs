//! The tests' own ground: servers start, stop, recover and vanish with their test; the proxy cuts where it is told.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sqlx::{Connection, Executor, Row};
use stopover_tests::{Cut, MariaDb, PgBouncer, Postgres, Proxy, Scratch};

/// How long is waited for what must come; far beyond what a busy machine needs.
const PATIENCE: Duration = Duration::from_secs(120);

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "{what}");
        // Looked at again and again: what is awaited lies outside this process.
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_postgresql_server_keeps_what_it_committed_over_an_immediate_stop() {
    let server = Postgres::start();
    let url = server.database("shop");
    assert!(url.ends_with("/shop"));
    server.run("shop", "CREATE TABLE t (a int); INSERT INTO t VALUES (7)");
    server.restart();
    assert_eq!(server.run("shop", "SELECT a FROM t"), "7");
    server.kill();
    server.start_again();
    assert_eq!(server.run("shop", "SELECT a FROM t"), "7");
}

#[test]
fn a_mariadb_server_keeps_what_it_committed_over_an_immediate_stop() {
    let server = MariaDb::start();
    server.database("shop");
    server.run(
        "shop",
        "CREATE TABLE t (a int) ENGINE=InnoDB; INSERT INTO t VALUES (7)",
    );
    server.restart();
    assert_eq!(server.run("shop", "SELECT a FROM t"), "7");
}

#[test]
fn two_dumps_are_equal_exactly_when_the_databases_are() {
    let postgres = Postgres::shared();
    let mariadb = MariaDb::shared();
    let (pg, _) = postgres.fresh();
    let (maria, _) = mariadb.fresh();
    let make =
        "CREATE TABLE t (a int PRIMARY KEY, b varchar(9)); INSERT INTO t VALUES (1, 'x'), (2, 'y')";
    let change = "UPDATE t SET b = 'z' WHERE a = 1";
    let back = "UPDATE t SET b = 'x' WHERE a = 1";
    postgres.run(&pg, make);
    mariadb.run(&maria, make);
    let before = (postgres.dump(&pg), mariadb.dump(&maria));
    postgres.run(&pg, change);
    mariadb.run(&maria, change);
    assert_ne!(postgres.dump(&pg), before.0);
    assert_ne!(mariadb.dump(&maria), before.1);
    postgres.run(&pg, back);
    mariadb.run(&maria, back);
    assert_eq!(postgres.dump(&pg), before.0);
    assert_eq!(mariadb.dump(&maria), before.1);
}

#[test]
fn a_password_is_asked_for_and_a_wrong_one_refused() {
    let postgres = Postgres::shared();
    let mariadb = MariaDb::shared();
    let (pg, _) = postgres.fresh();
    let (maria, _) = mariadb.fresh();
    let right = [
        postgres.url_with_password(&pg, "correct1"),
        mariadb.url_with_password(&maria, "correct1"),
    ];
    runtime().block_on(async {
        sqlx::PgConnection::connect(&right[0]).await.unwrap();
        let wrong = right[0].replace("correct1", "wrong1");
        assert!(sqlx::PgConnection::connect(&wrong).await.is_err());
        sqlx::MySqlConnection::connect(&right[1]).await.unwrap();
        let wrong = right[1].replace("correct1", "wrong1");
        assert!(sqlx::MySqlConnection::connect(&wrong).await.is_err());
    });
}

#[test]
fn servers_with_tls_prove_themselves_by_their_authority() {
    let postgres = Postgres::start_with_tls();
    let mariadb = MariaDb::start_with_tls();
    let pg = format!(
        "{}?sslmode=verify-full&sslrootcert={}",
        postgres.url("postgres"),
        postgres.authority().display()
    );
    let maria = format!(
        "{}?ssl-mode=VERIFY_IDENTITY&ssl-ca={}",
        mariadb.database("shop"),
        mariadb.authority().display()
    );
    runtime().block_on(async {
        let mut connection = sqlx::PgConnection::connect(&pg).await.unwrap();
        let row = connection
            .fetch_one("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            .await
            .unwrap();
        assert!(row.get::<bool, _>(0));
        let other = pg.replace(
            &postgres.authority().display().to_string(),
            &mariadb.authority().display().to_string(),
        );
        assert!(sqlx::PgConnection::connect(&other).await.is_err());
        sqlx::MySqlConnection::connect(&maria).await.unwrap();
    });
}

#[test]
fn a_standby_follows_and_takes_no_writes() {
    let primary = Postgres::start();
    primary.database("shop");
    primary.run("shop", "CREATE TABLE t (a int)");
    let standby = primary.standby();
    assert_eq!(standby.run("shop", "SELECT pg_is_in_recovery()"), "t");
    assert_eq!(standby.run("shop", "SELECT count(*) FROM t"), "0");
}

#[test]
fn a_pool_in_transaction_mode_answers() {
    let server = Postgres::start();
    server.database("shop");
    let pool = PgBouncer::start(&server);
    runtime().block_on(async {
        let mut connection = sqlx::PgConnection::connect(&pool.url("shop"))
            .await
            .unwrap();
        connection.execute("SELECT 1").await.unwrap();
    });
}

#[test]
fn a_lost_answer_leaves_the_commit_and_a_lost_request_does_not() {
    let server = Postgres::shared();
    let (name, _) = server.fresh();
    server.run(&name, "CREATE TABLE t (a int)");
    let proxy = Proxy::before(server.port());
    let url = format!("{}?sslmode=disable", server.url_on(proxy.port(), &name));
    for (cut, number) in [(Cut::Answer, 1), (Cut::Request, 2)] {
        runtime().block_on(async {
            let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
            let mut transaction = connection.begin().await.unwrap();
            let insert = format!("INSERT INTO t VALUES ({number})");
            transaction
                .execute(sqlx::AssertSqlSafe(insert))
                .await
                .unwrap();
            proxy.cut_on("COMMIT", cut);
            assert!(transaction.commit().await.is_err());
        });
        assert!(proxy.wait_for_cuts(number, PATIENCE));
    }
    assert_eq!(server.run(&name, "SELECT a FROM t"), "1");
    assert_eq!(proxy.connections(), 2);
}

#[test]
fn a_server_vanishes_with_a_test_that_is_killed() {
    // The test starts itself again as a process that only holds servers, and kills that one.
    let scratch = Scratch::new();
    let note = scratch.join("pids");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_process_that_holds_servers", "--nocapture"])
        .env("STOPOVER_TEST_HOLD", &note)
        .spawn()
        .unwrap();
    wait_until("the child starts its servers", || {
        std::fs::read_to_string(&note).is_ok_and(|text| text.ends_with('\n'))
    });
    let text = std::fs::read_to_string(&note).unwrap();
    let mut words = text.split_whitespace();
    let pids: Vec<i32> = words.by_ref().take(2).map(|w| w.parse().unwrap()).collect();
    let folders: Vec<&str> = words.collect();
    assert_eq!((pids.len(), folders.len()), (2, 2), "{text}");
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGKILL).unwrap();
    child.wait().unwrap();
    for folder in folders {
        wait_until("the server's folder is removed", || {
            !Path::new(folder).exists()
        });
    }
    for pid in pids {
        wait_until("the server's process is gone", || {
            kill(Pid::from_raw(pid), None).is_err()
        });
    }
}

#[test]
fn a_process_that_holds_servers() {
    // Started by the test above; by itself it has nothing to hold.
    let Some(note) = std::env::var_os("STOPOVER_TEST_HOLD") else {
        return;
    };
    let postgres = Postgres::start();
    let mariadb = MariaDb::start();
    let text = format!(
        "{} {} {} {}\n",
        postgres.pid(),
        mariadb.pid(),
        postgres.socket_folder().display(),
        mariadb.socket().parent().unwrap().display()
    );
    std::fs::write(note, text).unwrap();
    // Held until the other test kills this process; its own end is the bound.
    let parent = nix::unistd::getppid();
    wait_until("this process is killed", || {
        nix::unistd::getppid() != parent
    });
}
