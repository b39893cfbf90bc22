//! Edits of values in the spellings of TOML that have no header.

use super::*;

#[test]
fn inline_spellings_are_edited_too() {
    let text = "name = \"x\"\nstep = [{ id = \"a\", manual = \"m\" }, { id = \"b\", undo.manual = \"u\", manual = \"m\" }]\n";
    let mut editor = Editor::open(text).expect("it opens");
    editor.set("a", &["title"], "A").expect("set");
    editor.remove("b", &["undo"]).expect("removed");
    editor.set("b", &["after"], ["a"].as_slice()).expect("set");
    let expect = "name = \"x\"\nstep = [{ id = \"a\", manual = \"m\", title = \"A\" }, { id = \"b\", manual = \"m\", after = [\"a\"] }]\n";
    assert_eq!(editor.text(), expect);
    let problem = editor.move_step("a", Spot::Last).expect_err("refused");
    assert_eq!(problem.code, "inline-steps");
}

#[test]
fn dotted_spellings_are_edited_too() {
    let text = "name = \"x\"\n[[step]]\nid = \"a\"\nsql.text = \"x\" # why\nsql.attempts = 3\n";
    let mut editor = Editor::open(text).expect("it opens");
    editor.set("a", &["sql", "attempts"], 4).expect("set");
    editor
        .set("a", &["sql", "lock_timeout"], "3s")
        .expect("set");
    let expect = text.replace("= 3\n", "= 4\nsql.lock_timeout = \"3s\"\n");
    assert_eq!(editor.text(), expect);
    editor.set("a", &["sql"], "SELECT 1").expect("set");
    assert_eq!(
        editor.text(),
        "name = \"x\"\n[[step]]\nid = \"a\"\nsql = \"SELECT 1\"\n"
    );
}
