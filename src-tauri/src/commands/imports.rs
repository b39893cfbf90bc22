//! Connections found in places other programs know, and taking over those a person chose.

use std::path::PathBuf;

use stopover_engine::import::{Proposal, Source, find};
use stopover_engine::secret;
use stopover_journal::Journal;
use stopover_plan::connection::{Connection, SecretRef};
use tauri::State;

use crate::commands::connections::list;
use crate::convert::connection::connection_view;
use crate::databases::OpenDatabases;
use crate::desk::{Desk, Secrets, open_journal};
use crate::problem::aside;
use crate::view::{ImportChoice, ImportFound, ImportProposal, ImportSource, Imported, Problem};

impl From<ImportSource> for Source {
    fn from(source: ImportSource) -> Self {
        match source {
            ImportSource::Environment => Source::Environment,
            ImportSource::EnvFile(path) => Source::EnvFile(PathBuf::from(path)),
            ImportSource::PgPass => Source::PgPass,
            ImportSource::Services => Source::Services,
            ImportSource::MyCnf => Source::MyCnf,
        }
    }
}

/// Reads one source and returns what is in it; saves nothing.
#[tauri::command]
pub(crate) async fn find_connections(
    desk: State<'_, Desk>,
    source: ImportSource,
) -> Result<ImportFound, Problem> {
    let journal = desk.journal();
    aside(move || {
        let saved = open_journal(&journal)?.connections()?;
        let found = find(&source.into())?;
        Ok(ImportFound {
            proposals: found
                .proposals
                .iter()
                .map(|one| proposal_view(one, &saved))
                .collect(),
            places: found.places,
            left_out: found.left_out,
        })
    })
    .await
}

fn proposal_view(proposal: &Proposal, saved: &[Connection]) -> ImportProposal {
    let url = proposal.connection.url();
    ImportProposal {
        key: proposal.key(),
        connection: connection_view(&proposal.shown),
        saved_as: saved
            .iter()
            .find(|connection| is_same(connection, &proposal.connection))
            .map(|connection| connection.name.clone()),
        url,
        origin: proposal.origin.clone(),
        holds_password: proposal.password.is_some(),
    }
}

fn is_same(one: &Connection, other: &Connection) -> bool {
    let place = |connection: &Connection| {
        (
            connection.engine,
            connection.host.clone(),
            connection.port,
            connection.socket.clone(),
            connection.user.clone(),
            connection.database.clone(),
            match &connection.secret {
                SecretRef::Service(name) => Some(name.clone()),
                _ => None,
            },
        )
    };
    place(one) == place(other)
}

/// Saves the proposals that were chosen. The source is read again here, so that no password passes through the window.
#[tauri::command]
pub(crate) async fn import_connections(
    desk: State<'_, Desk>,
    databases: State<'_, OpenDatabases>,
    source: ImportSource,
    choices: Vec<ImportChoice>,
) -> Result<Imported, Problem> {
    for choice in &choices {
        databases.close(&choice.name);
    }
    let (journal, secrets) = (desk.journal(), desk.secrets());
    aside(move || {
        let journal = open_journal(&journal)?;
        let found = find(&source.into())?;
        let mut in_memory = Vec::new();
        let mut ready = Vec::new();
        // Every choice is looked at before the first is saved.
        for choice in choices {
            let proposal = found
                .proposals
                .iter()
                .find(|one| one.key() == choice.key)
                .ok_or_else(|| {
                    stopover_plan::Problem::new(
                        "source-changed",
                        format!("{} is not in the source any more", choice.name),
                        "Read the source again.",
                    )
                })?;
            ready.push((connection_of(proposal, &choice, &journal)?, proposal));
        }
        for (connection, proposal) in ready {
            if take_over(connection.clone(), proposal, &journal, &secrets)? {
                in_memory.push(connection.name);
            }
        }
        Ok(Imported {
            saved: list(&journal, &secrets)?,
            in_memory,
        })
    })
    .await
}

fn connection_of(
    proposal: &Proposal,
    choice: &ImportChoice,
    journal: &Journal,
) -> Result<Connection, Problem> {
    let mut connection = proposal.connection.clone();
    connection.name = choice.name.trim().to_owned();
    connection.environment = choice.environment.into();
    if connection.database.is_empty() {
        connection.database = choice.database.trim().to_owned();
    }
    if connection.name.is_empty() || journal.connection(&connection.name)?.is_some() {
        return Err(stopover_plan::Problem::new(
            "name-taken",
            format!(
                "A connection is named {:?} already, or has no name",
                connection.name
            ),
            "Choose another name.",
        )
        .into());
    }
    let by_service = matches!(connection.secret, SecretRef::Service(_));
    if connection.database.is_empty() && !by_service {
        return Err(stopover_plan::Problem::new(
            "no-database",
            format!("{} names no database", connection.name),
            "Write the database's name.",
        )
        .into());
    }
    Ok(connection)
}

/// Saves a connection; returns true when its password is in memory only.
fn take_over(
    mut connection: Connection,
    proposal: &Proposal,
    journal: &Journal,
    secrets: &Secrets,
) -> Result<bool, Problem> {
    let mut remembered = false;
    if let Some(password) = &proposal.password {
        connection.secret = SecretRef::Keychain;
        if secret::store(&connection, password).is_err() {
            // Without a keychain nothing is written: it is kept until the window closes, then asked for.
            connection.secret = SecretRef::Prompt;
            secrets.keep(&connection.name, password.clone());
            remembered = true;
        }
    }
    journal.save_connection(&connection)?;
    Ok(remembered)
}
