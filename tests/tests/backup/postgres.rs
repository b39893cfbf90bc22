//! PostgreSQL: every format there and back, and the swap.

use stopover_engine::backup::{BackupError, Swap, artifact_of_file, verify_file};
use stopover_engine::db::{Db, Settings};
use stopover_plan::model::{BackupFormat, Engine};
use stopover_tests::{Postgres, Scratch};

use crate::{bring_back, login, make, names, order};

/// Tables with what is hard to dump, and the marks of a session, which no comparison looks at.
pub(crate) const SEED: &str = r#"
CREATE SCHEMA "odd; schema";
CREATE TABLE owners (id bigint PRIMARY KEY, name text NOT NULL, born date);
INSERT INTO owners SELECT n, 'owner ' || n || E'\t\\ line\nbreak', date '2000-01-01' + n::int
    FROM generate_series(1, 3000) n;
CREATE TABLE "odd; schema"."Ta""ble 🦀" (id int, doc json, raw bytea, ratio float8, many int[], note text);
INSERT INTO "odd; schema"."Ta""ble 🦀"
    SELECT n, '{"a": 1}', decode(md5(n::text), 'hex'), random(), ARRAY[n, NULL, 3], NULL FROM generate_series(1, 500) n;
INSERT INTO "odd; schema"."Ta""ble 🦀" SELECT * FROM "odd; schema"."Ta""ble 🦀";
CREATE TABLE parts (id int, day date) PARTITION BY RANGE (day);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
INSERT INTO parts SELECT n, date '2020-01-01' + n FROM generate_series(1, 600) n;
CREATE TABLE pets (id serial PRIMARY KEY, owner bigint REFERENCES owners, name text);
CREATE INDEX ON pets (name);
INSERT INTO pets (owner, name) SELECT n, 'from program ' || n FROM generate_series(1, 1000) n;
CREATE TABLE empty_one (id int);
CREATE TABLE stopover_mark (session text);
CREATE VIEW v AS SELECT name FROM owners;
CREATE MATERIALIZED VIEW m AS SELECT count(*) FROM pets;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
"#;

/// Tables of the seed that hold rows.
const TABLES: u64 = 6;

fn scratch_databases(pg: &Postgres) -> String {
    pg.run(
        "postgres",
        "SELECT count(*) FROM pg_database WHERE datname LIKE 'stopover%'",
    )
}

#[tokio::test]
async fn every_format_comes_back_equal() {
    let pg = Postgres::start();
    let (name, url) = pg.fresh();
    pg.run(&name, SEED);
    let login = login(&url).await;
    let scratch = Scratch::new();
    for (format, word) in [
        (BackupFormat::Custom, "custom"),
        (BackupFormat::Directory, "directory"),
        (BackupFormat::Plain, "plain"),
    ] {
        let artifact = make(&order(&login, scratch.join(word), format))
            .await
            .expect(word);
        let restored = artifact.restored.expect("it was compared");
        assert!(restored.equal);
        assert_eq!(
            (restored.tables, restored.rows),
            (TABLES, 3000 + 1000 + 600 + 1000)
        );
        assert_eq!(artifact.format, word);
        assert!(artifact.engine_version.starts_with("15."));
        assert!(artifact.tool_version.starts_with("15."));
        assert_eq!((artifact.sha256.len(), artifact.bytes > 1000), (64, true));
        assert_eq!(scratch_databases(&pg).trim(), "0");
        verify_file(&artifact, Engine::Postgresql)
            .await
            .expect(word);
        let again = artifact_of_file(&scratch.join(word)).expect("it was recorded");
        assert_eq!(again, artifact);
        let into = format!("{name}_{word}");
        let restored = bring_back(&login, &artifact, &into, Swap::No)
            .await
            .expect(word);
        assert_eq!(
            (restored.database.as_str(), restored.set_aside),
            (into.as_str(), None)
        );
        assert_eq!(pg.dump(&into), pg.dump(&name), "{word}");
    }
    assert_eq!(
        names(scratch.path()),
        [
            "custom",
            "custom.stopover.json",
            "directory",
            "directory.stopover.json",
            "plain",
            "plain.stopover.json"
        ]
    );
}

#[tokio::test]
async fn the_check_sees_the_state_of_the_dump_while_others_write() {
    let pg = Postgres::shared();
    let (name, url) = pg.fresh();
    pg.run(&name, "CREATE TABLE t (id bigserial, pad text)");
    pg.run(
        &name,
        "INSERT INTO t (pad) SELECT repeat('x', 200) FROM generate_series(1, 50000)",
    );
    let writer_url = url.clone();
    let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
    let (begin, begun) = tokio::sync::oneshot::channel();
    let writer = tokio::spawn(async move {
        let mut db = Db::open(&login(&writer_url).await, &Settings::default())
            .await
            .expect("opens");
        let write = "INSERT INTO t (pad) VALUES ('new')";
        db.run(write).await.expect("writes");
        begin.send(()).expect("the backup waits");
        while stopped.try_recv().is_err() {
            db.run(write).await.expect("writes");
        }
    });
    begun.await.expect("it writes");
    let scratch = Scratch::new();
    let login = login(&url).await;
    let artifact = make(&order(&login, scratch.join("a.dump"), BackupFormat::Custom)).await;
    stop.send(()).expect("the writer listens");
    writer.await.expect("it wrote");
    assert!(
        artifact
            .expect("a backup")
            .restored
            .expect("compared")
            .equal
    );
}

#[tokio::test]
async fn a_swap_waits_for_nobody_and_keeps_what_was_live() {
    let pg = Postgres::start();
    let url = pg.database("shop");
    pg.run(
        "shop",
        "CREATE TABLE t AS SELECT 1 AS id; CREATE ROLE reader; CREATE ROLE boss",
    );
    pg.run(
        "postgres",
        "ALTER DATABASE shop SET search_path TO \"$user\", public, \"odd one\"",
    );
    pg.run(
        "postgres",
        "ALTER ROLE reader IN DATABASE shop SET statement_timeout TO '7s'",
    );
    pg.run(
        "postgres",
        "REVOKE ALL ON DATABASE shop FROM PUBLIC; GRANT CONNECT ON DATABASE shop TO reader",
    );
    pg.run("postgres", "ALTER DATABASE shop OWNER TO boss");
    let login = login(&url).await;
    let scratch = Scratch::new();
    let artifact = make(&order(&login, scratch.join("a.dump"), BackupFormat::Custom)).await;
    let artifact = artifact.expect("a backup");
    pg.run("shop", "INSERT INTO t VALUES (2)");
    let facts = "SELECT pg_get_userbyid(datdba), datacl, (SELECT array_agg(setconfig::text ORDER BY 1) \
         FROM pg_db_role_setting s WHERE setdatabase = d.oid) FROM pg_database d WHERE datname = 'shop'";
    let before = pg.run("postgres", facts);

    let foreign = Settings {
        application: "billing".to_owned(),
        ..Settings::default()
    };
    let client = Db::open(&login, &foreign).await.expect("opens");
    let error = bring_back(&login, &artifact, "shop_new", Swap::Rename)
        .await
        .expect_err("in use");
    assert_eq!(error.problem().code, "in-use");
    assert!(error.to_string().contains("billing"), "{error}");
    assert_eq!(pg.run("shop", "SELECT count(*) FROM t").trim(), "2");
    client.close().await;

    let own = Settings {
        application: "stopover s1 ada@here".to_owned(),
        ..Settings::default()
    };
    let _idle = Db::open(&login, &own).await.expect("opens");
    let restored = bring_back(&login, &artifact, "shop_new", Swap::Rename)
        .await
        .expect("a swap");
    let aside = restored.set_aside.expect("the live one is kept");
    assert!(aside.starts_with("shop_before_"));
    assert_eq!(restored.database, "shop");
    assert_eq!(pg.run("shop", "SELECT count(*) FROM t").trim(), "1");
    assert_eq!(pg.run(&aside, "SELECT count(*) FROM t").trim(), "2");
    assert_eq!(
        pg.run("postgres", facts),
        before,
        "owner, privileges and settings moved along"
    );
    let databases = pg.run(
        "postgres",
        "SELECT datname FROM pg_database WHERE datname LIKE 'shop%'",
    );
    assert_eq!(databases.lines().count(), 2);
}

#[tokio::test]
async fn a_restore_never_goes_into_a_database_that_exists() {
    let pg = Postgres::shared();
    let (name, url) = pg.fresh();
    pg.run(&name, "CREATE TABLE t AS SELECT 1 AS id");
    let login = login(&url).await;
    let scratch = Scratch::new();
    let artifact = make(&order(&login, scratch.join("a.dump"), BackupFormat::Plain)).await;
    let error = bring_back(&login, &artifact.expect("a backup"), &name, Swap::No).await;
    assert!(
        matches!(error, Err(BackupError::DatabaseExists { .. })),
        "{error:?}"
    );
    assert_eq!(pg.run(&name, "SELECT count(*) FROM t").trim(), "1");
}
