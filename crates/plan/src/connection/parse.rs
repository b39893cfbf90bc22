//! Reads the URLs people write for a database. No problem it returns repeats what may be part of a password.

use percent_encoding::percent_decode_str;

use super::address::{Connection, Tls};
use super::secret::{Secret, SecretRef};
use crate::model::{Engine, Environment};
use crate::problem::Problem;

/// Longest URL that is looked at.
const LONGEST: usize = 8 * 1024;

/// Reads `postgres://`, `postgresql://`, `mysql://`, `mariadb://` and `sqlite:PATH`, with the query keys `sslmode`,
/// `sslrootcert`, `ssh`, `environment`, `read_only`, `host` (a Unix socket), `service`, `user` and `password`.
///
/// A password in the URL is returned beside the connection, which then says [`SecretRef::Prompt`]. Without one it
/// says `Service`, `PgPass` (PostgreSQL) or `None`.
///
/// # Errors
/// When the URL cannot be read, names no database, or names one in memory. The problem holds no part of a password.
pub fn parse_url(url: &str) -> Result<(Connection, Option<Secret>), Problem> {
    let url = url.trim();
    if url.len() > LONGEST {
        return Err(bad_url(
            "The connection URL is longer than 8 KiB",
            "Shorten it",
        ));
    }
    let Some((scheme, rest)) = url.split_once(':') else {
        return Err(unknown_scheme());
    };
    match scheme.to_ascii_lowercase().as_str() {
        "sqlite" | "sqlite3" => file(rest).map(|connection| (connection, None)),
        "postgres" | "postgresql" => server(Engine::Postgresql, 5432, rest),
        "mysql" | "mariadb" => server(Engine::Mysql, 3306, rest),
        _ => Err(unknown_scheme()),
    }
}

fn bad_url(message: impl Into<String>, hint: impl Into<String>) -> Problem {
    Problem::new("bad-url", message, hint)
}

fn unknown_scheme() -> Problem {
    bad_url(
        "The connection URL names no known engine",
        "Begin it with postgres://, mysql://, mariadb:// or sqlite:",
    )
}

fn unescaped_password() -> Problem {
    bad_url(
        "The connection URL cannot be read: its user or password seems to contain /, ? or #",
        "Write these characters as %2F, %3F and %23, or leave the password out of the URL",
    )
}

fn blank(engine: Engine) -> Connection {
    Connection {
        name: String::new(),
        engine,
        host: String::new(),
        port: 0,
        socket: None,
        user: String::new(),
        database: String::new(),
        tls: Tls::default(),
        tls_ca: None,
        ssh: None,
        secret: SecretRef::None,
        environment: Environment::default(),
        read_only: false,
    }
}

/// Undoes percent-encoding; refuses what no name or path can hold.
fn decode(text: &str, what: &str) -> Result<String, Problem> {
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| {
        bad_url(
            format!("The {what} in the connection URL is not UTF-8 once its % escapes are undone"),
            "Write it in UTF-8, with % itself as %25",
        )
    })?;
    if decoded.chars().any(char::is_control) {
        return Err(bad_url(
            format!("The {what} in the connection URL contains a control character"),
            "Remove it",
        ));
    }
    Ok(decoded.into_owned())
}

fn file(rest: &str) -> Result<Connection, Problem> {
    let (path, query) = match rest.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (rest, None),
    };
    let mut connection = blank(Engine::Sqlite);
    connection.database = decode(path.strip_prefix("//").unwrap_or(path), "file path")?;
    if connection.database.is_empty() {
        return Err(bad_url(
            "The connection URL names no SQLite file",
            "Write it as sqlite:PATH",
        ));
    }
    if connection.database == ":memory:" || connection.database.starts_with("file:") {
        return Err(bad_url(
            "A SQLite database in memory, or a file: URI, cannot be a connection: each login would see another database",
            "Name a file: sqlite:PATH",
        ));
    }
    for option in Options::of(query) {
        let (key, value) = option?;
        common_option(&mut connection, &key, value, Echo::Key)?;
    }
    connection.name = connection
        .database
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .to_owned();
    Ok(connection)
}

/// Whether an unknown key may be repeated in the problem, or could be a piece of a password.
#[derive(Clone, Copy, PartialEq)]
enum Echo {
    Key,
    Nothing,
}

fn server(
    engine: Engine,
    usual_port: u16,
    rest: &str,
) -> Result<(Connection, Option<Secret>), Problem> {
    let Some(rest) = rest.strip_prefix("//") else {
        return Err(bad_url(
            "The connection URL has no // after its engine",
            format!(
                "Write it as {}://user@host/database",
                if engine == Engine::Mysql {
                    "mysql"
                } else {
                    "postgres"
                }
            ),
        ));
    };
    let (before_query, query) = match rest.split_once('?') {
        Some((before, query)) => (before, Some(query)),
        None => (rest, None),
    };
    let (authority, path) = before_query.split_once('/').unwrap_or((before_query, ""));
    // An @ further on is what a password with an unescaped / or ? looks like, so nothing is repeated then.
    let (login, address) = match authority.rsplit_once('@') {
        Some((login, address)) => (Some(login), address),
        None => (None, authority),
    };
    let echo = if rest[authority.len()..].contains('@') {
        Echo::Nothing
    } else {
        Echo::Key
    };

    let mut connection = blank(engine);
    connection.port = usual_port;
    let mut secret = None;
    if let Some(login) = login {
        let (user, password) = match login.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (login, None),
        };
        connection.user = decode(user, "user")?;
        secret = password.map(decode_password).transpose()?.flatten();
    }
    host_and_port(&mut connection, address, echo)?;
    connection.database = decode(path, "database name")?;

    for option in Options::of(query) {
        let (key, value) = option?;
        match key.as_str() {
            "password" => secret = (!value.is_empty()).then(|| Secret::new(value)),
            "user" => connection.user = value,
            "host" | "socket" => set_host(&mut connection, value)?,
            "service" if engine == Engine::Postgresql && !value.is_empty() => {
                connection.secret = SecretRef::Service(value);
            }
            _ => common_option(&mut connection, &key, value, echo)?,
        }
    }
    complete(&mut connection, secret.is_some())?;
    Ok((connection, secret))
}

/// A password may hold any character but NUL, which no server takes.
fn decode_password(text: &str) -> Result<Option<Secret>, Problem> {
    let password = percent_decode_str(text).decode_utf8().map_err(|_| {
        bad_url(
            "The password in the connection URL is not UTF-8 once its % escapes are undone",
            "Write it in UTF-8, with % itself as %25",
        )
    })?;
    if password.contains('\0') {
        return Err(bad_url(
            "The password in the connection URL contains a NUL character",
            "Remove it",
        ));
    }
    Ok((!password.is_empty()).then(|| Secret::new(password)))
}

/// Fills in what follows from the rest, and refuses a URL that says too little.
fn complete(connection: &mut Connection, has_password: bool) -> Result<(), Problem> {
    let by_service = matches!(connection.secret, SecretRef::Service(_));
    if has_password {
        connection.secret = SecretRef::Prompt;
    } else if !by_service && connection.engine == Engine::Postgresql {
        connection.secret = SecretRef::PgPass;
    }
    if by_service && has_password {
        return Err(bad_url(
            "The connection URL has both a password and a service",
            "Remove one of them",
        ));
    }
    if !by_service && connection.host.is_empty() && connection.socket.is_none() {
        connection.host = "localhost".to_owned();
    }
    if !by_service && connection.database.is_empty() {
        return Err(bad_url(
            "The connection URL names no database",
            "Add its name after the host: …/NAME",
        ));
    }
    connection.name = if connection.database.is_empty() {
        match &connection.secret {
            SecretRef::Service(service) => service.clone(),
            _ => String::new(),
        }
    } else {
        connection.database.clone()
    };
    Ok(())
}

fn host_and_port(connection: &mut Connection, address: &str, echo: Echo) -> Result<(), Problem> {
    let bad_port = || {
        if echo == Echo::Nothing {
            unescaped_password()
        } else {
            bad_url(
                "The port in the connection URL is not a number from 1 to 65535",
                "Write host:port, and an IPv6 address in brackets: [::1]:5432",
            )
        }
    };
    let (host, port) = if let Some(inside) = address.strip_prefix('[') {
        let Some((host, after)) = inside.split_once(']') else {
            return Err(bad_url(
                "The IPv6 address in the connection URL has no closing bracket",
                "Write it as [::1]",
            ));
        };
        let port = match after.strip_prefix(':') {
            Some(port) => Some(port),
            None if after.is_empty() => None,
            None => return Err(bad_port()),
        };
        (host, port)
    } else {
        match address.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (address, None),
        }
    };
    if let Some(port) = port.filter(|port| !port.is_empty()) {
        connection.port = port
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| port.parse().ok())
            .flatten()
            .filter(|port| *port != 0)
            .ok_or_else(bad_port)?;
    }
    let host = decode(host, "host")?;
    if host.is_empty() {
        return Ok(());
    }
    set_host(connection, host)
}

/// Takes a host name, an address, or the path of a Unix socket.
fn set_host(connection: &mut Connection, host: String) -> Result<(), Problem> {
    if host.starts_with('/') {
        connection.host.clear();
        connection.socket = Some(host);
        return Ok(());
    }
    if host.contains(',') {
        return Err(bad_url(
            "The connection URL names more than one host",
            "Name the one host the plan acts on",
        ));
    }
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_' | ':' | '%');
    if host.is_empty() || host.starts_with('-') || !host.chars().all(allowed) {
        return Err(bad_url(
            "The host in the connection URL is not a host name or address",
            "Write user:password@host, with special characters of the password escaped (@ as %40)",
        ));
    }
    // A zone (`fe80::1%eth0`) is written after a %; without a colon it is no IPv6 address and no host name.
    if host.contains('%') && !host.contains(':') {
        return Err(bad_url(
            "The host in the connection URL contains a % sign",
            "Write the bare host name",
        ));
    }
    connection.socket = None;
    connection.host = host;
    Ok(())
}

fn common_option(
    connection: &mut Connection,
    key: &str,
    value: String,
    echo: Echo,
) -> Result<(), Problem> {
    let server = connection.engine != Engine::Sqlite;
    match key {
        "sslmode" | "ssl-mode" if server => {
            connection.tls = Tls::from_word(&value).ok_or_else(|| {
                bad_url(
                    "The sslmode in the connection URL is unknown",
                    "Write disable, prefer, require, verify-ca or verify-full",
                )
            })?;
        }
        "sslrootcert" | "ssl-ca" if server => {
            connection.tls_ca = (!value.is_empty()).then_some(value);
        }
        "ssh" if server => connection.ssh = Some(ssh(value)?),
        "environment" => {
            connection.environment = match value.as_str() {
                "development" => Environment::Development,
                "staging" => Environment::Staging,
                "production" => Environment::Production,
                _ => {
                    return Err(bad_url(
                        "The environment in the connection URL is unknown",
                        "Write development, staging or production",
                    ));
                }
            };
        }
        "read_only" => {
            connection.read_only = match value.as_str() {
                "true" | "yes" | "on" | "1" | "" => true,
                "false" | "no" | "off" | "0" => false,
                _ => {
                    return Err(bad_url(
                        "The value of read_only in the connection URL is unknown",
                        "Write read_only=true or read_only=false",
                    ));
                }
            };
        }
        _ => {
            let named = if echo == Echo::Key {
                format!("the unknown key `{key}`")
            } else {
                "an unknown key".to_owned()
            };
            return Err(bad_url(
                format!("The connection URL has {named} after its ?"),
                "Use sslmode, sslrootcert, ssh, environment, read_only, host or service",
            ));
        }
    }
    Ok(())
}

/// Refuses what ssh(1) would take for an option or for two arguments.
fn ssh(value: String) -> Result<String, Problem> {
    let host = value
        .rsplit_once('@')
        .map_or(value.as_str(), |(_, host)| host);
    if host.is_empty()
        || host.starts_with('-')
        || value.starts_with('-')
        || value.chars().any(char::is_whitespace)
    {
        return Err(bad_url(
            "The ssh host in the connection URL cannot be one",
            "Write ssh=host or ssh=user@host:port",
        ));
    }
    Ok(value)
}

/// The decoded `key=value` pairs of a query.
struct Options<'a>(std::str::Split<'a, char>);

impl<'a> Options<'a> {
    fn of(query: Option<&'a str>) -> Self {
        Self(query.unwrap_or_default().split('&'))
    }
}

impl Iterator for Options<'_> {
    type Item = Result<(String, String), Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        let pair = self.0.by_ref().find(|pair| !pair.is_empty())?;
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        Some(
            decode(key, "part after the ?")
                .and_then(|key| Ok((key, decode(value, "part after the ?")?))),
        )
    }
}
