//! Saved connections: how to reach databases, without any secret.

use rusqlite::{OptionalExtension, params};
use stopover_plan::connection::Connection;

use crate::error::{At, JournalError};
use crate::journal::{Journal, now_ms};

impl Journal {
    /// Saves a connection under its name; one of the same name is replaced.
    ///
    /// The type holds a reference to its secret and never the secret itself.
    ///
    /// # Errors
    /// What hindered writing.
    pub fn save_connection(&self, connection: &Connection) -> Result<(), JournalError> {
        let settings =
            serde_json::to_string(connection).map_err(|source| JournalError::Unreadable {
                what: format!("connection `{}`", connection.name),
                source,
            })?;
        self.connection
            .execute(
                "INSERT INTO connection (name, settings, saved_at_ms) VALUES (?1, ?2, ?3)
                 ON CONFLICT (name) DO UPDATE
                 SET settings = excluded.settings, saved_at_ms = excluded.saved_at_ms",
                params![connection.name, settings, now_ms()],
            )
            .at(&self.path)
            .map(|_| ())
    }

    /// Returns the saved connections in order of their names.
    ///
    /// # Errors
    /// `Unreadable`, or what hindered reading.
    pub fn connections(&self) -> Result<Vec<Connection>, JournalError> {
        let stored: Vec<(String, String)> = self
            .connection
            .prepare_cached("SELECT name, settings FROM connection ORDER BY name")
            .and_then(|mut statement| {
                statement
                    .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                    .collect()
            })
            .at(&self.path)?;
        stored
            .iter()
            .map(|(name, settings)| read(name, settings))
            .collect()
    }

    /// Returns the saved connection of this name.
    ///
    /// # Errors
    /// `Unreadable`, or what hindered reading.
    pub fn connection(&self, name: &str) -> Result<Option<Connection>, JournalError> {
        self.connection
            .query_row(
                "SELECT settings FROM connection WHERE name = ?1",
                [name],
                |row| row.get::<_, String>(0),
            )
            .optional()
            .at(&self.path)?
            .map(|settings| read(name, &settings))
            .transpose()
    }

    /// Forgets the saved connection of this name; returns whether there was one.
    ///
    /// # Errors
    /// What hindered writing.
    pub fn delete_connection(&self, name: &str) -> Result<bool, JournalError> {
        self.connection
            .execute("DELETE FROM connection WHERE name = ?1", [name])
            .at(&self.path)
            .map(|rows| rows > 0)
    }
}

fn read(name: &str, settings: &str) -> Result<Connection, JournalError> {
    serde_json::from_str(settings).map_err(|source| JournalError::Unreadable {
        what: format!("connection `{name}`"),
        source,
    })
}
