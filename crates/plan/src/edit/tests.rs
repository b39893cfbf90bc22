//! Tests of the edits: what each changes, and that it changes nothing else.

use super::*;

mod spellings;

const PLAN: &str = r#"# The plan of the night.
format = 1
name = "Night" # short

[target.db]
engine = "sqlite"

# ---- before ----

# Look first.
[[step]]
id = "look"
manual = "Look"   # twice

[[step]]
id = "fill"
  # Indented on purpose.
  estimate = "90m"
  after = [
    "look", # it must look good
  ]
sql = { text = "UPDATE t SET a = 1" }
[step.undo]
sql = "UPDATE t SET a = NULL"

# ---- after ----

[[step]]
id = "check"
check = { not_null = "t.a" }

[[checklist]]
id = "go"
title = "Go"
before = "fill"

[[checklist.item]]
id = "told"
title = "Users know"

[[risk]]
title = "Slow"
steps = ["fill", "check"]
"#;

/// Checks an edit by the lines it removes (`-`) and adds (`+`), on LF and on CRLF.
fn check(edit: impl Fn(&mut Editor) -> Result<(), Problem>, expect: &[&str]) {
    let mut editor = Editor::open(PLAN).expect("the plan opens");
    edit(&mut editor).expect("the edit works");
    assert_eq!(changes(PLAN, editor.text()), expect, "{}", editor.text());

    let windows = PLAN.replace('\n', "\r\n");
    let mut other = Editor::open(windows).expect("the plan opens");
    edit(&mut other).expect("the edit works");
    assert_eq!(other.text(), editor.text().replace('\n', "\r\n"));
}

/// Checks an edit by the whole text after it, on LF and on CRLF.
fn becomes(edit: impl Fn(&mut Editor) -> Result<(), Problem>, expect: &str) {
    for newline in ["\n", "\r\n"] {
        let mut editor = Editor::open(PLAN.replace('\n', newline)).expect("the plan opens");
        edit(&mut editor).expect("the edit works");
        assert_eq!(editor.text(), expect.replace('\n', newline));
    }
}

/// Returns the text without what stands from `from` up to `to`.
fn without(text: &str, from: &str, to: &str) -> String {
    let start = text.find(from).expect(from);
    let end = start + text[start..].find(to).expect(to);
    format!("{}{}", &text[..start], &text[end..])
}

fn refused(edit: impl Fn(&mut Editor) -> Result<(), Problem>, code: &str) -> Problem {
    let mut editor = Editor::open(PLAN).expect("the plan opens");
    let problem = edit(&mut editor).expect_err("the edit is refused");
    assert_eq!(problem.code, code, "{problem}");
    assert_eq!(editor.text(), PLAN);
    problem
}

/// Returns the lines between the common beginning and the common end of two texts.
fn changes(old: &str, new: &str) -> Vec<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split('\n').collect(), new.split('\n').collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - head;
    let tail = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(rest)
        .take_while(|(a, b)| a == b)
        .count();
    let sign =
        |sign: &str, lines: &[&str]| lines.iter().map(|line| format!("{sign}{line}")).collect();
    let mut changes: Vec<String> = sign("-", &old[head..old.len() - tail]);
    changes.extend::<Vec<String>>(sign("+", &new[head..new.len() - tail]));
    changes
}

#[test]
fn a_value_changes_in_its_place() {
    check(
        |e| e.set("look", &["manual"], "Look \"well\""),
        &[
            "-manual = \"Look\"   # twice",
            "+manual = 'Look \"well\"'   # twice",
        ],
    );
    check(
        |e| e.set("fill", &["sql", "text"], "DELETE"),
        &[
            "-sql = { text = \"UPDATE t SET a = 1\" }",
            "+sql = { text = \"DELETE\" }",
        ],
    );
    check(
        |e| e.set("fill", &["undo", "sql"], "x"),
        &["-sql = \"UPDATE t SET a = NULL\"", "+sql = \"x\""],
    );
    check(
        |e| e.set_top("name", "Day"),
        &["-name = \"Night\" # short", "+name = \"Day\" # short"],
    );
    check(
        |e| e.set_in(Sort::Target, "db", &["engine"], "mysql"),
        &["-engine = \"sqlite\"", "+engine = \"mysql\""],
    );
}

#[test]
fn a_new_key_comes_after_those_that_are_there() {
    check(|e| e.set("look", &["owner"], "ana"), &["+owner = \"ana\""]);
    check(
        |e| e.set("look", &["downtime"], true),
        &["+downtime = true"],
    );
    check(
        |e| e.set("fill", &["sql", "attempts"], 3),
        &[
            "-sql = { text = \"UPDATE t SET a = 1\" }",
            "+sql = { text = \"UPDATE t SET a = 1\", attempts = 3 }",
        ],
    );
    check(
        |e| e.set("look", &["undo", "manual"], "Look away"),
        &["+undo.manual = \"Look away\""],
    );
    check(
        |e| e.set_start(Some("2026-12-05T01:00:00")),
        &["+start = 2026-12-05T01:00:00"],
    );
    check(
        |e| e.set("look", &["notes"], "one\ntwo\n"),
        &["+notes = \"\"\"", "+one", "+two", "+\"\"\""],
    );
}

#[test]
fn a_value_that_is_already_there_changes_nothing() {
    check(|e| e.set("look", &["manual"], "Look"), &[]);
    check(|e| e.set("fill", &["after"], ["look"].as_slice()), &[]);
    check(
        |e| e.set_estimate("fill", Some(Duration::from_secs(5_400))),
        &[],
    );
    check(|e| e.remove("look", &["owner"]), &[]);
    check(|e| e.remove("look", &["undo", "sql"]), &[]);
    check(|e| e.set_after("check", None), &[]);
    check(|e| e.add_edge("look", "fill"), &[]);
    check(|e| e.add_edge("fill", "check"), &[]);
    check(|e| e.remove_edge("look", "check"), &[]);
    check(|e| e.rename_step("look", "look"), &[]);
    check(|e| e.move_step("fill", Spot::After("look")), &[]);
    check(|e| e.move_step("look", Spot::First), &[]);
    check(|e| e.move_step("check", Spot::Last), &[]);
}

#[test]
fn a_removed_key_takes_its_line_along() {
    check(
        |e| e.remove("look", &["manual"]),
        &["-manual = \"Look\"   # twice"],
    );
    check(|e| e.set_estimate("fill", None), &["-  estimate = \"90m\""]);
    check(
        |e| e.remove("fill", &["after"]),
        &["-  after = [", "-    \"look\", # it must look good", "-  ]"],
    );
    check(
        |e| e.remove("fill", &["undo"]),
        &["-[step.undo]", "-sql = \"UPDATE t SET a = NULL\""],
    );
    check(
        |e| e.remove("check", &["check", "not_null"]),
        &["-check = { not_null = \"t.a\" }", "+check = {}"],
    );
    check(
        |e| {
            e.set(
                "fill",
                &["undo"],
                Setting::Table([("manual".to_owned(), "x".into())].into()),
            )
        },
        &[
            "-[step.undo]",
            "-sql = \"UPDATE t SET a = NULL\"",
            "+undo = { manual = \"x\" }",
        ],
    );
}

#[test]
fn edges_come_and_go() {
    check(
        |e| e.add_edge("look", "check"),
        &["+after = [\"fill\", \"look\"]"],
    );
    check(|e| e.remove_edge("fill", "check"), &["+after = []"]);
    check(
        |e| e.remove_edge("look", "fill"),
        &["-    \"look\", # it must look good"],
    );
    check(
        |e| e.set_after("check", Some(&["look"])),
        &["+after = [\"look\"]"],
    );
}

#[test]
fn an_edge_that_closes_a_cycle_is_refused_and_named() {
    let problem = refused(|e| e.add_edge("check", "look"), "cycle");
    assert!(
        problem.message.ends_with("look → check → fill → look"),
        "{problem}"
    );
    refused(|e| e.add_edge("look", "look"), "cycle");
    refused(|e| e.set_after("look", Some(&["fill"])), "cycle");
    refused(|e| e.move_step("fill", Spot::First), "cycle");
    refused(|e| e.set_after("look", Some(&["nobody"])), "missing-step");
    refused(|e| e.add_edge("nobody", "look"), "missing-step");
    refused(|e| e.set("nobody", &["title"], "x"), "missing-step");
    refused(|e| e.set("look", &["id", "text"], "x"), "no-such-place");
}

#[test]
fn a_step_is_added_with_blank_lines_around_it() {
    let keys = [("manual", Setting::from("x"))];
    check(
        |e| e.add_step(Spot::After("look"), "new", &keys),
        &["+id = \"new\"", "+manual = \"x\"", "+", "+[[step]]"],
    );
    check(
        |e| e.add_step(Spot::First, "new", &keys),
        &["+[[step]]", "+id = \"new\"", "+manual = \"x\"", "+"],
    );
    check(
        |e| e.add_step(Spot::Last, "new", &keys),
        &["+[[step]]", "+id = \"new\"", "+manual = \"x\"", "+"],
    );
    refused(|e| e.add_step(Spot::Last, "fill", &keys), "duplicate-id");
    refused(|e| e.add_step(Spot::Last, "a b", &keys), "bad-id");
    let mut editor = Editor::open("name = \"x\"").expect("it opens");
    editor
        .add_step(Spot::Last, "a", &keys)
        .expect("it is added");
    assert_eq!(
        editor.text(),
        "name = \"x\"\n\n[[step]]\nid = \"a\"\nmanual = \"x\"\n"
    );
}

#[test]
fn a_removed_step_leaves_its_followers_in_order() {
    let expect = without(PLAN, "[[step]]\nid = \"fill\"", "# ---- after")
        .replace("\"t.a\" }\n", "\"t.a\" }\nafter = [\"look\"]\n")
        .replace("before = \"fill\"\n", "")
        .replace("[\"fill\", \"check\"]", "[\"check\"]");
    becomes(
        |e| {
            e.set_after("check", Some(&["fill"]))?;
            e.remove_in(Sort::Checklist, "go", &["before"])?;
            e.remove_step("fill")
        },
        &expect,
    );
    let problem = refused(|e| e.remove_step("fill"), "step-in-use");
    assert!(problem.message.contains("checklist \"go\""), "{problem}");
}

#[test]
fn a_moved_step_takes_its_comments_along() {
    let check = "[[step]]\nid = \"check\"\ncheck = { not_null = \"t.a\" }\n\n";
    let expect = PLAN
        .replace(check, "")
        .replace("# Look first.", &format!("{check}# Look first."));
    becomes(|e| e.move_step("check", Spot::First), &expect);
    let look = "# Look first.\n[[step]]\nid = \"look\"\nmanual = \"Look\"   # twice\n\n";
    let expect = without(PLAN, "    \"look\",", "  ]")
        .replace(look, "")
        .replace("[[checklist]]", &format!("{look}[[checklist]]"));
    becomes(
        |e| {
            e.remove_edge("look", "fill")?;
            e.move_step("look", Spot::Last)
        },
        &expect,
    );
}

#[test]
fn a_renamed_step_is_renamed_wherever_it_is_named() {
    let mut editor = Editor::open(PLAN).expect("the plan opens");
    editor
        .rename_step("fill", "populate")
        .expect("it is renamed");
    assert_eq!(editor.text(), PLAN.replace("\"fill\"", "\"populate\""));
    let text = "name = \"x\"\n[[step]]\nid = 'a'\ncheck = { id = \"c\", command = [\"x\"] }\n\
                [[step]]\nid = \"b\"\nfinally_for = \"a\"\nmanual = \"a\"\n\
                [[criterion]]\ntitle = \"a\"\ncheck = \"a/c\"\n[[criterion]]\ntitle = \"t\"\ncheck = \"a\"\n";
    let mut editor = Editor::open(text).expect("it opens");
    editor.rename_step("a", "z").expect("it is renamed");
    let expect = text
        .replace("'a'", "\"z\"")
        .replace("for = \"a\"", "for = \"z\"")
        .replace("\"a/c\"", "\"z/c\"")
        .replace("check = \"a\"", "check = \"z\"");
    assert_eq!(editor.text(), expect);
    assert_eq!(editor.plan().1, vec![]);
}

#[test]
fn phases_and_items_are_added_beside_the_others() {
    check(
        |e| e.add_phase("one", "First"),
        &["+[[phase]]", "+id = \"one\"", "+title = \"First\"", "+"],
    );
    check(
        |e| {
            e.add_phase("one", "First")?;
            e.add_phase("two", "Second")
        },
        &[
            "+[[phase]]",
            "+id = \"one\"",
            "+title = \"First\"",
            "+",
            "+[[phase]]",
            "+id = \"two\"",
            "+title = \"Second\"",
            "+",
        ],
    );
    check(
        |e| e.add_item("go", "slept", "All slept"),
        &[
            "+[[checklist.item]]",
            "+id = \"slept\"",
            "+title = \"All slept\"",
            "+",
        ],
    );
    refused(|e| e.add_item("go", "told", "x"), "duplicate-id");
    refused(|e| e.add_item("stop", "x", "x"), "missing-checklist");
}

#[test]
fn a_text_that_is_not_toml_is_not_opened() {
    assert_eq!(
        Editor::open("a =").expect_err("refused").code,
        "toml-syntax"
    );
}
