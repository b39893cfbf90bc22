//! `--bind NAME=URL`: addresses, saved connections, and where their passwords come from.

use std::io::IsTerminal;
use std::path::Path;

use stopover_journal::Journal;
use stopover_plan::Problem;
use stopover_plan::connection::{Connection, Secret, SecretRef, parse_url};
use stopover_plan::model::{Engine, Environment};
use stopover_runner::{Bound, Trouble, password_of, password_variable};

fn usage(message: String, hint: &str) -> Trouble {
    Trouble::Problems(vec![Problem::new("usage", message, hint)])
}

/// Splits `NAME=VALUE`.
pub(crate) fn pair(text: &str, form: &str) -> Result<(String, String), Trouble> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !value.is_empty() => {
            Ok((name.to_owned(), value.to_owned()))
        }
        _ => Err(usage(
            // The value may hold a password: only the name is repeated.
            format!("{:?} is not {form}.", text.split('=').next().unwrap_or("")),
            &format!("Write it as {form}."),
        )),
    }
}

/// Returns the binding of each `--bind`, with its password.
pub(crate) fn bindings(
    journal: &Path,
    binds: &[String],
    environment: Option<Environment>,
) -> Result<Vec<Bound>, Trouble> {
    binds
        .iter()
        .map(|text| {
            let (target, address) = pair(text, "NAME=URL")?;
            let (mut connection, secret) = address_of(Some(journal), &address)?;
            if let Some(environment) = environment {
                connection.environment = environment;
            }
            let secret = password(&connection, secret, &target)?;
            Ok(Bound {
                target,
                connection,
                secret: secret.map(|secret| secret.expose().to_owned()),
            })
        })
        .collect()
}

/// Returns what an address, or the name of a saved connection, stands for.
pub(crate) fn address_of(
    journal: Option<&Path>,
    address: &str,
) -> Result<(Connection, Option<Secret>), Trouble> {
    if let Some(journal) = journal.filter(|journal| journal.exists())
        && !address.contains(':')
        && let Some(connection) = Journal::open(journal)?.connection(address)?
    {
        return Ok((connection, None));
    }
    let (mut connection, secret) =
        parse_url(address).map_err(|problem| Trouble::Problems(vec![problem]))?;
    if journal.is_some() {
        // The name an address proposes is that of no saved connection, and must not be taken for one.
        connection.name.clear();
    }
    if connection.engine == Engine::Sqlite {
        // The runner has another working folder than the shell that started it.
        connection.database = std::path::absolute(&connection.database)
            .map(|path| path.display().to_string())
            .unwrap_or(connection.database);
    }
    Ok((connection, secret))
}

/// Returns the password: given, from `NAME_PASSWORD`, from where the connection says, or typed.
pub(crate) fn password(
    connection: &Connection,
    given: Option<Secret>,
    name: &str,
) -> Result<Option<Secret>, Trouble> {
    if given.is_some() || connection.engine == Engine::Sqlite {
        return Ok(given);
    }
    if let Some(found) = password_of(connection, name)? {
        return Ok(Some(found));
    }
    let variable = password_variable(name).unwrap_or_default();
    if connection.secret == SecretRef::Prompt && std::io::stdin().is_terminal() {
        let typed = rpassword::prompt_password(format!("Password for {}: ", connection.url()))
            .map_err(|error| {
                Trouble::Unreachable(Problem::new(
                    "no-password",
                    format!("The password could not be read: {error}"),
                    format!("Set {variable}."),
                ))
            })?;
        return Ok(Some(Secret::new(typed)));
    }
    Ok(None)
}
