//! SQL scripts as dumps: looked through before they are fed, proven complete by how they end.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use stopover_plan::model::Engine;
use stopover_plan::sql::dump_hazard;

use super::BackupError;
use super::files::end_of;
use super::gzip;
use super::kind::Kind;
use super::stop::Stop;

/// Most bytes of a line that are looked at in one go; longer lines are looked at piece by piece.
const PIECE: usize = 256 * 1024;
/// Bytes of a piece that are looked at again with the next one, so that no command hides at the border.
const OVERLAP: usize = 512;

/// Bytes at the end of a script among which its end mark stands.
const END: usize = 4096;

/// What was found in a script without hazards.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Scanned {
    /// Where the events of a MySQL database begin, in bytes of the text.
    pub(super) events_at: Option<u64>,
}

/// Reads a script line by line and refuses it when a line does more than restore a database: a client's own command,
/// a program on the server, another database. Leaves the file at its beginning.
///
/// Each line is judged without those before it, rows included: a script that means harm would open a quote above.
pub(super) async fn scan(
    file: &File,
    path: &Path,
    kind: Kind,
    engine: Engine,
    stop: &Stop,
) -> Result<Scanned, BackupError> {
    let path = path.to_owned();
    let mut file = file.try_clone().map_err(BackupError::file(&path, "read"))?;
    stop.blocking(move |stop| {
        let mut rewind = || {
            file.seek(SeekFrom::Start(0))
                .and_then(|_| file.try_clone())
                .map_err(BackupError::file(&path, "read"))
        };
        let mut pieces = Pieces::new(gzip::reader(rewind()?, kind), &path);
        let mut scanned = Scanned::default();
        while let Some(piece) = pieces.next(stop)? {
            let text = String::from_utf8_lossy(piece.text);
            if let Some(what) = hazard(engine, &text, piece.begins_line) {
                return Err(BackupError::Hazard {
                    path: path.clone(),
                    line: piece.line,
                    what,
                });
            }
            if piece.begins_line
                && scanned.events_at.is_none()
                && text.starts_with("-- Dumping events for database ")
            {
                scanned.events_at = Some(piece.at);
            }
        }
        rewind()?;
        Ok(scanned)
    })
    .await
}

/// Returns what a line, or a piece of one, does that no dump needs.
fn hazard(engine: Engine, text: &str, begins_line: bool) -> Option<String> {
    let found = match begins_line {
        true => dump_hazard(text, engine).or_else(|| changes_databases(engine, text)),
        // What does not begin a line must not be judged as if it did.
        false => dump_hazard(&format!("-{text}"), engine),
    };
    found.or_else(|| leaves(engine, text))
}

/// Finds the client's commands that go to another database, which may be a live one.
fn leaves(engine: Engine, text: &str) -> Option<String> {
    let command = match engine {
        Engine::Postgresql => 'c',
        Engine::Mysql => 'u',
        Engine::Sqlite => return None,
    };
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            continue;
        }
        // The letter after a backslash is taken with it, so that a doubled one escapes nothing.
        let after = letters.clone().nth(1).unwrap_or(' ');
        if letters.next() == Some(command) && (after.is_whitespace() || after == 'o') {
            return Some(format!("`\\{command}` goes to another database"));
        }
    }
    None
}

/// Finds statements about whole databases, which a dump of one database has none of.
fn changes_databases(engine: Engine, line: &str) -> Option<String> {
    // `/*!40000 DROP DATABASE …` is a statement too.
    let statement = line.trim_start();
    let statement = statement.strip_prefix("/*!").unwrap_or(statement);
    let statement = statement.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let mut words = statement
        .split_ascii_whitespace()
        .map(str::to_ascii_uppercase);
    let (first, second) = (words.next()?, words.next().unwrap_or_default());
    let second = second.trim_end_matches(';');
    match (first.as_str(), second, engine) {
        ("USE", _, Engine::Mysql) => Some("`USE` goes to another database".to_owned()),
        ("CREATE" | "DROP" | "ALTER", "DATABASE", _)
        | ("CREATE" | "DROP" | "ALTER", "SCHEMA", Engine::Mysql) => {
            Some(format!("`{first} {second}` is about a whole database"))
        }
        _ => None,
    }
}

/// The lines of a file, long ones in pieces that overlap.
struct Pieces<'a> {
    reader: BufReader<Box<dyn Read + Send>>,
    path: &'a Path,
    piece: Vec<u8>,
    line: u64,
    at: u64,
    begins_line: bool,
}

/// One line without its end, or a piece of one.
struct Piece<'a> {
    text: &'a [u8],
    line: u64,
    at: u64,
    begins_line: bool,
}

impl<'a> Pieces<'a> {
    fn new(text: Box<dyn Read + Send>, path: &'a Path) -> Self {
        Self {
            reader: BufReader::with_capacity(PIECE, text),
            path,
            piece: Vec::new(),
            line: 0,
            at: 0,
            begins_line: true,
        }
    }

    fn next(&mut self, stop: &Stop) -> Result<Option<Piece<'_>>, BackupError> {
        let begins_line = self.begins_line;
        let at = self.at;
        if begins_line {
            self.piece.clear();
            self.line += 1;
        } else {
            let start = overlap(&self.piece);
            self.piece.drain(..start);
        }
        let ends = loop {
            let room = self
                .reader
                .fill_buf()
                .map_err(|error| gzip::unreadable(self.path, error))?;
            if room.is_empty() {
                break true;
            }
            let end = room.iter().position(|byte| *byte == b'\n');
            self.piece
                .extend_from_slice(&room[..end.unwrap_or(room.len())]);
            let taken = end.map_or(room.len(), |end| end + 1);
            self.reader.consume(taken);
            self.at += taken as u64;
            if end.is_some() {
                break true;
            }
            if self.piece.len() >= PIECE {
                break false;
            }
        };
        if self.at == at {
            return Ok(None);
        }
        self.begins_line = ends;
        if !ends || self.line.is_multiple_of(4096) {
            stop.check()?;
        }
        if ends && self.piece.last() == Some(&b'\r') {
            self.piece.pop();
        }
        Ok(Some(Piece {
            text: &self.piece,
            line: self.line,
            at,
            begins_line,
        }))
    }
}

/// Returns where the next look at a long line begins: after a blank near the end, so that no escape is cut in two.
fn overlap(piece: &[u8]) -> usize {
    let from = piece.len().saturating_sub(OVERLAP);
    let blank = piece[from..].iter().position(u8::is_ascii_whitespace);
    match blank {
        Some(blank) => from + blank + 1,
        // Without a blank: before the backslashes at the end, whose number is even or odd only together.
        None => {
            piece.len()
                - piece
                    .iter()
                    .rev()
                    .take_while(|byte| **byte == b'\\')
                    .count()
        }
    }
}

/// Proves a script complete by the line with which the engine's tool ends one; a compressed one is unpacked to its end,
/// which meets every byte.
pub(super) async fn prove(
    path: &Path,
    kind: Kind,
    engine: Engine,
    stop: &Stop,
) -> Result<(), BackupError> {
    let end = match kind {
        Kind::Gzip => {
            let path = path.to_owned();
            stop.blocking(move |stop| unpacked_end(&path, stop)).await?
        }
        _ => end_of(path, END as u64)?,
    };
    let end = String::from_utf8_lossy(&end);
    let (mark, complete) = match engine {
        // What follows it in newer versions is one line that ends the restricted mode, and blank ones.
        Engine::Postgresql => {
            let mark = "-- PostgreSQL database dump complete";
            (mark, end.lines().any(|line| line.trim_end() == mark))
        }
        _ => {
            let mark = "-- Dump completed";
            let last = end.lines().rev().find(|line| !line.trim().is_empty());
            (mark, last.is_some_and(|line| line.starts_with(mark)))
        }
    };
    match complete {
        true => Ok(()),
        false => Err(BackupError::incomplete(
            path,
            format!("it does not end with \"{mark}\""),
        )),
    }
}

/// Unpacks a script and returns the last bytes of its text.
fn unpacked_end(path: &Path, stop: &Stop) -> Result<Vec<u8>, BackupError> {
    let file = File::open(path).map_err(BackupError::file(path, "read"))?;
    let mut text = gzip::reader(file, Kind::Gzip);
    let (mut end, mut room) = (Vec::new(), vec![0; PIECE]);
    loop {
        stop.check()?;
        let read = text
            .read(&mut room)
            .map_err(|error| gzip::unreadable(path, error))?;
        if read == 0 {
            return Ok(end);
        }
        end.extend_from_slice(&room[..read]);
        end.drain(..end.len().saturating_sub(END));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup::stop;

    async fn check(engine: Engine, script: &str) -> Option<(u64, String)> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), script).expect("writes");
        let open = File::open(file.path()).expect("opens");
        let (stop, _asked) = stop::pair();
        match scan(&open, file.path(), Kind::Plain, engine, &stop).await {
            Ok(_) => None,
            Err(BackupError::Hazard { line, what, .. }) => Some((line, what)),
            Err(error) => panic!("{error}"),
        }
    }

    #[tokio::test]
    async fn a_dump_as_the_tools_write_it_passes() {
        let postgres = "--\n-- PostgreSQL database dump\n--\n\\restrict abc\nSET x = 0;\n\
             CREATE TABLE public.a (b text);\nCOPY public.a (b) FROM stdin;\n\\N\na\\\\!b\\tc\\\\connect\n\\.\n\
             -- PostgreSQL database dump complete\n\\unrestrict abc\n";
        assert_eq!(check(Engine::Postgresql, postgres).await, None);
        let mysql = "/*M!999999\\- enable the sandbox mode */ \n/*!40101 SET NAMES utf8mb4 */;\n\
             INSERT INTO `a` VALUES (1,'it\\'s\\n \\\\! system');\n\
             /*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER t */;;\n\
             -- Dump completed\n";
        assert_eq!(check(Engine::Mysql, mysql).await, None);
    }

    #[tokio::test]
    async fn a_line_that_does_more_is_refused_with_its_number() {
        for (engine, line) in [
            (Engine::Postgresql, "\\! touch /tmp/x"),
            (Engine::Postgresql, "SELECT 2 \\! touch /tmp/x"),
            (Engine::Postgresql, "COPY a FROM PROGRAM 'sh';"),
            (Engine::Postgresql, "\\connect live"),
            (Engine::Postgresql, "SELECT 1; \\c live"),
            (Engine::Postgresql, "DROP DATABASE live;"),
            (Engine::Mysql, "USE `live`;"),
            (Engine::Mysql, "/*!40000 DROP DATABASE IF EXISTS `live`*/;"),
            (
                Engine::Mysql,
                "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `live`;",
            ),
            (Engine::Mysql, "system touch /tmp/x"),
            (Engine::Mysql, "\\! touch /tmp/x"),
            (Engine::Mysql, "SELECT 1 \\u live"),
        ] {
            let found = check(engine, &format!("SELECT 1;\n{line}\nSELECT 2;\n")).await;
            assert_eq!(found.map(|(line, _)| line), Some(2), "{line}");
        }
    }

    #[tokio::test]
    async fn a_command_at_the_border_of_two_pieces_is_found() {
        for before in (PIECE - 12..PIECE + 4).chain(3 * PIECE - 4..3 * PIECE + 2) {
            for fill in ["x", "x "] {
                let mut line = fill.repeat(before.div_ceil(fill.len()));
                line.truncate(before);
                let script = format!("SELECT 1;\n{line}\\! touch /tmp/x\n");
                let found = check(Engine::Postgresql, &script).await;
                assert_eq!(found.map(|(line, _)| line), Some(2), "{before}");
                let harmless = format!("SELECT 1;\n{line}\\\\! touch\n");
                assert_eq!(check(Engine::Postgresql, &harmless).await, None, "{before}");
            }
        }
    }

    #[tokio::test]
    async fn a_script_without_its_end_mark_is_incomplete() {
        let (stop, _asked) = stop::pair();
        let file = tempfile::NamedTempFile::new().expect("a file");
        for (engine, text, complete) in [
            (
                Engine::Postgresql,
                "x\n--\n-- PostgreSQL database dump complete\n--\n\n",
                true,
            ),
            (
                Engine::Postgresql,
                "x\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict a\n\n",
                true,
            ),
            (
                Engine::Postgresql,
                "x\n-- PostgreSQL database dump comp",
                false,
            ),
            (Engine::Postgresql, "", false),
            (Engine::Mysql, "x\n-- Dump completed\n", true),
            (
                Engine::Mysql,
                "x\n-- Dump completed on 2026-01-01  1:00:00\n",
                true,
            ),
            (Engine::Mysql, "-- Dump completed\nINSERT", false),
        ] {
            std::fs::write(file.path(), text).expect("writes");
            let proven = prove(file.path(), Kind::Plain, engine, &stop).await;
            assert_eq!(proven.is_ok(), complete, "{text:?}");
        }
    }
}
