//! The blocks of lines a file consists of: each header with its keys and the comments that belong to it.

use std::collections::HashSet;
use std::ops::Range;

use toml_edit::{Item, Table};

use super::find::{At, Sort};
use super::splice::{end_of_line, start_of_line};
use crate::parse::Toml;

/// One header and what stands under it.
struct Block {
    /// Offset of the header.
    header: usize,
    /// Whole lines: comments right above, header, keys, comments right below.
    lines: Range<usize>,
}

/// The blocks of a file, in its order.
pub(crate) struct Layout {
    blocks: Vec<Block>,
    top_end: usize,
}

impl Layout {
    pub(crate) fn of(document: &Toml, text: &str) -> Self {
        let mut blocks: Vec<Block> = tables_in(document.as_table())
            .into_iter()
            .filter_map(|table| {
                let header = table.span()?;
                let end = content_end(table).unwrap_or(header.end).max(header.end);
                Some(Block {
                    header: header.start,
                    lines: start_of_line(text, header.start)..end_of_line(text, end),
                })
            })
            .collect();
        blocks.sort_by_key(|block| block.header);
        let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let mut top_end =
            content_end(document.as_table()).map_or(mark, |end| end_of_line(text, end));
        let own_top_end = top_end;
        let mut floor = top_end;
        for block in &mut blocks {
            block.lines.start = comments_above(text, block.lines.start, floor);
            floor = block.lines.end;
        }
        let starts: Vec<usize> = blocks.iter().map(|block| block.lines.start).collect();
        if own_top_end > mark {
            let ceiling = starts.first().copied().unwrap_or(text.len());
            top_end = comments_below(text, top_end, ceiling);
        }
        for (index, block) in blocks.iter_mut().enumerate() {
            let ceiling = starts.get(index + 1).copied().unwrap_or(text.len());
            block.lines.end = comments_below(text, block.lines.end, ceiling);
        }
        Self { blocks, top_end }
    }

    /// Returns the lines of all headers in and below a place, in the order of the file.
    pub(crate) fn lines_of(&self, at: At) -> Vec<Range<usize>> {
        let tables: Vec<&Table> = match at {
            At::Table(table) => vec![table],
            At::Tables(tables) => tables.iter().collect(),
            At::Value(_) => Vec::new(),
        };
        let headers: HashSet<usize> = tables
            .into_iter()
            .flat_map(|table| {
                tables_in(table)
                    .into_iter()
                    .chain(has_header(table).then_some(table))
            })
            .filter_map(|table| table.span())
            .map(|span| span.start)
            .collect();
        self.blocks
            .iter()
            .filter(|block| headers.contains(&block.header))
            .map(|block| block.lines.clone())
            .collect()
    }

    /// Returns the offset after the last line of the keys at the top of the file.
    pub(crate) fn top_end(&self) -> usize {
        self.top_end
    }

    /// Returns the lines of the first element of a sort.
    pub(crate) fn first_of(&self, document: &Toml, sort: Sort) -> Option<usize> {
        let Item::ArrayOfTables(tables) = document.get(sort.key())? else {
            return None;
        };
        let lines = self.lines_of(At::Table(tables.get(0)?));
        lines.first().map(|lines| lines.start)
    }
}

/// Returns the offset after the last value under a table's own header.
pub(crate) fn content_end(table: &Table) -> Option<usize> {
    table
        .get_values()
        .iter()
        .filter_map(|(_, value)| value.span())
        .map(|span| span.end)
        .max()
}

fn has_header(table: &Table) -> bool {
    !table.is_implicit() && !table.is_dotted()
}

/// Returns the tables with a header below a table. Keeps its own stack: headers and dotted keys nest deeply.
fn tables_in(table: &Table) -> Vec<&Table> {
    let mut found = Vec::new();
    let mut open = vec![table];
    while let Some(table) = open.pop() {
        for (_, item) in table {
            match item {
                Item::Table(inner) => open.push(inner),
                Item::ArrayOfTables(tables) => open.extend(tables.iter()),
                Item::None | Item::Value(_) => continue,
            }
            match item {
                Item::Table(inner) if has_header(inner) => found.push(inner),
                Item::ArrayOfTables(tables) => found.extend(tables.iter()),
                _ => {}
            }
        }
    }
    found
}

fn comments_above(text: &str, mut start: usize, floor: usize) -> usize {
    while start > floor {
        let above = start_of_line(text, start - 1);
        if above < floor || above == start || !text[above..start].trim_start().starts_with('#') {
            break;
        }
        start = above;
    }
    start
}

fn comments_below(text: &str, mut end: usize, ceiling: usize) -> usize {
    while end < ceiling && text[end..].trim_start_matches([' ', '\t']).starts_with('#') {
        end = end_of_line(text, end);
    }
    end
}
