//! The password file of PostgreSQL's own programs (libpq, chapter "The Password File").

use std::path::{Path, PathBuf};

use stopover_plan::Problem;
use stopover_plan::connection::{Connection, Secret};

use crate::error::EngineError;

/// Longest file that is read.
const LONGEST: u64 = 1024 * 1024;

/// Returns the password of the first line that matches the connection; `None` without a file or such a line.
pub(super) fn read(connection: &Connection) -> Result<Option<Secret>, EngineError> {
    let Some(path) = path() else { return Ok(None) };
    read_file(&path, connection)
}

/// Returns where the file is.
pub(crate) fn path() -> Option<PathBuf> {
    match std::env::var_os("PGPASSFILE") {
        Some(path) if !path.is_empty() => Some(path.into()),
        _ => Some(super::home()?.join(".pgpass")),
    }
}

fn read_file(path: &Path, connection: &Connection) -> Result<Option<Secret>, EngineError> {
    let text = match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(super::unreadable(path, &error)),
        Ok(metadata) if !metadata.is_file() || metadata.len() > LONGEST => return Ok(None),
        Ok(_) => std::fs::read(path).map_err(|error| super::unreadable(path, &error))?,
    };
    let Some(password) = find(&String::from_utf8_lossy(&text), connection) else {
        return Ok(None);
    };
    if is_open_to_others(path) {
        return Err(EngineError::Secret(Problem::new(
            "pgpass-permissions",
            format!(
                "{} may be read by other users, so it is not used",
                path.display()
            ),
            format!("Run `chmod 0600 {}`.", path.display()),
        )));
    }
    Ok(Some(Secret::new(password)))
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> bool {
    false
}

/// Finds the password in the text of a password file.
fn find(text: &str, connection: &Connection) -> Option<String> {
    let host = match &connection.socket {
        Some(folder) if is_default_socket(folder) => "localhost",
        Some(folder) => folder,
        None if connection.host.is_empty() => "localhost",
        None => &connection.host,
    };
    let port = connection.port.to_string();
    let wanted = [host, &port, &connection.database, &connection.user];
    text.lines().find_map(|line| {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.starts_with('#') {
            return None;
        }
        let mut fields = fields(line).into_iter();
        for wanted in wanted {
            let (field, is_star) = fields.next()?;
            if !is_star && field != wanted {
                return None;
            }
        }
        fields
            .next()
            .map(|(password, _)| password)
            .filter(|password| !password.is_empty())
    })
}

fn is_default_socket(folder: &str) -> bool {
    matches!(
        folder.trim_end_matches('/'),
        "/var/run/postgresql" | "/run/postgresql" | "/tmp"
    )
}

/// Splits a line at colons; `\:` and `\\` stand for a colon and a backslash. A field is also told whether it is an
/// unescaped `*`.
pub(crate) fn fields(line: &str) -> Vec<(String, bool)> {
    let mut fields = Vec::new();
    let mut field = String::new();
    let mut escaped = false;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                escaped = true;
                field.extend(chars.next());
            }
            // The fifth field is the password, and the last.
            ':' if fields.len() < 4 => {
                let is_star = field == "*" && !escaped;
                fields.push((std::mem::take(&mut field), is_star));
                escaped = false;
            }
            // libpq ends the password at a colon that is not escaped.
            ':' => break,
            c => field.push(c),
        }
    }
    fields.push((field, false));
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use stopover_plan::connection::parse_url;

    fn check(text: &str, url: &str, expect: Option<&str>) {
        let (connection, _) = parse_url(url).expect("a URL");
        assert_eq!(find(text, &connection).as_deref(), expect, "{text:?}");
    }

    #[test]
    fn the_first_line_that_matches_counts() {
        let file = "# comment\nother:5432:shop:ada:no\nhost:5432:shop:ada:yes\n*:*:*:*:late\n";
        check(file, "postgres://ada@host/shop", Some("yes"));
        check(file, "postgres://bob@host/shop", Some("late"));
        check("host:5433:shop:ada:no", "postgres://ada@host/shop", None);
        check("", "postgres://ada@host/shop", None);
        check("nonsense", "postgres://ada@host/shop", None);
    }

    #[test]
    fn colons_and_backslashes_are_escaped() {
        check(
            "host:5432:shop:ada:a\\:b\\\\c",
            "postgres://ada@host/shop",
            Some("a:b\\c"),
        );
        check("\\*:5432:shop:ada:no", "postgres://ada@host/shop", None);
        check(
            "host:5432:shop:ada:p*ss\r",
            "postgres://ada@host/shop",
            Some("p*ss"),
        );
    }

    #[test]
    fn a_socket_in_its_usual_folder_is_localhost() {
        let mut connection = parse_url("postgres://ada@host/shop").expect("a URL").0;
        connection.host.clear();
        connection.socket = Some("/var/run/postgresql".into());
        assert_eq!(
            find("localhost:*:*:ada:a", &connection).as_deref(),
            Some("a")
        );
        connection.socket = Some("/srv/pg".into());
        assert_eq!(
            find("localhost:*:*:ada:a\n/srv/pg:*:*:ada:b", &connection).as_deref(),
            Some("b")
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_file_others_can_read_is_a_problem_only_when_it_would_be_used() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("pgpass");
        std::fs::write(&path, "host:5432:shop:ada:hunter2").expect("written");
        let set = |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode));
        let ada = parse_url("postgres://ada@host/shop").expect("a URL").0;
        let bob = parse_url("postgres://bob@host/shop").expect("a URL").0;
        set(0o640).expect("set");
        let error = read_file(&path, &ada).expect_err("refused");
        assert_eq!(error.problem().code, "pgpass-permissions");
        assert!(!format!("{error:?}").contains("hunter2"));
        assert!(read_file(&path, &bob).expect("not used").is_none());
        set(0o600).expect("set");
        assert_eq!(
            read_file(&path, &ada).expect("read"),
            Some(Secret::new("hunter2"))
        );
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "[a*:\\\\\n]{0,60}") {
            let (connection, _) = parse_url("postgres://a@a/a").expect("a URL");
            let _ = find(&text, &connection);
        }
    }
}
