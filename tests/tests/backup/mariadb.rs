//! MariaDB: a script there and back, tables that move meanwhile, and the swap.

use sha2::{Digest, Sha256};
use stopover_engine::backup::{BackupError, Swap, verify_file};
use stopover_plan::model::{BackupFormat, Engine};
use stopover_tests::{MariaDb, Scratch};

use crate::{bring_back, login, make, make_with, order, toolbox};

/// Tables with what is hard to dump, and the marks of a session, which no comparison looks at.
pub(crate) const SEED: &str = r#"
CREATE TABLE owners (id bigint PRIMARY KEY, name varchar(200) NOT NULL, born date);
INSERT INTO owners SELECT seq, CONCAT('owner ', seq, '\t\\ line\nbreak 🦀'), DATE('2000-01-01') + INTERVAL seq DAY
    FROM seq_1_to_3000;
CREATE TABLE `odd ``table` (id int, raw blob, price decimal(10,3), ratio double, small bit(5), old varchar(20) CHARACTER SET latin1,
    doc json, place point, note longtext);
INSERT INTO `odd ``table` SELECT seq, UNHEX(MD5(seq)), seq / 7, seq / 3, seq MOD 32, 'é', '{"a": 1}', POINT(seq, 1), NULL
    FROM seq_1_to_400;
INSERT INTO `odd ``table` SELECT * FROM `odd ``table`;
CREATE TABLE pets (id int AUTO_INCREMENT PRIMARY KEY, owner bigint, name varchar(50),
    loud varchar(60) AS (UPPER(name)), CONSTRAINT pet_owner FOREIGN KEY (owner) REFERENCES owners (id));
INSERT INTO pets (owner, name) SELECT seq, CONCAT('pet ', seq) FROM seq_1_to_1000;
CREATE TABLE empty_one (id int);
CREATE TABLE stopover_mark (session varchar(20));
"#;

/// What a swap would leave behind.
const OBJECTS: &str = "CREATE VIEW v AS SELECT name FROM owners; \
    CREATE TRIGGER tr BEFORE INSERT ON pets FOR EACH ROW SET NEW.name = TRIM(NEW.name); \
    CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1; \
    CREATE EVENT e ON SCHEDULE EVERY 1 YEAR STARTS '2035-01-01' DO INSERT INTO empty_one VALUES (1);";

#[tokio::test]
async fn a_script_comes_back_equal() {
    let my = MariaDb::start();
    let (name, url) = my.fresh();
    my.run(&name, SEED);
    my.run(&name, OBJECTS);
    let login = login(&url).await;
    let scratch = Scratch::new();
    let mut bytes = Vec::new();
    for (file, format) in [
        ("gzip", BackupFormat::Custom),
        ("plain", BackupFormat::Plain),
    ] {
        let artifact = make(&order(&login, scratch.join(file), format))
            .await
            .expect(file);
        let restored = artifact.restored.expect("it was compared");
        assert!(restored.equal);
        assert_eq!((restored.tables, restored.rows), (4, 3000 + 800 + 1000));
        assert_eq!(artifact.format, file);
        let stored = std::fs::read(scratch.join(file)).expect("it is there");
        assert_eq!(artifact.bytes, stored.len() as u64);
        assert_eq!(artifact.sha256, hex::encode(Sha256::digest(&stored)));
        bytes.push(artifact.bytes);
        assert!(artifact.engine_version.contains("MariaDB"));
        assert!(artifact.tool_version.contains("MariaDB"));
        verify_file(&artifact, Engine::Mysql).await.expect(file);
        let into = format!("{name}_{file}");
        bring_back(&login, &artifact, &into, Swap::No)
            .await
            .expect(file);
        assert_eq!(my.dump(&into), my.dump(&name));
    }
    assert!(bytes[0] * 3 < bytes[1], "{bytes:?}");
    let left = my.run(
        "",
        "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name LIKE 'stopover%'",
    );
    assert_eq!(left.trim(), "0");
    let error = make(&order(&login, scratch.join("dir"), BackupFormat::Directory)).await;
    assert_eq!(
        error.expect_err("there is none").problem().code,
        "backup-format"
    );
}

#[tokio::test]
async fn a_table_that_moves_is_compared_when_it_can_be_and_named_when_not() {
    let my = MariaDb::shared();
    let (name, url) = my.fresh();
    my.run(
        &name,
        "CREATE TABLE still AS SELECT 1 AS id; CREATE TABLE moving AS SELECT 1 AS id",
    );
    let login = login(&url).await;
    let insert = format!(
        "mariadb --no-defaults -S {} -uroot {name} -e 'INSERT INTO moving VALUES (2)'",
        my.socket().display()
    );
    // The dump sees a row that came after the first count; whether another one comes after the dump decides.
    let dumps = |after: &str| {
        let version = "if [ \"$1\" = --version ]; then exec mariadb-dump --version; fi";
        format!("{version}; {insert}; mariadb-dump \"$@\" || exit; {after}")
    };
    let scratch = Scratch::new();
    let client = ("mariadb", "exec mariadb \"$@\"".to_owned());
    let once = toolbox(&scratch, &[("mariadb-dump", dumps("")), client.clone()]);
    let artifact = make_with(
        &once,
        &order(&login, scratch.join("a.sql"), BackupFormat::Plain),
    )
    .await;
    assert!(
        artifact
            .expect("a backup")
            .restored
            .expect("compared")
            .equal
    );

    let twice = toolbox(&scratch, &[("mariadb-dump", dumps(&insert)), client]);
    let error = make_with(
        &twice,
        &order(&login, scratch.join("b.sql"), BackupFormat::Plain),
    )
    .await;
    match error.expect_err("it moved") {
        BackupError::Moved { tables } => assert_eq!(tables, ["moving"]),
        error => panic!("{error}"),
    }
    assert!(!scratch.join("b.sql").exists());
}

#[tokio::test]
async fn a_swap_moves_all_tables_at_once() {
    let my = MariaDb::shared();
    let (name, url) = my.fresh();
    my.run(&name, SEED);
    let login = login(&url).await;
    let scratch = Scratch::new();
    let artifact = make(&order(&login, scratch.join("a.sql"), BackupFormat::Plain)).await;
    let artifact = artifact.expect("a backup");
    let as_dumped = my.dump(&name);
    my.run(&name, "DELETE FROM pets; INSERT INTO empty_one VALUES (5)");
    let as_live = my.dump(&name);
    let into = format!("{name}_new");
    let restored = bring_back(&login, &artifact, &into, Swap::Rename)
        .await
        .expect("a swap");
    let aside = restored.set_aside.expect("the live one is kept");
    assert_eq!(my.dump(&name), as_dumped);
    assert_eq!(my.dump(&aside), as_live);
    let orphan = "INSERT INTO pets (owner, name) VALUES (-1, 'x')";
    let output = my
        .client("mariadb")
        .args([name.as_str(), "-e", orphan])
        .output()
        .expect("it runs");
    assert!(!output.status.success(), "the foreign key moved along");

    my.run(&name, OBJECTS);
    let error = bring_back(&login, &artifact, &into, Swap::Rename)
        .await
        .expect_err("left behind");
    assert_eq!(error.problem().code, "not-swappable");
    for object in ["view v", "trigger tr", "function f", "event e"] {
        assert!(error.to_string().contains(object), "{error}");
    }
    let left = my.run("", &format!("SHOW DATABASES LIKE '{into}'"));
    assert_eq!(left.trim(), "");
}
