//! The address of a database as it is saved and shown.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use super::secret::SecretRef;
use crate::model::{Engine, Environment};

/// How far the connection is encrypted and the server's certificate checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tls {
    /// Never encrypted.
    Disable,
    /// Encrypted when the server can.
    #[default]
    Prefer,
    /// Always encrypted; the certificate is not checked.
    Require,
    /// Encrypted, and the certificate is signed by a trusted authority.
    VerifyCa,
    /// As `VerifyCa`, and the certificate names this host.
    VerifyFull,
}

impl Tls {
    /// Returns the word used as `sslmode` in a URL.
    pub fn word(self) -> &'static str {
        match self {
            Tls::Disable => "disable",
            Tls::Prefer => "prefer",
            Tls::Require => "require",
            Tls::VerifyCa => "verify-ca",
            Tls::VerifyFull => "verify-full",
        }
    }

    /// Reads an `sslmode`, in the words of PostgreSQL or of MySQL, in any case.
    pub(super) fn from_word(word: &str) -> Option<Tls> {
        match word.to_ascii_lowercase().replace('_', "-").as_str() {
            "disable" | "disabled" => Some(Tls::Disable),
            // `allow` tries plain text first; nobody who writes it minds encryption.
            "allow" | "prefer" | "preferred" => Some(Tls::Prefer),
            "require" | "required" => Some(Tls::Require),
            "verify-ca" => Some(Tls::VerifyCa),
            "verify-full" | "verify-identity" => Some(Tls::VerifyFull),
            _ => None,
        }
    }
}

/// How to reach a database. Holds no secret, so it may be saved and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Name people gave it; the database's name until they did.
    pub name: String,
    /// Engine.
    pub engine: Engine,
    /// Host name or address, IPv6 without brackets; empty for SQLite, for a socket, and where a service names it.
    #[serde(default)]
    pub host: String,
    /// TCP port; with a PostgreSQL socket the number in the socket's name; 0 for SQLite.
    #[serde(default)]
    pub port: u16,
    /// Unix socket: the folder it is in (PostgreSQL) or its file (MySQL).
    #[serde(default)]
    pub socket: Option<String>,
    /// Database user; empty: the operating system's user, or the service's.
    #[serde(default)]
    pub user: String,
    /// Database name, or the path of the SQLite file; empty only where a service names it.
    pub database: String,
    /// Encryption.
    #[serde(default)]
    pub tls: Tls,
    /// File with the certificate authority to trust.
    #[serde(default)]
    pub tls_ca: Option<String>,
    /// `host` or `user@host[:port]` of an SSH tunnel, as for ssh(1); never begins with a dash.
    #[serde(default)]
    pub ssh: Option<String>,
    /// Where the password is found.
    #[serde(default)]
    pub secret: SecretRef,
    /// How careful to be.
    #[serde(default)]
    pub environment: Environment,
    /// True: every write is refused.
    #[serde(default)]
    pub read_only: bool,
}

/// Escaped in a name: everything but what RFC 3986 calls unreserved.
const NAME: &AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Escaped in a file path or in the value of a query key, which stay readable.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'<')
    .add(b'>')
    .add(b'?');

impl Connection {
    /// Returns the URL without password; [`super::parse_url`] reads it back to the same connection but for `name`
    /// and, a service apart, `secret`.
    pub fn url(&self) -> String {
        let mut url = match self.engine {
            Engine::Sqlite => self.file_address(),
            Engine::Postgresql => self.server_address("postgres", 5432),
            Engine::Mysql => self.server_address("mysql", 3306),
        };
        let mut mark = '?';
        for (key, value) in self.options() {
            url.push(mark);
            mark = '&';
            url.push_str(key);
            url.push('=');
            url.extend(utf8_percent_encode(&value, PATH));
        }
        url
    }

    fn file_address(&self) -> String {
        let path = utf8_percent_encode(&self.database, PATH);
        // `sqlite://PATH` is read as `sqlite:PATH`, so a path with two leading slashes needs two more.
        if self.database.starts_with("//") {
            format!("sqlite://{path}")
        } else {
            format!("sqlite:{path}")
        }
    }

    fn server_address(&self, scheme: &str, usual_port: u16) -> String {
        let mut url = format!("{scheme}://");
        if !self.user.is_empty() {
            url.extend(utf8_percent_encode(&self.user, NAME));
            url.push('@');
        }
        if self.host.contains(':') {
            url.push('[');
            // A zone is written after a %, which a URL must escape.
            url.push_str(&self.host.replace('%', "%25"));
            url.push(']');
        } else {
            url.push_str(&self.host);
        }
        if self.port != usual_port {
            url.push_str(&format!(":{}", self.port));
        }
        url.push('/');
        url.extend(utf8_percent_encode(&self.database, NAME));
        url
    }

    fn options(&self) -> Vec<(&'static str, String)> {
        let mut options = Vec::new();
        if let Some(socket) = &self.socket {
            options.push(("host", socket.clone()));
        }
        if let SecretRef::Service(service) = &self.secret {
            options.push(("service", service.clone()));
        }
        if self.tls != Tls::default() {
            options.push(("sslmode", self.tls.word().to_owned()));
        }
        if let Some(file) = &self.tls_ca {
            options.push(("sslrootcert", file.clone()));
        }
        if let Some(ssh) = &self.ssh {
            options.push(("ssh", ssh.clone()));
        }
        if self.environment != Environment::default() {
            options.push(("environment", self.environment.word().to_owned()));
        }
        if self.read_only {
            options.push(("read_only", "true".to_owned()));
        }
        options
    }
}
