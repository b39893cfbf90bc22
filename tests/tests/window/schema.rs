//! The schema browser and the query pane in the real window.

use stopover_tests::scenario::eventually;
use stopover_tests::{Postgres, Scratch};

use crate::driver::Driven;

/// Selects all that is written in the query's editor and writes something else.
async fn write_query(window: &Driven, sql: &str) {
    // WebDriver's Control; the second one lets it go again.
    window.press("sql", "\u{e009}a\u{e009}").await;
    window.press("sql", sql).await;
}

/// Opens the saved connection to a fresh database of the shared server.
async fn connected(window: &Driven, url: &str) {
    window.click("place-databases").await;
    window.click("new-connection").await;
    window.write("name", "shop").await;
    window.write("url", url).await;
    window.click("fill").await;
    window.gone("tested").await;
    window.click("environment-development").await;
    window.click("save").await;
    window.click("tab-schema").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_is_browsed_and_what_the_plan_names_is_marked() {
    let scratch = Scratch::new();
    let server = Postgres::shared();
    let (database, url) = server.fresh();
    server.run(
        &database,
        "CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL UNIQUE, age int DEFAULT 7);\
         CREATE TABLE orders (id int, user_id bigint REFERENCES users (id));\
         CREATE TABLE \"<img src=x onerror=alert(1)>\" (a int);\
         INSERT INTO users SELECT n, n || '@example.org' FROM generate_series(1, 300) n",
    );
    let plan = scratch.write(
        "p.plan.toml",
        "format = 1\nname = \"P\"\n[target.main]\nengine = \"postgresql\"\n[[step]]\nid = \"fill\"\ntitle = \"Fill\"\n\
         sql = \"UPDATE users SET age = 8\"\n",
    );
    let window = Driven::open(&scratch, &[&plan.to_string_lossy()]).await;
    window.see("plan-name").await;
    connected(&window, &url).await;
    window.reads("relation-count", "3 relations").await;
    window
        .reads("relations", "<img src=x onerror=alert(1)>")
        .await;
    window.click("relation-users").await;
    window.reads("columns", "email").await;
    window.reads("constraints", "PRIMARY KEY (id)").await;
    window.reads("indexes", "users_email_key").await;
    window.reads("touched-by", "fill").await;
    window.click("count").await;
    window.reads("relation-rows", "300 rows, counted").await;
    window.picture("30-schema").await;
    window.dress("dark").await;
    window.picture("30-schema-dark").await;
    window.resize(900, 600).await;
    window.picture("30-schema-dark-900x600").await;
    window.resize(1280, 820).await;
    window.dress("light").await;

    server.run(&database, "CREATE TABLE later (a int)");
    window.click("refresh").await;
    window.reads("relation-count", "4 relations").await;
    window.write("filter", "lat").await;
    window.reads("relation-count", "1 of 4 relations").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_is_run_scrolled_cancelled_and_never_writes() {
    let scratch = Scratch::new();
    let server = Postgres::shared();
    let (database, url) = server.fresh();
    server.run(&database, "CREATE TABLE t (a int)");
    let window = Driven::open(&scratch, &[]).await;
    connected(&window, &url).await;
    window.reads("relation-count", "1 relation").await;
    window.click("tab-query").await;

    write_query(
        &window,
        "SELECT n, 'row ' || n AS name, CASE WHEN n = 2 THEN repeat('x', 10000000) END AS long FROM generate_series(1, 100000) n",
    )
    .await;
    window.click("run-query").await;
    window.reads("result", "100\u{202f}000 rows").await;
    window.reads("grid", "row 1").await;
    window.reads("grid", "NULL").await;
    window.reads("grid", "9.5 MiB").await;
    // To the very last row with the keyboard.
    window.press("grid", "\u{e009}\u{e010}\u{e009}").await;
    window.reads("grid", "row 100000").await;
    window.picture("31-query").await;
    window.dress("dark").await;
    window.picture("31-query-dark").await;
    window.resize(900, 600).await;
    window.picture("31-query-dark-900x600").await;
    window.resize(1280, 820).await;
    window.dress("light").await;

    write_query(&window, "INSERT INTO t VALUES (1)").await;
    window.press("sql", "\u{e009}\u{e007}\u{e009}").await;
    window.reads("query-problem", "read-only").await;
    window.picture("32-refused-write").await;
    assert_eq!(server.run(&database, "SELECT count(*) FROM t"), "0");

    // The column depends on how far the editor indents the second line.
    write_query(&window, "SELECT 1,\u{e007}nobody").await;
    window.click("run-query").await;
    window.reads("query-problem", "2:").await;

    let asleep = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}' AND query LIKE 'SELECT pg_sleep%' \
         AND state = 'active'"
    );
    let sleeping = |wanted: &str| server.run("postgres", &asleep) == wanted;
    write_query(&window, "SELECT pg_sleep(1000)").await;
    window.click("run-query").await;
    eventually(|| sleeping("1"), || "the query runs".to_owned());
    window.picture("33-query-runs").await;
    window.click("cancel-query").await;
    window.reads("query-problem", "cancel").await;
    eventually(|| sleeping("0"), || "the server ended it".to_owned());

    // Closing the pane ends what runs in it, too.
    window.click("run-query").await;
    eventually(|| sleeping("1"), || "the query runs again".to_owned());
    window.chord(&['\u{E00A}'], &['w']).await;
    eventually(|| sleeping("0"), || "the server ended it".to_owned());
    window.gone("progress").await;
    window.close().await;
}
