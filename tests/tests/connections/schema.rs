//! The schema browser's reading of real catalogues.

use stopover_engine::db::Db;
use stopover_engine::schema::{
    ConstraintKind, Detail, RelationKind, Relations, count, detail, relations,
};
use stopover_tests::{MariaDb, Postgres, Scratch};

use crate::{login, open, settings};

fn column<'d>(detail: &'d Detail, name: &str) -> &'d stopover_engine::schema::ColumnOf {
    let found = detail.columns.iter().find(|column| column.name == name);
    found.unwrap_or_else(|| panic!("no column {name} in {detail:?}"))
}

fn kinds(detail: &Detail) -> Vec<ConstraintKind> {
    detail.constraints.iter().map(|one| one.kind).collect()
}

fn has(found: &Relations, name: &str, kind: RelationKind) -> bool {
    found
        .relations
        .iter()
        .any(|relation| relation.name == name && relation.kind == kind)
}

async fn make(db: &mut Db, statements: &[&str]) {
    for statement in statements {
        db.run(statement)
            .await
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

#[tokio::test]
async fn postgresql_tells_columns_indexes_and_constraints() {
    let (_, url) = Postgres::shared().fresh();
    let mut db = open(&url).await;
    make(
        &mut db,
        &[
            "CREATE SCHEMA app",
            "CREATE TABLE app.users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email varchar(80) NOT NULL UNIQUE, \
             age int DEFAULT 7 CHECK (age > 0), \"<img src=x onerror=a>\" text)",
            "CREATE TABLE orders (id int, user_id bigint REFERENCES app.users (id) ON DELETE CASCADE, total numeric(9, 2))",
            "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID",
            "CREATE INDEX orders_total ON orders (total, lower(id::text)) WHERE total > 5",
            "INSERT INTO orders SELECT n, NULL, n FROM generate_series(1, 3000) n",
            "INSERT INTO orders VALUES (1, NULL, 1), (1, NULL, 1)",
            "CREATE VIEW app.names AS SELECT email FROM app.users",
            "CREATE MATERIALIZED VIEW sums AS SELECT sum(total) FROM orders",
            "CREATE TABLE parts (n int) PARTITION BY RANGE (n)",
            "COMMENT ON COLUMN app.users.age IS 'in years'",
            "ANALYZE orders",
        ],
    )
    .await;
    // A unique index that cannot be built is left behind, invalid.
    db.run("CREATE UNIQUE INDEX CONCURRENTLY broken ON orders (id)")
        .await
        .expect_err("the rows are not unique");

    let found = relations(&mut db).await.unwrap();
    assert!(has(&found, "users", RelationKind::Table));
    assert!(has(&found, "names", RelationKind::View));
    assert!(has(&found, "sums", RelationKind::MaterializedView));
    assert!(has(&found, "parts", RelationKind::Partitioned));
    let orders = found
        .relations
        .iter()
        .find(|one| one.name == "orders")
        .unwrap();
    assert_eq!(orders.rows, Some(3002));
    assert!(
        !orders.rows_counted && orders.bytes.unwrap() > 100_000,
        "{orders:?}"
    );
    let users = found
        .relations
        .iter()
        .find(|one| one.name == "users")
        .unwrap();
    assert_eq!(users.rows, None, "what was never analysed is not guessed");
    assert_eq!(count(&mut db, "public", "orders").await.unwrap(), 3002);

    let users = detail(&mut db, "app", "users").await.unwrap();
    assert_eq!(
        users
            .columns
            .iter()
            .map(|one| one.name.as_str())
            .collect::<Vec<_>>(),
        ["id", "email", "age", "<img src=x onerror=a>"]
    );
    assert_eq!(column(&users, "email").kind, "character varying(80)");
    assert!(!column(&users, "email").nullable && column(&users, "age").nullable);
    assert_eq!(column(&users, "age").default.as_deref(), Some("7"));
    assert_eq!(column(&users, "age").comment, "in years");
    assert!(column(&users, "id").generated);
    assert_eq!(
        kinds(&users),
        [
            ConstraintKind::Primary,
            ConstraintKind::Unique,
            ConstraintKind::Check
        ]
    );
    assert_eq!(users.referenced_by, ["public.orders"]);

    let orders = detail(&mut db, "public", "orders").await.unwrap();
    let broken = orders
        .indexes
        .iter()
        .find(|one| one.name == "broken")
        .unwrap();
    assert!(broken.unique);
    assert!(broken.unusable.as_deref().unwrap().starts_with("invalid"));
    let total = orders
        .indexes
        .iter()
        .find(|one| one.name == "orders_total")
        .unwrap();
    assert_eq!(total.columns, ["total", "lower(id::text)"]);
    assert!(total.unusable.is_none() && total.condition.as_deref().unwrap().contains("5"));
    let foreign = orders
        .constraints
        .iter()
        .find(|one| one.kind == ConstraintKind::Foreign)
        .unwrap();
    assert_eq!(
        (foreign.other_schema.as_str(), foreign.other.as_deref()),
        ("app", Some("users"))
    );
    assert!(foreign.definition.contains("ON DELETE CASCADE"));
    let positive = orders
        .constraints
        .iter()
        .find(|one| one.name == "positive")
        .unwrap();
    assert!(!positive.validated);
    let names = detail(&mut db, "app", "names").await.unwrap();
    assert!(names.definition.unwrap().contains("email"));
    let gone = detail(&mut db, "app", "nobody").await.unwrap_err();
    assert_eq!(gone.problem().code, "no-relation");
}

#[tokio::test]
async fn a_locked_table_hides_no_schema() {
    let (_, url) = Postgres::shared().fresh();
    let mut holder = open(&url).await;
    make(
        &mut holder,
        &[
            "CREATE TABLE t (a int)",
            "CREATE TABLE u (a int)",
            "BEGIN",
            "LOCK TABLE t IN ACCESS EXCLUSIVE MODE",
        ],
    )
    .await;
    let mut hasty = settings("two");
    hasty.lock_timeout = Some(std::time::Duration::from_millis(50));
    let mut db = Db::open(&login(&url).await, &hasty).await.unwrap();
    let found = relations(&mut db).await.unwrap();
    assert!(
        found.sizes_estimated,
        "sizes cannot be measured under a lock"
    );
    assert_eq!(found.relations.len(), 2);
    let error = count(&mut db, "public", "t").await.unwrap_err();
    assert_eq!(error.problem().code, "lock-timeout");
}

#[tokio::test]
async fn mariadb_tells_columns_indexes_and_constraints() {
    let (name, url) = MariaDb::shared().fresh();
    let mut db = open(&url).await;
    make(
        &mut db,
        &[
            "CREATE TABLE users (id bigint AUTO_INCREMENT PRIMARY KEY, email varchar(80) NOT NULL UNIQUE, \
             age int DEFAULT 7 CHECK (age > 0), twice int AS (age * 2), note text COMMENT 'free') ENGINE = InnoDB",
            "CREATE TABLE orders (id int, user_id bigint, total decimal(9, 2), KEY orders_total (total, id), \
             KEY notes (id) IGNORED, CONSTRAINT of_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE) ENGINE = InnoDB",
            "CREATE VIEW names AS SELECT email FROM users",
            "INSERT INTO orders (id) VALUES (1), (2)",
        ],
    )
    .await;
    let found = relations(&mut db).await.unwrap();
    assert!(has(&found, "users", RelationKind::Table) && has(&found, "names", RelationKind::View));
    let orders = found
        .relations
        .iter()
        .find(|one| one.name == "orders")
        .unwrap();
    assert!(!orders.rows_counted && orders.bytes.unwrap() > 0);
    assert_eq!(count(&mut db, &name, "orders").await.unwrap(), 2);

    let users = detail(&mut db, &name, "users").await.unwrap();
    assert_eq!(column(&users, "email").kind, "varchar(80)");
    assert!(!column(&users, "email").nullable);
    assert_eq!(column(&users, "age").default.as_deref(), Some("7"));
    assert_eq!(column(&users, "note").default, None);
    assert_eq!(column(&users, "note").comment, "free");
    assert!(column(&users, "twice").generated && column(&users, "id").generated);
    assert_eq!(
        kinds(&users),
        [
            ConstraintKind::Primary,
            ConstraintKind::Unique,
            ConstraintKind::Check
        ]
    );
    assert_eq!(users.referenced_by, [format!("{name}.orders")]);
    let orders = detail(&mut db, &name, "orders").await.unwrap();
    let total = orders
        .indexes
        .iter()
        .find(|one| one.name == "orders_total")
        .unwrap();
    assert_eq!(total.columns, ["total", "id"]);
    let notes = orders
        .indexes
        .iter()
        .find(|one| one.name == "notes")
        .unwrap();
    assert_eq!(notes.unusable.as_deref(), Some("invisible"));
    let foreign = &orders.constraints[0];
    assert_eq!(
        foreign.definition,
        "FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE"
    );
    let names = detail(&mut db, &name, "names").await.unwrap();
    assert!(names.definition.unwrap().contains("email"));
}

#[tokio::test]
async fn sqlite_tells_columns_indexes_and_constraints() {
    let folder = Scratch::new();
    let file = folder.write("a.db", "");
    let mut db = open(&format!("sqlite:{}", file.display())).await;
    make(
        &mut db,
        &[
            "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, age INT DEFAULT 7 CHECK (age > 0), \
             twice INT AS (age * 2))",
            "CREATE TABLE orders (a INT, b INT, user_id INT REFERENCES users (id) ON DELETE CASCADE, PRIMARY KEY (b, a))",
            "CREATE INDEX partial ON orders (user_id, lower(a)) WHERE a > 5",
            "CREATE VIEW names AS SELECT email FROM users",
            "INSERT INTO users (email) VALUES ('a'), ('b')",
        ],
    )
    .await;
    let found = relations(&mut db).await.unwrap();
    assert!(has(&found, "names", RelationKind::View));
    let users = found
        .relations
        .iter()
        .find(|one| one.name == "users")
        .unwrap();
    assert_eq!((users.rows, users.rows_counted), (Some(2), true));
    assert_eq!(count(&mut db, "", "users").await.unwrap(), 2);

    let users = detail(&mut db, "", "users").await.unwrap();
    assert!(!column(&users, "email").nullable && column(&users, "twice").generated);
    assert_eq!(column(&users, "age").default.as_deref(), Some("7"));
    assert_eq!(
        kinds(&users),
        [
            ConstraintKind::Primary,
            ConstraintKind::Unique,
            ConstraintKind::Check
        ]
    );
    assert_eq!(users.referenced_by, ["orders"]);
    let orders = detail(&mut db, "", "orders").await.unwrap();
    assert_eq!(orders.constraints[0].definition, "PRIMARY KEY (b, a)");
    assert!(
        orders.constraints[1]
            .definition
            .contains("REFERENCES users(id)")
    );
    let partial = orders
        .indexes
        .iter()
        .find(|one| one.name == "partial")
        .unwrap();
    assert_eq!(partial.columns, ["user_id", "(expression)"]);
    assert_eq!(partial.condition.as_deref(), Some("a > 5"));
}

#[tokio::test]
async fn five_thousand_tables_are_listed() {
    let server = Postgres::shared();
    let (_, url) = server.fresh();
    let mut db = open(&url).await;
    // A block of its own for each part: every table holds a lock until its transaction ends.
    for part in 0..50 {
        db.run(&format!(
            "DO $$ BEGIN FOR n IN 1..100 LOOP EXECUTE format('CREATE TABLE t_%s (a int)', {part} * 100 + n); END LOOP; END $$"
        ))
        .await
        .unwrap();
    }
    let found = relations(&mut db).await.unwrap();
    assert_eq!(found.relations.len(), 5000);
    assert!(!found.cut);
}
