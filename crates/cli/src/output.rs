//! What the terminal shows: text for people, JSON for programs, errors with the next move.

use std::io::{IsTerminal, Write};

use serde::Serialize;
use serde_json::{Value, json};
use stopover_plan::{Event, Problem};
use stopover_runner::Trouble;

use crate::words::time;

/// Where results go and in which form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    json: bool,
    quiet: bool,
    colour: bool,
}

impl Output {
    pub(crate) fn new(json: bool, quiet: bool) -> Self {
        let colour = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            && std::io::stdout().is_terminal()
            && !json;
        Self {
            json,
            quiet,
            colour,
        }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Returns true when a person sits at both ends of the terminal.
    pub(crate) fn is_attended(&self) -> bool {
        !self.json && std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
    }

    /// Prints one JSON document, or the text for people.
    pub(crate) fn document(&self, value: &impl Serialize, text: impl FnOnce() -> String) {
        match self.json {
            true => pour(value),
            false => line(&harmless(text().trim_end())),
        }
    }

    /// Prints the text of a file as it is, to be kept as one; as JSON it is a document with the text in it.
    pub(crate) fn text(&self, text: &str) {
        match self.json {
            true => line(&json!({ "text": text }).to_string()),
            false => {
                let mut out = std::io::stdout().lock();
                let _ = out.write_all(text.as_bytes());
                let _ = out.flush();
            }
        }
    }

    /// Prints one event: a line of JSON, or a line for people.
    pub(crate) fn event(&self, event: &Event) {
        if self.json {
            line(&event_json(event).to_string());
        } else if !self.quiet
            && let Some(text) = crate::watch::sentence(event)
        {
            let text = harmless(&text);
            let time = chrono::DateTime::from_timestamp_millis(event.at_ms)
                .map(|at| {
                    at.with_timezone(&chrono::Local)
                        .format("%H:%M:%S")
                        .to_string()
                })
                .unwrap_or_default();
            let text = match crate::watch::tone(event) {
                Some(code) if self.colour => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
                _ => text,
            };
            line(&format!("{time}  {text}"));
        }
    }

    /// Prints why a wish was not carried out, and the next move.
    pub(crate) fn trouble(&self, trouble: &Trouble) {
        let problems = trouble.problems();
        if self.json {
            line(&json!({ "problems": problems }).to_string());
        }
        for problem in &problems {
            error_line("error", problem);
        }
    }

    /// Prints what a person must know although the wish is carried out; never between results.
    pub(crate) fn warning(&self, problem: &Problem) {
        error_line("warning", problem);
    }
}

/// Returns an event as the contract has it: `at` beside `at_ms`.
pub(crate) fn event_json(event: &Event) -> Value {
    let mut value = serde_json::to_value(event).unwrap_or_default();
    value["at"] = json!(time(event.at_ms));
    value
}

/// Writes a line; a reader that went away is no error of ours.
pub(crate) fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

/// Writes a JSON document as it is made: a session may have tens of thousands of steps.
fn pour(value: &impl Serialize) {
    let mut out = std::io::BufWriter::with_capacity(64 * 1024, std::io::stdout().lock());
    let _ = serde_json::to_writer_pretty(&mut out, value);
    let _ = writeln!(out);
    let _ = out.flush();
}

fn error_line(word: &str, problem: &Problem) {
    let mut text = format!("{word}: ");
    if let (Some(line), Some(column)) = (problem.line, problem.column) {
        text.push_str(&format!("line {line}, column {column}: "));
    }
    text.push_str(&problem.message);
    eprintln!("{}", harmless(&text));
    if !problem.hint.is_empty() {
        eprintln!("  {}", harmless(&problem.hint));
    }
}

/// Returns the text with control characters escaped: values and messages of databases are written by strangers, and a
/// terminal obeys what it is shown.
fn harmless(text: &str) -> String {
    let mut harmless = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\t' => harmless.push(letter),
            _ if letter.is_control() => {
                harmless.push_str(&format!("\\x{:02x}", u32::from(letter)));
            }
            _ => harmless.push(letter),
        }
    }
    harmless
}
