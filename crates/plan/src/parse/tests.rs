//! Tests of reading as a whole: what is accepted, and every problem with its place.

use super::*;
use crate::model::*;

const HEAD: &str = "format = 1\nname = \"P\"\n[target.db]\nengine = \"sqlite\"\n";

/// Checks the problems of a plan, each as `line:column code`.
fn check(text: &str, expect: &[&str]) {
    let (_, problems) = open(text);
    let got: Vec<String> = problems
        .iter()
        .map(|p| format!("{}:{} {}", p.line.unwrap(), p.column.unwrap(), p.code))
        .collect();
    let text: String = text.chars().take(2_000).collect();
    assert_eq!(got, expect, "{text}\n{problems:#?}");
    for problem in problems {
        let verb = problem.hint.chars().next();
        assert!(verb.is_some_and(char::is_uppercase), "{problem:?}");
        assert!(!problem.message.is_empty());
    }
}

/// Checks a plan whose head has four lines.
fn check_body(body: &str, expect: &[&str]) {
    check(&format!("{HEAD}{body}"), expect);
}

fn plan(body: &str) -> Plan {
    let (plan, problems) = open(&format!("{HEAD}{body}"));
    assert_eq!(problems, vec![], "{body}");
    plan
}

fn kind(body: &str) -> Kind {
    let step = plan(&format!("[[step]]\nid = \"a\"\n{body}"))
        .steps
        .remove(0);
    step.kind
}

#[test]
fn a_small_plan_is_read() {
    let plan = plan(
        "[[step]]\nid = \"a\"\nsql = \"SELECT 1\"\nestimate = \"2m\"\n\n[[step]]\nid = \"b\"\nmanual = \"Look\"\n",
    );
    assert_eq!(plan.name, "P");
    assert_eq!(plan.targets[0].engine, Engine::Sqlite);
    let [a, b] = plan.steps.as_slice() else {
        panic!()
    };
    assert_eq!((a.line, b.line), (5, 10));
    assert_eq!((a.title.as_str(), a.target.as_deref()), ("a", Some("db")));
    assert_eq!(b.after, ["a"]);
    assert!(!b.after_written);
}

#[test]
fn after_may_be_empty_or_name_several() {
    let steps = plan(
        "[[step]]\nid = \"a\"\nmanual = \"x\"\n[[step]]\nid = \"b\"\nmanual = \"x\"\nafter = []\n\
         [[step]]\nid = \"c\"\nmanual = \"x\"\nafter = [\"b\", \"a\", \"b\"]\n",
    )
    .steps;
    assert!(steps[1].after.is_empty() && steps[1].after_written);
    assert_eq!(steps[2].after, ["b", "a"]);
}

#[test]
fn a_list_of_inline_tables_reads_like_headers() {
    let (plan, problems) = open(
        "name = \"P\"\nstep = [{ id = \"a\", manual = \"x\" }, { id = \"b\", check = [{ command = [\"x\"] }] }]",
    );
    assert_eq!(problems, vec![]);
    assert_eq!(plan.steps[1].after, ["a"]);
}

#[test]
fn every_kind_has_its_short_and_its_long_form() {
    let sql = |text: &str| Sql {
        text: Some(text.into()),
        ..Sql::default()
    };
    assert_eq!(kind("sql = \"SELECT 1\""), Kind::Sql(sql("SELECT 1")));
    assert_eq!(
        kind("[step.sql]\ntext = \"SELECT 1\""),
        Kind::Sql(sql("SELECT 1"))
    );
    assert_eq!(kind("sql.text = \"SELECT 1\""), Kind::Sql(sql("SELECT 1")));
    let Kind::Sql(long) = kind(
        "sql = { file = \"../a.sql\", lock_timeout = \"3s\", statement_timeout = \"1m\", attempts = 3 }",
    ) else {
        panic!()
    };
    assert_eq!(long.file.as_deref(), Some("../a.sql"));
    assert_eq!(long.attempts, Some(3));

    let Kind::Backup(backup) = kind(
        "backup = { file = \"a-{time}\", format = \"directory\", jobs = 4, restore_check = true }",
    ) else {
        panic!()
    };
    assert_eq!((backup.jobs, backup.format), (4, BackupFormat::Directory));
    assert!(backup.restore_check);
    assert_eq!(
        kind("backup = \"a\""),
        Kind::Backup(Backup {
            file: "a".into(),
            jobs: 1,
            ..Backup::default()
        })
    );

    let Kind::Command(command) = kind(
        "[step.command]\nrun = [\"make\", \"x\"]\ndir = \"app\"\nenv = { A = \"1\" }\nexit = 3\noutput = \"ok\"\ninteractive = true",
    ) else {
        panic!()
    };
    assert_eq!(command.run, ["make", "x"]);
    assert_eq!((command.exit, command.env["A"].as_str()), (3, "1"));
    assert!(matches!(kind("command = [\"true\"]"), Kind::Command(_)));

    let Kind::Gate(gate) =
        kind("gate = { question = \"Go?\", approvers = [\"ana\", \"bo\"], approvals = 2 }")
    else {
        panic!()
    };
    assert_eq!((gate.approvals, gate.approvers.len()), (2, 2));
    assert!(matches!(
        kind("gate = \"Go?\""),
        Kind::Gate(Gate { approvals: 1, .. })
    ));

    let Kind::Wait(wait) =
        kind("wait = { for = \"10m\", every = \"5s\", sql = \"SELECT 1\", expect = { max = 3 } }")
    else {
        panic!()
    };
    assert_eq!(wait.duration.as_secs(), 600);
    assert!(matches!(wait.expect, Some(Expect::Range { .. })));
    assert!(matches!(kind("wait = \"5s\""), Kind::Wait(_)));

    let Kind::Flag(flag) = kind(
        "flag = { name = \"n\", stage = \"live\", from = \"off\", command = [\"set\", \"{stage}\"] }",
    ) else {
        panic!()
    };
    assert_eq!(flag.command.unwrap().run[1], "{stage}");
    assert!(matches!(
        kind("manual = { instructions = \"Look\" }"),
        Kind::Manual(_)
    ));
}

#[test]
fn kinds_of_later_take_any_content() {
    for word in LATER {
        assert_eq!(
            kind(&format!("{word} = {{ a = [1, {{ b = 2 }}] }}")),
            Kind::Later((*word).into())
        );
    }
}

#[test]
fn every_check_is_read() {
    let Kind::Check(checks) = kind(
        r#"
[[step.check]]
id = "none"
title = "No row is left"
severity = "warning"
sql = "SELECT count(*) FROM t"
expect = 0
[[step.check]]
equal = ["SELECT 1", "SELECT 2"]
right_target = "db"
[[step.check]]
snapshot = "rows"
sql = "SELECT count(*) FROM t"
[[step.check]]
not_null = "t.a"
[[step.check]]
unique = "t(a, b)"
[[step.check]]
no_orphans = "t.a -> u.id"
[[step.check]]
index_valid = "t_a_idx"
[[step.check]]
command = ["pytest"]
"#,
    ) else {
        panic!()
    };
    let ids: Vec<&str> = checks.iter().map(|check| check.id.as_str()).collect();
    assert_eq!(ids, ["none", "2", "3", "4", "5", "6", "7", "8"]);
    assert_eq!(checks[0].severity, Severity::Warning);
    assert_eq!(checks[5].title, "every t.a is in u.id");
    let one = kind("check = { not_null = \"t.a\" }");
    assert!(matches!(one, Kind::Check(checks) if checks.len() == 1));
}

#[test]
fn every_undo_is_read() {
    let undo = |body: &str| {
        plan(&format!("[[step]]\nid = \"a\"\n{body}"))
            .steps
            .remove(0)
            .undo
    };
    assert!(matches!(
        undo("sql = \"x\"\nundo.sql = \"y\""),
        Some(Undo::Sql(_))
    ));
    assert!(matches!(
        undo("sql = \"x\"\nundo = { sql = { file = \"y.sql\" } }"),
        Some(Undo::Sql(_))
    ));
    assert!(matches!(
        undo("command = [\"x\"]\n[step.undo]\ncommand = [\"y\"]"),
        Some(Undo::Command(_))
    ));
    assert!(matches!(
        undo("manual = \"x\"\n[step.undo]\nmanual = \"y\""),
        Some(Undo::Manual(_))
    ));
    let flag =
        "flag = { name = \"n\", stage = \"live\", from = \"off\", file = \"f\" }\nundo.flag = true";
    assert_eq!(undo(flag), Some(Undo::Flag));
}

#[test]
fn everything_beside_steps_is_read() {
    let plan = plan(
        r#"connection = "main"
[project.app]
target = "db"
path = "app"
framework = "django"
python = ".venv/bin/python"
[[phase]]
id = "one"
duration = "2h"
start = 2026-12-05T01:00:00
[[phase]]
id = "two"
after = ["one"]
[[window]]
id = "night"
opens = "2026-12-05 01:00+01:00"
length = "4h"
steps = ["a"]
[[step]]
id = "a"
phase = "one"
manual = "x"
[[checklist]]
id = "before"
before = "a"
[[checklist.item]]
id = "told"
title = "Users were told"
owner = "ana"
check = "a"
[[risk]]
title = "It may be slow"
steps = ["a"]
[[criterion]]
title = "It holds"
item = "told"
[[card]]
issue = "Timeout"
symptom = "timed out"
solution = "Raise it."
[[card]]
issue = "Lock"
symptoms = ["lock", "blocked"]
solution = "Wait."
"#,
    );
    assert_eq!(plan.targets[0].connection.as_deref(), Some("main"));
    assert_eq!(plan.projects[0].framework.as_deref(), Some("django"));
    assert_eq!(
        plan.phases[1].after.as_deref(),
        Some(["one".to_owned()].as_slice())
    );
    assert_eq!(
        plan.windows[0].opens.as_deref(),
        Some("2026-12-05T01:00:00+01:00")
    );
    assert_eq!(plan.checklists[0].items[0].owner.as_deref(), Some("ana"));
    assert_eq!(
        (plan.risks[0].id.as_str(), plan.criteria[0].id.as_str()),
        ("risk-1", "criterion-1")
    );
    assert_eq!(plan.cards[0].symptoms, ["timed out"]);
    assert_eq!(plan.cards[1].symptoms, ["lock", "blocked"]);
}

#[test]
fn the_files_of_a_plan_are_those_its_sql_names() {
    let plan = plan(
        "[[step]]\nid = \"a\"\nsql.file = \"a.sql\"\nundo.sql.file = \"b.sql\"\n[[step]]\nid = \"b\"\nsql.file = \"a.sql\"\n",
    );
    assert_eq!(plan.files(), ["a.sql", "b.sql"]);
}

#[test]
fn text_cannot_move_between_files_unseen_by_the_hash() {
    let file = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
    let one = hash("p", &[file("a", "xy"), file("b", "z")]);
    assert_eq!(one.len(), 64);
    assert_eq!(one, hash("p", &[file("a", "xy"), file("b", "z")]));
    assert_ne!(one, hash("p", &[file("a", "x"), file("b", "yz")]));
    assert_ne!(one, hash("pa", &[file("", "xy"), file("b", "z")]));
}

#[test]
fn text_that_is_not_toml_is_placed() {
    check("name = \"P\"\nx = \n", &["2:5 toml-syntax"]);
    check("name = \"P\"\nname = \"Q\"\n", &["2:1 toml-syntax"]);
    check(
        "name = \"P\"\r\nsummary = \"ä\0\"\r\n",
        &["2:13 toml-syntax"],
    );
    check("name = \"P\"\n[[step]\n", &["2:8 toml-syntax"]);
    check(
        &format!("a = {}", "[".repeat(100_000)),
        &["1:85 toml-syntax"],
    );
    check(
        &format!("a = {}", "{a=".repeat(100_000)),
        &["1:245 toml-syntax"],
    );
}

#[test]
fn a_byte_order_mark_and_crlf_change_nothing() {
    let text = format!("\u{feff}{HEAD}[[step]]\nid = \"a\"\nmanual = \"x\"\nwho = 1\n");
    check(&text, &["8:1 unknown-key"]);
    check(&text.replace('\n', "\r\n"), &["8:1 unknown-key"]);
    check("\u{feff}nam = 1\n", &["1:1 missing-key", "1:1 unknown-key"]);
}

#[test]
fn unknown_keys_are_named_with_a_near_one() {
    let (plan, problems) = open(&format!(
        "{HEAD}[[step]]\nid = \"a\"\nmanual = \"x\"\nestimte = \"3m\"\n"
    ));
    assert_eq!(problems[0].message, "Step \"a\": unknown key `estimte`");
    assert_eq!(
        problems[0].hint,
        "Write `estimate`, if that is meant, or remove the key."
    );
    assert_eq!(plan.steps.len(), 1);
    check_body(
        "schema = \"x\"\nsql = 1\n[[stp]]\n",
        &["5:1 unknown-key", "6:1 unknown-key", "7:3 unknown-key"],
    );
    check_body(
        "[[step]]\nid = \"a\"\nsql = { text = \"x\", lok_timeout = \"3s\" }\n",
        &["7:21 unknown-key"],
    );
}

#[test]
fn ids_are_there_unique_and_slugs() {
    check_body("[[step]]\nmanual = \"x\"\n", &["5:1 missing-key"]);
    check_body(
        "[[step]]\nid = \"\"\nmanual = \"x\"\n",
        &["6:6 empty-value"],
    );
    check_body("[[step]]\nid = \"a b\"\nmanual = \"x\"\n", &["6:6 bad-id"]);
    check_body(
        "[[step]]\nid = \"a\"\nmanual = \"x\"\n[[step]]\nid = \"a\"\nmanual = \"y\"\n",
        &["9:6 duplicate-id"],
    );
    check_body(
        "[[phase]]\nid = \"a\"\n[[phase]]\nid = \"a\"\n",
        &["8:6 duplicate-id"],
    );
    check_body(
        "[[step]]\nid = \"a\"\ncheck = [{ id = \"x\", not_null = \"t.a\" }, { id = \"x\", not_null = \"t.b\" }]\n",
        &["7:49 duplicate-id"],
    );
}

#[test]
fn a_step_has_exactly_one_kind() {
    check_body("[[step]]\nid = \"a\"\n", &["5:1 no-kind"]);
    check_body(
        "[[step]]\nid = \"a\"\nmanual = \"x\"\nsql = \"y\"\n",
        &["8:1 several-kinds"],
    );
    check_body("[[step]]\nid = \"a\"\nsql = {}\n", &["7:7 missing-key"]);
    check_body(
        "[[step]]\nid = \"a\"\nsql = { text = \"x\", file = \"y\" }\n",
        &["7:21 several-keys"],
    );
    check_body(
        "[[step]]\nid = \"a\"\nsql = \"x\"\nundo = { sql = \"x\", manual = \"y\" }\n",
        &["8:21 several-keys"],
    );
    check_body(
        "[[step]]\nid = \"a\"\nsql = \"x\"\nundo = {}\n",
        &["8:8 missing-key"],
    );
    check_body(
        "[[step]]\nid = \"a\"\nsql = \"x\"\nundo.flag = true\n",
        &["8:13 undo-of-no-flag"],
    );
}

#[test]
fn wrong_types_and_values_are_placed_at_the_value() {
    check_body("[[step]]\nid = \"a\"\nmanual = 3\n", &["7:10 wrong-type"]);
    check_body(
        "[[step]]\nid = \"a\"\nmanual = \"x\"\nestimate = 3\n",
        &["8:12 wrong-type"],
    );
    check_body(
        "[[step]]\nid = \"a\"\nmanual = \"x\"\nestimate = \"3 parsecs\"\n",
        &["8:12 bad-duration"],
    );
    check_body(
        "[[step]]\nid = \"a\"\nmanual = \"x\"\nafter = [1]\n",
        &["8:10 wrong-type"],
    );
    check_body(
        "[[step]]\nid = \"a\"\nmanual = \"x\"\nowner = \"a\\u0000\"\n",
        &["8:9 nul-character"],
    );
    check_body(
        "[[step]]\nid = \"a\"\ncommand = \"make\"\n",
        &["7:11 wrong-type"],
    );
    check_body(
        "[[step]]\nid = \"a\"\ncommand = []\n",
        &["7:11 empty-command"],
    );
    check_body(
        "[[step]]\nid = \"a\"\nbackup = { file = \"x\", jobs = 0 }\n",
        &["7:31 out-of-range"],
    );
    check_body(
        "[[step]]\nid = \"a\"\nbackup = { file = \"x\", format = \"zip\" }\n",
        &["7:33 unknown-word"],
    );
    check_body(
        "[[step]]\nid = \"a\"\nsql.file = \"/etc/x.sql\"\n",
        &["7:12 absolute-path"],
    );
    check_body(
        "[[step]]\nid = \"a\"\nsql.file = 'C:\\x.sql'\n",
        &["7:12 absolute-path"],
    );
    check_body(
        "[[step]]\nid = \"a\"\ngate = { question = \"?\", approvers = [\"a\"], approvals = 2 }\n",
        &["7:57 too-few-approvers"],
    );
    check_body("step = 3\n", &["5:1 unknown-key"]);
    check("name = \"P\"\nstep = 3\n", &["2:8 wrong-type"]);
    check("name = \"P\"\ntarget = 3\n", &["2:10 wrong-type"]);
    check("name = \"P\"\n[target]\ndb = 3\n", &["3:6 wrong-type"]);
    check(
        "name = \"P\"\n[target.db]\nengine = \"postgres\"\n",
        &["3:10 unknown-engine"],
    );
    check("name = \"P\"\n[target.db]\n", &["2:1 missing-key"]);
    check("name = \"P\"\nformat = 2\n", &["2:10 newer-format"]);
    check(
        "name = \"P\"\ntimezone = \"Europe/Berln\"\n",
        &["2:12 unknown-timezone"],
    );
    check("name = \"P\"\nstart = 2026-12-05\n", &["2:9 bad-time"]);
    check(
        "name = \"P\"\ntimezone = \"Europe/Berlin\"\nstart = 2026-03-29T02:30:00\n",
        &["3:9 skipped-time"],
    );
    check("", &["1:1 missing-key"]);
}

#[test]
fn a_check_that_would_evaluate_nothing_is_a_problem() {
    check_body("[[step]]\nid = \"a\"\ncheck = []\n", &["7:9 empty-check"]);
    check_body(
        "[[step]]\nid = \"a\"\ncheck = { sql = \"SELECT 1\" }\n",
        &["7:17 no-expectation"],
    );
    check_body(
        "[[step]]\nid = \"a\"\n[[step.check]]\ntitle = \"x\"\n",
        &["7:1 missing-key"],
    );
    check_body(
        "[[step]]\nid = \"a\"\ncheck = { not_null = \"t\" }\n",
        &["7:22 bad-name"],
    );
    check_body(
        "[[step]]\nid = \"a\"\ncheck = { not_null = \"t.a\", expect = 0 }\n",
        &["7:38 stray-key"],
    );
    check_body(
        "[[step]]\nid = \"a\"\ncheck = { equal = [\"SELECT 1\"] }\n",
        &["7:19 bad-equal"],
    );
    check_body(
        "[[step]]\nid = \"a\"\ncheck = { not_null = \"t.a\", unique = \"t(a)\" }\n",
        &["7:29 several-keys"],
    );
    check_body(
        "[[step]]\nid = \"a\"\nwait = { for = \"1m\", sql = \"SELECT 1\" }\n",
        &["7:8 missing-key"],
    );
}

#[test]
fn references_name_what_exists() {
    let step = "[[step]]\nid = \"a\"\nmanual = \"x\"\n";
    check_body(&format!("{step}after = [\"b\"]\n"), &["8:10 missing-step"]);
    check_body(&format!("{step}phase = \"b\"\n"), &["8:9 missing-phase"]);
    check_body(&format!("{step}target = \"b\"\n"), &["8:10 missing-target"]);
    check_body(
        &format!("{step}project = \"b\"\n"),
        &["8:11 missing-project"],
    );
    check_body(
        &format!("{step}finally_for = \"b\"\n"),
        &["8:15 missing-step"],
    );
    check_body(
        &format!("{step}finally_for = \"a\"\n"),
        &["8:15 finally-for-itself"],
    );
    check_body(
        &format!("{step}[[window]]\nlength = \"1h\"\nsteps = [\"a\", \"b\"]\n"),
        &["10:15 missing-step"],
    );
    check_body(
        &format!("{step}[[checklist]]\nid = \"c\"\nbefore = \"b\"\n"),
        &["10:10 missing-step"],
    );
    check_body(
        &format!("{step}[[criterion]]\ntitle = \"c\"\ncheck = \"a/x\"\n"),
        &["10:9 missing-check"],
    );
    check_body(
        &format!("{step}[[criterion]]\ntitle = \"c\"\nitem = \"x\"\n"),
        &["10:8 missing-item"],
    );
    check_body(
        &format!("{step}[[risk]]\ntitle = \"c\"\nsteps = \"b\"\n"),
        &["10:9 missing-step"],
    );
    check_body(
        &format!("{step}[[step]]\nid = \"r\"\nrestore = \"a\"\n"),
        &["10:11 not-a-backup"],
    );
    check(
        "name = \"P\"\n[[step]]\nid = \"a\"\nsql = \"x\"\n",
        &["2:1 missing-target"],
    );
}

#[test]
fn a_cycle_is_named_at_an_after_that_takes_part() {
    let steps = "[[step]]\nid = \"a\"\nmanual = \"x\"\nafter = [\"c\"]\n[[step]]\nid = \"b\"\nmanual = \"x\"\n[[step]]\nid = \"c\"\nmanual = \"x\"\n";
    check_body(steps, &["8:9 cycle"]);
    let (_, problems) = open(&format!("{HEAD}{steps}"));
    assert_eq!(
        problems[0].message,
        "A cycle that can never start: a → c → b → a"
    );
    check_body(
        "[[step]]\nid = \"a\"\nmanual = \"x\"\nafter = [\"a\"]\n",
        &["8:9 cycle"],
    );
    check_body(
        "[[phase]]\nid = \"a\"\nafter = [\"b\"]\n[[phase]]\nid = \"b\"\nafter = [\"a\"]\n",
        &["7:9 cycle"],
    );
}

#[test]
fn a_cycle_through_phases_is_found() {
    let text = "[[phase]]\nid = \"one\"\n[[phase]]\nid = \"two\"\nafter = [\"one\"]\n\
                [[step]]\nid = \"a\"\nphase = \"two\"\nmanual = \"x\"\nafter = []\n\
                [[step]]\nid = \"b\"\nphase = \"one\"\nmanual = \"x\"\n";
    check_body(text, &["14:9 cycle"]);
    let (_, problems) = open(&format!("{HEAD}{text}"));
    assert_eq!(
        problems[0].message,
        "A cycle that can never start: a → phase two → phase one → b → a"
    );
}

#[test]
fn secrets_are_refused_and_not_repeated() {
    let text =
        format!("{HEAD}connection = \"postgres://ana:hunter2@db/app\"\npassword = \"hunter2\"\n");
    check(&text, &["5:1 secret-in-plan", "6:1 secret-in-plan"]);
    assert!(!format!("{:?}", open(&text).1).contains("hunter2"));
}

#[test]
fn bytes_that_are_not_utf8_are_placed() {
    let (plan, problems) = open_bytes(b"name = \"P\"\nsummary = \"\xc3\xa4\xff\"\n");
    assert_eq!(plan, Plan::default());
    assert_eq!((problems[0].line, problems[0].column), (Some(2), Some(13)));
    assert_eq!(problems[0].code, "invalid-utf8");
    assert_eq!(open_bytes(b"name = \"P\"").1, vec![]);
}

#[test]
fn a_file_that_is_too_large_is_refused_unread() {
    let (_, problems) = open(&"#\n".repeat(25 * 1024 * 1024));
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].code, "too-large");
    assert_eq!(open_bytes(&vec![b'a'; LARGEST + 1]).1[0].code, "too-large");
}

#[test]
fn problems_are_bounded() {
    let (_, problems) = open(&format!("{HEAD}{}", "[[step]]\n".repeat(1_000)));
    assert_eq!(problems.len(), 201);
    assert_eq!(problems[200].message, "1800 more problems are not listed");
}

#[test]
fn twenty_thousand_steps_and_a_hundred_thousand_edges_are_read() {
    let mut text = HEAD.to_owned();
    for step in 0..20_000_usize {
        let after: Vec<String> = (1..=5.min(step))
            .map(|back| format!("\"s{}\"", step - back))
            .collect();
        text.push_str(&format!(
            "[[step]]\nid = \"s{step}\"\nafter = [{}]\nsql = \"SELECT 1\"\n",
            after.join(", ")
        ));
    }
    let (plan, problems) = open(&text);
    assert_eq!(problems, vec![]);
    assert_eq!(
        (plan.steps.len(), plan.steps[19_999].line),
        (20_000, 80_001)
    );
    let (_, problems) = open(&text.replacen("after = []", "after = [\"s19999\"]", 1));
    assert_eq!(problems[0].code, "cycle");
    assert_eq!(problems[0].line, Some(7));
}

#[test]
fn keys_nested_thousands_deep_do_not_overflow_the_stack() {
    let dotted = vec!["a"; 79].join(".");
    let mut value = "1".to_owned();
    for _ in 0..70 {
        value = format!("{{ {dotted} = {value} }}");
    }
    let (_, problems) = open(&format!("name = \"P\"\n[{dotted}]\n{dotted} = {value}\n"));
    assert_eq!(problems[0].code, "unknown-key");
}
