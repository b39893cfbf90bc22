//! Databases: none, one that cannot be reached, one with its schema and a query, and what is imported.

use stopover_tests::Scratch;

use super::judge::Judge;
use crate::change;
use crate::driver::Driven;

const TABLES: &str = "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, age INTEGER DEFAULT 7);\
    CREATE TABLE orders (id INTEGER, person INTEGER REFERENCES people (id), CHECK (id > 0));\
    CREATE INDEX of_person ON orders (person); CREATE VIEW adults AS SELECT * FROM people WHERE age > 17;\
    INSERT INTO people VALUES (1, 'Ada', 36), (2, 'Grace', NULL)";

const PLAN: &str = "format = 1\nname = \"P\"\n[target.main]\nengine = \"sqlite\"\n[[step]]\nid = \"fill\"\n\
    sql = \"UPDATE people SET age = 8\"\n";

/// WebDriver's Control; a second one lets it go again.
const CONTROL: &str = "\u{E009}";

/// Writes a query in the place of what is there, and runs it.
async fn query(window: &Driven, sql: &str) {
    window.press("sql", &format!("{CONTROL}a{CONTROL}")).await;
    window.press("sql", sql).await;
    window.click("run-query").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_serious_in_databases_their_schema_queries_and_imports() {
    let scratch = Scratch::new();
    let file = scratch.join("shop.db");
    change(&file, TABLES);
    let plan = scratch.write("p.plan.toml", PLAN);
    let sources = scratch.write(
        "shop.env",
        "DATABASE_URL=postgres://deploy:letters1@db.example.org/game\nMONGO_DATABASE_URL=mongodb://x/y\n",
    );
    let mut judge = Judge::new();
    let window = Driven::open(&scratch, &[&plan.to_string_lossy()]).await;
    window.see("plan-name").await;
    window.click("place-databases").await;
    window.see("new-connection").await;
    judge.look(&window, "no connection").await;

    window.click("import").await;
    window.see("import-sheet").await;
    judge.look(&window, "importing").await;
    window.click("source-env_file").await;
    window.write("env-file", &sources.to_string_lossy()).await;
    window.click("read-env").await;
    window.see("proposals").await;
    judge.look(&window, "what can be imported").await;
    window.close_dialog("import-sheet").await;

    window.click("new-connection").await;
    window.write("name", "shop").await;
    judge.look(&window, "a new connection").await;
    window.choose("engine", "sqlite").await;
    window
        .write("database", &scratch.join("none.db").to_string_lossy())
        .await;
    window.click("environment-production").await;
    window.click("test").await;
    window.wait("[data-testid=tested][data-ok=false]").await;
    judge.look(&window, "a test that failed").await;
    window.write("database", &file.to_string_lossy()).await;
    window.click("test").await;
    window.wait("[data-testid=tested][data-ok=true]").await;
    judge.look(&window, "a test that passed").await;
    window.click("save").await;
    window.see("connection-shop").await;
    judge.look(&window, "a saved connection").await;
    window.click("delete").await;
    window.see("delete-connection").await;
    judge.look(&window, "deleting a connection").await;
    window.close_dialog("delete-connection").await;

    window.click("tab-schema").await;
    window.see("relations").await;
    judge.look(&window, "a schema").await;
    window.click("relation-people").await;
    window.see("touched-by").await;
    window.see("columns").await;
    judge.look(&window, "a table").await;
    window.write("filter", "nothing is called so").await;
    judge.look(&window, "no table is called so").await;

    window.click("tab-query").await;
    window.see("sql").await;
    judge.look(&window, "no query yet").await;
    query(&window, "SELECT * FROM people").await;
    window.reads("grid", "Grace").await;
    judge.look(&window, "a result").await;
    window.press("grid", "\u{E007}").await;
    window.see("value").await;
    judge.look(&window, "a value").await;
    window.close_dialog("value").await;
    query(&window, "SELECT id, name FROM people WHERE id = 7").await;
    window.reads("result", "0 rows").await;
    window.reads("grid", "name").await;
    window.picture("63-empty-result").await;
    judge.look(&window, "a result without a row").await;
    query(&window, "SELECT nobody FROM people").await;
    window.reads("query-problem", "nobody").await;
    judge.look(&window, "a query that failed").await;
    judge.says_nothing();
    window.close().await;
}
