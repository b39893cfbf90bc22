//! Queries of a person: bounded, placed errors, cancelled, never writing; exports.

use std::time::Duration;

use stopover_engine::EngineError;
use stopover_engine::db::Db;
use stopover_engine::query::{self, Answer, Format, Limits, Progress};
use stopover_plan::Problem;
use stopover_plan::model::Engine;
use stopover_tests::{Postgres, Scratch};

use crate::{Three, endless, login, open};

async fn reader(url: &str) -> Db {
    query::open(&login(url).await, "ada", None)
        .await
        .expect("open")
}

async fn ask(url: &str, sql: &str) -> Result<Answer, EngineError> {
    let mut db = reader(url).await;
    query::ask(&mut db, sql, Limits::default(), &Progress::default()).await
}

async fn refused(url: &str, sql: &str) -> Problem {
    ask(url, sql).await.expect_err("it is refused").problem()
}

/// A query that returns 100,000 rows of two columns.
fn many(engine: Engine) -> &'static str {
    match engine {
        Engine::Postgresql => "SELECT n, 'row ' || n FROM generate_series(1, 100000) n ORDER BY n",
        Engine::Mysql => "SELECT seq, CONCAT('row ', seq) FROM seq_1_to_100000 ORDER BY seq",
        Engine::Sqlite => {
            "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 100000) SELECT x, 'row ' || x FROM c"
        }
    }
}

#[tokio::test]
async fn a_hundred_thousand_rows_are_kept_and_reached_on_every_engine() {
    for url in Three::start().urls() {
        let mut db = reader(url).await;
        let progress = Progress::default();
        let sql = many(db.engine());
        let answer = query::ask(&mut db, sql, Limits::default(), &progress)
            .await
            .unwrap();
        assert_eq!(answer.grid.rows(), 100_000, "{url}");
        assert_eq!(answer.grid.value(99_999, 1), Some("row 100000"));
        assert!(answer.grid.is_whole() && answer.grid.bytes() < 8 * 1024 * 1024);
        assert_eq!(progress.rows(), 100_000);
        db.close().await;
    }
}

#[tokio::test]
async fn at_its_bounds_a_result_is_cut_and_the_server_stops() {
    let three = Three::start();
    for url in three.urls() {
        let mut db = reader(url).await;
        let endless_rows = match db.engine() {
            Engine::Postgresql => "SELECT generate_series(1, 1000000000000), repeat('x', 100)",
            Engine::Mysql => "SELECT seq, REPEAT('x', 100) FROM seq_1_to_1000000000000",
            Engine::Sqlite => {
                "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x, 'xxxxxxxxxxxxxxxxxxxx' FROM c"
            }
        };
        let limits = Limits {
            bytes: 1_000_000,
            ..Limits::default()
        };
        let answer = query::ask(&mut db, endless_rows, limits, &Progress::default())
            .await
            .unwrap();
        assert!(answer.grid.is_cut(), "{url}");
        assert!(answer.grid.rows() > 1000 && answer.grid.bytes() < 1_001_000);
        let again = query::ask(&mut db, "SELECT 1", limits, &Progress::default())
            .await
            .unwrap();
        assert_eq!(
            again.grid.value(0, 0),
            Some("1"),
            "the connection is of use still"
        );
    }
}

#[tokio::test]
async fn a_value_of_ten_megabytes_is_cut_with_its_true_length() {
    let three = Three::start();
    let cases = [
        (&three.postgresql, "SELECT NULL, '', repeat('é', 5000000)"),
        (
            &three.sqlite,
            "SELECT NULL, '', replace(hex(zeroblob(2500000)), '00', 'éé')",
        ),
    ];
    for (url, sql) in cases {
        let grid = ask(url, sql).await.unwrap().grid;
        assert_eq!(grid.value(0, 0), None);
        assert_eq!(grid.value(0, 1), Some(""));
        assert_eq!(grid.true_length(0, 2), Some(10_000_000), "{url}");
        assert!(grid.value(0, 2).unwrap().len() <= 64 * 1024);
    }
}

#[tokio::test]
async fn a_result_without_a_row_has_the_names_of_its_columns_on_every_engine() {
    let three = Three::start();
    let folder = Scratch::new();
    for url in three.urls() {
        let mut owner = open(url).await;
        owner
            .run("CREATE TABLE people (id int, name varchar(20)); INSERT INTO people VALUES (1, 'Ada')")
            .await
            .unwrap();
        let sql = "SELECT 5; SELECT id, name AS \"of whom\", 1 + 1 AS two FROM people WHERE id = 7";
        let sql = match owner.engine() {
            Engine::Mysql => sql.replace('"', "`"),
            _ => sql.to_owned(),
        };
        let mut db = reader(url).await;
        for _ in 0..2 {
            let asked = query::ask(&mut db, &sql, Limits::default(), &Progress::default()).await;
            let grid = asked.unwrap().grid;
            let names: Vec<&str> = grid.columns().iter().map(|one| one.name.as_str()).collect();
            assert_eq!(names, ["id", "of whom", "two"], "{url}");
            assert_eq!(grid.rows(), 0);
            assert!(grid.columns()[0].kind.contains("INT"), "{url}");
        }
        // The same names as those of a row, and the connection is of use still.
        let found = sql.replace("id = 7", "id = 1");
        let asked = query::ask(&mut db, &found, Limits::default(), &Progress::default()).await;
        let grid = asked.unwrap().grid;
        assert_eq!(grid.columns()[1].name, "of whom", "{url}");
        assert_eq!(grid.value(0, 1), Some("Ada"));

        let file = folder.join("none.csv");
        query::export(&mut db, &sql, &file, Format::Csv, &Progress::default())
            .await
            .unwrap();
        assert_eq!(
            std::fs::read_to_string(&file).unwrap(),
            "id,of whom,two\r\n"
        );
        db.close().await;
    }
    // What only the server answers is described as well.
    let answer = ask(&three.mariadb, "SHOW TABLES LIKE 'nothing'").await;
    assert_eq!(answer.unwrap().grid.rows(), 0);
}

#[tokio::test]
async fn whatever_writes_is_refused_and_nothing_changes() {
    let three = Three::start();
    for url in three.urls() {
        let mut owner = open(url).await;
        owner
            .run("CREATE TABLE t (a int); INSERT INTO t VALUES (1)")
            .await
            .unwrap();
        for sql in [
            "INSERT INTO t VALUES (2)",
            "SELECT 1; DELETE FROM t",
            "DROP TABLE t",
            "CREATE TABLE u (a int)",
        ] {
            let problem = refused(url, sql).await;
            assert_eq!(problem.code, "read-only", "{sql}: {problem}");
            assert!(problem.hint.contains("step of a plan"), "{problem}");
        }
        assert_eq!(
            owner
                .scalar("SELECT count(*) FROM t")
                .await
                .unwrap()
                .as_deref(),
            Some("1")
        );
    }
    // What no word gives away the server refuses: a function that writes.
    let mut owner = open(&three.postgresql).await;
    owner
        .run("CREATE FUNCTION sly() RETURNS int LANGUAGE sql AS 'INSERT INTO t VALUES (3) RETURNING a'")
        .await
        .unwrap();
    assert_eq!(
        refused(&three.postgresql, "SELECT sly()").await.code,
        "read-only"
    );
    let unlocked = "SELECT set_config('transaction_read_only', 'off', false)";
    assert_eq!(refused(&three.postgresql, unlocked).await.code, "read-only");
    let mut writer = open(&three.postgresql).await;
    let outcome = query::ask(
        &mut writer,
        "SELECT 1",
        Limits::default(),
        &Progress::default(),
    )
    .await;
    assert_eq!(outcome.unwrap_err().problem().code, "not-read-only");
}

#[tokio::test]
async fn of_several_statements_the_last_result_is_kept_and_errors_have_their_place() {
    let three = Three::start();
    for url in three.urls() {
        let answer = ask(
            url,
            "SELECT 1;\n-- two\nSELECT 2; SELECT 3 AS three WHERE 1 = 1",
        )
        .await
        .unwrap();
        assert_eq!(
            (answer.result_sets, answer.grid.value(0, 0)),
            (3, Some("3"))
        );
        let answer = ask(url, "SELECT 1; SELECT 2 WHERE 1 = 0").await.unwrap();
        assert_eq!((answer.grid.rows(), answer.result_sets), (0, 2), "{url}");
        let problem = refused(url, "SELECT 1;\nSELECT 2\n  FROM frm frm frm").await;
        assert_eq!(problem.code, "sql", "{problem}");
        assert_eq!(refused(url, " -- nothing\n").await.code, "nothing-to-run");
    }
    let problem = refused(&three.postgresql, "SELECT 1;\nSELECT é,\n  nobody").await;
    assert_eq!(
        (problem.line, problem.column),
        (Some(2), Some(8)),
        "{problem}"
    );
    let problem = refused(&three.mariadb, "SELECT 1;\nSELECT 2\n  FRM t").await;
    assert_eq!(problem.line, Some(3), "{problem}");
    let problem = refused(&three.sqlite, "SELECT 1;\nSELECT 2\n  FRM 3").await;
    assert_eq!(
        (problem.line, problem.column),
        (Some(3), Some(7)),
        "{problem}"
    );
}

#[tokio::test]
async fn a_query_is_cancelled_limited_in_time_and_ended_when_it_is_left() {
    for url in Three::start().urls() {
        let mut db = reader(url).await;
        let engine = db.engine();
        let canceller = db.canceller();
        let progress = Progress::default();
        let (outcome, ()) = tokio::join!(
            query::ask(&mut db, endless(engine), Limits::default(), &progress),
            async {
                // Again until it is heard: the statement may not have begun.
                while progress.statement() == 0 {
                    tokio::task::yield_now().await;
                }
                tokio::time::sleep(Duration::from_millis(300)).await;
                canceller.cancel().await.unwrap();
            }
        );
        let problem = outcome.unwrap_err().problem();
        assert_eq!(problem.code, "cancelled", "{url}: {problem}");

        let limit = Some(Duration::from_millis(200));
        let mut limited = query::open(&login(url).await, "ada", limit).await.unwrap();
        let outcome = query::ask(
            &mut limited,
            endless(engine),
            Limits::default(),
            &Progress::default(),
        )
        .await;
        let problem = outcome.unwrap_err().problem();
        assert_eq!(problem.code, "statement-timeout", "{url}: {problem}");
        assert!(problem.hint.contains("time limit"));
    }
    let server = Postgres::shared();
    let (name, url) = server.fresh();
    let mut db = reader(&url).await;
    let asked = async move {
        let _ = query::ask(
            &mut db,
            "SELECT pg_sleep(1000)",
            Limits::default(),
            &Progress::default(),
        )
        .await;
    };
    let mut watcher = open(&url).await;
    let busy = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}' AND query LIKE 'SELECT pg_sleep%' AND state = 'active'"
    );
    tokio::select! {
        () = asked => panic!("it does not end by itself"),
        () = async { while watcher.scalar(&busy).await.unwrap().as_deref() != Some("1") {} } => {}
    }
    // The future is dropped: nobody waits for the answer any more.
    while watcher.scalar(&busy).await.unwrap().as_deref() != Some("0") {}
}

#[tokio::test]
async fn rows_are_exported_whole_whatever_is_kept() {
    let folder = Scratch::new();
    for url in Three::start().urls() {
        let mut db = reader(url).await;
        let file = folder.join("rows.csv");
        let sql = format!("SELECT 5; {}", many(db.engine()));
        let written = query::export(&mut db, &sql, &file, Format::Csv, &Progress::default())
            .await
            .unwrap();
        assert_eq!(written.rows, 100_000, "{url}");
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(text.lines().count(), 100_001);
        assert!(text.ends_with("100000,row 100000\r\n"), "{url}");

        std::fs::write(&file, "before").unwrap();
        let failing = "SELECT nothing_of_this_kind FROM nowhere";
        query::export(&mut db, failing, &file, Format::Json, &Progress::default())
            .await
            .expect_err("it fails");
        assert_eq!(
            std::fs::read_to_string(&file).unwrap(),
            "before",
            "the file is as it was"
        );
        let names: Vec<_> = std::fs::read_dir(folder.join("")).unwrap().collect();
        assert_eq!(names.len(), 1, "nothing half is left: {names:?}");
    }
}
