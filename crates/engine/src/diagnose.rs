//! Says what is wrong with a connection: host, port, tunnel, TLS, authentication, database, privilege or file, and the
//! mend.

mod refused;
mod report;

use std::path::Path;
use std::time::Duration;

use stopover_plan::Problem;
use stopover_plan::connection::Tls;
use stopover_plan::model::Engine;

pub use report::{ConnectionReport, Stage, test};

use crate::connect::Login;
use crate::db::DbError;
use crate::error::{EngineError, Place};

/// Longest time until a server lets us in.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest time for looking a name up, or for one answer at a port, when we look for the reason of a failure.
const REACH: Duration = Duration::from_secs(5);

/// Connects with the login's TLS mode, in bounded time, and says what is wrong when that fails.
///
/// With [`Tls::Prefer`] a server whose TLS cannot be used is met without it, as libpq does.
pub(crate) async fn within<C, F, Fut>(login: &Login, connect: F) -> Result<C, EngineError>
where
    F: Fn(Tls) -> Fut,
    Fut: Future<Output = Result<C, sqlx::Error>>,
{
    if let Some(file) = login.connection().tls_ca.as_deref()
        && login.tls() != Tls::Disable
        && let Err(error) = std::fs::File::open(file)
    {
        return Err(connect_error(
            Place::Tls,
            None,
            "certificate-authority",
            format!("The certificate authority {file} could not be read: {error}"),
            "Correct the path in sslrootcert, or its permissions.",
        ));
    }
    let limited = async |tls| tokio::time::timeout(CONNECT, connect(tls)).await;
    let mut outcome = limited(login.tls()).await;
    if login.tls() == Tls::Prefer && matches!(&outcome, Ok(Err(error)) if is_tls(error)) {
        outcome = limited(Tls::Disable).await;
    }
    let error = match outcome {
        Ok(Ok(link)) => return Ok(link),
        Ok(Err(error)) => error,
        Err(_) => sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()),
    };
    if let sqlx::Error::Io(source) = &error
        && !is_tls(&error)
    {
        if let Some(tunnel) = login.tunnel() {
            return Err(lost_in_tunnel(login, source, tunnel.complaint().await));
        }
        reach(login).await?;
    }
    Err(failed(login, &error))
}

/// Returns true for a failure of encryption. A failed handshake comes as invalid input.
fn is_tls(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Tls(_) => true,
        sqlx::Error::Io(error) => error.kind() == std::io::ErrorKind::InvalidData,
        _ => false,
    }
}

/// Looks the host up and knocks at its port. Sockets and tunnels are not looked at.
///
/// # Errors
/// [`EngineError::Connect`] with [`Place::Host`] or [`Place::Port`].
pub(crate) async fn reach(login: &Login) -> Result<(), EngineError> {
    let address = login.address();
    if address.socket.is_some() {
        return Ok(());
    }
    let (host, port) = (address.host.as_str(), address.port);
    let not_found = |why: &str| {
        connect_error(
            Place::Host,
            None,
            "host-not-found",
            format!("The host {host} was not found: {why}"),
            "Correct the host's name, or check the network and its name server.",
        )
    };
    let found = match tokio::time::timeout(REACH, tokio::net::lookup_host((host, port))).await {
        Ok(Ok(found)) => found.collect::<Vec<_>>(),
        Ok(Err(error)) => return Err(not_found(&error.to_string())),
        Err(_) => return Err(not_found("the name server did not answer")),
    };
    let mut last = None;
    for at in &found {
        match tokio::time::timeout(REACH, tokio::net::TcpStream::connect(at)).await {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(error)) => last = Some(error),
            Err(_) => last = Some(std::io::ErrorKind::TimedOut.into()),
        }
    }
    let Some(error) = last else {
        return Err(not_found("the name has no address"));
    };
    Err(if error.kind() == std::io::ErrorKind::ConnectionRefused {
        connect_error(
            Place::Port,
            None,
            "port-refused",
            format!("Nothing listens on port {port} of {host}"),
            "Check that the server runs, that it listens on this address, and the port.",
        )
    } else {
        connect_error(
            Place::Host,
            None,
            "host-unreachable",
            format!("{host}, port {port}, did not answer: {error}"),
            "Check the network and the firewall on the way, or use an SSH tunnel.",
        )
    })
}

/// Returns the error of a connection that could not be opened.
pub(crate) fn failed(login: &Login, error: &sqlx::Error) -> EngineError {
    match error {
        sqlx::Error::Database(_) => refused::by_database(login, DbError::of(login.engine(), error)),
        _ if login.engine() == Engine::Sqlite => connect_error(
            Place::File,
            None,
            "file",
            format!(
                "{} could not be opened: {error}",
                login.connection().database
            ),
            "Check the file and its folder.",
        ),
        _ if is_tls(error) => refused_tls(login, error),
        sqlx::Error::Io(error) => silent(login, error),
        sqlx::Error::Protocol(what) | sqlx::Error::InvalidArgument(what) => {
            puzzling(login, what.split(" (sqlx_").next().unwrap_or_default())
        }
        other => connect_error(
            Place::Host,
            None,
            "connect",
            format!("{} could not be entered: {other}", whereabouts(login)),
            "Check the connection's settings.",
        ),
    }
}

fn refused_tls(login: &Login, error: &sqlx::Error) -> EngineError {
    let why = match error {
        sqlx::Error::Tls(source) => source.to_string(),
        sqlx::Error::Io(source) => source.to_string(),
        other => other.to_string(),
    };
    let hint = match login.tls() {
        _ if why.contains("CaUsedAsEndEntity") => {
            "Have the server's certificate signed by an authority: one that is its own authority cannot be checked."
        }
        Tls::VerifyCa | Tls::VerifyFull => {
            "Name the right certificate authority, or the host as its certificate does."
        }
        _ => "Turn TLS on at the server, or set this connection's TLS to prefer.",
    };
    connect_error(
        Place::Tls,
        None,
        "tls",
        format!(
            "No encrypted connection to {} could be made: {why}",
            whereabouts(login)
        ),
        hint,
    )
}

/// Returns the error of a server that was not met at the far end of a tunnel; ssh may have said why.
fn lost_in_tunnel(login: &Login, error: &std::io::Error, complaint: Option<String>) -> EngineError {
    let why = complaint.unwrap_or_else(|| error.to_string());
    connect_error(
        Place::Tunnel,
        None,
        "tunnel-target",
        format!(
            "The SSH tunnel stands, but {} was not reached through it: {why}",
            whereabouts(login)
        ),
        "Check host and port as the SSH host sees them.",
    )
}

/// Returns the error of a server whose words the driver does not know; the driver says at which point.
fn puzzling(login: &Login, what: &str) -> EngineError {
    let at = whereabouts(login);
    if what.contains("auth") {
        return connect_error(
            Place::Authentication,
            None,
            "unknown-authentication",
            format!("{at} wants an authentication that this program does not know: {what}"),
            format!("Let {} log in by password.", login.user()),
        );
    }
    connect_error(
        Place::Port,
        None,
        "not-a-server",
        format!(
            "{at} does not answer as a {} server: {what}",
            login.engine().word()
        ),
        "Correct the port, or the engine of the connection.",
    )
}

/// Returns the error of a server that ended the conversation, or never began one.
fn silent(login: &Login, error: &std::io::Error) -> EngineError {
    let at = whereabouts(login);
    if let Some(socket) = login.address().socket {
        return connect_error(
            Place::Host,
            None,
            "socket",
            format!(
                "No server answered at the socket in {}: {error}",
                socket.display()
            ),
            "Check the socket's path and that the server runs.",
        );
    }
    match error.kind() {
        std::io::ErrorKind::TimedOut => connect_error(
            Place::Port,
            None,
            "no-answer",
            format!(
                "{at} took the connection but did not answer within {} s",
                CONNECT.as_secs()
            ),
            "Check that the port is the database's and that the server is not overloaded.",
        ),
        _ => connect_error(
            Place::Port,
            None,
            "not-a-server",
            format!("{at} ended the connection without a word: {error}"),
            format!(
                "Check that a {} server listens on this port.",
                login.engine().word()
            ),
        ),
    }
}

/// Returns an error when there is no file at the path of an SQLite database.
pub(crate) fn sqlite_file(path: &Path) -> Result<(), EngineError> {
    let (word, what, hint) = match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => return Ok(()),
        Ok(_) => (
            "not-a-file",
            "is not a file".to_owned(),
            "Name an SQLite database file.",
        ),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => (
            "no-file",
            "does not exist".to_owned(),
            "Correct the path, or create the database first.",
        ),
        Err(error) => (
            "file",
            format!("could not be opened: {error}"),
            "Check the permissions of the file and of its folder.",
        ),
    };
    Err(connect_error(
        Place::File,
        None,
        word,
        format!("The database file {} {what}", path.display()),
        hint,
    ))
}

/// Returns the server as people name it.
pub(crate) fn whereabouts(login: &Login) -> String {
    let connection = login.connection();
    match (&connection.ssh, &connection.socket) {
        (Some(ssh), _) => format!("{}:{} through {ssh}", connection.host, connection.port),
        (None, Some(socket)) => socket.clone(),
        (None, None) => format!("{}:{}", login.address().host, connection.port),
    }
}

fn connect_error(
    place: Place,
    code: Option<String>,
    word: &str,
    message: String,
    hint: impl Into<String>,
) -> EngineError {
    EngineError::Connect {
        place,
        code,
        problem: Problem::new(word, message, hint),
    }
}
