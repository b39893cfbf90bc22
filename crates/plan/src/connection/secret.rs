//! Passwords: where one is found, and the value that never prints itself.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where the password of a connection is found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretRef {
    /// The keychain of the operating system.
    Keychain,
    /// An environment variable with this name.
    Environment(String),
    /// `~/.pgpass`, or no password when it has no matching line.
    PgPass,
    /// The service of this name in the PostgreSQL service file.
    Service(String),
    /// A person is asked when the session starts.
    Prompt,
    /// No password.
    #[default]
    None,
}

/// A password in memory. It prints as `***` and cannot be serialised.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a password.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// Returns the password itself, for the driver that logs in and for nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_prints_as_stars() {
        let secret = Secret::new("hunter2");
        assert_eq!(
            format!("{secret} {secret:?} {secret:#?} {:?}", Some(&secret)),
            "*** *** *** Some(***)"
        );
        assert_eq!(secret.expose(), "hunter2");
    }
}
