//! Finds the lines of a plain dump with which its client program would run a program or touch a file.

use crate::model::Engine;

/// Commands of psql that run a program or read or write a file, without their backslash.
const PSQL: [(&str, &str); 19] = [
    ("!", "runs a program"),
    ("i", "reads another file"),
    ("ir", "reads another file"),
    ("include", "reads another file"),
    ("include_relative", "reads another file"),
    ("o", "writes a file or runs a program"),
    ("out", "writes a file or runs a program"),
    ("w", "writes a file or runs a program"),
    ("write", "writes a file or runs a program"),
    ("copy", "reads or writes a file, or runs a program"),
    ("gexec", "runs SQL made from query results"),
    ("e", "opens an editor"),
    ("edit", "opens an editor"),
    ("ef", "opens an editor"),
    ("ev", "opens an editor"),
    ("cd", "changes the folder"),
    ("setenv", "changes the environment of programs"),
    ("lo_import", "reads a file"),
    ("lo_export", "writes a file"),
];

/// Dot-commands of sqlite3 that run a program or touch a file; any beginning of two letters may stand for one.
const SQLITE: [&str; 20] = [
    "archive", "backup", "cd", "clone", "dump", "excel", "import", "load", "log", "once", "open",
    "output", "print", "read", "restore", "save", "shell", "system", "trace", "www",
];

/// Says what is dangerous in one line of a plain dump, or `None`.
///
/// Each line is judged without the ones before it: quotes are not believed, because a dump that means harm would
/// open one on the line above. So a line may be refused that only looks like a command; none is let through that is
/// one. psql's `\connect`, `\restrict`, `\unrestrict` and `\.` are harmless.
pub fn dump_hazard(line: &str, engine: Engine) -> Option<String> {
    match engine {
        Engine::Postgresql => backslash(line, psql_command).or_else(|| copy(line)),
        Engine::Mysql => backslash(line, mysql_command).or_else(|| mysql_line(line)),
        Engine::Sqlite => sqlite_line(line),
    }
}

/// Calls `judge` with what follows each backslash; a doubled one is data.
fn backslash(line: &str, judge: fn(&str) -> Option<String>) -> Option<String> {
    let bytes = line.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if bytes.get(at + 1) == Some(&b'\\') => at += 1,
            b'\\' => {
                if let Some(hazard) = judge(&line[at + 1..]) {
                    return Some(hazard);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn psql_command(after: &str) -> Option<String> {
    if after.starts_with('!') {
        return Some("`\\!` runs a program".to_owned());
    }
    let end = after
        .find(|c: char| !(c.is_ascii_alphabetic() || c == '_' || c == '+'))
        .unwrap_or(after.len());
    let (command, after) = after.split_at(end);
    // A command's arguments end at the next backslash, which also keeps this linear.
    let arguments = &after[..after.find('\\').unwrap_or(after.len())];
    let blank = |c: char| c.is_ascii_whitespace() || c == '\x0b';
    let stands_alone = after.is_empty() || after.starts_with(blank) || after.starts_with('\\');
    let known = PSQL.iter().find(|(name, _)| *name == command);
    if let Some((name, what)) = known
        && stands_alone
    {
        return Some(format!("`\\{name}` {what}"));
    }
    if matches!(command, "g" | "gx") {
        let target = arguments.trim_start();
        let sent_away = !target.is_empty() && !target.starts_with([';', '(']);
        return sent_away.then(|| format!("`\\{command}` writes a file or runs a program"));
    }
    // psql runs what stands in backquotes in an argument of any command it knows; these escapes of COPY rows are none.
    let is_escape = matches!(command, "" | "b" | "n" | "v" | "N");
    (!is_escape && arguments.starts_with(blank) && arguments.contains('`'))
        .then(|| format!("`\\{command}` with backquotes runs a program"))
}

fn mysql_command(after: &str) -> Option<String> {
    let what = match after.bytes().next()? {
        b'!' => "runs a program",
        b'.' => "reads another file",
        b'T' => "writes a file",
        b'P' => "runs a program",
        b'e' => "opens an editor",
        _ => return None,
    };
    let command: String = after.chars().take(1).collect();
    Some(format!("`\\{command}` {what}"))
}

fn mysql_line(line: &str) -> Option<String> {
    let mut words = line.split_ascii_whitespace();
    let first = words.next()?.trim_end_matches(';').to_ascii_lowercase();
    let what = match first.as_str() {
        "system" => "runs a program",
        "pager" => "runs a program",
        "source" => "reads another file",
        "tee" => "writes a file",
        "edit" => "opens an editor",
        _ => {
            let second = words.next().unwrap_or_default();
            let loads = first == "load"
                && (second.eq_ignore_ascii_case("data") || second.eq_ignore_ascii_case("xml"));
            if loads {
                return Some("`LOAD DATA` reads a file".to_owned());
            }
            return follows(line, "into", &["outfile", "dumpfile"])
                .map(|_| "`SELECT … INTO OUTFILE` writes a file on the server".to_owned());
        }
    };
    Some(format!("`{first}` {what}"))
}

fn sqlite_line(line: &str) -> Option<String> {
    let trimmed = line.trim_start();
    if let Some(command) = trimmed.strip_prefix('.') {
        let word: String = command
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let known = word.len() >= 2 && SQLITE.iter().any(|name| name.starts_with(&word));
        if known || word == "ar" {
            return Some(format!("`.{word}` runs a program or touches a file"));
        }
    }
    let first = trimmed.split_ascii_whitespace().next()?;
    first
        .eq_ignore_ascii_case("attach")
        .then(|| "`ATTACH` opens another database file".to_owned())
}

/// Finds `COPY … PROGRAM` and `COPY … 'file'`, also when the statement goes on from the line above.
fn copy(line: &str) -> Option<String> {
    let program = |rest: &str| {
        let rest = rest.trim_start();
        let literal = ["'", "$", "E'", "e'", "U&'", "u&'", "--", "/*"];
        rest.is_empty() || literal.iter().any(|begin| rest.starts_with(begin))
    };
    let mut rest = line.trim_start();
    let begins = rest
        .get(..7)
        .is_some_and(|word| word.eq_ignore_ascii_case("program"));
    if begins && rest[7..].trim_start().starts_with(['\'', '$']) {
        return Some("`COPY … PROGRAM` runs a program on the server".to_owned());
    }
    let is_copy = rest
        .get(..4)
        .is_some_and(|word| word.eq_ignore_ascii_case("copy"));
    for direction in ["from", "to"] {
        rest = line;
        while let Some(after) = follows(rest, direction, &["program"]) {
            if program(after) {
                return Some("`COPY … PROGRAM` runs a program on the server".to_owned());
            }
            rest = after;
        }
    }
    if is_copy {
        let mut words = line.split_ascii_whitespace().peekable();
        while let Some(word) = words.next() {
            let directs = word.eq_ignore_ascii_case("from") || word.eq_ignore_ascii_case("to");
            if directs
                && words
                    .peek()
                    .is_some_and(|next| next.starts_with(['\'', '$']) || next.starts_with("E'"))
            {
                return Some("`COPY` reads or writes a file on the server".to_owned());
            }
        }
    }
    None
}

/// Returns what comes after the words `first second` for one of the `seconds`, compared without case.
fn follows<'a>(line: &'a str, first: &str, seconds: &[&str]) -> Option<&'a str> {
    let bytes = line.as_bytes();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
    let mut at = 0;
    let mut previous = "";
    let mut comments = true;
    while at < bytes.len() {
        if comments && bytes[at..].starts_with(b"/*") {
            match line[at + 2..].find("*/") {
                Some(length) => at += length + 4,
                None => comments = false,
            }
            continue;
        }
        if !is_word(bytes[at]) {
            // Only blanks and comments may stand between the two words.
            if !bytes[at].is_ascii_whitespace() {
                previous = "";
            }
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && is_word(bytes[at]) {
            at += 1;
        }
        let word = &line[start..at];
        if previous.eq_ignore_ascii_case(first)
            && seconds
                .iter()
                .any(|second| word.eq_ignore_ascii_case(second))
        {
            return Some(&line[at..]);
        }
        previous = word;
    }
    None
}
