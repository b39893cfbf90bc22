//! The keychain of the operating system. Where there is none, or it is locked, a person is told; nothing is ever written
//! in plain text instead.

use keyring::{Entry, Error};
use stopover_plan::Problem;
use stopover_plan::connection::{Connection, Secret};

use super::variable;
use crate::error::EngineError;

/// Name under which the keychain lists the passwords.
const SERVICE: &str = "stopover";

/// Returns the entry's name: what tells one login from another, so that a renamed connection keeps its password.
fn account(connection: &Connection) -> String {
    format!(
        "{}://{}@{}:{}/{}",
        connection.engine.word(),
        connection.user,
        connection.socket.as_deref().unwrap_or(&connection.host),
        connection.port,
        connection.database
    )
}

/// Returns the password kept for the connection.
pub(super) fn read(connection: &Connection) -> Result<Option<Secret>, EngineError> {
    let password = Entry::new(SERVICE, &account(connection)).and_then(|entry| entry.get_password());
    match password {
        Ok(password) => Ok(Some(Secret::new(password))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(explain(connection, "read from", &error)),
    }
}

/// Keeps the password of the connection in the keychain.
///
/// # Errors
/// [`EngineError::Secret`] when there is no keychain or it is locked.
pub fn store(connection: &Connection, secret: &Secret) -> Result<(), EngineError> {
    Entry::new(SERVICE, &account(connection))
        .and_then(|entry| entry.set_password(secret.expose()))
        .map_err(|error| explain(connection, "kept in", &error))
}

/// Removes the connection's password from the keychain; there need not be one.
///
/// # Errors
/// [`EngineError::Secret`] when there is no keychain or it is locked.
pub fn remove(connection: &Connection) -> Result<(), EngineError> {
    let removed =
        Entry::new(SERVICE, &account(connection)).and_then(|entry| entry.delete_credential());
    match removed {
        Ok(()) | Err(Error::NoEntry) => Ok(()),
        Err(error) => Err(explain(connection, "removed from", &error)),
    }
}

fn explain(connection: &Connection, doing: &str, error: &Error) -> EngineError {
    let instead = variable(connection).map_or_else(String::new, |name| {
        format!(" or put the password into the environment variable {name},")
    });
    // Some of the library's errors carry the bytes it read; none of those is shown.
    let (code, why, hint) = match error {
        Error::NoDefaultStore => (
            "no-keychain",
            "this session has no keychain".to_owned(),
            format!("Start a keychain (Secret Service),{instead} or be asked for it."),
        ),
        Error::NoStorageAccess(_) => (
            "keychain-locked",
            "the keychain is locked".to_owned(),
            format!("Unlock the keychain,{instead} or be asked for it."),
        ),
        Error::TooLong(what, limit) => (
            "keychain",
            format!("its {what} is longer than {limit} characters"),
            "Choose another place for the password.".to_owned(),
        ),
        Error::PlatformFailure(source) => (
            "keychain",
            source.to_string(),
            format!("Repair the keychain,{instead} or be asked for it."),
        ),
        _ => (
            "keychain",
            "the keychain does not work".to_owned(),
            format!("Repair the keychain,{instead} or be asked for it."),
        ),
    };
    EngineError::Secret(Problem::new(
        code,
        format!(
            "The password of {} could not be {doing} the keychain: {why}",
            connection.name
        ),
        hint,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use stopover_plan::connection::parse_url;

    #[test]
    fn without_a_keychain_a_person_is_told_what_else_there_is() {
        let (mut connection, _) = parse_url("postgres://ada@host/shop").expect("a URL");
        connection.name = "shop".into();
        let problem = explain(&connection, "read from", &Error::NoDefaultStore).problem();
        assert_eq!(problem.code, "no-keychain");
        assert!(problem.hint.contains("SHOP_PASSWORD"), "{problem}");
    }

    #[test]
    fn bytes_that_were_read_are_not_shown() {
        let (connection, _) = parse_url("postgres://ada@host/shop").expect("a URL");
        let problem = explain(
            &connection,
            "read from",
            &Error::BadEncoding(b"hunter2".to_vec()),
        )
        .problem();
        assert!(!format!("{problem:?}").contains("hunter2"));
    }
}
