//! Adds checks to a step, in the spelling its other checks have.

use toml_edit::{Key, Value};

use super::find::At;
use super::layout::Layout;
use super::sequence::Sequence;
use super::setting::Setting;
use super::splice::{Splice, insert_block, line_end};
use crate::parse::Toml;
use crate::problem::Problem;

/// Returns the splices that add a check with one value to a step.
pub(crate) fn add(
    document: &Toml,
    text: &str,
    step: At,
    id: &str,
    path: &[String],
    value: &Setting,
) -> Result<Vec<Splice>, Problem> {
    let newline = line_end(text);
    let key: Vec<String> = path
        .iter()
        .map(|key| Key::new(key.as_str()).to_string())
        .collect();
    let last = path.last().map_or("", String::as_str);
    let entries = [
        format!("id = {}", Setting::from(id).written("id", newline)),
        format!("{} = {}", key.join("."), value.written(last, newline)),
    ];
    let block = format!("[[step.check]]{newline}{}", entries.join(newline));
    let table = format!("{{ {} }}", entries.join(", "));
    let layout = Layout::of(document, text);
    let below = |at: At| {
        let lines = layout.lines_of(at);
        lines
            .last()
            .map(|lines| insert_block(text, lines.end, &block))
    };
    let splices = match step.child("check") {
        Some(At::Value(Value::Array(array))) => {
            Sequence::of_array(text, array).map(|list| list.push(&table))
        }
        Some(checks @ At::Tables(_)) => below(checks).map(|splice| vec![splice]),
        Some(checks @ At::Table(one)) if !one.is_dotted() && !one.is_implicit() => {
            // One table under `[step.check]` becomes the first of a list.
            let header = one
                .span()
                .filter(|span| text[span.start..].starts_with('['));
            header.zip(below(checks)).and_then(|(span, added)| {
                let end = text[span.start..].find(']')? + span.start + 1;
                Some(vec![
                    Splice::insert(span.start, "["),
                    Splice::insert(end, "]"),
                    added,
                ])
            })
        }
        Some(At::Value(Value::InlineTable(one))) if !one.is_dotted() => one.span().map(|span| {
            vec![
                Splice::insert(span.start, "["),
                Splice::insert(span.end, format!(", {table}]")),
            ]
        }),
        None if matches!(step, At::Table(_)) => below(step).map(|splice| vec![splice]),
        _ => None,
    };
    splices.ok_or_else(|| {
        Problem::new(
            "cannot-edit",
            "The checks of this step are written in a way that takes no more",
            "Write them as `[[step.check]]` in a text editor.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::Editor;

    const HEAD: &str = "name = \"x\"\n\n[target.m]\nengine = \"sqlite\"\n\n[[step]]\nid = \"a\"\n";

    fn check(step: &str, expect: &str) {
        let text = format!("{HEAD}{step}\n[[step]]\nid = \"b\"\nmanual = \"m\"\n");
        let mut editor = Editor::open(text.as_str()).expect(step);
        let at = |key| ["check", "id:new", key];
        editor.set("a", &at("sql"), "SELECT 1").expect(step);
        editor.set("a", &at("expect"), 1).expect(step);
        let added = format!("{HEAD}{expect}\n[[step]]\nid = \"b\"\nmanual = \"m\"\n");
        assert_eq!(editor.text(), added);
        let (plan, problems) = editor.plan();
        assert_eq!(problems, []);
        assert!(matches!(&plan.steps[0].kind, crate::model::Kind::Check(list) if list.len() == 2));
        editor.remove("a", &["check", "id:new"]).expect(step);
        let crate::model::Kind::Check(list) = &editor.plan().0.steps[0].kind else {
            panic!("{step} is a check no more");
        };
        assert_eq!(list.len(), 1);
    }

    #[test]
    fn a_check_is_added_in_the_spelling_of_the_others_and_removed_again() {
        check(
            "\n[[step.check]]\nid = \"r\"\nnot_null = \"a.b\" # why\n",
            "\n[[step.check]]\nid = \"r\"\nnot_null = \"a.b\" # why\n\n[[step.check]]\nid = \"new\"\nsql = \"SELECT 1\"\nexpect = 1\n",
        );
        check(
            "\n[step.check]\nnot_null = \"a.b\"\n",
            "\n[[step.check]]\nnot_null = \"a.b\"\n\n[[step.check]]\nid = \"new\"\nsql = \"SELECT 1\"\nexpect = 1\n",
        );
        check(
            "check = { not_null = \"a.b\" } # why\n",
            "check = [{ not_null = \"a.b\" }, { id = \"new\", sql = \"SELECT 1\", expect = 1 }] # why\n",
        );
        check(
            "check = [{ not_null = \"a.b\" }]\n",
            "check = [{ not_null = \"a.b\" }, { id = \"new\", sql = \"SELECT 1\", expect = 1 }]\n",
        );
    }

    fn set(step: &str, path: &[&str], expect: &str) {
        let mut editor = Editor::open(format!("{HEAD}{step}\n")).expect(step);
        editor.set("a", path, "NEW").expect(step);
        assert_eq!(editor.text(), format!("{HEAD}{expect}\n"));
    }

    #[test]
    fn a_path_finds_the_short_spelling_as_well_as_the_long_one() {
        set("sql = \"OLD\" # c", &["sql", "text"], "sql = \"NEW\" # c");
        set(
            "sql = { text = \"OLD\" }",
            &["sql", "text"],
            "sql = { text = \"NEW\" }",
        );
        set(
            "undo = { manual = \"OLD\" }",
            &["undo", "manual", "instructions"],
            "undo = { manual = \"NEW\" }",
        );
        set(
            "sql = \"OLD\"",
            &["sql", "lock_timeout"],
            "sql = { lock_timeout = \"NEW\", text = \"OLD\" }",
        );
        set(
            "check = { sql = \"OLD\", expect = 1 }",
            &["check", "id:1", "sql"],
            "check = { sql = \"NEW\", expect = 1 }",
        );
        set(
            "[[step.check]]\nsql = \"A\"\n[[step.check]]\nid = \"two\"\nsql = \"OLD\"",
            &["check", "id:two", "sql"],
            "[[step.check]]\nsql = \"A\"\n[[step.check]]\nid = \"two\"\nsql = \"NEW\"",
        );
    }
}
