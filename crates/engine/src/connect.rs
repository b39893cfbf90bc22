//! Logging in: a connection, its password and its tunnel become a login that opens databases.

use std::path::PathBuf;
use std::sync::Arc;

use stopover_plan::Problem;
use stopover_plan::connection::{Connection, Secret, Tls};
use stopover_plan::model::Engine;

use crate::error::{EngineError, Place};
use crate::secret;
use crate::tunnel::Tunnel;

/// Everything needed to open a database: connection, password, and an open tunnel where there is one.
///
/// Clones share the tunnel, which closes with the last of them.
#[derive(Clone)]
pub struct Login(Arc<Inner>);

struct Inner {
    connection: Connection,
    secret: Option<Secret>,
    tunnel: Option<Tunnel>,
}

/// Where a server is met from this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Host as the certificate names it. With `socket` or `forwarded` it is not dialled itself.
    pub host: String,
    /// Port of the server; with a PostgreSQL socket the number in its name.
    pub port: u16,
    /// Unix socket to dial instead of the host: its folder (PostgreSQL) or file (MySQL).
    pub socket: Option<PathBuf>,
    /// Port on 127.0.0.1 that an SSH tunnel forwards to the server, for programs that cannot dial the socket.
    pub forwarded: Option<u16>,
}

impl Login {
    /// Returns the engine.
    pub fn engine(&self) -> Engine {
        self.0.connection.engine
    }

    /// Returns the connection, with what a service file added.
    pub fn connection(&self) -> &Connection {
        &self.0.connection
    }

    /// Returns the password, if there is one.
    pub fn secret(&self) -> Option<&Secret> {
        self.0.secret.as_ref()
    }

    /// Returns the database user; that of the operating system where the connection names none.
    pub fn user(&self) -> String {
        if self.0.connection.user.is_empty() {
            os_user()
        } else {
            self.0.connection.user.clone()
        }
    }

    /// Returns where the server is met.
    pub fn address(&self) -> Address {
        let connection = &self.0.connection;
        let host = if connection.host.is_empty() {
            "localhost".to_owned()
        } else {
            connection.host.clone()
        };
        let (socket, forwarded) = match &self.0.tunnel {
            Some(tunnel) => (Some(tunnel.socket(connection.engine)), Some(tunnel.port())),
            None => (connection.socket.as_ref().map(PathBuf::from), None),
        };
        Address {
            host,
            port: connection.port,
            socket,
            forwarded,
        }
    }

    /// Returns how the connection is encrypted. A socket on this machine is not: there is no network to protect it from.
    pub(crate) fn tls(&self) -> Tls {
        if self.0.tunnel.is_none() && self.0.connection.socket.is_some() {
            Tls::Disable
        } else {
            self.0.connection.tls
        }
    }

    /// Returns the same login to another database of the same server, e.g. to a scratch one. The tunnel is shared.
    #[must_use]
    pub fn to_database(&self, database: &str) -> Login {
        let mut connection = self.0.connection.clone();
        connection.database = database.to_owned();
        Login(Arc::new(Inner {
            connection,
            secret: self.0.secret.clone(),
            tunnel: self.0.tunnel.clone(),
        }))
    }

    /// Returns the tunnel, if the server is reached through one.
    pub(crate) fn tunnel(&self) -> Option<&Tunnel> {
        self.0.tunnel.as_ref()
    }
}

/// Completes the connection from a service file, finds the password where it is not given, and opens the SSH tunnel.
/// Nothing is said to the database yet.
///
/// # Errors
/// [`EngineError::Secret`] when the password cannot be read, [`EngineError::Connect`] with [`Place::Tunnel`] when
/// the tunnel cannot be opened.
pub async fn log_in(connection: &Connection, secret: Option<Secret>) -> Result<Login, EngineError> {
    let asked = connection.clone();
    // The keychain is asked over a bus, and waits for it.
    let (connection, secret) = tokio::task::spawn_blocking(move || {
        let connection = secret::complete(&asked)?;
        let secret = match secret {
            Some(secret) => Some(secret),
            None => secret::resolve(&connection)?,
        };
        Ok::<_, EngineError>((connection, secret))
    })
    .await
    .map_err(|error| {
        EngineError::Secret(Problem::new(
            "secret",
            format!("Reading the password failed: {error}"),
            "Try again.",
        ))
    })??;
    let tunnel = match (&connection.ssh, connection.engine) {
        (Some(_), Engine::Sqlite) => {
            return Err(EngineError::Connect {
                place: Place::Tunnel,
                code: None,
                problem: Problem::new(
                    "tunnel",
                    "An SQLite file cannot be reached through an SSH tunnel",
                    "Run this program on the machine that has the file.",
                ),
            });
        }
        (Some(target), _) => Some(Tunnel::open(target, &connection).await?),
        (None, _) => None,
    };
    Ok(Login(Arc::new(Inner {
        connection,
        secret,
        tunnel,
    })))
}

#[cfg(unix)]
fn os_user() -> String {
    nix::unistd::User::from_uid(nix::unistd::geteuid())
        .ok()
        .flatten()
        .map(|user| user.name)
        .or_else(|| std::env::var("USER").ok())
        .unwrap_or_default()
}

#[cfg(not(unix))]
fn os_user() -> String {
    std::env::var("USERNAME").unwrap_or_default()
}
