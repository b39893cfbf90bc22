//! Connections and what a test of one found.

use stopover_engine::diagnose::ConnectionReport;
use stopover_plan::connection::{Connection, SecretRef, Tls};

use crate::desk::Secrets;
use crate::view;

/// Returns the connection as the window shows it.
pub(crate) fn connection_view(connection: &Connection) -> view::Connection {
    view::Connection {
        name: connection.name.clone(),
        engine: connection.engine.into(),
        host: connection.host.clone(),
        port: connection.port,
        socket: connection.socket.clone(),
        user: connection.user.clone(),
        database: connection.database.clone(),
        tls: match connection.tls {
            Tls::Disable => view::Tls::Disable,
            Tls::Prefer => view::Tls::Prefer,
            Tls::Require => view::Tls::Require,
            Tls::VerifyCa => view::Tls::VerifyCa,
            Tls::VerifyFull => view::Tls::VerifyFull,
        },
        tls_ca: connection.tls_ca.clone(),
        ssh: connection.ssh.clone(),
        secret: match &connection.secret {
            SecretRef::Keychain => view::Secret::Keychain,
            SecretRef::Environment(name) => view::Secret::Environment(name.clone()),
            SecretRef::PgPass => view::Secret::PgPass,
            SecretRef::Service(name) => view::Secret::Service(name.clone()),
            SecretRef::Prompt => view::Secret::Prompt,
            SecretRef::None => view::Secret::None,
        },
        environment: connection.environment.into(),
        read_only: connection.read_only,
    }
}

impl From<view::Connection> for Connection {
    fn from(connection: view::Connection) -> Self {
        Self {
            name: connection.name.trim().to_owned(),
            engine: connection.engine.into(),
            host: connection.host.trim().to_owned(),
            port: connection.port,
            socket: connection.socket,
            user: connection.user,
            database: connection.database,
            tls: match connection.tls {
                view::Tls::Disable => Tls::Disable,
                view::Tls::Prefer => Tls::Prefer,
                view::Tls::Require => Tls::Require,
                view::Tls::VerifyCa => Tls::VerifyCa,
                view::Tls::VerifyFull => Tls::VerifyFull,
            },
            tls_ca: connection.tls_ca,
            ssh: connection.ssh,
            secret: match connection.secret {
                view::Secret::Keychain => SecretRef::Keychain,
                view::Secret::Environment(name) => SecretRef::Environment(name),
                view::Secret::PgPass => SecretRef::PgPass,
                view::Secret::Service(name) => SecretRef::Service(name),
                view::Secret::Prompt => SecretRef::Prompt,
                view::Secret::None => SecretRef::None,
            },
            environment: connection.environment.into(),
            read_only: connection.read_only,
        }
    }
}

/// Returns the line of the list.
pub(crate) fn saved_view(connection: &Connection, secrets: &Secrets) -> view::SavedConnection {
    view::SavedConnection {
        url: connection.url(),
        password_in_memory: secrets.get(&connection.name).is_some(),
        connection: connection_view(connection),
    }
}

/// A word of care about a login that nothing holds back.
const EVERYTHING: &str = "This login may do everything on the server, beyond this database too. The owner of the \
    database is enough for most migrations.";

/// Returns what a test found, in facts a person reads; those labelled `Note` ask for care.
pub(crate) fn tested_view(report: ConnectionReport) -> view::Tested {
    let mut facts = Vec::new();
    let mut add = |label: &str, value: String| {
        facts.push(view::Fact {
            label: label.to_owned(),
            value,
        });
    };
    if let Some(found) = &report.found {
        add("Server", found.server_version.clone());
        add("Database", found.database.clone());
        add("User", found.user.clone());
        if found.is_replica {
            add("Role", "replica: refuses writes".to_owned());
        } else if found.read_only {
            add("Writes", "refused".to_owned());
        }
    }
    if report.ok {
        add(
            "Encryption",
            report.tls.unwrap_or_else(|| "none".to_owned()),
        );
    }
    if let Some(latency_us) = report.latency_us {
        add(
            "Answers in",
            format!("{:.1} ms", latency_us as f64 / 1000.0),
        );
    }
    if !report.privileges.is_empty() {
        add("Privileges", report.privileges.join(", "));
    }
    if report.privileges.iter().any(|word| word == "SUPERUSER") {
        add("Note", EVERYTHING.to_owned());
    }
    for warning in &report.warnings {
        add("Note", format!("{} {}", warning.message, warning.hint));
    }
    view::Tested {
        ok: report.ok,
        facts,
        part: report.place.map(|place| place.word().to_owned()),
        problem: report.problem.map(Into::into),
    }
}

#[cfg(test)]
mod tests {
    use stopover_engine::diagnose::Stage;

    use super::*;

    #[test]
    fn a_login_that_may_do_everything_deserves_a_word_of_care() {
        let notes = |privilege: &str| {
            let report = ConnectionReport {
                ok: true,
                reached: Stage::Privilege,
                place: None,
                problem: None,
                warnings: Vec::new(),
                found: None,
                tls: None,
                latency_us: None,
                privileges: vec![privilege.to_owned()],
            };
            let facts = tested_view(report).facts;
            facts.iter().filter(|fact| fact.label == "Note").count()
        };
        assert_eq!([notes("SUPERUSER"), notes("CREATE")], [1, 0]);
    }
}
