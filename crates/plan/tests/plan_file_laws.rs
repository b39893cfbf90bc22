//! Laws of the plan file: reading never panics, and an edit changes the lines of the edited value only.

use proptest::prelude::*;
use stopover_plan::edit::{Editor, Setting, Spot};
use stopover_plan::model::Engine;
use stopover_plan::parse::{open, open_bytes};
use stopover_plan::template;

const REFERENCE: &str = include_str!("../../../docs/plan-file.md");

/// Returns valid plans of every shape: the starter plans and the examples of the reference.
fn plans() -> Vec<String> {
    let mut plans: Vec<String> = REFERENCE
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .map(str::to_owned)
        .collect();
    for engine in [Engine::Postgresql, Engine::Mysql, Engine::Sqlite] {
        plans.push(template::plan("Starter", engine));
    }
    plans
}

fn any_plan() -> impl Strategy<Value = String> {
    prop::sample::select(plans())
}

/// Returns a plan with a step of it, by its position.
fn any_step() -> impl Strategy<Value = (String, String)> {
    (any_plan(), any::<prop::sample::Index>()).prop_map(|(text, index)| {
        let steps = open(&text).0.steps;
        let id = steps[index.index(steps.len())].id.clone();
        (text, id)
    })
}

/// Returns texts that TOML finds hard.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,40}",
        "\\PC{0,20}",
        prop::collection::vec(
            prop::sample::select(vec![
                "\"", "'", "\"\"\"", "'''", "\\", "\n", "#", "]", "}", "ä", "\t", "=", "\r\n"
            ]),
            0..12
        )
        .prop_map(|parts| parts.concat()),
    ]
}

fn any_setting() -> impl Strategy<Value = Setting> {
    prop_oneof![
        any::<bool>().prop_map(Setting::from),
        any::<i64>().prop_map(Setting::from),
        any_text().prop_map(Setting::from),
        prop::collection::vec(any_text().prop_map(Setting::from), 0..4).prop_map(Setting::List),
        prop::collection::btree_map("[a-z .\"]{0,6}", any_text().prop_map(Setting::from), 0..3)
            .prop_map(Setting::Table),
    ]
}

/// Returns the lines that differ: how many the head and the tail have in common, and what is between them.
fn changed<'a>(old: &'a str, new: &'a str) -> (Vec<&'a str>, Vec<&'a str>) {
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
    (
        old[head..old.len() - tail].to_vec(),
        new[head..new.len() - tail].to_vec(),
    )
}

fn sorted_lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(str::to_owned)
        .collect();
    lines.sort();
    lines
}

proptest! {
    #[test]
    fn reading_never_panics_on_any_text(text in "\\PC{0,200}") {
        let (_, problems) = open(&text);
        prop_assert!(problems.iter().all(|problem| problem.line.is_some() && problem.column.is_some()));
    }

    #[test]
    fn reading_never_panics_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        open_bytes(&bytes);
    }

    #[test]
    fn reading_never_panics_on_a_mutated_plan(
        text in any_plan(),
        changes in prop::collection::vec(
            (any::<prop::sample::Index>(), 0..20usize, prop::sample::select(vec![
                "", "\"", "[", "]]", "{", "=", "\n", "#", "1", "true", "[[step]]\n", "after", "'''", ",", ".", "-", "ä", "\u{0}", "\r",
                "id = \"a\"\n", "check", "null", "2026-12-05", "{ }", "[ ]", "->", "\\u0000",
            ])),
            1..6,
        ),
    ) {
        let mut text: Vec<char> = text.chars().collect();
        for (at, length, with) in changes {
            let at = at.index(text.len() + 1);
            let end = (at + length).min(text.len());
            text.splice(at..end, with.chars());
        }
        let text: String = text.into_iter().collect();
        let lines = u32::try_from(text.matches('\n').count()).expect("it is short") + 1;
        for problem in open(&text).1 {
            prop_assert!(problem.line.is_some_and(|line| line >= 1 && line <= lines), "{problem}");
            prop_assert!(!problem.hint.is_empty(), "{problem}");
        }
    }

    #[test]
    fn line_ends_do_not_change_the_meaning_of_a_plan(text in any_plan()) {
        prop_assert_eq!(open(&text), open(&text.replace('\n', "\r\n")));
    }

    #[test]
    fn a_set_value_is_there_and_every_line_outside_of_it_stays((text, id) in any_step(), value in any_setting()) {
        let mut editor = Editor::open(text.as_str()).expect("the plan opens");
        editor.set(&id, &["title"], value.clone()).expect("a title can be set");
        let once = editor.text().to_owned();
        let (old, _) = changed(&text, &once);
        prop_assert!(old.iter().all(|line| line.trim_start().starts_with("title")), "{:?}", old);
        prop_assert!(old.len() <= 1);
        // Setting it again finds it there, byte for byte.
        editor.set(&id, &["title"], value).expect("a title can be set");
        prop_assert_eq!(editor.text(), once);
    }

    #[test]
    fn a_new_key_is_a_new_line_and_removing_it_brings_the_file_back((text, id) in any_step(), value in any_text()) {
        let mut editor = Editor::open(text.as_str()).expect("the plan opens");
        editor.set(&id, &["x-new"], value.as_str()).expect("a key can be set");
        let (old, new) = changed(&text, editor.text());
        prop_assert_eq!(old, Vec::<&str>::new());
        prop_assert!(new[0].trim_start().starts_with("x-new = "), "{:?}", new);
        editor.remove(&id, &["x-new"]).expect("a key can be removed");
        prop_assert_eq!(editor.text(), text);
    }

    #[test]
    fn an_edit_of_a_file_with_crlf_keeps_crlf((text, id) in any_step(), value in any_text()) {
        let mut plain = Editor::open(text.as_str()).expect("the plan opens");
        let mut windows = Editor::open(text.replace('\n', "\r\n")).expect("the plan opens");
        for editor in [&mut plain, &mut windows] {
            editor.set(&id, &["notes"], value.as_str()).expect("notes can be set");
        }
        prop_assert_eq!(windows.text(), plain.text().replace('\n', "\r\n"));
        prop_assert_eq!(plain.plan().0, windows.plan().0);
    }

    #[test]
    fn a_renamed_step_changes_names_only((text, id) in any_step()) {
        let before = open(&text).0;
        let mut editor = Editor::open(text.as_str()).expect("the plan opens");
        editor.rename_step(&id, "renamed-x").expect("a step can be renamed");
        let (after, problems) = editor.plan();
        prop_assert_eq!(problems, vec![]);
        prop_assert_eq!(after.steps.len(), before.steps.len());
        editor.rename_step("renamed-x", &id).expect("a step can be renamed");
        prop_assert_eq!(editor.plan(), open(&text));
    }

    #[test]
    fn a_moved_step_loses_no_line((text, id) in any_step(), to in any::<prop::sample::Index>()) {
        let before = open(&text).0;
        let other = before.steps[to.index(before.steps.len())].id.clone();
        for spot in [Spot::First, Spot::Last, Spot::After(&other)] {
            let mut editor = Editor::open(text.as_str()).expect("the plan opens");
            if editor.move_step(&id, spot).is_ok() {
                prop_assert_eq!(sorted_lines(editor.text()), sorted_lines(&text));
                let (after, problems) = editor.plan();
                prop_assert_eq!(problems, vec![], "{}", editor.text());
                let at = |id: &str| after.steps.iter().position(|step| step.id == id);
                match spot {
                    Spot::First => prop_assert_eq!(at(&id), Some(0)),
                    Spot::Last => prop_assert_eq!(at(&id), Some(after.steps.len() - 1)),
                    Spot::After(other) => {
                        prop_assert!(other == id || at(&id) == at(other).map(|at| at + 1), "{}", editor.text());
                    }
                }
            } else {
                prop_assert_eq!(editor.text(), text.as_str());
            }
        }
    }

    #[test]
    fn an_added_step_goes_away_without_a_trace((text, id) in any_step()) {
        let mut editor = Editor::open(text.as_str()).expect("the plan opens");
        let keys = [("manual", Setting::from("Look")), ("after", Setting::List(Vec::new()))];
        for spot in [Spot::First, Spot::Last, Spot::After(&id)] {
            editor.add_step(spot, "added-x", &keys).expect("a step can be added");
            prop_assert_eq!(editor.plan().1, vec![], "{}", editor.text());
            editor.remove_step("added-x").expect("a step can be removed");
            prop_assert_eq!(editor.text(), text.as_str());
        }
    }

    #[test]
    fn an_added_edge_goes_away_again((text, id) in any_step(), to in any::<prop::sample::Index>()) {
        let before = open(&text).0;
        let other = before.steps[to.index(before.steps.len())].id.clone();
        let mut editor = Editor::open(text.as_str()).expect("the plan opens");
        match editor.add_edge(&other, &id) {
            Ok(()) => {
                let after = |plan: &stopover_plan::Plan| plan.step(&id).map(|step| step.after.clone());
                prop_assert_eq!(editor.plan().1, vec![]);
                prop_assert!(after(&editor.plan().0).is_some_and(|after| after.contains(&other)));
                editor.remove_edge(&other, &id).expect("an edge can be removed");
                prop_assert!(after(&editor.plan().0).is_some_and(|after| !after.contains(&other)));
            }
            Err(problem) => {
                prop_assert_eq!(problem.code.as_str(), "cycle");
                prop_assert_eq!(editor.text(), text.as_str());
            }
        }
    }
}
