//! Adds elements beside steps: phases and checklist items.

use toml_edit::{Item, Value};

use super::Editor;
use super::find::{At, Element, Sort, all, element};
use super::ids::free_id;
use super::layout::Layout;
use super::sequence::Sequence;
use super::setting::Setting;
use super::splice::{insert_block, line_end};
use crate::problem::Problem;

impl Editor {
    /// Adds a phase after the others; the first one comes before the steps.
    ///
    /// # Errors
    /// When the id is taken or cannot be one.
    pub fn add_phase(&mut self, id: &str, title: &str) -> Result<(), Problem> {
        let plan = self.plan().0;
        free_id(id, plan.phases.iter().find(|phase| phase.id == id))?;
        let newline = line_end(&self.text);
        let document = self.document();
        let entry = entry(id, title, newline);
        let splices = if let Some(Item::Value(Value::Array(array))) = document.get("phase") {
            inline(&self.text, array, &entry)
        } else {
            let layout = Layout::of(&document, &self.text);
            let last = all(&document, Sort::Phase)
                .last()
                .and_then(|(_, at)| layout.lines_of(*at).last().map(|lines| lines.end));
            let at = last
                .or_else(|| layout.first_of(&document, Sort::Step))
                .unwrap_or(self.text.len());
            let block = format!("[[phase]]{newline}{}", entry.join(newline));
            vec![insert_block(&self.text, at, &block)]
        };
        self.apply(splices)
    }

    /// Adds an item to a checklist, after its others.
    ///
    /// # Errors
    /// When there is no such checklist, or the id is taken or cannot be one.
    pub fn add_item(&mut self, checklist: &str, id: &str, title: &str) -> Result<(), Problem> {
        let plan = self.plan().0;
        let mut items = plan.checklists.iter().flat_map(|list| &list.items);
        free_id(id, items.find(|item| item.id == id))?;
        let newline = line_end(&self.text);
        let document = self.document();
        let list = element(&document, Element::Named(Sort::Checklist, checklist))?;
        let entry = entry(id, title, newline);
        let layout = Layout::of(&document, &self.text);
        let lines = layout.lines_of(list);
        let splices = match (list.child("item"), lines.last()) {
            (Some(At::Value(Value::Array(array))), _) => inline(&self.text, array, &entry),
            (_, Some(lines)) => {
                let block = format!("[[checklist.item]]{newline}{}", entry.join(newline));
                vec![insert_block(&self.text, lines.end, &block)]
            }
            (_, None) => {
                let item = Setting::Table(
                    [("id", id), ("title", title)]
                        .map(|(k, v)| (k.to_owned(), v.into()))
                        .into(),
                );
                return self.set_in(
                    Sort::Checklist,
                    checklist,
                    &["item"],
                    Setting::List(vec![item]),
                );
            }
        };
        self.apply(splices)
    }
}

fn entry(id: &str, title: &str, newline: &str) -> [String; 2] {
    [("id", id), ("title", title)]
        .map(|(key, text)| format!("{key} = {}", Setting::from(text).written(key, newline)))
}

fn inline(text: &str, array: &toml_edit::Array, entry: &[String; 2]) -> Vec<super::splice::Splice> {
    let table = format!("{{ {} }}", entry.join(", "));
    Sequence::of_array(text, array).map_or_else(Vec::new, |sequence| sequence.push(&table))
}
