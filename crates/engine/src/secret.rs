//! Finds the password of a connection: environment, keychain, `~/.pgpass`, service file. Asking a person is the door's.

mod keychain;
mod pgpass;
mod service;

use std::path::PathBuf;

use stopover_plan::Problem;
use stopover_plan::connection::{Connection, Secret, SecretRef};
use stopover_plan::model::Engine;

use crate::error::EngineError;

pub use keychain::{remove, store};
pub(crate) use pgpass::{fields as pgpass_fields, path as pgpass_path};
pub use service::complete;
pub(crate) use service::paths as service_paths;

/// Returns the password of the connection, or `None` where it has none, or where a person must be asked.
///
/// A variable `<NAME>_PASSWORD`, after the connection's name, is looked at for every kind of reference; see
/// [`variable`].
///
/// # Errors
/// [`EngineError::Secret`] when the place it refers to cannot be read. The error holds no part of a password.
pub fn resolve(connection: &Connection) -> Result<Option<Secret>, EngineError> {
    if connection.engine == Engine::Sqlite {
        return Ok(None);
    }
    if let SecretRef::Environment(name) = &connection.secret
        && let Some(secret) = from_environment(name)
    {
        return Ok(Some(secret));
    }
    if let Some(secret) = variable(connection).and_then(|name| from_environment(&name)) {
        return Ok(Some(secret));
    }
    match &connection.secret {
        SecretRef::None | SecretRef::Prompt => Ok(None),
        SecretRef::Environment(name) => Err(EngineError::Secret(Problem::new(
            "secret-variable",
            format!(
                "The password of {} should be in the environment variable {name}, which is not set",
                connection.name
            ),
            format!("Set {name}, or choose another place for the password."),
        ))),
        SecretRef::Keychain => keychain::read(connection),
        SecretRef::PgPass => pgpass::read(connection),
        SecretRef::Service(name) => match service::password(name)? {
            Some(secret) => Ok(Some(secret)),
            None => pgpass::read(connection),
        },
    }
}

/// Returns the environment variable that may hold the connection's password: its name in upper case, what is neither
/// letter nor digit as `_`, and `_PASSWORD`. `None` for a connection without a name.
pub fn variable(connection: &Connection) -> Option<String> {
    if connection.name.is_empty() {
        return None;
    }
    let name: String = connection
        .name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect();
    Some(format!("{name}_PASSWORD"))
}

fn from_environment(name: &str) -> Option<Secret> {
    // A name with `=` or NUL would panic.
    if name.is_empty() || name.contains(['=', '\0']) {
        return None;
    }
    let value = std::env::var(name).ok().filter(|value| !value.is_empty())?;
    // A variable such as DATABASE_URL holds a whole address; the password is that in it.
    match stopover_plan::connection::parse_url(&value) {
        Ok((connection, password)) if connection.engine != Engine::Sqlite => password,
        _ => Some(Secret::new(value)),
    }
}

/// Returns the folder of the person.
pub(crate) fn home() -> Option<PathBuf> {
    std::env::home_dir()
}

/// Returns the error of a file with passwords that cannot be read.
pub(crate) fn unreadable(path: &std::path::Path, error: &std::io::Error) -> EngineError {
    EngineError::Secret(Problem::new(
        "secret-file",
        format!("{} could not be read: {error}", path.display()),
        "Check the file's path and permissions.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use stopover_plan::connection::parse_url;

    fn connection(url: &str) -> Connection {
        parse_url(url).expect("a URL").0
    }

    #[test]
    fn the_variable_is_named_after_the_connection() {
        let mut connection = connection("postgres://ada@host/shop");
        connection.name = "shop-db.eu".into();
        assert_eq!(
            variable(&connection).as_deref(),
            Some("SHOP_DB_EU_PASSWORD")
        );
        connection.name.clear();
        assert_eq!(variable(&connection), None);
    }

    #[test]
    fn a_person_is_asked_by_the_door_not_here() {
        let mut connection = connection("mysql://ada@host/shop");
        connection.name = "nobody-sets-this-one".into();
        connection.secret = SecretRef::Prompt;
        assert!(resolve(&connection).expect("no error").is_none());
    }

    #[test]
    fn a_missing_variable_is_named() {
        let mut connection = connection("mysql://ada@host/shop");
        connection.name = "nobody-sets-this-one".into();
        connection.secret = SecretRef::Environment("NOBODY_SETS_THIS_ONE".into());
        let problem = resolve(&connection).expect_err("not set").problem();
        assert!(
            problem.message.contains("NOBODY_SETS_THIS_ONE"),
            "{problem}"
        );
    }
}
