//! The service file of PostgreSQL's own programs (libpq, chapter "The Connection Service File").

use std::collections::BTreeMap;
use std::path::PathBuf;

use stopover_plan::Problem;
use stopover_plan::connection::{Connection, Secret, SecretRef, Tls};

use crate::error::EngineError;

/// Longest file that is read.
const LONGEST: u64 = 1024 * 1024;

type Settings = BTreeMap<String, String>;

/// Returns the connection with what its service adds: host and port where it names no host, user, database,
/// encryption. A connection without a service comes back as it is.
///
/// # Errors
/// [`EngineError::Secret`] when no service file can be read or none has the service.
pub fn complete(connection: &Connection) -> Result<Connection, EngineError> {
    match &connection.secret {
        SecretRef::Service(name) => Ok(fill(connection, &load(name)?)),
        _ => Ok(connection.clone()),
    }
}

/// Returns the service's password.
pub(super) fn password(name: &str) -> Result<Option<Secret>, EngineError> {
    Ok(load(name)?
        .remove("password")
        .filter(|value| !value.is_empty())
        .map(Secret::new))
}

fn fill(connection: &Connection, settings: &Settings) -> Connection {
    let mut filled = connection.clone();
    let get = |key: &str| settings.get(key).filter(|value| !value.is_empty()).cloned();
    if filled.host.is_empty() && filled.socket.is_none() {
        match get("host") {
            Some(folder) if folder.starts_with('/') => filled.socket = Some(folder),
            Some(host) => filled.host = host,
            None => filled.host = get("hostaddr").unwrap_or_default(),
        }
        if let Some(port) = get("port").and_then(|port| port.parse().ok()) {
            filled.port = port;
        }
    }
    if filled.user.is_empty() {
        filled.user = get("user").unwrap_or_default();
    }
    if filled.database.is_empty() {
        filled.database = get("dbname").unwrap_or_else(|| filled.user.clone());
    }
    if filled.tls == Tls::Prefer {
        filled.tls = match get("sslmode").as_deref() {
            Some("disable") => Tls::Disable,
            Some("require") => Tls::Require,
            Some("verify-ca") => Tls::VerifyCa,
            Some("verify-full") => Tls::VerifyFull,
            _ => Tls::Prefer,
        };
    }
    if filled.tls_ca.is_none() {
        filled.tls_ca = get("sslrootcert");
    }
    filled
}

/// Reads the service from the first file that has it: the user's, then the system's.
fn load(name: &str) -> Result<Settings, EngineError> {
    let mut looked = Vec::new();
    for path in paths() {
        match std::fs::metadata(&path) {
            Ok(metadata) if metadata.is_file() && metadata.len() <= LONGEST => {}
            _ => continue,
        }
        let text = std::fs::read(&path).map_err(|error| super::unreadable(&path, &error))?;
        if let Some(settings) = find(&String::from_utf8_lossy(&text), name) {
            return Ok(settings);
        }
        looked.push(path.display().to_string());
    }
    let place = if looked.is_empty() {
        "there is no service file".to_owned()
    } else {
        format!("it is not in {}", looked.join(" or "))
    };
    Err(EngineError::Secret(Problem::new(
        "service",
        format!("The PostgreSQL service {name} is unknown: {place}"),
        "Add it to ~/.pg_service.conf, or set PGSERVICEFILE.",
    )))
}

/// Returns the files that are looked at, in order: the user's, then the system's.
pub(crate) fn paths() -> Vec<PathBuf> {
    let own = match std::env::var_os("PGSERVICEFILE") {
        Some(path) if !path.is_empty() => Some(PathBuf::from(path)),
        _ => super::home().map(|home| home.join(".pg_service.conf")),
    };
    let folder = match std::env::var_os("PGSYSCONFDIR") {
        Some(folder) if !folder.is_empty() => PathBuf::from(folder),
        // Where Debian's libpq looks.
        _ => PathBuf::from("/etc/postgresql-common"),
    };
    own.into_iter()
        .chain([folder.join("pg_service.conf")])
        .collect()
}

/// Finds a section of a service file.
fn find(text: &str, name: &str) -> Option<Settings> {
    let mut found: Option<Settings> = None;
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(section) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            if found.is_some() {
                break;
            }
            if section.0 == name {
                found = Some(Settings::new());
            }
        } else if let (Some(settings), Some((key, value))) = (&mut found, line.split_once('=')) {
            // The first value of a key counts, as in libpq.
            settings
                .entry(key.trim().to_owned())
                .or_insert_with(|| value.trim().to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use stopover_plan::connection::parse_url;

    const FILE: &str = "# ours\n[other]\nhost=wrong\n\n[shop]\nhost = db.example\nport=5433\nuser=ada\n\
        dbname=shop\npassword=hunter2\nsslmode=verify-full\nhost=second\n[last]\nhost=x\n";

    fn connection() -> Connection {
        parse_url("postgres://?service=shop").expect("a URL").0
    }

    #[test]
    fn a_service_fills_what_the_connection_leaves_open() {
        let filled = fill(&connection(), &find(FILE, "shop").expect("found"));
        assert_eq!((filled.host.as_str(), filled.port), ("db.example", 5433));
        assert_eq!(
            (filled.user.as_str(), filled.database.as_str()),
            ("ada", "shop")
        );
        assert_eq!(filled.tls, Tls::VerifyFull);
    }

    #[test]
    fn what_the_connection_names_itself_stays() {
        let mut own = connection();
        own.host = "mine".into();
        own.user = "bob".into();
        let filled = fill(&own, &find(FILE, "shop").expect("found"));
        assert_eq!((filled.host.as_str(), filled.port), ("mine", own.port));
        assert_eq!(filled.user, "bob");
    }

    #[test]
    fn a_folder_as_host_is_a_socket() {
        let filled = fill(
            &connection(),
            &find("[a]\nhost=/run/pg\n", "a").expect("found"),
        );
        assert_eq!(filled.socket.as_deref(), Some("/run/pg"));
    }

    #[test]
    fn a_service_that_is_not_there_is_not_found() {
        assert!(find(FILE, "none").is_none());
        assert!(find("", "shop").is_none());
        assert!(find("[shop", "shop").is_none());
    }
}
