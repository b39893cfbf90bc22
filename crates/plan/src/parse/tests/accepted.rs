//! What a plan file may hold, and what it becomes.

use super::*;

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
    assert_eq!(
        flag.command.map(|c| c.run[1].clone()).as_deref(),
        Some("{stage}")
    );
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
due = "-1h30m"
signatures = 2
[[checklist.item]]
id = "seen"
title = "Someone looked"
due = 2026-12-05 02:00
[[checklist.item]]
id = "open"
title = "The shop is open"
due = "20m"
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
    let items = &plan.checklists[0].items;
    assert_eq!(items[0].owner.as_deref(), Some("ana"));
    assert_eq!((items[0].signers(), items[1].signers()), (2, 1));
    let due = items.iter().map(|item| item.due.clone());
    assert_eq!(
        due.collect::<Vec<_>>(),
        [
            Some(Due::Before(std::time::Duration::from_secs(5400))),
            Some(Due::At("2026-12-05T02:00:00".into())),
            Some(Due::After(std::time::Duration::from_secs(1200))),
        ]
    );
    let written = items.iter().flat_map(|item| &item.due);
    assert_eq!(
        written.map(Due::to_string).collect::<Vec<_>>(),
        ["-1h30m", "2026-12-05T02:00:00", "20m"]
    );
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
