//! Saved connections and what a test of one found.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Problem;
use super::plan::{Engine, Environment};

/// How far a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Tls {
    /// Never.
    Disable,
    /// When the server can.
    Prefer,
    /// Always; certificate not checked.
    Require,
    /// Certificate from a trusted authority.
    VerifyCa,
    /// And naming this host.
    VerifyFull,
}

/// Where the password of a connection is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", content = "name", rename_all = "snake_case")]
pub enum Secret {
    /// Keychain of the operating system.
    Keychain,
    /// An environment variable.
    Environment(String),
    /// `~/.pgpass`.
    PgPass,
    /// A PostgreSQL service.
    Service(String),
    /// Asked for, and kept in memory only.
    Prompt,
    /// None needed.
    None,
}

/// A saved connection; never holds a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Connection {
    /// Name.
    pub name: String,
    /// Engine.
    pub engine: Engine,
    /// Host.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Unix socket.
    pub socket: Option<String>,
    /// User.
    pub user: String,
    /// Database, or file.
    pub database: String,
    /// Encryption.
    pub tls: Tls,
    /// File of the certificate authority.
    pub tls_ca: Option<String>,
    /// SSH host.
    pub ssh: Option<String>,
    /// Where the password is.
    pub secret: Secret,
    /// Environment.
    pub environment: Environment,
    /// True: every write is refused.
    pub read_only: bool,
}

/// A saved connection in the list.
#[derive(Debug, Clone, Serialize, TS)]
pub struct SavedConnection {
    /// The connection.
    pub connection: Connection,
    /// Its address without password.
    pub url: String,
    /// True when this window holds its password in memory.
    pub password_in_memory: bool,
}

/// An address taken apart.
#[derive(Debug, Clone, Serialize, TS)]
pub struct TakenApart {
    /// The connection.
    pub connection: Connection,
    /// Password that stood in the address.
    pub password: Option<String>,
}

/// What a connection test found.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Tested {
    /// True when it can be used.
    pub ok: bool,
    /// Facts, each a label and a value.
    pub facts: Vec<Fact>,
    /// What is wrong: `host`, `port`, `tls`, `authentication`, `database`, `privilege`, …
    pub part: Option<String>,
    /// The problem and how to mend it.
    pub problem: Option<Problem>,
}

/// A label and a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Fact {
    /// Label.
    pub label: String,
    /// Value.
    pub value: String,
}
