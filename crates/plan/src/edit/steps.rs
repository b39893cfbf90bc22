//! Edits of the steps as a sequence and as a graph: order, predecessors, names.

use std::ops::Range;

use super::find::{At, Element, Sort, Spot, all, element, missing};
use super::ids::free_id;
use super::layout::Layout;
use super::members::block;
use super::setting::{Entry, Setting};
use super::splice::{Splice, cut_lines, insert_block, line_end};
use super::{Editor, secrets, values};
use crate::model::{Kind, Plan};
use crate::parse::{self, Kin, Toml};
use crate::problem::Problem;

impl Editor {
    /// Adds a step with these keys, in this order, after its id.
    ///
    /// # Errors
    /// When the id is taken or cannot be one, there is no step to come after, or the steps are written inline.
    pub fn add_step(
        &mut self,
        spot: Spot,
        id: &str,
        keys: &[(&str, Setting)],
    ) -> Result<(), Problem> {
        let entries: Vec<Entry> = keys
            .iter()
            .map(|(key, value)| (vec![(*key).to_owned()], value.clone()))
            .collect();
        self.add_step_with(spot, id, &entries)
    }

    /// Adds a step as [`Editor::add_step`] does, with keys that may lead below a table.
    ///
    /// # Errors
    /// As [`Editor::add_step`].
    pub fn add_step_with(
        &mut self,
        spot: Spot,
        id: &str,
        entries: &[Entry],
    ) -> Result<(), Problem> {
        secrets::refuse_entries(&[], entries)?;
        free_id(id, self.plan().0.step(id))?;
        let block = block(Sort::Step, id, entries, line_end(self.text()));
        let document = self.document();
        let at = place(&document, &self.text, spot)?;
        let splices = vec![insert_block(&self.text, at, &block)];
        self.apply(splices)
    }

    /// Removes a step and its name from every list. Steps that waited for it wait for what it waited for.
    ///
    /// # Errors
    /// When there is no such step, or something other than a list names it.
    pub fn remove_step(&mut self, id: &str) -> Result<(), Problem> {
        let before = self.clone();
        let result = self.take_out_step(id);
        if result.is_err() {
            *self = before;
        }
        result
    }

    fn take_out_step(&mut self, id: &str) -> Result<(), Problem> {
        let plan = self.plan().0;
        let step = plan.step(id).ok_or_else(|| missing(Sort::Step, id))?;
        if let Some(name) = single_reference(&plan, id) {
            return Err(Problem::new(
                "step-in-use",
                format!("Step \"{id}\" cannot be removed: {name} names it"),
                format!("Change {name} first."),
            ));
        }
        for other in &plan.steps {
            if other.id == id || !other.after_written || !other.after.iter().any(|name| name == id)
            {
                continue;
            }
            let mut after: Vec<&str> = Vec::new();
            for name in &other.after {
                let names = if name == id {
                    step.after.as_slice()
                } else {
                    std::slice::from_ref(name)
                };
                for name in names {
                    if !after.contains(&name.as_str()) {
                        after.push(name);
                    }
                }
            }
            self.set(&other.id, &["after"], after.as_slice())?;
        }
        for (sort, lists) in lists_of_steps(&plan) {
            for (index, list) in lists.into_iter().enumerate() {
                if list.iter().any(|name| name == id) {
                    let rest: Vec<String> =
                        list.iter().filter(|name| *name != id).cloned().collect();
                    let value = Setting::from(rest.as_slice());
                    self.change(Element::Numbered(sort, index), &["steps"], &value)?;
                }
            }
        }
        let document = self.document();
        let lines = cut_lines(&self.text, lines_of(&document, &self.text, id)?);
        self.apply(lines.into_iter().map(Splice::delete).collect())
    }

    /// Moves a step, with its comments, to another spot in the file.
    ///
    /// # Errors
    /// When there is no such step, or the new order would be a cycle.
    pub fn move_step(&mut self, id: &str, spot: Spot) -> Result<(), Problem> {
        let document = self.document();
        let order: Vec<&str> = all(&document, Sort::Step)
            .into_iter()
            .filter_map(|(id, _)| id)
            .collect();
        let now = order.iter().position(|there| *there == id);
        let stays = match spot {
            Spot::First => now == Some(0),
            Spot::Last => now.is_some_and(|now| now + 1 == order.len()),
            Spot::After(other) => {
                other == id || now.is_some_and(|now| now > 0 && order[now - 1] == other)
            }
        };
        let lines = lines_of(&document, &self.text, id)?;
        let at = place(&document, &self.text, spot)?;
        if stays {
            return Ok(());
        }
        let mut block = String::new();
        for lines in &lines {
            block.push_str(&self.text[lines.clone()]);
            if !block.ends_with('\n') {
                block.push_str(line_end(&self.text));
            }
        }
        let mut splices = vec![insert_block(&self.text, at, &block)];
        let lines = cut_lines(&self.text, lines);
        splices.extend(
            lines
                .into_iter()
                .map(|lines| Splice::delete(clear_of(lines, at))),
        );
        let before = self.clone();
        self.apply(splices)?;
        self.without_new_cycle(before)
    }

    /// Sets what a step follows; `None` removes the key, so that it follows the step above it.
    ///
    /// # Errors
    /// When a step is missing, or the steps would wait for each other.
    pub fn set_after(&mut self, id: &str, after: Option<&[&str]>) -> Result<(), Problem> {
        let before = self.clone();
        match after {
            None => self.remove(id, &["after"])?,
            Some(after) => {
                let plan = self.plan().0;
                for name in after {
                    if plan.step(name).is_none() {
                        return Err(missing(Sort::Step, name));
                    }
                }
                self.set(id, &["after"], after)?;
            }
        }
        self.without_new_cycle(before)
    }

    /// Lets `id` wait for `before` also. What it follows by its place in the file is written out.
    ///
    /// # Errors
    /// When a step is missing, or the steps would wait for each other: the problem names the cycle.
    pub fn add_edge(&mut self, before: &str, id: &str) -> Result<(), Problem> {
        let plan = self.plan().0;
        let step = plan.step(id).ok_or_else(|| missing(Sort::Step, id))?;
        if plan.step(before).is_none() {
            return Err(missing(Sort::Step, before));
        }
        if step.after.iter().any(|name| name == before) {
            return Ok(());
        }
        let before_edge = self.clone();
        match values::push(
            &self.document(),
            self.text(),
            Element::Named(Sort::Step, id),
            "after",
            before,
        )? {
            Some(splices) => self.apply(splices)?,
            None => {
                let mut after: Vec<&str> = step.after.iter().map(String::as_str).collect();
                after.push(before);
                self.set(id, &["after"], after.as_slice())?;
            }
        }
        self.without_new_cycle(before_edge)
    }

    /// Lets `id` no longer wait for `before`; no error when it does not.
    ///
    /// # Errors
    /// When there is no such step.
    pub fn remove_edge(&mut self, before: &str, id: &str) -> Result<(), Problem> {
        let plan = self.plan().0;
        let step = plan.step(id).ok_or_else(|| missing(Sort::Step, id))?;
        if !step.after.iter().any(|name| name == before) {
            return Ok(());
        }
        let document = self.document();
        let position = element(&document, Element::Named(Sort::Step, id))?
            .child("after")
            .and_then(|after| match after {
                At::Value(value) => value
                    .as_array()?
                    .iter()
                    .position(|name| name.as_str() == Some(before)),
                _ => None,
            });
        match position {
            Some(position) => self.remove(id, &["after", &position.to_string()]),
            None => {
                let rest: Vec<&str> = step
                    .after
                    .iter()
                    .map(String::as_str)
                    .filter(|name| *name != before)
                    .collect();
                self.set(id, &["after"], rest.as_slice())
            }
        }
    }

    /// Gives a step another id, and changes every reference to it.
    ///
    /// # Errors
    /// When there is no such step, or the new id is taken or cannot be one.
    pub fn rename_step(&mut self, old: &str, new: &str) -> Result<(), Problem> {
        if old == new {
            return Ok(());
        }
        free_id(new, self.plan().0.step(new))?;
        let document = self.document();
        let own = match element(&document, Element::Named(Sort::Step, old))?.child("id") {
            Some(At::Value(value)) => value.span(),
            _ => None,
        };
        let newline = line_end(&self.text);
        let written = |id: &str| Setting::from(id).written("id", newline);
        let mut splices: Vec<Splice> = own
            .map(|span| Splice::new(span, written(new)))
            .into_iter()
            .collect();
        for reference in parse::references(&document) {
            let renamed = match reference.kin {
                Kin::Step | Kin::BackupStep if reference.id == old => Some(new.to_owned()),
                Kin::Check => match reference.id.split_once('/') {
                    Some((step, check)) if step == old => Some(format!("{new}/{check}")),
                    None if reference.id == old => Some(new.to_owned()),
                    _ => None,
                },
                _ => None,
            };
            splices.extend(renamed.map(|id| Splice::new(reference.span, written(&id))));
        }
        self.apply(splices)
    }
}

/// Returns the lines of a step.
fn lines_of(document: &Toml, text: &str, id: &str) -> Result<Vec<Range<usize>>, Problem> {
    let at = element(document, Element::Named(Sort::Step, id))?;
    let lines = Layout::of(document, text).lines_of(at);
    if lines.is_empty() {
        return Err(inline());
    }
    Ok(lines)
}

fn inline() -> Problem {
    Problem::new(
        "inline-steps",
        "The steps are written as an inline list, which cannot be reordered",
        "Write each step with a `[[step]]` header of its own.",
    )
}

/// Returns the offset at which a step of this spot begins.
fn place(document: &Toml, text: &str, spot: Spot) -> Result<usize, Problem> {
    let steps = all(document, Sort::Step);
    if steps.iter().any(|(_, at)| matches!(at, At::Value(_))) {
        return Err(inline());
    }
    let layout = Layout::of(document, text);
    let end_of = |at: At| layout.lines_of(at).last().map(|lines| lines.end);
    let at = match spot {
        Spot::First => layout.first_of(document, Sort::Step),
        Spot::Last => steps.last().and_then(|(_, at)| end_of(*at)),
        Spot::After(id) => end_of(element(document, Element::Named(Sort::Step, id))?),
    };
    Ok(at.unwrap_or(text.len()))
}

/// Keeps a removed range of lines from swallowing the place `at` that its lines move to.
fn clear_of(range: Range<usize>, at: usize) -> Range<usize> {
    if range.start < at && at < range.end {
        return range.start..at;
    }
    range
}

/// Returns the lists of steps outside the steps, by sort, in the order of the file.
fn lists_of_steps(plan: &Plan) -> [(Sort, Vec<&Vec<String>>); 3] {
    [
        (
            Sort::Window,
            plan.windows.iter().map(|window| &window.steps).collect(),
        ),
        (
            Sort::Risk,
            plan.risks.iter().map(|risk| &risk.steps).collect(),
        ),
        (
            Sort::Card,
            plan.cards.iter().map(|card| &card.steps).collect(),
        ),
    ]
}

/// Names an element that refers to the step by a key of its own and would be left pointing nowhere.
fn single_reference(plan: &Plan, id: &str) -> Option<String> {
    let names = |check: &Option<String>| {
        check
            .as_deref()
            .is_some_and(|name| name.split_once('/').map_or(name, |(step, _)| step) == id)
    };
    let by_step = plan.steps.iter().find_map(|step| {
        let restores =
            matches!(&step.kind, Kind::Restore(restore) if restore.backup.as_deref() == Some(id));
        (step.id != id && (step.finally_for.as_deref() == Some(id) || restores))
            .then(|| format!("step \"{}\"", step.id))
    });
    by_step
        .or_else(|| {
            plan.checklists.iter().find_map(|list| {
                let named = list.before.as_deref() == Some(id);
                let item = list.items.iter().find(|item| names(&item.check));
                named
                    .then(|| format!("checklist \"{}\"", list.id))
                    .or_else(|| item.map(|item| format!("item \"{}\"", item.id)))
            })
        })
        .or_else(|| {
            plan.criteria
                .iter()
                .find(|criterion| names(&criterion.check))
                .map(|criterion| format!("criterion \"{}\"", criterion.id))
        })
}
