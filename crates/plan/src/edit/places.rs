//! Where the elements of a plan begin in its file.

use super::Editor;
use super::find::{At, Sort, all};

/// Every sort that has ids.
const SORTS: [Sort; 9] = [
    Sort::Target,
    Sort::Project,
    Sort::Phase,
    Sort::Window,
    Sort::Step,
    Sort::Checklist,
    Sort::Risk,
    Sort::Criterion,
    Sort::Card,
];

impl Editor {
    /// Returns sort, id and line, from 1, of every element, in the order of the file. One without an id is named by
    /// its position, as [`crate::parse`] does.
    pub fn places(&self) -> Vec<(Sort, String, u32)> {
        let document = self.document();
        let mut found: Vec<(usize, Sort, String)> = Vec::new();
        for sort in SORTS {
            for (index, (id, at)) in all(&document, sort).into_iter().enumerate() {
                let id = id.map_or_else(
                    || format!("{}-{}", sort.key(), index + 1),
                    ToOwned::to_owned,
                );
                if let Some(offset) = offset(at) {
                    found.push((offset, sort, id));
                }
            }
        }
        found.sort_by_key(|(offset, ..)| *offset);
        let (mut line, mut counted) = (1, 0);
        found
            .into_iter()
            .map(|(offset, sort, id)| {
                line += self.text[counted..offset].matches('\n').count();
                counted = offset;
                (sort, id, u32::try_from(line).unwrap_or(u32::MAX))
            })
            .collect()
    }
}

fn offset(at: At) -> Option<usize> {
    match at {
        At::Table(table) => table.span(),
        At::Tables(tables) => tables.span(),
        At::Value(value) => value.span(),
    }
    .map(|span| span.start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_has_the_line_of_its_header() {
        let text = "name = \"é\"\n[target.a]\nengine = \"sqlite\"\n\n[[step]]\nid = \"s\"\n\n[[risk]]\ntitle = \"r\"\n";
        let editor = Editor::open(text).expect("it is TOML");
        let found: Vec<_> = editor
            .places()
            .into_iter()
            .map(|(sort, id, line)| (sort.key(), id, line))
            .collect();
        let expect = [
            ("target", "a".to_owned(), 2),
            ("step", "s".to_owned(), 5),
            ("risk", "risk-1".to_owned(), 8),
        ];
        assert_eq!(found, expect);
    }
}
