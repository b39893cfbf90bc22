//! SQL texts: where statements end on each engine, what they do, and what is refused.

use proptest::prelude::*;
use stopover_plan::model::Engine::{self, Mysql, Postgresql, Sqlite};
use stopover_plan::sql::{Statement, StatementKind, dump_hazard, redact, split};

fn texts(engine: Engine, text: &str) -> Vec<String> {
    let (statements, problems) = split(engine, text);
    assert!(problems.is_empty(), "{text}: {problems:?}");
    statements
        .into_iter()
        .map(|statement| statement.text)
        .collect()
}

fn one(engine: Engine, text: &str) -> Statement {
    let (mut statements, problems) = split(engine, text);
    assert_eq!(problems, [], "{text}");
    assert_eq!(statements.len(), 1, "{text}: {statements:?}");
    statements.remove(0)
}

fn refused(engine: Engine, text: &str, code: &str) {
    let (_, problems) = split(engine, text);
    let codes: Vec<&str> = problems
        .iter()
        .map(|problem| problem.code.as_str())
        .collect();
    assert!(codes.contains(&code), "{text}: {problems:?}");
    assert!(problems.iter().all(|problem| !problem.hint.is_empty()));
}

#[test]
fn statements_end_at_semicolons_outside_quotes_and_comments() {
    for engine in [Postgresql, Mysql, Sqlite] {
        assert_eq!(
            texts(
                engine,
                "-- a; b\nSELECT 'a;''b' ; /* ; */ SELECT 2 -- c;\n;;\n; SELECT 3"
            ),
            ["SELECT 'a;''b'", "SELECT 2", "SELECT 3"]
        );
    }
    assert_eq!(
        texts(Postgresql, "SELECT \"a;b\"; SELECT 1"),
        ["SELECT \"a;b\"", "SELECT 1"]
    );
    assert_eq!(
        texts(Mysql, "SELECT `a;``b`; SELECT 1"),
        ["SELECT `a;``b`", "SELECT 1"]
    );
    assert_eq!(
        texts(Sqlite, "SELECT [a;b]; SELECT 1"),
        ["SELECT [a;b]", "SELECT 1"]
    );
    assert_eq!(texts(Sqlite, "\u{feff}SELECT 1;"), ["SELECT 1"]);
    assert_eq!(texts(Postgresql, " \n-- nothing\n;"), [] as [&str; 0]);
}

#[test]
fn backslashes_escape_quotes_only_where_the_engine_says_so() {
    assert_eq!(
        texts(Postgresql, r"SELECT 'a\'; SELECT 2"),
        [r"SELECT 'a\'", "SELECT 2"]
    );
    assert_eq!(
        texts(Postgresql, r"SELECT E'a\';'; SELECT 2"),
        [r"SELECT E'a\';'", "SELECT 2"]
    );
    assert_eq!(
        texts(Mysql, r#"SELECT 'a\';', "b\";"; SELECT 2"#),
        [r#"SELECT 'a\';', "b\";""#, "SELECT 2"]
    );
    assert_eq!(
        texts(Sqlite, r"SELECT 'a\'; SELECT 2"),
        [r"SELECT 'a\'", "SELECT 2"]
    );
}

#[test]
fn comments_follow_the_engine() {
    assert_eq!(
        texts(Postgresql, "/* a /* b */ ; */ SELECT 1"),
        ["SELECT 1"]
    );
    assert_eq!(
        texts(Mysql, "SELECT 5--1; # x;\nSELECT 2"),
        ["SELECT 5--1", "SELECT 2"]
    );
    assert_eq!(
        texts(Postgresql, "SELECT 1 -- x\r; SELECT 2"),
        ["SELECT 1", "SELECT 2"]
    );
    assert_eq!(
        texts(Mysql, "/*!40101 SET NAMES utf8 */; /*! SELECT 1 */ + 1;"),
        ["/*!40101 SET NAMES utf8 */", "/*! SELECT 1 */ + 1"]
    );
    assert_eq!(
        one(Mysql, "/*!50001 DROP TABLE t */")
            .destructive
            .as_deref(),
        Some("drops table t")
    );
}

#[test]
fn dollar_quotes_hold_anything() {
    let body = "DO $a$ BEGIN RAISE NOTICE '%;', $$x;$$; END $a$";
    assert_eq!(
        texts(Postgresql, &format!("{body}; SELECT $1")),
        [body, "SELECT $1"]
    );
    assert_eq!(
        texts(Postgresql, "SELECT a$b$c; SELECT d$b$e"),
        ["SELECT a$b$c", "SELECT d$b$e"]
    );
}

#[test]
fn bodies_are_one_statement() {
    for (engine, body) in [
        (
            Sqlite,
            "CREATE TEMP TRIGGER t AFTER INSERT ON a WHEN CASE 1 WHEN 1 THEN 1 END BEGIN UPDATE a SET b = CASE WHEN 1 THEN 2 END; SELECT 1; END",
        ),
        (
            Mysql,
            "CREATE DEFINER=`r`@`%` PROCEDURE p() l: BEGIN IF a THEN SET b = 1; END IF; CASE x WHEN 1 THEN SET c = 2; END CASE; BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; END; END l",
        ),
        (
            Mysql,
            "/*!50003 CREATE*/ /*!50017 DEFINER=`r`@`%`*/ /*!50003 TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.b = 1; END */",
        ),
        (Mysql, "BEGIN NOT ATOMIC SELECT 1; SELECT 2; END"),
        (
            Postgresql,
            "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
        ),
        (
            Postgresql,
            "CREATE RULE r AS ON INSERT TO a DO (SELECT 1; SELECT 2)",
        ),
    ] {
        let text = format!("{body};\nSELECT 'after';");
        assert_eq!(texts(engine, &text), [body, "SELECT 'after'"]);
    }
    assert_eq!(
        texts(
            Mysql,
            "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 1; SELECT 1"
        ),
        [
            "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 1",
            "SELECT 1"
        ]
    );
}

#[test]
fn delimiters_of_mysql_are_followed() {
    assert_eq!(
        texts(
            Mysql,
            "DELIMITER $$\nCREATE PROCEDURE p() BEGIN SELECT 1; END$$\nSELECT 2 $$\ndelimiter ;\nSELECT 3; SELECT 4"
        ),
        [
            "CREATE PROCEDURE p() BEGIN SELECT 1; END",
            "SELECT 2",
            "SELECT 3",
            "SELECT 4"
        ]
    );
    refused(Mysql, "DELIMITER \nSELECT 1", "bad-delimiter");
}

#[test]
fn each_statement_knows_its_line() {
    let (statements, _) = split(
        Postgresql,
        "\n-- a\nSELECT 1;\n\n/* b\n */ SELECT\n 2; SELECT 3",
    );
    assert_eq!(
        statements.iter().map(|s| s.line).collect::<Vec<_>>(),
        [3, 6, 7]
    );
    let (_, problems) = split(Postgresql, "SELECT 1;\n  é 'x");
    assert_eq!((problems[0].line, problems[0].column), (Some(2), Some(5)));
}

#[test]
fn what_a_transaction_cannot_hold_is_known() {
    for text in [
        "CREATE INDEX CONCURRENTLY i ON t (a)",
        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)",
        "DROP INDEX CONCURRENTLY i",
        "REINDEX INDEX CONCURRENTLY i",
        "REINDEX (CONCURRENTLY) TABLE t",
        "VACUUM ANALYZE t",
        "CREATE DATABASE d",
        "ALTER SYSTEM SET work_mem = '1MB'",
        "DROP TABLESPACE x",
        "CLUSTER",
        "CLUSTER (VERBOSE)",
        "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
    ] {
        assert!(!one(Postgresql, text).transactional, "{text}");
    }
    for text in [
        "CREATE INDEX i ON t (a)",
        "ALTER TYPE mood ADD VALUE 'ok'",
        "CLUSTER t USING i",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
        "ANALYZE t",
        "SAVEPOINT a",
        "ROLLBACK TO SAVEPOINT a",
        "TRUNCATE t",
    ] {
        assert!(one(Postgresql, text).transactional, "{text}");
    }
    for text in [
        "CREATE TABLE t (a int)",
        "ALTER TABLE t ADD b int",
        "TRUNCATE t",
        "RENAME TABLE a TO b",
        "GRANT ALL ON t TO u",
        "CALL p()",
        "OPTIMIZE TABLE t",
        "/*!50001 CREATE TABLE t (a int) */",
    ] {
        assert!(!one(Mysql, text).transactional, "{text}");
    }
    for text in [
        "INSERT INTO t VALUES (1)",
        "CREATE TEMPORARY TABLE t (a int)",
        "SET @a = 1",
        "UPDATE t SET a = 1 WHERE b = 2",
    ] {
        assert!(one(Mysql, text).transactional, "{text}");
    }
    for (text, transactional) in [
        ("VACUUM", false),
        ("PRAGMA foreign_keys = OFF", false),
        ("PRAGMA user_version = 3", true),
        ("CREATE TABLE t (a)", true),
    ] {
        assert_eq!(one(Sqlite, text).transactional, transactional, "{text}");
    }
}

#[test]
fn loss_is_said_in_words() {
    for (engine, text, loss) in [
        (Postgresql, "DROP TABLE IF EXISTS a, b", "drops table a, b"),
        (
            Postgresql,
            "drop schema s cascade",
            "drops schema s and everything that depends on it",
        ),
        (
            Postgresql,
            "DROP MATERIALIZED VIEW v CASCADE",
            "drops materialized view v and everything that depends on it",
        ),
        (
            Postgresql,
            "TRUNCATE TABLE ONLY a.\"B\", c",
            "empties table a.\"B\", c",
        ),
        (Postgresql, "DELETE FROM t", "deletes every row of t"),
        (
            Postgresql,
            "UPDATE t SET a = (SELECT b FROM c WHERE d)",
            "overwrites every row of t",
        ),
        (
            Postgresql,
            "WITH x AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM x WHERE 1=1",
            "deletes every row of a",
        ),
        (
            Postgresql,
            "WITH x AS (SELECT 1) UPDATE t SET a = 1",
            "overwrites every row of t",
        ),
        (
            Postgresql,
            "EXPLAIN ANALYZE DELETE FROM t",
            "deletes every row of t",
        ),
        (
            Postgresql,
            "ALTER TABLE IF EXISTS ONLY t ADD a int, DROP COLUMN IF EXISTS b, DROP c CASCADE",
            "drops column b of table t; drops column c of table t and everything that depends on it",
        ),
        (
            Postgresql,
            "ALTER TABLE t DROP CONSTRAINT k CASCADE",
            "drops a part of table t and everything that depends on it",
        ),
        (
            Postgresql,
            "DO $$ BEGIN EXECUTE 'drop table x'; END $$",
            "runs a block that contains DROP",
        ),
        (
            Mysql,
            "ALTER TABLE t DROP PARTITION p1",
            "drops partition p1 of table t",
        ),
        (
            Mysql,
            "CREATE OR REPLACE TABLE t (a int)",
            "replaces table t and its rows",
        ),
        (
            Mysql,
            "DELETE a FROM a JOIN b USING (id)",
            "deletes every row of a",
        ),
        (Mysql, "DROP DATABASE d", "drops database d"),
        (
            Sqlite,
            "UPDATE OR IGNORE t SET a = 1",
            "overwrites every row of t",
        ),
        (
            Sqlite,
            "ALTER TABLE t DROP COLUMN a",
            "drops column a of table t",
        ),
    ] {
        assert_eq!(
            one(engine, text).destructive.as_deref(),
            Some(loss),
            "{text}"
        );
    }
    for text in [
        "DELETE FROM t WHERE a",
        "UPDATE t SET a = 1 WHERE b",
        "DROP INDEX i",
        "DROP VIEW v",
        "ALTER TABLE t DROP CONSTRAINT k, ALTER c DROP DEFAULT, ALTER c DROP NOT NULL",
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES b ON DELETE CASCADE",
        "INSERT INTO t (update, a) VALUES (1, 2) ON CONFLICT (a) DO UPDATE SET b = 1",
        "SELECT * FROM t FOR UPDATE",
        "EXPLAIN DELETE FROM t",
        "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE",
        "DO $$ BEGIN PERFORM 1; END $$",
        "SELECT 'DROP TABLE t'",
    ] {
        assert_eq!(one(Postgresql, text).destructive, None, "{text}");
    }
}

#[test]
fn reading_and_writing_are_told_apart() {
    for text in [
        "SELECT 1",
        "(SELECT 1) UNION (SELECT 2)",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "SHOW work_mem",
        "EXPLAIN DELETE FROM t",
        "VALUES (1)",
        "TABLE t",
        "/* x */ select t.update from t",
    ] {
        let statement = one(Postgresql, text);
        assert!(statement.reads_only, "{text}");
        assert_eq!(statement.kind, StatementKind::Query, "{text}");
    }
    for text in [
        "SELECT 1 INTO t",
        "SELECT * FROM t FOR UPDATE",
        "SELECT nextval('s')",
        "WITH a AS (DELETE FROM t WHERE b RETURNING *) SELECT * FROM a",
        "EXPLAIN (ANALYZE) SELECT 1",
        "INSERT INTO t SELECT 1",
        "CALL p()",
        "SET a = 1",
    ] {
        assert!(!one(Postgresql, text).reads_only, "{text}");
    }
    assert!(one(Sqlite, "PRAGMA table_info(t)").reads_only);
    assert!(!one(Sqlite, "PRAGMA journal_mode = WAL").reads_only);
}

#[test]
fn a_concurrent_index_is_named_as_the_catalog_has_it() {
    for (text, name) in [
        (
            "CREATE INDEX CONCURRENTLY Users_Email ON users (email)",
            Some("users_email"),
        ),
        (
            "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"A\"\"b\" ON t (a)",
            Some("A\"b"),
        ),
        ("CREATE INDEX i ON t (a)", None),
    ] {
        assert_eq!(one(Postgresql, text).index.as_deref(), name, "{text}");
    }
    refused(
        Postgresql,
        "CREATE INDEX CONCURRENTLY ON t (a)",
        "unnamed-index",
    );
}

#[test]
fn what_cannot_be_a_step_is_refused() {
    for (engine, text, code) in [
        (Postgresql, "\\! rm -rf /", "client-command"),
        (Postgresql, "SELECT 1 \\gexec\n", "client-command"),
        (Postgresql, "\\copy t FROM 'x'", "client-command"),
        (
            Postgresql,
            "COPY t (a, b) FROM PROGRAM 'id'",
            "runs-program",
        ),
        (
            Postgresql,
            "COPY (SELECT 1 FROM t) TO PROGRAM 'id'",
            "runs-program",
        ),
        (Postgresql, "COPY t FROM '/etc/passwd'", "file-access"),
        (Postgresql, "COPY t TO STDOUT", "client-rows"),
        (Postgresql, "BEGIN; SELECT 1", "transaction-control"),
        (
            Postgresql,
            "START TRANSACTION READ ONLY",
            "transaction-control",
        ),
        (Postgresql, "COMMIT", "transaction-control"),
        (Postgresql, "END", "transaction-control"),
        (Postgresql, "ROLLBACK", "transaction-control"),
        (
            Postgresql,
            "SET LOCAL TRANSACTION READ WRITE",
            "transaction-control",
        ),
        (Postgresql, "PREPARE TRANSACTION 'x'", "transaction-control"),
        (Postgresql, "SELECT 'x", "unterminated-quote"),
        (Postgresql, "SELECT $a$ x $b$", "unterminated-quote"),
        (Postgresql, "SELECT \"x", "unterminated-quote"),
        (Postgresql, "SELECT 1 /* x /* */", "unterminated-comment"),
        (Postgresql, "SELECT (1; SELECT 2", "unbalanced-parenthesis"),
        (Postgresql, "SELECT '\0'", "nul-byte"),
        (Mysql, "SET autocommit = 0", "transaction-control"),
        (Mysql, "XA START 'a'", "transaction-control"),
        (
            Mysql,
            "LOAD DATA LOCAL INFILE 'x' INTO TABLE t",
            "file-access",
        ),
        (Mysql, "SELECT 1 INTO OUTFILE '/tmp/x'", "file-access"),
        (Mysql, "\\! id", "client-command"),
        (Mysql, "SELECT 1;\nsystem id\nSELECT 2", "client-command"),
        (Mysql, "source x.sql", "client-command"),
        (Mysql, "USE other", "changes-database"),
        (Mysql, "/*! SELECT 1", "unterminated-comment"),
        (
            Mysql,
            "CREATE PROCEDURE p() BEGIN SELECT 1;",
            "unterminated-block",
        ),
        (Sqlite, "ATTACH 'x.db' AS x", "file-access"),
        (Sqlite, ".shell id\nSELECT 1", "client-command"),
        (Sqlite, "BEGIN IMMEDIATE", "transaction-control"),
    ] {
        refused(engine, text, code);
    }
    assert_eq!(texts(Mysql, "INSERT INTO t VALUES (\\N, 1)").len(), 1);
}

#[test]
fn rows_behind_copy_are_no_statements() {
    let (statements, problems) = split(Postgresql, "COPY t FROM stdin;\n1\t'\n\\.\nSELECT 2;");
    assert_eq!(problems.len(), 1);
    assert_eq!(statements.len(), 2);
    assert_eq!(
        (statements[1].text.as_str(), statements[1].line),
        ("SELECT 2", 4)
    );
}

#[test]
fn hazards_of_dumps_are_found_line_by_line() {
    for (engine, line) in [
        (Postgresql, "\\! id"),
        (Postgresql, "SELECT 1; \\! id"),
        (Postgresql, "' \\! id"),
        (Postgresql, "\\i /tmp/x.sql"),
        (Postgresql, "\\ir x"),
        (Postgresql, "\\o |sh"),
        (Postgresql, "\\copy t from program 'id'"),
        (Postgresql, "\\set x `id`"),
        (Postgresql, "select 1 \\t `id`"),
        (Postgresql, "\\connect `id`"),
        (Postgresql, "SELECT 'x' \\g |sh"),
        (Postgresql, "SELECT 'x' \\gexec"),
        (Postgresql, "COPY t FROM PROGRAM 'id';"),
        (Postgresql, "copy t to/* a */program $$id$$"),
        (Postgresql, "PROGRAM 'id';"),
        (Postgresql, "COPY t FROM '/etc/passwd';"),
        (Mysql, "\\! id"),
        (Mysql, "system id"),
        (Mysql, "source /tmp/x"),
        (Mysql, "tee /tmp/x"),
        (Mysql, "pager sh"),
        (Mysql, "SELECT 1; \\. x.sql"),
        (Mysql, "LOAD DATA INFILE 'x' INTO TABLE t;"),
        (Mysql, "SELECT 1 INTO OUTFILE 'x'"),
        (Sqlite, ".shell id"),
        (Sqlite, " .sh id"),
        (Sqlite, ".read x"),
        (Sqlite, "ATTACH 'x' AS y;"),
    ] {
        assert!(dump_hazard(line, engine).is_some(), "{line}");
    }
    for (engine, line) in [
        (Postgresql, "\\connect shop"),
        (Postgresql, "\\restrict abc"),
        (Postgresql, "\\unrestrict abc"),
        (Postgresql, "\\."),
        (Postgresql, "COPY public.t (a, b) FROM stdin;"),
        (Postgresql, "1\t\\N\tC:\\\\! \\\\i x\\tfoo\\n `code`"),
        (Postgresql, "\\N\ta `b`"),
        (Postgresql, "INSERT INTO t VALUES ('made from programs');"),
        (
            Mysql,
            "INSERT INTO `t` VALUES (1,'a\\\\! b','it\\'s'),(2,NULL,'\\n.');",
        ),
        (Mysql, "/*!40101 SET NAMES utf8mb4 */;"),
        (Mysql, "/*M!999999\\- enable the sandbox mode */"),
        (Sqlite, "INSERT INTO t VALUES('.shell');"),
        (Sqlite, ""),
    ] {
        assert_eq!(dump_hazard(line, engine), None, "{line}");
    }
}

#[test]
fn passwords_are_hidden() {
    for (text, expect) in [
        (
            "ALTER ROLE a PASSWORD 'x''y';",
            "ALTER ROLE a PASSWORD '***';",
        ),
        (
            "CREATE USER a IDENTIFIED BY 'x' REQUIRE SSL; SELECT 'y'",
            "CREATE USER a IDENTIFIED BY '***' REQUIRE SSL; SELECT 'y'",
        ),
        ("identified with p by \"x\"", "identified with p by \"***\""),
        (
            "SET PASSWORD FOR u = PASSWORD('x')",
            "SET PASSWORD FOR u = PASSWORD('***')",
        ),
        (
            "alter role a password E'a\\'b'",
            "alter role a password E'***'",
        ),
        ("PASSWORD $a$x$a$ z", "PASSWORD $a$***$a$ z"),
        (
            "CONNECTION 'host=h password=x dbname=d'",
            "CONNECTION 'host=h password=*** dbname=d'",
        ),
        (
            "PGPASSWORD=x psql --password y z",
            "PGPASSWORD=*** psql --password *** z",
        ),
        (
            "{\"password\": \"x\", \"a\": 1}",
            "{\"password\": \"***\", \"a\": 1}",
        ),
        (
            "postgres://u:x@h/d and http://h:80/a",
            "postgres://u:***@h/d and http://h:80/a",
        ),
        ("postgres://u:a@b/c@h/d", "postgres://u:***@h/d"),
        ("mysql://u:a?b@h/d", "mysql://u:***@h/d"),
        ("postgres://h:5433/d?ssh=a@b", "postgres://h:5433/d?ssh=a@b"),
        ("postgres://u@h:5433/d", "postgres://u@h:5433/d"),
        (
            "password authentication failed for user \"ana\"",
            "password authentication failed for user \"ana\"",
        ),
        (
            "CREATE TABLE u (password varchar(9))",
            "CREATE TABLE u (password varchar(9))",
        ),
        ("PASSWORD 'never closed", "PASSWORD '***"),
    ] {
        assert_eq!(redact(text), expect);
    }
}

fn engine() -> impl Strategy<Value = Engine> {
    prop_oneof![Just(Postgresql), Just(Mysql), Just(Sqlite)]
}

fn scrap() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("'".to_owned()),
        Just("\"".to_owned()),
        Just("`".to_owned()),
        Just("$$".to_owned()),
        Just("$a$".to_owned()),
        Just("/*".to_owned()),
        Just("*/".to_owned()),
        Just("/*!".to_owned()),
        Just("--".to_owned()),
        Just("\n".to_owned()),
        Just(";".to_owned()),
        Just("\\".to_owned()),
        Just("(".to_owned()),
        Just(")".to_owned()),
        Just(" BEGIN ".to_owned()),
        Just(" END ".to_owned()),
        Just("CREATE TRIGGER ".to_owned()),
        Just("\nDELIMITER ;;\n".to_owned()),
        Just("E'".to_owned()),
        Just("COPY t FROM stdin;\n".to_owned()),
        Just("DROP TABLE ".to_owned()),
        Just(" CASE ".to_owned()),
        Just("WITH a AS (DELETE FROM ".to_owned()),
        Just("[".to_owned()),
        Just("password".to_owned()),
        Just("://u:p@".to_owned()),
        "\\PC{0,5}",
        "[\\x00-\\x20é]{0,3}",
    ]
}

proptest! {
    #[test]
    fn nothing_makes_the_scanners_panic(engine in engine(), scraps in proptest::collection::vec(scrap(), 0..40)) {
        let text = scraps.concat();
        let (statements, problems) = split(engine, &text);
        for statement in &statements {
            prop_assert!(text.contains(&statement.text) && !statement.text.is_empty());
            prop_assert!(statement.line >= 1);
        }
        for problem in &problems {
            prop_assert!(problem.line.is_some() || problem.code == "more-problems");
        }
        let _ = redact(&text);
        for line in text.lines() {
            let _ = dump_hazard(line, engine);
        }
    }

    #[test]
    fn joined_statements_keep_every_word(engine in engine(), words in proptest::collection::vec("(SELECT|'[a-z; -]*'|[a-z]{1,5}|[0-9]|,|;|-- [a-z;']*\n|/[*] [a-z;']* [*]/| |\n)", 0..40)) {
        let text = words.join(" ");
        let (statements, _) = split(engine, &text);
        let plain = |text: &str| -> String {
            let (mut kept, mut rest) = (String::new(), text);
            while !rest.is_empty() {
                let length = if rest.starts_with("-- ") { rest.find('\n').unwrap_or(rest.len()) }
                    else if rest.starts_with("/*") { rest.find("*/").map_or(rest.len(), |at| at + 2) }
                    else {
                        let length = if let Some(inside) = rest.strip_prefix('\'') { inside.find('\'').map_or(rest.len(), |at| at + 2) } else { 1 };
                        kept.push_str(&rest[..length]);
                        length
                    };
                rest = &rest[length..];
            }
            kept.replace([' ', '\n', ';'], "")
        };
        let joined: Vec<String> = statements.iter().map(|s| s.text.clone()).collect();
        prop_assert_eq!(plain(&joined.join(";")), plain(&text));
    }

    #[test]
    fn a_quoted_value_never_ends_a_statement(engine in engine(), value in "[^\\x00\\\\]{0,30}") {
        let quoted = format!("SELECT '{}'", value.replace('\'', "''"));
        let (statements, problems) = split(engine, &format!("{quoted}; SELECT 2"));
        prop_assert_eq!(problems, vec![]);
        prop_assert_eq!(statements.len(), 2);
        prop_assert_eq!(&statements[0].text, &quoted);
    }
}

#[test]
fn long_runs_of_anything_are_read() {
    for scrap in [
        "'",
        "\"",
        "$",
        "$a$",
        "/*",
        "(",
        "\\",
        "\\\n",
        ";",
        "a;",
        "COPY t FROM stdin;\n",
        "://a:",
        "://h:1/?a=",
        "password",
        "password '",
        "/*!",
        "[",
        "BEGIN ",
        "(delete x",
        "identified '",
    ] {
        let bytes = if scrap == "'" { 5_000_000 } else { 300_000 };
        let text = scrap.repeat(bytes / scrap.len());
        for engine in [Postgresql, Mysql, Sqlite] {
            let (_, problems) = split(engine, &text);
            assert!(problems.len() <= 201);
        }
        assert!(redact(&text).len() <= text.len() * 5);
        let _ = dump_hazard(&text, Postgresql);
    }
}
