//! Rows of a result, kept close together and within bounds.

use std::collections::HashMap;
use std::ops::Range;

use tokio::sync::Notify;

use super::Progress;
use crate::db::{Column, Raw, Sink, Source, text};

/// How much of a result is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most rows.
    pub rows: usize,
    /// Most bytes of all rows together, at most 2 GiB.
    pub bytes: usize,
    /// Most bytes of one value; a longer one is cut, and its true length told.
    pub value_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rows: 1_000_000,
            bytes: 128 * 1024 * 1024,
            value_bytes: 64 * 1024,
        }
    }
}

/// A part of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Rows.
    pub rows: Range<usize>,
    /// Columns.
    pub columns: Range<usize>,
}

/// What stands above copied rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heading {
    /// Nothing.
    None,
    /// Names of the columns.
    Names,
}

/// Where a value lies in the text; a length of [`NULL`] is NULL.
#[derive(Debug, Clone, Copy)]
struct Cell {
    start: u32,
    length: u32,
}

const NULL: u32 = u32::MAX;

/// Rows of one result.
#[derive(Debug, Default)]
pub struct Grid {
    limits: Limits,
    columns: Vec<Column>,
    rows: usize,
    text: String,
    cells: Vec<Cell>,
    /// True lengths of values that were cut, by cell.
    lengths: HashMap<usize, u64>,
    cut: bool,
}

impl Grid {
    /// Returns an empty result with these bounds.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// Returns the columns; none when the statement returns none.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Returns how many rows are kept.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Returns true when there were more rows than the bounds allow.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// Returns true when every row and every value is there whole.
    pub fn is_whole(&self) -> bool {
        !self.cut && self.lengths.is_empty()
    }

    /// Returns the memory the rows take.
    pub fn bytes(&self) -> usize {
        self.text.len() + self.cells.len() * size_of::<Cell>() + self.lengths.len() * 32
    }

    /// Returns a value as far as it is kept; `None` is NULL, and what is outside.
    pub fn value(&self, row: usize, column: usize) -> Option<&str> {
        let cell = self.cells.get(self.index(row, column)?)?;
        if cell.length == NULL {
            return None;
        }
        let start = cell.start as usize;
        self.text.get(start..start + cell.length as usize)
    }

    /// Returns the true length in bytes of a value that was cut.
    pub fn true_length(&self, row: usize, column: usize) -> Option<u64> {
        self.lengths.get(&self.index(row, column)?).copied()
    }

    fn index(&self, row: usize, column: usize) -> Option<usize> {
        (row < self.rows && column < self.columns.len()).then(|| row * self.columns.len() + column)
    }

    /// Returns a part as lines of values separated by tabs, as spreadsheets take them, and whether it is all of it. Tabs and
    /// line ends inside values become spaces, NULL an empty field.
    pub fn tsv(&self, span: &Span, heading: Heading, most_bytes: usize) -> (String, bool) {
        let mut out = String::new();
        let columns = span.columns.start..span.columns.end.min(self.columns.len());
        let flat = |text: &str| text.replace(['\t', '\n', '\r'], " ");
        if heading == Heading::Names {
            let names: Vec<String> = self.columns[columns.clone()]
                .iter()
                .map(|column| flat(&column.name))
                .collect();
            out.push_str(&names.join("\t"));
            out.push('\n');
        }
        // One value alone is copied as it is.
        if span.rows.len() == 1 && columns.len() == 1 {
            let value = self.value(span.rows.start, columns.start).unwrap_or("");
            out.push_str(value);
            return (
                out,
                self.true_length(span.rows.start, columns.start).is_none(),
            );
        }
        for row in span.rows.start..span.rows.end.min(self.rows) {
            if out.len() > most_bytes {
                return (out, false);
            }
            for column in columns.clone() {
                if column > columns.start {
                    out.push('\t');
                }
                out.push_str(&flat(self.value(row, column).unwrap_or("")));
            }
            out.push('\n');
        }
        (out, true)
    }

    /// Adds a row; returns false when it does not fit any more.
    fn push(&mut self, row: &dyn Source) -> bool {
        if self.columns.is_empty() {
            self.columns = row.columns();
        }
        if self.rows >= self.limits.rows || self.bytes() >= self.limits.bytes {
            self.cut = true;
            return false;
        }
        for at in 0..self.columns.len() {
            let most = self.limits.value_bytes;
            let (value, length) = match row.value(at) {
                Raw::Null => {
                    self.cells.push(Cell {
                        start: 0,
                        length: NULL,
                    });
                    continue;
                }
                Raw::Text(bytes) => {
                    let (value, cut) = text::head(bytes, most);
                    (value, cut.then_some(bytes.len()))
                }
                Raw::Blob(bytes) => {
                    let kept = bytes.len().min(most / 2);
                    let value = format!("x'{}'", hex::encode(&bytes[..kept]));
                    (value, (kept < bytes.len()).then_some(bytes.len()))
                }
                Raw::Written(value) => (value, None),
            };
            if let Some(length) = length {
                self.lengths.insert(self.cells.len(), length as u64);
            }
            self.cells.push(Cell {
                start: u32::try_from(self.text.len()).unwrap_or(u32::MAX),
                length: u32::try_from(value.len()).unwrap_or(NULL - 1),
            });
            self.text.push_str(&value);
        }
        self.rows += 1;
        true
    }
}

/// A grid while rows come.
pub(super) struct Keeping<'a> {
    grid: &'a mut Grid,
    full: &'a Notify,
    progress: &'a Progress,
}

impl<'a> Keeping<'a> {
    pub(super) fn new(grid: &'a mut Grid, full: &'a Notify, progress: &'a Progress) -> Self {
        Self {
            grid,
            full,
            progress,
        }
    }
}

impl Sink for Keeping<'_> {
    fn take(&mut self, row: &dyn Source) {
        if self.grid.cut {
            return;
        }
        if self.grid.push(row) {
            self.progress
                .told(self.grid.rows as u64, self.grid.bytes() as u64);
        } else {
            self.full.notify_one();
        }
    }

    fn is_full(&self) -> bool {
        self.grid.cut
    }

    fn wants_columns(&self) -> bool {
        self.grid.columns.is_empty()
    }

    fn name(&mut self, columns: Vec<Column>) {
        self.grid.columns = columns;
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A row of text values; `None` is NULL.
    pub(in crate::query) struct Given(pub(in crate::query) Vec<Option<&'static str>>);

    impl Source for Given {
        fn columns(&self) -> Vec<Column> {
            (1..=self.0.len())
                .map(|at| Column {
                    name: format!("c{at}"),
                    kind: if at == 1 { "INT4" } else { "TEXT" }.to_owned(),
                })
                .collect()
        }
        fn width(&self) -> usize {
            self.0.len()
        }
        fn value(&self, at: usize) -> Raw<'_> {
            self.0[at].map_or(Raw::Null, |text| Raw::Text(text.as_bytes()))
        }
    }

    fn limits(rows: usize, bytes: usize, value_bytes: usize) -> Limits {
        Limits {
            rows,
            bytes,
            value_bytes,
        }
    }

    #[test]
    fn null_an_empty_text_and_a_long_one_are_told_apart() {
        let mut grid = Grid::new(limits(10, 1000, 4));
        assert!(grid.push(&Given(vec![Some("7"), None])));
        assert!(grid.push(&Given(vec![Some(""), Some("abcdefgh")])));
        assert_eq!(grid.value(0, 1), None);
        assert_eq!(grid.value(1, 0), Some(""));
        assert_eq!(grid.value(1, 1), Some("abcd"));
        assert_eq!(grid.true_length(1, 1), Some(8));
        assert_eq!(grid.value(2, 0), None);
        assert!(!grid.is_cut() && !grid.is_whole());
    }

    #[test]
    fn rows_stop_at_the_bound_of_rows_and_of_bytes() {
        let mut grid = Grid::new(limits(2, 1000, 100));
        let row = Given(vec![Some("1"), Some("ab")]);
        assert!(grid.push(&row) && grid.push(&row) && !grid.push(&row));
        assert!(grid.is_cut() && grid.rows() == 2);
        let mut grid = Grid::new(limits(100_000, 200, 100));
        while grid.push(&row) {}
        assert!(grid.bytes() < 400 && grid.is_cut() && grid.rows() > 3);
    }

    #[test]
    fn a_part_is_copied_as_fields_between_tabs() {
        let mut grid = Grid::new(Limits::default());
        grid.push(&Given(vec![Some("1"), Some("a\tb\nc")]));
        grid.push(&Given(vec![Some("2"), None]));
        let span = |rows, columns| Span { rows, columns };
        let (text, whole) = grid.tsv(&span(0..2, 0..2), Heading::Names, 1000);
        assert_eq!(text, "c1\tc2\n1\ta b c\n2\t\n");
        assert!(whole);
        assert_eq!(
            grid.tsv(&span(0..1, 1..2), Heading::None, 1000).0,
            "a\tb\nc"
        );
        assert!(!grid.tsv(&span(0..9, 0..2), Heading::None, 3).1);
    }
}
