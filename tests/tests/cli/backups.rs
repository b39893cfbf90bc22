//! `backup`, `restore` and `inspect`: one database, without a plan.

use serde_json::json;
use sha2::{Digest, Sha256};
use stopover_tests::{Postgres, free_port};

use crate::door::Door;

const ORDERS: &str = "CREATE TABLE orders (id INTEGER PRIMARY KEY, total INTEGER NOT NULL);\
                      INSERT INTO orders VALUES (1, 10), (2, 20), (3, 30);";

fn is_described(door: &Door, answer: &serde_json::Value, name: &str) {
    let bytes = std::fs::read(door.join(name)).expect("the backup is there");
    assert_eq!(answer["file"], name);
    assert_eq!(answer["bytes"], bytes.len());
    assert_eq!(answer["sha256"], hex::encode(Sha256::digest(&bytes)));
    assert!(
        answer["engine_version"]
            .as_str()
            .is_some_and(|text| !text.is_empty())
    );
    assert!(
        answer["tool_version"]
            .as_str()
            .is_some_and(|text| !text.is_empty())
    );
}

#[test]
fn an_sqlite_database_is_backed_up_compared_and_restored_beside_it() {
    let door = Door::new();
    let url = door.sqlite();
    door.in_sqlite(ORDERS);
    let answer = door.json(&["backup", &url, "-o", "backup.db", "--restore-check"]);
    is_described(&door, &answer, "backup.db");
    assert_eq!(
        answer["restored"],
        json!({ "tables": 1, "rows": 3, "equal": true })
    );

    let fresh = format!("sqlite:{}", door.join("fresh.db").display());
    door.json(&["restore", "backup.db", &fresh]);
    let copy = rusqlite::Connection::open(door.join("fresh.db")).expect("it opens");
    let total: i64 = copy
        .query_row("SELECT sum(total) FROM orders", [], |row| row.get(0))
        .expect("the rows are there");
    assert_eq!(total, 60);
    let said = door.say(&["--json", "restore", "backup.db", &url]).exits(3);
    assert_eq!(said.codes(), ["database-exists"]);
    assert_eq!(door.ask_sqlite("SELECT count(*) FROM orders"), 3);
}

#[test]
fn a_postgresql_database_is_backed_up_compared_and_restored_into_a_fresh_one() {
    let door = Door::new();
    let pg = Postgres::shared();
    let (name, url) = pg.fresh();
    pg.run(&name, ORDERS);
    let answer = door.json(&["backup", &url, "-o", "orders.dump", "--restore-check"]);
    is_described(&door, &answer, "orders.dump");
    assert_eq!(answer["restored"]["equal"], true);
    assert_eq!(answer["restored"]["rows"], 3);

    let fresh = format!("{name}_again");
    door.json(&["restore", "orders.dump", &pg.url(&fresh)]);
    assert_eq!(pg.dump(&fresh), pg.dump(&name));
    // A database that is there is never restored over.
    door.say(&["restore", "orders.dump", &pg.url(&fresh)])
        .exits(3);
    assert_eq!(pg.dump(&fresh), pg.dump(&name));
}

#[test]
fn a_truncated_backup_is_not_restored() {
    let door = Door::new();
    let pg = Postgres::shared();
    let (name, url) = pg.fresh();
    pg.run(&name, ORDERS);
    door.json(&["backup", &url, "-o", "orders.dump"]);
    let mut bytes = std::fs::read(door.join("orders.dump")).expect("it is there");
    bytes.truncate(bytes.len() / 2);
    door.write("half.dump", bytes);
    let said = door
        .say(&["restore", "half.dump", &pg.url("half")])
        .exits(1);
    assert!(said.err.starts_with("error: "), "{said:?}");
    assert_eq!(
        pg.run(
            "postgres",
            "SELECT count(*) FROM pg_database WHERE datname LIKE 'half%'"
        )
        .trim(),
        "0",
        "no half of a database stays"
    );
}

#[test]
fn a_database_that_is_not_there_is_neither_backed_up_nor_inspected() {
    let door = Door::new();
    let nobody = format!("postgres://postgres@127.0.0.1:{}/x", free_port());
    door.say(&["backup", &nobody, "-o", "x.dump"]).exits(5);
    door.say(&["inspect", &nobody]).exits(5);
    let missing = format!("sqlite:{}", door.join("missing.db").display());
    door.say(&["backup", &missing, "-o", "x.db"]).exits(5);
    door.say(&["inspect", &missing]).exits(5);
    assert!(!door.join("missing.db").exists());
    assert!(!door.join("x.dump").exists() && !door.join("x.db").exists());
    for wrong in ["nonsense", "oracle://a/b", "sqlite::memory:"] {
        door.say(&["inspect", wrong]).exits(2);
    }
}

#[test]
fn inspect_tells_the_tables_of_a_database() {
    let door = Door::new();
    let url = door.sqlite();
    door.in_sqlite(ORDERS);
    let answer = door.json(&["inspect", &url]);
    assert_eq!(answer["engine"], "sqlite");
    assert!(
        answer["version"]
            .as_str()
            .is_some_and(|text| text.contains("3."))
    );
    assert_eq!(answer["tables"][0]["table"], "orders");
    assert_eq!(answer["tables"][0]["rows"], 3);
    assert_eq!(answer["blockers"], json!([]));

    let pg = Postgres::shared();
    let (name, url) = pg.fresh();
    pg.run(&name, ORDERS);
    pg.run(&name, "ANALYZE orders");
    let answer = door.json(&["inspect", &url]);
    assert_eq!(answer["engine"], "postgresql");
    assert_eq!(answer["tables"][0]["table"], "orders");
    assert_eq!(answer["tables"][0]["rows"], 3);
}
