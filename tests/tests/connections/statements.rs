//! Statements: values, errors, timeouts, cancellation, read-only connections, lost connections, strange names.

use std::fmt::Display;
use std::time::Duration;

use stopover_engine::db::{Db, DbClass};
use stopover_engine::quote_name;
use stopover_engine::target::inspect_identity;
use stopover_plan::model::Engine;
use stopover_tests::{Cut, Postgres, Proxy};

use crate::{Three, endless, login, open, settings};

#[tokio::test]
async fn values_and_changed_rows_are_the_same_on_every_engine() {
    for url in Three::start().urls() {
        let mut db = open(url).await;
        db.run("CREATE TABLE t (id int PRIMARY KEY, v varchar(100))")
            .await
            .unwrap();
        assert_eq!(
            db.run("INSERT INTO t VALUES (1, 'é'), (2, NULL), (3, '')")
                .await,
            Ok(3)
        );
        assert_eq!(db.run("UPDATE t SET v = 'x' WHERE id > 1").await, Ok(2));
        assert_eq!(db.run("SELECT * FROM t").await, Ok(0), "{url}");
        assert_eq!(
            db.run("DELETE FROM t WHERE id = 3; UPDATE t SET v = NULL WHERE id = 2")
                .await,
            Ok(2)
        );
        assert_eq!(
            db.run("CREATE TABLE u (id int); DROP TABLE u").await,
            Ok(0),
            "{url}"
        );

        let rows = db
            .rows("SELECT id, v, 1.50 FROM t ORDER BY id", 10)
            .await
            .unwrap();
        assert_eq!(rows.columns[..2], ["id", "v"]);
        assert_eq!(rows.rows[0][..2], [Some("1".into()), Some("é".into())]);
        assert_eq!(rows.rows[1][1], None);
        assert!(!rows.truncated);
        let rows = db.rows("SELECT id FROM t ORDER BY id", 1).await.unwrap();
        assert_eq!((rows.rows.len(), rows.truncated), (1, true));
        assert_eq!(db.scalar("SELECT v FROM t WHERE id = 2").await, Ok(None));
        assert_eq!(
            db.scalar("SELECT count(*) FROM t").await,
            Ok(Some("2".into()))
        );
        db.close().await;
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_and_values_without_end_arrive_escaped_and_cut() {
    let three = Three::start();
    let cases = [
        (&three.postgresql, "SELECT '\\x00ff'::bytea", "\\x00ff"),
        (&three.mariadb, "SELECT x'6100ff62'", "a\\x00\\xffb"),
        (
            &three.sqlite,
            "SELECT CAST(x'6100ff62' AS TEXT)",
            "a\\x00\\xffb",
        ),
        (&three.sqlite, "SELECT x'00ff'", "x'00ff'"),
        (
            &three.sqlite,
            "SELECT 9223372036854775807",
            "9223372036854775807",
        ),
        (&three.sqlite, "SELECT 0.1", "0.1"),
    ];
    for (url, sql, expect) in cases {
        assert_eq!(
            open(url).await.scalar(sql).await,
            Ok(Some(expect.into())),
            "{sql}"
        );
    }
    let long = [
        (&three.postgresql, "SELECT repeat('é', 10000000)"),
        (&three.mariadb, "SELECT REPEAT('é', 1000000)"),
        (
            &three.sqlite,
            "SELECT replace(hex(zeroblob(1000000)), '0', 'é')",
        ),
    ];
    for (url, sql) in long {
        let value = open(url).await.scalar(sql).await.unwrap().unwrap();
        assert!(
            value.len() < 70_000 && value.ends_with("é…"),
            "{sql}: {}",
            value.len()
        );
    }
}

#[tokio::test]
async fn an_error_is_classified_by_its_code() {
    for url in Three::start().urls() {
        let mut db = open(url).await;
        db.run("CREATE TABLE t (id int PRIMARY KEY)").await.unwrap();
        db.run("INSERT INTO t VALUES (1)").await.unwrap();
        for (sql, class) in [
            ("SELEC 1", DbClass::Syntax),
            ("SELECT * FROM nowhere", DbClass::Syntax),
            ("INSERT INTO t VALUES (1)", DbClass::Constraint),
        ] {
            let error = db.run(sql).await.unwrap_err();
            assert_eq!(error.class, class, "{url}: {error}");
        }
        assert_eq!(
            db.scalar("SELECT 1").await,
            Ok(Some("1".into())),
            "still of use"
        );
    }
}

#[tokio::test]
async fn a_lock_is_waited_for_no_longer_than_allowed() {
    for url in Three::start().urls() {
        let mut holder = open(url).await;
        holder
            .run("CREATE TABLE t (id int PRIMARY KEY, v int)")
            .await
            .unwrap();
        holder.run("INSERT INTO t VALUES (1, 1)").await.unwrap();
        holder.run("BEGIN").await.unwrap();
        holder.run("UPDATE t SET v = 2").await.unwrap();
        let mut second = open(url).await;
        second
            .set_timeouts(Duration::from_millis(50), None)
            .await
            .unwrap();
        let error = second.run("UPDATE t SET v = 3").await.unwrap_err();
        assert_eq!(error.class, DbClass::LockTimeout, "{url}: {error}");
        holder.run("COMMIT").await.unwrap();
        assert_eq!(second.run("UPDATE t SET v = 3").await, Ok(1));
    }
}

#[tokio::test]
async fn a_statement_ends_at_its_timeout_or_when_it_is_cancelled() {
    for url in Three::start().urls() {
        let mut db = open(url).await;
        let engine = db.engine();
        let lock = Duration::from_secs(1);
        db.set_timeouts(lock, Some(Duration::from_millis(100)))
            .await
            .unwrap();
        let error = db.run(endless(engine)).await.unwrap_err();
        assert_eq!(error.class, DbClass::StatementTimeout, "{url}: {error}");

        db.set_timeouts(lock, None).await.unwrap();
        let canceller = db.canceller();
        let cancelled = async {
            // A cancellation that finds nothing in flight does nothing, so it is repeated.
            loop {
                canceller.cancel().await.unwrap();
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let error = tokio::select! {
            outcome = db.run(endless(engine)) => outcome.unwrap_err(),
            () = cancelled => unreachable!("it cancels for ever"),
        };
        assert_eq!(error.class, DbClass::Cancelled, "{url}: {error}");
    }
}

#[tokio::test]
async fn a_read_only_connection_writes_nothing() {
    for url in Three::start().urls() {
        open(url)
            .await
            .run("CREATE TABLE t (id int)")
            .await
            .unwrap();
        let mark = if url.contains('?') { '&' } else { '?' };
        let mut db = open(&format!("{url}{mark}read_only=true")).await;
        for sql in [
            "INSERT INTO t VALUES (1)",
            "CREATE TABLE u (id int)",
            "DROP TABLE t",
            "SELECT 1; DELETE FROM t",
            "BEGIN; INSERT INTO t VALUES (1); COMMIT",
            "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
            "SET SESSION TRANSACTION READ WRITE",
            "PRAGMA query_only = 0",
        ] {
            let error = db.run(sql).await.unwrap_err();
            assert_eq!(error.class, DbClass::ReadOnly, "{url}, {sql}: {error}");
        }
        assert_eq!(
            db.scalar("SELECT count(*) FROM t").await,
            Ok(Some("0".into()))
        );
        assert!(
            inspect_identity(&mut db).await.unwrap().read_only,
            "{url}: the server itself refuses"
        );
    }
}

/// Waits until a backend works on a statement that begins so.
async fn at_work(watcher: &mut Db, backend: impl Display, begin: &str) {
    let sql = match watcher.engine() {
        Engine::Mysql => format!(
            "SELECT COUNT(*) FROM information_schema.processlist \
             WHERE id = {backend} AND command = 'Query' AND info LIKE '{begin}%'"
        ),
        _ => format!(
            "SELECT count(*) FROM pg_stat_activity \
             WHERE pid = {backend} AND state = 'active' AND query ILIKE '{begin}%'"
        ),
    };
    while watcher.scalar(&sql).await.unwrap().as_deref() != Some("1") {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_statement_nobody_waits_for_changes_nothing() {
    let three = Three::start();
    for (url, slow) in [
        (
            &three.postgresql,
            "UPDATE t SET v = v + (SELECT count(*) FROM generate_series(1, 1000000000000))",
        ),
        (
            &three.mariadb,
            "UPDATE t SET v = v + (SELECT COUNT(*) FROM seq_1_to_1000000000000 WHERE MD5(seq) = '')",
        ),
    ] {
        let mut watcher = open(url).await;
        watcher.run("CREATE TABLE t (v bigint)").await.unwrap();
        watcher.run("INSERT INTO t VALUES (1)").await.unwrap();
        let mut db = Db::open(&login(url).await, &settings("two")).await.unwrap();
        let backend = db.backend_id().await.unwrap();
        tokio::select! {
            outcome = db.run(slow) => panic!("it ends never: {outcome:?}"),
            () = at_work(&mut watcher, &backend, "UPDATE t SET v") => {}
        }
        let error = db.run("SELECT 1").await.unwrap_err();
        assert_eq!(
            error.class,
            DbClass::Lost,
            "the connection must not be used again"
        );
        drop(db);
        // Gone, or at least no longer at work: then the row is free.
        watcher
            .set_timeouts(Duration::from_secs(120), None)
            .await
            .unwrap();
        assert_eq!(
            watcher.run("UPDATE t SET v = v + 1").await,
            Ok(1),
            "{backend} was cancelled"
        );
        assert_eq!(
            watcher.scalar("SELECT v FROM t").await,
            Ok(Some("2".into()))
        );
    }
}

#[tokio::test]
async fn a_backend_that_is_ended_is_a_lost_connection() {
    let three = Three::start();
    for url in [&three.postgresql, &three.mariadb] {
        let mut db = open(url).await;
        let mut other = open(url).await;
        let backend = db.backend_id().await.unwrap();
        let sql = match db.engine() {
            Engine::Mysql => format!("KILL CONNECTION {backend}"),
            _ => format!("SELECT pg_terminate_backend({backend})"),
        };
        let kill = async {
            at_work(&mut other, &backend, "SELECT COUNT").await;
            other.run(&sql).await
        };
        let (outcome, killed) = tokio::join!(db.run(endless(db.engine())), kill);
        killed.unwrap();
        let error = outcome.unwrap_err();
        assert_eq!(error.class, DbClass::Lost, "{url}: {error}");
        assert_eq!(db.run("SELECT 1").await.unwrap_err().class, DbClass::Lost);
    }
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_a_lost_connection() {
    let server = Postgres::shared();
    let (name, _) = server.fresh();
    let proxy = Proxy::before(server.port());
    let mut db = open(&format!(
        "{}?sslmode=disable",
        server.url_on(proxy.port(), &name)
    ))
    .await;
    db.run("CREATE TABLE t (id int)").await.unwrap();
    proxy.cut_on("COMMIT", Cut::Answer);
    db.run("BEGIN; INSERT INTO t VALUES (1)").await.unwrap();
    let error = db.run("COMMIT").await.unwrap_err();
    assert_eq!(error.class, DbClass::Lost, "{error}");
    assert_eq!(
        server.run(&name, "SELECT count(*) FROM t"),
        "1",
        "it was committed all the same"
    );
}

#[tokio::test]
async fn a_dead_network_is_noticed_in_mid_statement() {
    let server = Postgres::shared();
    let (name, _) = server.fresh();
    let proxy = Proxy::before(server.port());
    let mut db = open(&format!(
        "{}?sslmode=disable",
        server.url_on(proxy.port(), &name)
    ))
    .await;
    proxy.fall_silent();
    let outcome =
        tokio::time::timeout(Duration::from_secs(120), db.run("SELECT pg_sleep(600)")).await;
    let error = outcome.expect("noticed").unwrap_err();
    assert_eq!(
        (error.class, error.code.as_str()),
        (DbClass::Lost, "gone"),
        "{error}"
    );
}

#[tokio::test]
async fn rows_sent_to_or_from_the_client_are_refused_and_block_nothing() {
    let (_, url) = Postgres::shared().fresh();
    let mut db = open(&url).await;
    db.run("CREATE TABLE t (id int)").await.unwrap();
    for sql in ["COPY t FROM STDIN", "COPY t TO STDOUT"] {
        let mut db = open(&url).await;
        let error = db.run(sql).await.unwrap_err();
        assert_eq!(error.class, DbClass::Syntax, "{error}");
        assert_eq!(db.run("SELECT 1").await.unwrap_err().class, DbClass::Lost);
    }
}

#[tokio::test]
async fn strange_names_are_created_and_found_as_they_are() {
    let names = [
        "a\"; DROP TABLE b; --",
        "a`b'c\\d",
        "select",
        "größe · 表",
        "  spaced ",
        "%s {} $1 :x ?",
    ];
    for url in Three::start().urls() {
        let mut db = open(url).await;
        let engine = db.engine();
        let mut names: Vec<String> = names.map(str::to_owned).to_vec();
        names.push("n".repeat(63));
        if engine != Engine::Mysql {
            names.push("🦀".repeat(15));
        }
        for name in names {
            // MySQL strips blanks at the end of a name.
            let name = if engine == Engine::Mysql {
                name.trim_end().to_owned()
            } else {
                name
            };
            let quoted = quote_name(engine, &name).unwrap();
            db.run(&format!("CREATE TABLE {quoted} ({quoted} int)"))
                .await
                .unwrap();
            db.run(&format!("INSERT INTO {quoted} ({quoted}) VALUES (1)"))
                .await
                .unwrap();
            let rows = db
                .rows(&format!("SELECT {quoted} FROM {quoted}"), 2)
                .await
                .unwrap();
            assert_eq!(rows.columns, [name.as_str()], "{url}");
            let tables = match engine {
                Engine::Sqlite => "SELECT name FROM sqlite_schema",
                Engine::Mysql => {
                    "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
                }
                Engine::Postgresql => "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
            };
            let tables = db.rows(tables, 100).await.unwrap().rows;
            assert!(tables.contains(&vec![Some(name.clone())]), "{url}: {name}");
            db.run(&format!("DROP TABLE {quoted}")).await.unwrap();
        }
    }
}
