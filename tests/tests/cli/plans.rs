//! The plans the tests run: small, the same words on every engine.

/// Creates a table, fills it with two orders, and counts them.
pub(crate) const THREE_STEPS: &str = r#"
[[step]]
id = "create"
sql = "CREATE TABLE orders (id INTEGER PRIMARY KEY, total INTEGER NOT NULL)"
undo = { sql = "DROP TABLE orders" }

[[step]]
id = "fill"
sql = "INSERT INTO orders (id, total) VALUES (1, 10), (2, 20)"
undo = { sql = "DELETE FROM orders" }

[[step]]
id = "count"
check = [{ id = "two", title = "Two orders", sql = "SELECT count(*) FROM orders", expect = 2 }]
"#;

/// A gate that ada may approve.
pub(crate) const GATE: &str = r#"
[[step]]
id = "go"
gate = { question = "Go on?", approvers = ["ada"] }
"#;

/// Returns a plan with one target, `main`.
pub(crate) fn plan(engine: &str, steps: &str) -> String {
    format!("format = 1\nname = \"Orders\"\n\n[target.main]\nengine = \"{engine}\"\n{steps}")
}

/// Returns the plan of [`THREE_STEPS`] on SQLite.
pub(crate) fn three_steps() -> String {
    plan("sqlite", THREE_STEPS)
}

/// Returns that plan with a check that does not hold.
pub(crate) fn failing() -> String {
    three_steps().replace("expect = 2", "expect = 3")
}

/// Returns a plan whose second step writes into a table nobody made.
pub(crate) fn missing_table() -> String {
    three_steps().replace(
        "sql = \"INSERT INTO orders (id",
        "sql = \"INSERT INTO elsewhere (id",
    )
}
