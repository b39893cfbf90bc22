//! Changes the window asks for, made on the text of a plan.

use std::time::Duration;

use stopover_plan::Problem;
use stopover_plan::edit::{self, Editor, Spot};

use crate::view::{Edit, Setting, Sort};

/// Makes all edits on a text, or none, and returns the text that comes out.
#[cfg(test)]
pub(crate) fn edited(text: &str, edits: &[Edit]) -> Result<String, Problem> {
    let editor = edited_from(Editor::open(text)?, edits)?;
    Ok(editor.text().to_owned())
}

/// Makes all edits on an open file, or none, and returns the file that comes out.
pub(crate) fn edited_from(mut editor: Editor, edits: &[Edit]) -> Result<Editor, Problem> {
    let all = |editor: &mut Editor| edits.iter().try_for_each(|edit| make(editor, edit));
    // Only an edit of what waits for what can make a circle, and looking for one reads the whole plan.
    if edits.iter().any(moves_order) {
        editor.all_or_none(all)?;
    } else {
        all(&mut editor)?;
    }
    Ok(editor)
}

fn moves_order(edit: &Edit) -> bool {
    match edit {
        Edit::Set { path, .. } => path.first().is_some_and(|key| key == "after"),
        Edit::SetEstimate { .. } | Edit::SetStart { .. } | Edit::AddItem { .. } => false,
        Edit::SetKind { .. } => false,
        _ => true,
    }
}

fn make(editor: &mut Editor, edit: &Edit) -> Result<(), Problem> {
    match edit {
        Edit::Set {
            sort,
            id,
            path,
            value,
        } => set(editor, *sort, id, &words(path), value.as_ref()),
        Edit::AddStep {
            id,
            title,
            after,
            values,
        } => {
            let mut entries = vec![(vec!["title".to_owned()], title.as_str().into())];
            if title.is_empty() {
                entries.clear();
            }
            entries.extend(values.iter().map(entry));
            let spot = after.as_deref().map_or(Spot::Last, Spot::After);
            editor.add_step_with(spot, id, &entries)
        }
        Edit::RemoveStep { id } => editor.remove_step(id),
        Edit::MoveStep { id, after } => {
            editor.move_step(id, after.as_deref().map_or(Spot::First, Spot::After))
        }
        Edit::RenameStep { id, to } => editor.rename_step(id, to),
        Edit::SetKind { id, to, values } => {
            let given: Vec<edit::Entry> = values.iter().map(entry).collect();
            editor.set_kind(id, to, &given)
        }
        Edit::AddEdge { before, id } => editor.add_edge(before, id),
        Edit::RemoveEdge { before, id } => editor.remove_edge(before, id),
        Edit::Add { sort, id, values } => {
            let entries: Vec<edit::Entry> = values.iter().map(entry).collect();
            match element(*sort)? {
                edit::Sort::Step => editor.add_step_with(Spot::Last, id, &entries),
                sort => editor.add_element(sort, id, &entries),
            }
        }
        Edit::Remove { sort, id } => match (sort, id.split_once('/')) {
            (Sort::Checklist, Some((list, item))) => editor.remove_item(list, item, &[]),
            _ => editor.remove_element(element(*sort)?, id),
        },
        Edit::AddItem {
            checklist,
            id,
            title,
        } => editor.add_item(checklist, id, title),
        Edit::SetEstimate { id, ms } => editor.set_estimate(id, ms.map(duration).transpose()?),
        Edit::SetStart { id, at } => {
            let value = at.clone().map(Setting::Text);
            match id {
                Some(id) => set(editor, Sort::Step, id, &["start"], value.as_ref()),
                None => set(editor, Sort::Plan, "", &["start"], value.as_ref()),
            }
        }
    }
}

fn set(
    editor: &mut Editor,
    sort: Sort,
    id: &str,
    path: &[&str],
    value: Option<&Setting>,
) -> Result<(), Problem> {
    if path == ["id"] && sort != Sort::Plan {
        return Err(Problem::new(
            "bad-edit",
            "An id cannot be set as a value, because other elements name it",
            "Rename the step instead.",
        ));
    }
    let value = value.map(setting);
    match (sort, id.split_once('/'), value) {
        (Sort::Plan, _, Some(value)) => editor.set_plan(path, value),
        (Sort::Plan, _, None) => editor.remove_plan(path),
        (Sort::Checklist, Some((list, item)), Some(value)) => {
            editor.set_item(list, item, path, value)
        }
        (Sort::Checklist, Some((list, item)), None) if !path.is_empty() => {
            editor.remove_item(list, item, path)
        }
        (_, _, Some(value)) => editor.set_in(element(sort)?, id, path, value),
        (_, _, None) => editor.remove_in(element(sort)?, id, path),
    }
}

fn words(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).collect()
}

fn entry((path, value): &(Vec<String>, Setting)) -> edit::Entry {
    (path.clone(), setting(value))
}

fn element(sort: Sort) -> Result<edit::Sort, Problem> {
    Ok(match sort {
        Sort::Step => edit::Sort::Step,
        Sort::Phase => edit::Sort::Phase,
        Sort::Window => edit::Sort::Window,
        Sort::Checklist => edit::Sort::Checklist,
        Sort::Risk => edit::Sort::Risk,
        Sort::Criterion => edit::Sort::Criterion,
        Sort::Card => edit::Sort::Card,
        Sort::Target => edit::Sort::Target,
        Sort::Plan => {
            return Err(Problem::new(
                "bad-edit",
                "A plan cannot be added to a plan or removed from it",
                "Choose an element of the plan.",
            ));
        }
    })
}

fn setting(value: &Setting) -> edit::Setting {
    /// Up to here every whole number is exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Setting::Text(text) => edit::Setting::Text(text.clone()),
        Setting::Yes(yes) => edit::Setting::Yes(*yes),
        Setting::List(list) => edit::Setting::from(list.as_slice()),
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and in range")]
        Setting::Number(number) if number.fract() == 0.0 && number.abs() <= EXACT => {
            edit::Setting::Whole(*number as i64)
        }
        Setting::Number(number) => edit::Setting::Number(*number),
    }
}

fn duration(ms: f64) -> Result<Duration, Problem> {
    Duration::try_from_secs_f64(ms.round() / 1000.0).map_err(|_| {
        Problem::new(
            "bad-estimate",
            format!("{ms} milliseconds are no duration"),
            "Choose a duration of zero or more.",
        )
    })
}

#[cfg(test)]
mod tests;
