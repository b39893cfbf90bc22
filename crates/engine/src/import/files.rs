//! Files of assignments, password files and service files as lists of connections.

use stopover_plan::connection::SecretRef;
use stopover_plan::model::Engine;

use super::{Found, Proposal, blank};
use crate::secret::pgpass_fields;

/// Returns the assignments of a file such as `.env`, in order, the last of a name counting. Nothing is expanded.
pub(super) fn assignments(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some((name, value)) = line.split_once('=') else {
            continue;
        };
        let name = name.trim();
        if name.is_empty() || name.starts_with('#') {
            continue;
        }
        let value = unquoted(value.trim());
        found.retain(|(other, _)| other != name);
        found.push((name.to_owned(), value));
    }
    found
}

fn unquoted(value: &str) -> String {
    for mark in ['"', '\''] {
        if let Some(rest) = value.strip_prefix(mark) {
            return rest.split(mark).next().unwrap_or_default().to_owned();
        }
    }
    // A comment begins behind a blank; a # inside an address belongs to it.
    let end = value.find(" #").unwrap_or(value.len());
    value[..end].trim_end().to_owned()
}

/// Returns what a password file names wholly; a line for any host is no address.
pub(super) fn pgpass(text: &str) -> Found {
    let mut found = Found::default();
    for (index, line) in text.lines().enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let origin = format!("line {}", index + 1);
        let fields = pgpass_fields(line);
        if fields.len() < 5 {
            found
                .left_out
                .push(format!("{origin} has fewer than five fields"));
            continue;
        }
        let [host, port, database, user] = [0, 1, 2, 3].map(|at| {
            let (text, is_any) = &fields[at];
            (!is_any).then(|| text.clone())
        });
        let (Some(host), Some(user)) = (host, user) else {
            found
                .left_out
                .push(format!("{origin} is for any host or any user"));
            continue;
        };
        let mut connection = blank(Engine::Postgresql);
        if host.starts_with('/') {
            connection.socket = Some(host);
        } else {
            connection.host = host;
        }
        if let Some(port) = port.and_then(|port| port.parse().ok()) {
            connection.port = port;
        }
        connection.database = database.unwrap_or_default();
        connection.user = user;
        connection.name = match connection.database.is_empty() {
            true => connection.host.clone(),
            false => connection.database.clone(),
        };
        connection.secret = SecretRef::PgPass;
        found.proposals.push(Proposal::of(connection, origin));
    }
    found
}

/// Returns the names of the sections, each once.
pub(super) fn sections(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some((name, _)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']'))
            && !name.is_empty()
            && !found.iter().any(|one| one == name)
        {
            found.push(name.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments_are_read_with_their_quotes_and_comments() {
        let text = "# A=1\nexport A=b\nB = \"x # y\" # z\nC='q'\nD=p#q # r\nA=c\nnonsense\n";
        let found = assignments(text);
        let expect = [("B", "x # y"), ("C", "q"), ("D", "p#q"), ("A", "c")];
        let found: Vec<(&str, &str)> = found.iter().map(|(a, b)| (&a[..], &b[..])).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn a_password_file_proposes_what_it_names_wholly() {
        let text =
            "# c\ndb:5433:shop:ada:hunter2\n*:*:*:bob:hunter2\ndb:*:*:eve:hunter2\nshort:1\n";
        let found = pgpass(text);
        assert_eq!(found.proposals.len(), 2);
        let one = &found.proposals[0];
        assert_eq!(one.connection.url(), "postgres://ada@db:5433/shop");
        assert_eq!(
            (one.origin.as_str(), &one.connection.secret),
            ("line 2", &SecretRef::PgPass)
        );
        assert_eq!(found.proposals[1].connection.database, "");
        assert_eq!(found.left_out.len(), 2);
        assert!(!format!("{found:?}").contains("hunter2"));
    }

    #[test]
    fn sections_are_told_once() {
        assert_eq!(sections("[a]\nx=[y]\n[b]\n [a]\n[]\n["), ["a", "b"]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "[a=:*\\\\'\"#\n\\[\\] ]{0,60}") {
            let _ = (assignments(&text), pgpass(&text), sections(&text));
        }
    }
}
