//! Saved connections, their passwords and their test.

use stopover_engine::{diagnose, secret};
use stopover_journal::Journal;
use stopover_plan::connection::{Secret, SecretRef, parse_url};
use stopover_plan::model::Engine;
use tauri::State;

use crate::convert::connection::{connection_view, saved_view, tested_view};
use crate::databases::OpenDatabases;
use crate::desk::{Desk, Secrets, open_journal};
use crate::problem::aside;
use crate::view::{Connection, Problem, SavedConnection, TakenApart, Tested};

/// Returns the lines of the list.
pub(crate) fn list(journal: &Journal, secrets: &Secrets) -> Result<Vec<SavedConnection>, Problem> {
    Ok(journal
        .connections()?
        .iter()
        .map(|connection| saved_view(connection, secrets))
        .collect())
}

/// Returns the saved connections.
#[tauri::command]
pub(crate) async fn list_connections(
    desk: State<'_, Desk>,
) -> Result<Vec<SavedConnection>, Problem> {
    let (journal, secrets) = (desk.journal(), desk.secrets());
    aside(move || list(&open_journal(&journal)?, &secrets)).await
}

/// Saves a connection, in place of the one named `before`, and keeps its password where it says.
#[tauri::command]
pub(crate) async fn save_connection(
    desk: State<'_, Desk>,
    databases: State<'_, OpenDatabases>,
    connection: Connection,
    before: Option<String>,
    password: Option<String>,
) -> Result<Vec<SavedConnection>, Problem> {
    // What is open was opened with what is now changed.
    databases.close(connection.name.trim());
    if let Some(before) = &before {
        databases.close(before);
    }
    let (journal, secrets) = (desk.journal(), desk.secrets());
    aside(move || {
        let journal = open_journal(&journal)?;
        let connection: stopover_plan::connection::Connection = connection.into();
        // A name that another connection has would silently take that one's place.
        if before.as_ref() != Some(&connection.name)
            && journal.connection(&connection.name)?.is_some()
        {
            return Err(stopover_plan::Problem::new(
                "name-taken",
                format!("A connection is named {} already", connection.name),
                "Choose another name.",
            )
            .into());
        }
        let renamed = before.filter(|before| *before != connection.name);
        if let Some(before) = &renamed {
            secrets.rename(before, &connection.name);
        }
        if let Some(password) = password {
            keep(&connection, Secret::new(password), &secrets)?;
        }
        journal.save_connection(&connection)?;
        if let Some(before) = renamed {
            journal.delete_connection(&before)?;
        }
        list(&journal, &secrets)
    })
    .await
}

fn keep(
    connection: &stopover_plan::connection::Connection,
    password: Secret,
    secrets: &Secrets,
) -> Result<(), Problem> {
    if connection.secret == SecretRef::Keychain {
        secret::store(connection, &password)?;
        secrets.forget(&connection.name);
    } else {
        secrets.keep(&connection.name, password);
    }
    Ok(())
}

/// Deletes a connection and its password.
#[tauri::command]
pub(crate) async fn delete_connection(
    desk: State<'_, Desk>,
    databases: State<'_, OpenDatabases>,
    name: String,
) -> Result<Vec<SavedConnection>, Problem> {
    databases.close(&name);
    let (journal, secrets) = (desk.journal(), desk.secrets());
    aside(move || {
        let journal = open_journal(&journal)?;
        if let Some(connection) = journal.connection(&name)?
            && connection.secret == SecretRef::Keychain
        {
            // A keychain that cannot be opened must not keep the connection in the list.
            let _ = secret::remove(&connection);
        }
        secrets.forget(&name);
        journal.delete_connection(&name)?;
        list(&journal, &secrets)
    })
    .await
}

/// Keeps a password in memory until the window closes.
#[tauri::command]
pub(crate) async fn keep_password(
    desk: State<'_, Desk>,
    databases: State<'_, OpenDatabases>,
    name: String,
    password: String,
) -> Result<Vec<SavedConnection>, Problem> {
    databases.close(&name);
    let (journal, secrets) = (desk.journal(), desk.secrets());
    aside(move || {
        secrets.keep(&name, Secret::new(password));
        list(&open_journal(&journal)?, &secrets)
    })
    .await
}

/// Takes an address apart into the fields of the form.
#[tauri::command]
pub(crate) fn take_apart(url: String) -> Result<TakenApart, Problem> {
    let (connection, password) = parse_url(&url)?;
    Ok(TakenApart {
        connection: connection_view(&connection),
        password: password.map(|secret| secret.expose().to_owned()),
    })
}

/// Tries a connection and says how far it came. Changes nothing.
#[tauri::command]
pub(crate) async fn test_connection(
    desk: State<'_, Desk>,
    connection: Connection,
    password: Option<String>,
) -> Result<Tested, Problem> {
    let secrets = desk.secrets();
    let connection: stopover_plan::connection::Connection = connection.into();
    let password = match password {
        Some(password) => Some(Secret::new(password)),
        // Where no target is bound, the variable is the program's own, as in the terminal.
        None => known(&connection, "STOPOVER", &secrets).await?,
    };
    Ok(tested_view(diagnose::test(&connection, password).await))
}

/// Returns the password of a connection that `target` is bound to: the one typed here, else from where every door
/// looks for it.
pub(crate) async fn known(
    connection: &stopover_plan::connection::Connection,
    target: &str,
    secrets: &Secrets,
) -> Result<Option<Secret>, Problem> {
    if connection.engine == Engine::Sqlite {
        return Ok(None);
    }
    if let Some(secret) = secrets.get(&connection.name) {
        return Ok(Some(secret));
    }
    let (connection, target) = (connection.clone(), target.to_owned());
    aside(move || Ok(stopover_runner::password_of(&connection, &target)?)).await
}
