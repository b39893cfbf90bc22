//! Sets and removes one value, whichever of TOML's spellings the file has for it.

use toml_edit::{InlineTable, Key, Value};

use super::find::{At, Element, element};
use super::layout::{Layout, content_end};
use super::sequence::Sequence;
use super::setting::Setting;
use super::splice::{
    Splice, cut_lines, end_of_line, indent, insert_block, insert_lines, line_end, start_of_line,
};
use crate::parse::Toml;
use crate::problem::Problem;

/// How far a path leads.
struct Walk<'a> {
    /// What the whole path leads to.
    end: Option<At<'a>>,
    /// The innermost table on the way that keys can be added to, and how much of the path leads to it.
    home: At<'a>,
    home_depth: usize,
}

fn walk<'a>(start: At<'a>, path: &[&str]) -> Result<Walk<'a>, Problem> {
    let (mut at, mut home, mut home_depth) = (start, start, 0);
    for (depth, name) in path.iter().enumerate() {
        if at.is_home() || depth == 0 {
            (home, home_depth) = (at, depth);
        }
        match at.child(name) {
            Some(child) => at = child,
            None if at.is_table() => {
                return Ok(Walk {
                    end: None,
                    home,
                    home_depth,
                });
            }
            None => return Err(no_way(path, depth)),
        }
    }
    Ok(Walk {
        end: Some(at),
        home,
        home_depth,
    })
}

fn no_way(path: &[&str], depth: usize) -> Problem {
    Problem::new(
        "no-such-place",
        format!("`{}` has no `{}`", path[..depth].join("."), path[depth]),
        "Set the whole value instead.",
    )
}

/// Returns the splices that set a value.
pub(crate) fn set(
    document: &Toml,
    text: &str,
    of: Element,
    path: &[&str],
    value: &Setting,
) -> Result<Vec<Splice>, Problem> {
    let start = element(document, of)?;
    let Some(last) = path.last() else {
        return Err(Problem::new(
            "no-such-place",
            "The path is empty",
            "Name a key.",
        ));
    };
    let walk = walk(start, path)?;
    let written = value.written(last, line_end(text));
    match walk.end {
        None => Ok(insert(document, text, &walk, path, &written)),
        Some(At::Value(there)) if value.is(there) => Ok(Vec::new()),
        Some(At::Table(there)) if value.is_table(there) => Ok(Vec::new()),
        Some(At::Value(there)) if !is_dotted(there) => {
            let span = there.span().ok_or_else(|| no_way(path, path.len() - 1))?;
            Ok(vec![Splice::new(span, written)])
        }
        Some(there) => {
            // A table spelled with headers or dotted keys goes, and the value comes where its keys are.
            if let At::Value(Value::InlineTable(table)) = walk.home {
                let entry = entry(&walk, path, &written);
                return Ok(dotted_cut(text, table, there, Some(&entry)));
            }
            let mut splices = cut(document, text, &walk, there);
            splices.extend(insert(document, text, &walk, path, &written));
            Ok(splices)
        }
    }
}

/// Returns the splices that add a text to a list; `None` when the key holds no list yet.
pub(crate) fn push(
    document: &Toml,
    text: &str,
    of: Element,
    key: &str,
    entry: &str,
) -> Result<Option<Vec<Splice>>, Problem> {
    let Some(At::Value(Value::Array(array))) = element(document, of)?.child(key) else {
        return Ok(None);
    };
    let written = Setting::from(entry).written(key, line_end(text));
    Ok(Sequence::of_array(text, array).map(|sequence| sequence.push(&written)))
}

/// Returns the splices that remove a value; none when it is absent.
pub(crate) fn remove(
    document: &Toml,
    text: &str,
    of: Element,
    path: &[&str],
) -> Result<Vec<Splice>, Problem> {
    Ok(remove_below(document, text, element(document, of)?, path))
}

/// Returns the splices that remove what a path leads to from a place; none when it leads nowhere.
pub(crate) fn remove_below(document: &Toml, text: &str, start: At, path: &[&str]) -> Vec<Splice> {
    match walk(start, path) {
        Ok(walk) => walk.end.map_or_else(Vec::new, |there| {
            cut_in(document, text, &walk, there, start, path)
        }),
        Err(_) => Vec::new(),
    }
}

/// Returns the splices that add a key to a table that does not have it, with its value as it is to be written.
///
/// # Errors
/// When keys cannot be added there.
pub(crate) fn insert_new(
    document: &Toml,
    text: &str,
    start: At,
    key: &str,
    written: &str,
) -> Result<Vec<Splice>, Problem> {
    let path = [key];
    Ok(insert(document, text, &walk(start, &path)?, &path, written))
}

fn is_dotted(value: &Value) -> bool {
    value.as_inline_table().is_some_and(InlineTable::is_dotted)
}

/// Returns `path = written`, with the path as seen from the home of the walk.
fn entry(walk: &Walk, path: &[&str], written: &str) -> String {
    let keys: Vec<String> = path[walk.home_depth..]
        .iter()
        .map(|key| Key::new(*key).to_string())
        .collect();
    format!("{} = {written}", keys.join("."))
}

/// Adds `path = written` to the home of the walk.
fn insert(document: &Toml, text: &str, walk: &Walk, path: &[&str], written: &str) -> Vec<Splice> {
    let entry = entry(walk, path, written);
    match walk.home {
        At::Value(Value::InlineTable(table)) => {
            Sequence::of_table(text, table).map_or_else(Vec::new, |s| s.push(&entry))
        }
        At::Table(table) => {
            let is_top = table.span().is_none() || std::ptr::eq(table, document.as_table());
            match (content_end(table), is_top) {
                (Some(end), _) => {
                    let line = format!("{}{entry}", indent(text, first_line_of(text, end, table)));
                    vec![insert_lines(text, end_of_line(text, end), &line)]
                }
                (None, true) => vec![insert_block(
                    text,
                    Layout::of(document, text).top_end(),
                    &entry,
                )],
                (None, false) => {
                    let header = table.span().map_or(0, |span| span.end);
                    let line = format!("{}{entry}", indent(text, header));
                    vec![insert_lines(text, end_of_line(text, header), &line)]
                }
            }
        }
        At::Tables(_) | At::Value(_) => Vec::new(),
    }
}

/// Returns the beginning of the value that ends at `end`, which stands in the line of its key.
fn first_line_of(text: &str, end: usize, table: &toml_edit::Table) -> usize {
    table
        .get_values()
        .iter()
        .filter_map(|(_, value)| value.span())
        .find(|span| span.end == end)
        .map_or(end.min(text.len()), |span| span.start)
}

/// Removes a value, looking first whether it is an entry of a list.
fn cut_in(
    document: &Toml,
    text: &str,
    walk: &Walk,
    there: At,
    start: At,
    path: &[&str],
) -> Vec<Splice> {
    let parent = path[..path.len().saturating_sub(1)]
        .iter()
        .try_fold(start, |at, name| at.child(name));
    if let (Some(At::Value(Value::Array(array))), At::Value(value)) = (parent, there) {
        return entry_cut(Sequence::of_array(text, array), value)
            .into_iter()
            .collect();
    }
    cut(document, text, walk, there)
}

fn cut(document: &Toml, text: &str, walk: &Walk, there: At) -> Vec<Splice> {
    if let At::Value(Value::InlineTable(table)) = walk.home {
        return match there {
            At::Value(value) if !is_dotted(value) => {
                entry_cut(Sequence::of_table(text, table), value)
                    .into_iter()
                    .collect()
            }
            _ => dotted_cut(text, table, there, None),
        };
    }
    let mut splices: Vec<Splice> = leaves(there)
        .into_iter()
        .filter_map(|value| {
            let span = value.span()?;
            Some(Splice::delete(
                start_of_line(text, span.start)..end_of_line(text, span.end),
            ))
        })
        .collect();
    // A value has no lines under headers, and the layout reads the whole file.
    if !matches!(there, At::Value(_)) {
        let lines = Layout::of(document, text).lines_of(there);
        splices.extend(cut_lines(text, lines).into_iter().map(Splice::delete));
    }
    splices
}

/// Returns the values that are written where `there` is: itself, or those of its dotted keys.
fn leaves<'a>(there: At<'a>) -> Vec<&'a Value> {
    let values = |list: Vec<(Vec<&Key>, _)>| list.into_iter().map(|(_, value)| value).collect();
    match there {
        At::Value(Value::InlineTable(table)) if table.is_dotted() => values(table.get_values()),
        At::Value(value) => vec![value],
        At::Table(table) if table.is_dotted() => values(table.get_values()),
        At::Table(_) | At::Tables(_) => Vec::new(),
    }
}

fn dotted_cut(text: &str, table: &InlineTable, there: At, added: Option<&str>) -> Vec<Splice> {
    let Some(sequence) = Sequence::of_table(text, table) else {
        return Vec::new();
    };
    let removed: Vec<usize> = leaves(there)
        .into_iter()
        .filter_map(|value| sequence.position(value.span()?.end))
        .collect();
    vec![sequence.rebuild(&removed, added)]
}

fn entry_cut(sequence: Option<Sequence>, value: &Value) -> Option<Splice> {
    let sequence = sequence?;
    let position = sequence.position(value.span()?.end)?;
    Some(sequence.remove(position))
}
