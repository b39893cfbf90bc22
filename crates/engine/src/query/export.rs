//! Rows as a file: CSV or JSON, written beside its place and moved there when it is whole.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use tokio::sync::Notify;

use super::{Grid, Progress};
use crate::db::{Column, Raw, Sink, Source, text};
use crate::error::EngineError;

/// Format of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values as in RFC 4180, with a line of names; NULL is empty, an empty text is `""`.
    Csv,
    /// A list of objects; numbers and truth values as such where the column's type says so.
    Json,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// File.
    pub file: PathBuf,
    /// Rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
}

/// Writes a result that is kept whole. `goes_on` is asked before every thousandth row.
///
/// # Errors
/// When the file cannot be written, or `goes_on` said no; the file is then as it was before.
pub fn write_grid(
    grid: &Grid,
    file: &Path,
    format: Format,
    goes_on: impl Fn() -> bool,
) -> Result<Written, EngineError> {
    let mut writer = Writer::begin(file, format)?;
    writer.columns(grid.columns());
    for row in 0..grid.rows() {
        if row % 1000 == 0 && !goes_on() {
            return Err(EngineError::Problem(stopover_plan::Problem::new(
                "cancelled",
                "The export was cancelled; nothing was written",
                "Export again when you like.",
            )));
        }
        let values = (0..grid.columns().len()).map(|column| grid.value(row, column));
        writer.row(values).map_err(|error| unwritten(file, error))?;
    }
    writer.finish()
}

/// A file that is written while rows come.
pub(super) struct Stream<'a> {
    writer: Writer,
    failed: Option<std::io::Error>,
    full: &'a Notify,
    progress: &'a Progress,
}

impl<'a> Stream<'a> {
    pub(super) fn begin(
        file: &Path,
        format: Format,
        full: &'a Notify,
        progress: &'a Progress,
    ) -> Result<Self, EngineError> {
        Ok(Self {
            writer: Writer::begin(file, format)?,
            failed: None,
            full,
            progress,
        })
    }

    /// Returns what kept the file from being written.
    pub(super) fn check(&mut self) -> Result<(), EngineError> {
        match self.failed.take() {
            Some(error) => Err(unwritten(&self.writer.file, error)),
            None => Ok(()),
        }
    }

    pub(super) fn finish(self) -> Result<Written, EngineError> {
        self.writer.finish()
    }
}

impl Sink for Stream<'_> {
    fn take(&mut self, row: &dyn Source) {
        if self.failed.is_some() {
            return;
        }
        if self.writer.columns.is_empty() {
            self.writer.columns(&row.columns());
        }
        let values: Vec<Option<String>> = (0..row.width())
            .map(|at| match row.value(at) {
                Raw::Null => None,
                Raw::Text(bytes) => Some(text::head(bytes, usize::MAX).0),
                Raw::Blob(bytes) => Some(format!("x'{}'", hex::encode(bytes))),
                Raw::Written(text) => Some(text),
            })
            .collect();
        match self.writer.row(values.iter().map(Option::as_deref)) {
            Ok(()) => self.progress.told(self.writer.rows, self.writer.bytes),
            Err(error) => {
                self.failed = Some(error);
                self.full.notify_one();
            }
        }
    }

    fn is_full(&self) -> bool {
        self.failed.is_some()
    }

    fn wants_columns(&self) -> bool {
        self.failed.is_none() && self.writer.columns.is_empty()
    }

    fn name(&mut self, columns: Vec<Column>) {
        self.writer.columns(&columns);
    }
}

struct Writer {
    file: PathBuf,
    format: Format,
    out: BufWriter<NamedTempFile>,
    columns: Vec<Column>,
    /// Names as keys of JSON, each only once.
    keys: Vec<String>,
    rows: u64,
    bytes: u64,
}

impl Writer {
    fn begin(file: &Path, format: Format) -> Result<Self, EngineError> {
        let folder = match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let beside = NamedTempFile::new_in(folder).map_err(|error| unwritten(file, error))?;
        Ok(Self {
            file: file.to_owned(),
            format,
            out: BufWriter::new(beside),
            columns: Vec::new(),
            keys: Vec::new(),
            rows: 0,
            bytes: 0,
        })
    }

    fn columns(&mut self, columns: &[Column]) {
        self.columns = columns.to_vec();
        for column in columns {
            let mut key = column.name.clone();
            let mut number = 1;
            while self.keys.contains(&key) {
                number += 1;
                key = format!("{}_{number}", column.name);
            }
            self.keys.push(key);
        }
    }

    /// Returns the line of names above the rows of a CSV file; empty without columns.
    fn heading(&self) -> String {
        if self.columns.is_empty() {
            return String::new();
        }
        let names: Vec<String> = self
            .columns
            .iter()
            .map(|column| field(&column.name))
            .collect();
        format!("{}\r\n", names.join(","))
    }

    fn row<'v>(
        &mut self,
        values: impl Iterator<Item = Option<&'v str>>,
    ) -> Result<(), std::io::Error> {
        let mut line = String::new();
        match self.format {
            Format::Csv => {
                if self.rows == 0 {
                    line.push_str(&self.heading());
                }
                for (at, value) in values.enumerate() {
                    if at > 0 {
                        line.push(',');
                    }
                    match value {
                        None => {}
                        Some("") => line.push_str("\"\""),
                        Some(value) => line.push_str(&field(value)),
                    }
                }
                line.push_str("\r\n");
            }
            Format::Json => {
                line.push_str(if self.rows == 0 { "[\n  {" } else { ",\n  {" });
                for (at, value) in values.enumerate() {
                    let key = self.keys.get(at).map_or("", String::as_str);
                    let kind = self.columns.get(at).map_or("", |column| &column.kind);
                    if at > 0 {
                        line.push_str(", ");
                    }
                    line.push_str(&quoted(key));
                    line.push_str(": ");
                    line.push_str(&json(kind, value));
                }
                line.push('}');
            }
        }
        self.rows += 1;
        self.bytes += line.len() as u64;
        self.out.write_all(line.as_bytes())
    }

    fn finish(mut self) -> Result<Written, EngineError> {
        let file = self.file.clone();
        let failed = |error| unwritten(&file, error);
        let end = match (self.format, self.rows) {
            (Format::Json, 0) => "[]\n".to_owned(),
            (Format::Json, _) => "\n]\n".to_owned(),
            (Format::Csv, 0) => self.heading(),
            (Format::Csv, _) => String::new(),
        };
        self.bytes += end.len() as u64;
        self.out.write_all(end.as_bytes()).map_err(failed)?;
        let beside = self
            .out
            .into_inner()
            .map_err(|error| failed(error.into_error()))?;
        beside.as_file().sync_all().map_err(failed)?;
        beside.persist(&file).map_err(|error| failed(error.error))?;
        Ok(Written {
            file: self.file,
            rows: self.rows,
            bytes: self.bytes,
        })
    }
}

fn unwritten(file: &Path, source: std::io::Error) -> EngineError {
    EngineError::File {
        path: file.to_owned(),
        doing: "written",
        source,
    }
}

fn field(text: &str) -> String {
    if text.contains([',', '"', '\r', '\n']) || text.starts_with(' ') || text.ends_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn json(kind: &str, value: Option<&str>) -> String {
    let Some(value) = value else {
        return "null".to_owned();
    };
    let kind = kind.to_ascii_uppercase();
    let numeric = ["INT", "FLOAT", "NUMERIC", "DECIMAL", "DOUBLE", "REAL"]
        .iter()
        .any(|word| kind.contains(word))
        && !kind.contains("INTERVAL")
        && !kind.contains("RANGE")
        && !kind.contains("POINT")
        && !kind.ends_with("[]");
    match value {
        "t" | "true" if kind == "BOOL" => "true".to_owned(),
        "f" | "false" if kind == "BOOL" => "false".to_owned(),
        _ if numeric && is_number(value) => value.to_owned(),
        _ => quoted(value),
    }
}

/// Returns true for what JSON takes as a number, however many digits it has.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (whole, part) = match mantissa.split_once('.') {
        Some((whole, part)) => (whole, Some(part)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && part.is_none_or(digits)
        && exponent.is_none_or(|text| digits(text.strip_prefix(['+', '-']).unwrap_or(text)))
}

#[cfg(test)]
mod tests {
    use super::super::grid::tests::Given;
    use super::*;

    fn written(format: Format, rows: &[Given]) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("out");
        let (full, progress) = (Notify::new(), Progress::default());
        let mut stream = Stream::begin(&file, format, &full, &progress).expect("it begins");
        for row in rows {
            stream.take(row);
        }
        assert!(!file.exists(), "nothing is there before all is");
        let told = stream.finish().expect("it is written");
        let text = std::fs::read_to_string(&file).expect("it is there");
        assert_eq!(
            (told.rows, told.bytes),
            (rows.len() as u64, text.len() as u64)
        );
        text
    }

    #[test]
    fn values_survive_the_way_into_a_file() {
        let rows = [
            Given(vec![Some("1"), Some("a\"b, c")]),
            Given(vec![Some("x1"), None]),
            Given(vec![None, Some("")]),
        ];
        assert_eq!(
            written(Format::Csv, &rows),
            "c1,c2\r\n1,\"a\"\"b, c\"\r\nx1,\r\n,\"\"\r\n"
        );
        let json: serde_json::Value =
            serde_json::from_str(&written(Format::Json, &rows)).expect("it is JSON");
        assert_eq!(
            json,
            serde_json::json!([{"c1": 1, "c2": "a\"b, c"}, {"c1": "x1", "c2": null}, {"c1": null, "c2": ""}])
        );
        assert_eq!(written(Format::Json, &[]), "[]\n");
    }

    #[test]
    fn only_what_json_takes_is_a_number() {
        for (text, expect) in [
            ("0", true),
            ("-12.50", true),
            ("1e+9", true),
            ("12345678901234567890123", true),
            ("007", false),
            ("NaN", false),
            (".5", false),
            ("1.", false),
            ("", false),
        ] {
            assert_eq!(is_number(text), expect, "{text}");
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_told_and_a_cancelled_export_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let grid = Grid::default();
        let missing = folder.path().join("none/out.csv");
        assert!(write_grid(&grid, &missing, Format::Csv, || true).is_err());
        let mut grid = Grid::default();
        let (full, progress) = (Notify::new(), Progress::default());
        super::super::grid::Keeping::new(&mut grid, &full, &progress).take(&Given(vec![Some("1")]));
        let file = folder.path().join("out.csv");
        assert!(write_grid(&grid, &file, Format::Csv, || false).is_err());
        let left = std::fs::read_dir(folder.path())
            .expect("it is read")
            .count();
        assert_eq!(left, 0, "no half file is left");
    }
}
