//! Changes of kind, each compared with the bytes it may change.

use super::*;

const HEAD: &str = "# Head\nname = \"x\" # odd\n\n[target.m]\nengine = \"sqlite\"\n\n# above\n[[step]]\nid = \"a\"   # why\n";
const TAIL: &str = "estimate = \"5m\"\n\n# between\n[[step]]\nid = \"b\"\nmanual = 'm' # the end\n";

fn file(step: &str) -> String {
    format!("{HEAD}{step}\n{TAIL}")
}

fn entry(path: &[&str], value: impl Into<super::super::Setting>) -> Entry {
    let path = path.iter().map(ToString::to_string).collect();
    (path, value.into())
}

/// Checks what a change of kind says before and what it makes of the file, on LF and on CRLF.
fn check(step: &str, to: &str, given: &[Entry], said: [&[&str]; 3], expect: &str) {
    for newline in ["\n", "\r\n"] {
        let before = file(step).replace('\n', newline);
        let mut editor = Editor::open(before.as_str()).expect(step);
        let change = editor.kind_change("a", to).expect(step);
        let [keeps, goes, needs] = said;
        assert_eq!(change.keeps, keeps, "{step}");
        assert_eq!(change.goes, goes, "{step}");
        assert_eq!(change.needs, needs, "{step}");
        assert_eq!(editor.text(), before, "only said");
        editor.set_kind("a", to, given).expect(step);
        assert_eq!(editor.text(), file(expect).replace('\n', newline));
        let (plan, problems) = editor.plan();
        assert_eq!(problems, [], "{}", editor.text());
        assert_eq!(plan.steps[0].kind.word(), to);
        // The kind that is there already changes nothing.
        let after = editor.text().to_owned();
        editor.set_kind("a", to, given).expect(step);
        assert_eq!(editor.text(), after);
    }
}

#[test]
fn words_stay_words_as_they_are_written() {
    check(
        "manual = '''\nGo?\n\n''' # c",
        "gate",
        &[],
        [&["question"], &[], &[]],
        "gate = '''\nGo?\n\n''' # c",
    );
    check(
        "gate = { question = \"Go?\", approvals = 2 }",
        "manual",
        &[],
        [&["instructions"], &["gate.approvals"], &[]],
        "manual = \"Go?\"",
    );
}

#[test]
fn statements_become_a_query_and_what_only_statements_have_goes() {
    let given = [entry(&["expect", "min"], 3)];
    check(
        "sql = { text = 'SELECT 1', lock_timeout = \"3s\" } # c",
        "check",
        &given,
        [&["sql"], &["sql.lock_timeout"], &["expect"]],
        "check = { sql = 'SELECT 1', expect.min = 3 } # c",
    );
    check(
        "sql = \"SELECT 1\"",
        "wait",
        &[entry(&["for"], "10m"), entry(&["expect"], 0)],
        [&["sql"], &[], &["for", "expect"]],
        "wait = { sql = \"SELECT 1\", for = \"10m\", expect = 0 }",
    );
    check(
        "check = { title = \"t\", sql = \"SELECT 1\", expect = 1 }",
        "sql",
        &[],
        [&["text"], &["check.title", "check.expect"], &[]],
        "sql = \"SELECT 1\"",
    );
}

#[test]
fn a_program_stays_a_program() {
    check(
        "command = { run = [\n  \"./m\", # one\n], env = { A = 'b' } }",
        "check",
        &[],
        [&["command"], &[], &[]],
        "check = { command = { run = [\n  \"./m\", # one\n], env = { A = 'b' } } }",
    );
    check(
        "check = { command = [\"./m\"], title = \"t\" }",
        "command",
        &[],
        [&[""], &["check.title"], &[]],
        "command = [\"./m\"]",
    );
}

#[test]
fn what_has_nothing_in_common_goes_whole_and_the_new_is_given() {
    check(
        "wait = \"10m\"",
        "backup",
        &[entry(&["file"], "b/{time}")],
        [&[], &["wait.for"], &["file"]],
        "backup = \"b/{time}\"",
    );
    check(
        "backup = { file = 'b', jobs = 2 }",
        "restore",
        &[],
        [&["file"], &["backup.jobs"], &[]],
        "restore = { file = 'b' }",
    );
    check(
        "flag = { name = \"f\", stage = \"on\", from = \"off\", sql = \"UPDATE f SET a = 1\" }\nundo = { flag = true }",
        "sql",
        &[],
        [
            &["text"],
            &["flag.name", "flag.stage", "flag.from", "undo.flag"],
            &[],
        ],
        "sql = \"UPDATE f SET a = 1\"",
    );
}

#[test]
fn dotted_keys_and_headers_become_one_line_and_leave_the_rest() {
    let mut editor = Editor::open(file(
        "sql.text = \"SELECT 1\"\nsql.attempts = 2\nowner = \"ana\" # she",
    ))
    .expect("it opens");
    editor
        .set_kind("a", "check", &[entry(&["expect"], 1)])
        .expect("it works");
    let dotted = HEAD.to_owned()
        + "owner = \"ana\" # she\n"
        + &TAIL.replacen(
            "estimate = \"5m\"\n",
            "estimate = \"5m\"\ncheck = { sql = \"SELECT 1\", expect = 1 }\n",
            1,
        );
    assert_eq!(editor.text(), dotted);

    let headers = format!(
        "{HEAD}\n[[step.check]]\nsql = \"\"\"\nSELECT 1\n\"\"\" # c\nexpect = 1\n\n[[step.check]]\nid = \"two\"\nnot_null = \"a.b\"\n\n# between\n[[step]]\nid = \"b\"\nmanual = 'm'\n"
    );
    let mut editor = Editor::open(headers).expect("it opens");
    assert_eq!(
        editor.kind_change("a", "sql").expect("it is known").goes,
        ["check.expect", "check two"]
    );
    editor.set_kind("a", "sql", &[]).expect("it works");
    assert_eq!(
        editor.text(),
        format!(
            "{HEAD}sql = \"\"\"\nSELECT 1\n\"\"\"\n\n# between\n[[step]]\nid = \"b\"\nmanual = 'm'\n"
        )
    );
}

#[test]
fn a_kind_that_is_named_elsewhere_or_unknown_is_refused() {
    let text = format!(
        "{}\n[[criterion]]\nid = \"c\"\ntitle = \"t\"\ncheck = \"a/rows\"\n\n[[step]]\nid = \"back\"\nrestore = \"dump\"\n\n[[step]]\nid = \"dump\"\nbackup = 'd'\n",
        file("check = { id = \"rows\", not_null = \"a.b\" }")
    );
    let mut editor = Editor::open(text.as_str()).expect("it opens");
    let mut refused = |step: &str, to: &str| {
        let said = editor.kind_change(step, to).expect_err("it is refused");
        let made = editor.set_kind(step, to, &[]).expect_err("it is refused");
        assert_eq!(said, made);
        assert_eq!(editor.text(), text);
        said
    };
    let problem = refused("a", "manual");
    assert_eq!(problem.code, "step-in-use");
    assert!(
        problem
            .message
            .contains("of Criterion \"c\" names its check"),
        "{problem}"
    );
    assert_eq!(refused("dump", "manual").code, "step-in-use");
    assert_eq!(refused("a", "backfill").code, "unknown-kind");
    assert_eq!(refused("nobody", "sql").code, "missing-step");
    let secret = entry(&["env", "TOKEN"], "hunter2");
    let problem = editor.set_kind("b", "command", &[entry(&["run"], "x"), secret]);
    assert_eq!(problem.expect_err("it is refused").code, "secret-in-plan");
}
