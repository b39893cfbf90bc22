//! Changes a plan file without losing a byte that was not meant: comments, order, spaces and line ends stay.
//!
//! The TOML document says where things stand; every edit is a splice of the text at these places. After each
//! edit the text is read again, so that an edit either leaves a valid file or changes nothing.

mod checks;
mod elements;
mod find;
mod ids;
mod kinds;
mod layout;
mod members;
mod merge;
mod places;
mod secrets;
mod sequence;
mod setting;
mod spelling;
mod splice;
mod steps;
mod values;

pub use find::{Sort, Spot};
pub use kinds::KindChange;
pub use merge::merge;
pub use setting::{Entry, Setting};

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::duration;
use crate::model::Plan;
use crate::parse::{self, Toml};
use crate::problem::Problem;
use find::Element;
use spelling::Spelled;
use splice::Splice;

/// An open plan file: its text, and the same read as TOML. A copy costs nothing.
#[derive(Debug, Clone)]
pub struct Editor {
    text: Arc<str>,
    document: Arc<Toml>,
}

impl PartialEq for Editor {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Editor {}

impl Editor {
    /// Opens a text for editing. It may have problems, but it must be TOML.
    ///
    /// # Errors
    /// When the text is not TOML, or too large.
    pub fn open(text: impl Into<Arc<str>>) -> Result<Self, Problem> {
        let text = text.into();
        let document = Arc::new(parse::document(Arc::clone(&text))?);
        Ok(Self { text, document })
    }

    /// Returns the text as it is now.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the text and ends editing.
    pub fn into_text(self) -> Arc<str> {
        self.text
    }

    /// Reads the plan as it is now.
    pub fn plan(&self) -> (Plan, Vec<Problem>) {
        parse::read(&self.document)
    }

    /// Returns the document, to be looked at while the editor changes.
    pub(crate) fn document(&self) -> Arc<Toml> {
        Arc::clone(&self.document)
    }

    /// Sets a value of a step, e.g. `["sql", "lock_timeout"]`; a number in the path counts list elements from 0.
    ///
    /// A key that is there keeps its place and its comment; a new one comes after the keys that are there. A
    /// value equal to the one that is there changes nothing.
    ///
    /// # Errors
    /// When there is no such step, or the path leads through something that is no table.
    pub fn set(
        &mut self,
        step: &str,
        path: &[&str],
        value: impl Into<Setting>,
    ) -> Result<(), Problem> {
        self.set_in(Sort::Step, step, path, value)
    }

    /// Removes a key of a step, with its line; a key that is absent is no error.
    ///
    /// # Errors
    /// When there is no such step.
    pub fn remove(&mut self, step: &str, path: &[&str]) -> Result<(), Problem> {
        self.remove_in(Sort::Step, step, path)
    }

    /// Sets a value of an element of another sort, as [`Editor::set`] does.
    ///
    /// # Errors
    /// As [`Editor::set`].
    pub fn set_in(
        &mut self,
        sort: Sort,
        id: &str,
        path: &[&str],
        value: impl Into<Setting>,
    ) -> Result<(), Problem> {
        self.change(Element::Named(sort, id), path, &value.into())
    }

    /// Removes a key of an element of another sort, as [`Editor::remove`] does.
    ///
    /// # Errors
    /// As [`Editor::remove`].
    pub fn remove_in(&mut self, sort: Sort, id: &str, path: &[&str]) -> Result<(), Problem> {
        self.take_out(Element::Named(sort, id), path)
    }

    /// Sets a key of the plan itself: `name`, `summary`, `timezone`.
    ///
    /// # Errors
    /// When the file cannot be edited there.
    pub fn set_top(&mut self, key: &str, value: impl Into<Setting>) -> Result<(), Problem> {
        self.change(Element::Top, &[key], &value.into())
    }

    /// Removes a key of the plan itself.
    ///
    /// # Errors
    /// When the file cannot be edited there.
    pub fn remove_top(&mut self, key: &str) -> Result<(), Problem> {
        self.take_out(Element::Top, &[key])
    }

    /// Sets or removes the planned start of the plan, e.g. `2026-12-05T01:00:00`.
    ///
    /// # Errors
    /// When the file cannot be edited there.
    pub fn set_start(&mut self, start: Option<&str>) -> Result<(), Problem> {
        match start {
            Some(start) => self.set_top("start", start),
            None => self.remove_top("start"),
        }
    }

    /// Sets or removes the estimate of a step. One of the same length, however written, stays as it is.
    ///
    /// # Errors
    /// When there is no such step.
    pub fn set_estimate(&mut self, step: &str, estimate: Option<Duration>) -> Result<(), Problem> {
        let Some(estimate) = estimate else {
            return self.remove(step, &["estimate"]);
        };
        let now = self.plan().0.step(step).and_then(|step| step.estimate);
        if now == Some(estimate) {
            return Ok(());
        }
        self.set(step, &["estimate"], duration::format(estimate))
    }

    fn change(&mut self, element: Element, path: &[&str], value: &Setting) -> Result<(), Problem> {
        secrets::refuse(path, value)?;
        let document = self.document();
        let start = find::element(&document, element)?;
        let set = |path: &[String], value: &Setting| {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            values::set(&document, &self.text, element, &path, value)
        };
        let splices = match spelling::spelled(start, path) {
            Spelled::At(path) => set(&path, value)?,
            Spelled::Wider {
                path,
                key,
                there,
                below,
            } => {
                let mut both = BTreeMap::from([(key.to_owned(), there)]);
                let inner = below.iter().skip(1).rev();
                let value = inner.fold(value.clone(), |value, key| {
                    Setting::Table([(key.clone(), value)].into())
                });
                both.extend(below.first().map(|first| (first.clone(), value)));
                set(&path, &Setting::Table(both))?
            }
            Spelled::NewCheck { id, path } => {
                checks::add(&document, &self.text, start, &id, &path, value)?
            }
        };
        self.apply(splices)
    }

    fn take_out(&mut self, element: Element, path: &[&str]) -> Result<(), Problem> {
        let document = self.document();
        let start = find::element(&document, element)?;
        let Spelled::At(path) = spelling::spelled(start, path) else {
            return Ok(());
        };
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let splices = values::remove(&document, &self.text, element, &path)?;
        self.apply(splices)
    }

    /// Makes several edits, all or none. They may not make steps or phases wait for each other.
    ///
    /// # Errors
    /// What the first edit that fails says, or the cycle.
    pub fn all_or_none(
        &mut self,
        edits: impl FnOnce(&mut Self) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let before = self.clone();
        if let Err(problem) = edits(self) {
            *self = before;
            return Err(problem);
        }
        self.without_new_cycle(before)
    }

    /// Applies splices; changes nothing when the result would not be TOML.
    fn apply(&mut self, splices: Vec<Splice>) -> Result<(), Problem> {
        if splices.is_empty() {
            return Ok(());
        }
        *self = Self::open(splice::apply(&self.text, splices)).map_err(|problem| {
            Problem::new(
                "cannot-edit",
                format!("The plan file cannot be changed there: {}", problem.message),
                "Change it in a text editor.",
            )
        })?;
        Ok(())
    }

    /// Goes back to `before` when the text now has a cycle that `before` did not have.
    fn without_new_cycle(&mut self, before: Self) -> Result<(), Problem> {
        let cycles = |editor: &Self| -> Vec<Problem> {
            let mut problems = editor.plan().1;
            problems.retain(|problem| problem.code == "cycle");
            problems
        };
        let now = cycles(self);
        if now.is_empty() {
            return Ok(());
        }
        let old: Vec<String> = cycles(&before)
            .into_iter()
            .map(|problem| problem.message)
            .collect();
        match now
            .into_iter()
            .find(|problem| !old.contains(&problem.message))
        {
            Some(problem) => {
                *self = before;
                Err(problem)
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
