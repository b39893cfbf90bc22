//! How each engine's tools are told where the server is: never the password as an argument.

use std::ffi::OsString;
use std::path::Path;

use stopover_plan::connection::Tls;

use super::BackupError;
use super::tool::Tool;
use crate::connect::Login;

/// Environment of a tool: what to set, and with `None` what to take away.
pub(super) type Environment = Vec<(&'static str, Option<OsString>)>;

/// Where Debian, Fedora and SUSE keep the certificate authorities the system trusts.
const SYSTEM_CA: [&str; 3] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
];

/// Returns the environment in which PostgreSQL's tools reach this login's server and no other.
///
/// The password stands in the environment, which only the same user can read, and not in a file, which would stay
/// behind when this process is killed.
pub(super) fn postgres(login: &Login, application: &str) -> Environment {
    let connection = login.connection();
    let address = login.address();
    let some = |text: &str| Some(OsString::from(text));
    let mut environment: Environment = [
        "PGSERVICE",
        "PGSERVICEFILE",
        "PGOPTIONS",
        "PGHOSTADDR",
        "PGTARGETSESSIONATTRS",
        "PGREQUIRESSL",
        "PGREQUIREAUTH",
        "PGPASSFILE",
        "PGCLIENTENCODING",
    ]
    .into_iter()
    .map(|name| (name, None))
    .collect();
    let (host, port) = match (address.forwarded, &address.socket) {
        // The certificate is checked against the name, the tunnel's end is what is dialled.
        (Some(port), _) => {
            environment.push(("PGHOSTADDR", some("127.0.0.1")));
            (some(&address.host), port)
        }
        (None, Some(socket)) => (Some(socket.clone().into_os_string()), address.port),
        (None, None) => (some(&address.host), address.port),
    };
    let tls = login.tls();
    let authority = match (&connection.tls_ca, tls) {
        (Some(file), _) => some(file),
        (None, Tls::VerifyCa | Tls::VerifyFull) => SYSTEM_CA
            .iter()
            .find(|file| Path::new(file).exists())
            .and_then(|file| some(file)),
        _ => None,
    };
    environment.extend([
        ("PGHOST", host),
        ("PGPORT", some(&port.to_string())),
        ("PGUSER", some(&login.user())),
        ("PGDATABASE", some(&connection.database)),
        // An empty password, too, is said: libpq would otherwise look for one in a file.
        (
            "PGPASSWORD",
            some(login.secret().map_or("", |secret| secret.expose())),
        ),
        ("PGSSLMODE", some(tls.word())),
        ("PGSSLROOTCERT", authority),
        ("PGAPPNAME", some(application)),
        ("PGCONNECT_TIMEOUT", some("20")),
        ("LC_ALL", some("C")),
    ]);
    environment
}

/// Returns a connection string that names a database whatever its name contains.
pub(super) fn postgres_database(name: &str) -> String {
    format!(
        "dbname='{}'",
        name.replace('\\', "\\\\").replace('\'', "\\'")
    )
}

/// Returns the environment of MariaDB's and MySQL's tools.
pub(super) fn mysql_environment(login: &Login) -> Environment {
    let secret = login.secret().map(|secret| OsString::from(secret.expose()));
    vec![
        ("MYSQL_PWD", secret),
        ("MYSQL_HOST", None),
        ("MYSQL_TCP_PORT", None),
        ("MYSQL_UNIX_PORT", None),
        ("LC_ALL", Some(OsString::from("C"))),
    ]
}

/// Returns the arguments with which a tool of MariaDB or MySQL reaches this login's server.
///
/// # Errors
/// [`BackupError::Unchecked`] when the certificate is to be checked and the tool cannot do it through the tunnel.
pub(super) fn mysql_arguments(login: &Login, tool: &Tool) -> Result<Vec<OsString>, BackupError> {
    let connection = login.connection();
    let address = login.address();
    // First of all: option files of the user would otherwise bring another password or leave tables out.
    let mut arguments: Vec<OsString> = vec!["--no-defaults".into()];
    match (address.forwarded, &address.socket) {
        (None, Some(socket)) => {
            let mut argument = OsString::from("--socket=");
            argument.push(socket);
            arguments.extend(["--protocol=socket".into(), argument]);
        }
        (forwarded, _) => {
            let (host, port) = match forwarded {
                Some(port) => (near_end(login.tls(), &address.host, tool)?, port),
                None => (address.host.as_str(), address.port),
            };
            arguments.extend([
                "--protocol=tcp".into(),
                format!("--host={host}").into(),
                format!("--port={port}").into(),
            ]);
        }
    }
    arguments.push(format!("--user={}", login.user()).into());
    arguments.push("--default-character-set=utf8mb4".into());
    if let Some(file) = &connection.tls_ca {
        arguments.push(format!("--ssl-ca={file}").into());
    }
    let words: &[&str] = match (login.tls(), is_mariadb(tool)) {
        (Tls::Disable, true) => &["--skip-ssl"],
        (Tls::Prefer, true) => &["--skip-ssl-verify-server-cert"],
        (Tls::Require, true) => &["--ssl", "--skip-ssl-verify-server-cert"],
        (Tls::VerifyCa | Tls::VerifyFull, true) => &["--ssl", "--ssl-verify-server-cert"],
        (Tls::Disable, false) => &["--ssl-mode=DISABLED"],
        (Tls::Prefer, false) => &["--ssl-mode=PREFERRED"],
        (Tls::Require, false) => &["--ssl-mode=REQUIRED"],
        (Tls::VerifyCa, false) => &["--ssl-mode=VERIFY_CA"],
        (Tls::VerifyFull, false) => &["--ssl-mode=VERIFY_IDENTITY"],
    };
    arguments.extend(words.iter().map(OsString::from));
    Ok(arguments)
}

/// Returns the name of this machine by which a tool dials the near end of a tunnel to `host`.
///
/// A tool compares the certificate with the name it dials. MariaDB's cannot leave that out without letting somebody on
/// the way say that there is no TLS at all.
fn near_end<'a>(tls: Tls, host: &'a str, tool: &Tool) -> Result<&'a str, BackupError> {
    match tls {
        Tls::Disable | Tls::Prefer | Tls::Require => Ok("127.0.0.1"),
        Tls::VerifyCa if !is_mariadb(tool) => Ok("127.0.0.1"),
        // The far end calls itself as the near one does.
        Tls::VerifyCa | Tls::VerifyFull if matches!(host, "localhost" | "127.0.0.1") => Ok(host),
        Tls::VerifyCa | Tls::VerifyFull => Err(BackupError::Unchecked {
            tool: tool.path.display().to_string(),
            host: host.to_owned(),
        }),
    }
}

fn is_mariadb(tool: &Tool) -> bool {
    tool.version.contains("MariaDB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_that_is_to_be_checked_is_never_taken_on_trust() {
        let check = |tls: Tls, host: &str, version: &str, near: Option<&str>| {
            let tool = Tool {
                path: "dump".into(),
                version: version.to_owned(),
                major: 10,
            };
            let found = near_end(tls, host, &tool);
            assert_eq!(found.as_deref().ok(), near, "{tls:?} {host} {version}");
        };
        let (maria, oracle) = ("10.11.19-MariaDB", "8.0.36");
        for version in [maria, oracle] {
            for tls in [Tls::Disable, Tls::Prefer, Tls::Require] {
                check(tls, "db.internal", version, Some("127.0.0.1"));
            }
            check(Tls::VerifyFull, "localhost", version, Some("localhost"));
            check(Tls::VerifyFull, "127.0.0.1", version, Some("127.0.0.1"));
            check(Tls::VerifyFull, "db.internal", version, None);
        }
        check(Tls::VerifyCa, "db.internal", maria, None);
        check(Tls::VerifyCa, "db.internal", oracle, Some("127.0.0.1"));
    }
}
