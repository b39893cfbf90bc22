//! Connections a person has already, in places other programs know: proposed with where they come from, never taken over
//! by themselves. Each place is read only when it is asked for.

mod files;
mod my_cnf;

use std::path::{Path, PathBuf};

use stopover_plan::Problem;
use stopover_plan::connection::{Connection, Secret, SecretRef, Tls, parse_url};
use stopover_plan::model::{Engine, Environment};

use crate::error::EngineError;
use crate::secret::{self, complete};

/// Longest file that is read.
const LONGEST: u64 = 1024 * 1024;

/// Where connections are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `DATABASE_URL`, and variables that end in `_DATABASE_URL`, of this program's environment.
    Environment,
    /// The same variables in a file of assignments, usually named `.env`.
    EnvFile(PathBuf),
    /// `~/.pgpass`, or the file PGPASSFILE names.
    PgPass,
    /// `~/.pg_service.conf`, or the file PGSERVICEFILE names, and the system's.
    Services,
    /// Sections `client` and `mysql` of `~/.my.cnf`.
    MyCnf,
}

/// A connection that was found.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The connection as it would be saved. Its database is empty where the source names none.
    pub connection: Connection,
    /// The same with what its service adds, for showing.
    pub shown: Connection,
    /// Where it stands, e.g. `DATABASE_URL` or `line 3`.
    pub origin: String,
    /// Its password, where the source holds it and cannot be referred to.
    pub password: Option<Secret>,
}

impl Proposal {
    fn of(connection: Connection, origin: impl Into<String>) -> Self {
        Self {
            shown: connection.clone(),
            connection,
            origin: origin.into(),
            password: None,
        }
    }

    /// Returns what tells the proposal from the others of its source.
    pub fn key(&self) -> String {
        format!("{} {}", self.origin, self.shown.url())
    }
}

/// What a source holds.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Files that were read, or `the environment`.
    pub places: Vec<String>,
    /// Connections in order.
    pub proposals: Vec<Proposal>,
    /// What was found and cannot be a connection, with the reason; holds no part of a password.
    pub left_out: Vec<String>,
}

/// Reads one source.
///
/// # Errors
/// When its file is missing or cannot be read.
pub fn find(source: &Source) -> Result<Found, EngineError> {
    match source {
        Source::Environment => Ok(environment()),
        Source::EnvFile(path) => {
            let text = read(path)?;
            let mut found = of_variables(files::assignments(&text), true);
            found.places.push(path.display().to_string());
            Ok(found)
        }
        Source::PgPass => {
            let path = secret::pgpass_path().ok_or_else(no_home)?;
            let mut found = files::pgpass(&read(&path)?);
            found.places.push(path.display().to_string());
            Ok(found)
        }
        Source::Services => services(),
        Source::MyCnf => {
            let path = secret::home().ok_or_else(no_home)?.join(".my.cnf");
            let mut found = my_cnf::client(&read(&path)?);
            found.places.push(path.display().to_string());
            Ok(found)
        }
    }
}

fn no_home() -> EngineError {
    EngineError::Problem(Problem::new(
        "no-home",
        "The home folder of this user is unknown",
        "Set HOME.",
    ))
}

fn read(path: &Path) -> Result<String, EngineError> {
    let failed = |source| EngineError::File {
        path: path.to_owned(),
        doing: "read",
        source,
    };
    let metadata = std::fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() || metadata.len() > LONGEST {
        return Err(EngineError::Problem(Problem::new(
            "not-settings",
            format!(
                "{} is no file of settings, or is larger than 1 MiB",
                path.display()
            ),
            "Choose another file.",
        )));
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn blank(engine: Engine) -> Connection {
    Connection {
        name: String::new(),
        engine,
        host: String::new(),
        port: match engine {
            Engine::Postgresql => 5432,
            Engine::Mysql => 3306,
            Engine::Sqlite => 0,
        },
        socket: None,
        user: String::new(),
        database: String::new(),
        tls: Tls::default(),
        tls_ca: None,
        ssh: None,
        secret: SecretRef::Prompt,
        environment: Environment::default(),
        read_only: false,
    }
}

fn is_address(name: &str) -> bool {
    name == "DATABASE_URL" || name.ends_with("_DATABASE_URL")
}

fn environment() -> Found {
    // Names first: the value of no other variable is looked at.
    let mut names: Vec<String> = std::env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .filter(|name| is_address(name))
        .collect();
    names.sort();
    let variables = names
        .into_iter()
        .filter_map(|name| std::env::var(&name).ok().map(|value| (name, value)))
        .collect();
    let mut found = of_variables(variables, false);
    found.places.push("the environment".to_owned());
    found
}

/// Reads addresses out of variables. A variable of the environment can be referred to later; one of a file cannot.
fn of_variables(variables: Vec<(String, String)>, of_file: bool) -> Found {
    let mut found = Found::default();
    for (name, value) in variables {
        if !is_address(&name) || value.trim().is_empty() {
            continue;
        }
        match parse_url(&value) {
            Ok((mut connection, password)) => {
                if password.is_some() {
                    connection.secret = match of_file {
                        true => SecretRef::Prompt,
                        false => SecretRef::Environment(name.clone()),
                    };
                }
                let mut proposal = Proposal::of(connection, name);
                proposal.password = password.filter(|_| of_file);
                found.proposals.push(proposal);
            }
            Err(problem) => found.left_out.push(format!("{name}: {}", problem.message)),
        }
    }
    found
}

fn services() -> Result<Found, EngineError> {
    let mut found = Found::default();
    for path in secret::service_paths() {
        if !path.is_file() {
            continue;
        }
        let text = read(&path)?;
        for name in files::sections(&text) {
            let known = |one: &Proposal| one.connection.secret == SecretRef::Service(name.clone());
            if found.proposals.iter().any(known) {
                continue;
            }
            let mut connection = blank(Engine::Postgresql);
            connection.name.clone_from(&name);
            connection.secret = SecretRef::Service(name.clone());
            match complete(&connection) {
                Ok(shown) => {
                    let mut proposal = Proposal::of(connection, format!("service {name}"));
                    proposal.shown = shown;
                    found.proposals.push(proposal);
                }
                Err(error) => found.left_out.push(error.problem().message),
            }
        }
        found.places.push(path.display().to_string());
    }
    if found.places.is_empty() {
        return Err(EngineError::Problem(Problem::new(
            "no-service-file",
            "There is no PostgreSQL service file",
            "Write ~/.pg_service.conf, or set PGSERVICEFILE.",
        )));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_variables_become_proposals_and_passwords_stay_out_of_them() {
        let variables = || {
            vec![
                (
                    "DATABASE_URL".to_owned(),
                    "postgres://ada:hunter2@db/shop".to_owned(),
                ),
                ("OLD_DATABASE_URL".to_owned(), "oracle://hunter2".to_owned()),
                ("OTHER".to_owned(), "postgres://x:hunter2@db/x".to_owned()),
            ]
        };
        let found = of_variables(variables(), false);
        assert_eq!(found.proposals.len(), 1);
        let one = &found.proposals[0];
        assert_eq!(
            one.connection.secret,
            SecretRef::Environment("DATABASE_URL".into())
        );
        assert!(one.password.is_none());
        assert_eq!(found.left_out.len(), 1);
        let found = of_variables(variables(), true);
        assert_eq!(found.proposals[0].connection.secret, SecretRef::Prompt);
        assert_eq!(found.proposals[0].password, Some(Secret::new("hunter2")));
        assert!(!format!("{found:?}").contains("hunter2"), "{found:?}");
    }
}
