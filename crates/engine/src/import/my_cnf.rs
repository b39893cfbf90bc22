//! The option file of MySQL's own programs: what `client` and `mysql` say about the server.

use stopover_plan::connection::{Secret, SecretRef, Tls};
use stopover_plan::model::Engine;

use super::{Found, Proposal, blank};

/// Sections that clients read, in the order in which later ones count.
const SECTIONS: [&str; 3] = ["client", "client-mariadb", "mysql"];

/// Returns the connection the file describes. Files it includes are not read.
pub(super) fn client(text: &str) -> Found {
    let mut connection = blank(Engine::Mysql);
    let mut password = None;
    let mut read = Vec::new();
    for wanted in SECTIONS {
        let mut inside = false;
        for line in text.lines().map(str::trim) {
            if line.is_empty() || line.starts_with(['#', ';', '!']) {
                continue;
            }
            if let Some((section, _)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']'))
            {
                inside = section == wanted;
                if inside && !read.contains(&wanted) {
                    read.push(wanted);
                }
                continue;
            }
            if !inside {
                continue;
            }
            let (key, value) = line.split_once('=').unwrap_or((line, ""));
            let value = plain(value.trim());
            match key.trim().replace('_', "-").as_str() {
                "host" => connection.host = value,
                "port" => connection.port = value.parse().unwrap_or(connection.port),
                "user" => connection.user = value,
                "database" => connection.database = value,
                "socket" => connection.socket = Some(value),
                "ssl-ca" => connection.tls_ca = Some(value),
                "ssl-mode" => {
                    connection.tls = match value.to_ascii_lowercase().as_str() {
                        "disabled" => Tls::Disable,
                        "required" => Tls::Require,
                        "verify_ca" => Tls::VerifyCa,
                        "verify_identity" => Tls::VerifyFull,
                        _ => Tls::Prefer,
                    };
                }
                "password" if !value.is_empty() => password = Some(Secret::new(value)),
                _ => {}
            }
        }
    }
    let mut found = Found::default();
    if read.is_empty() {
        found
            .left_out
            .push("there is no section [client]".to_owned());
        return found;
    }
    if connection.host.is_empty() {
        // The programs mean the socket then, and its usual place differs; the server listens here, too.
        connection.host = "localhost".to_owned();
    }
    connection.secret = match password {
        Some(_) => SecretRef::Prompt,
        None => SecretRef::None,
    };
    connection.name = match connection.database.is_empty() {
        true => connection.host.clone(),
        false => connection.database.clone(),
    };
    let mut proposal = Proposal::of(connection, format!("[{}]", read.join("], [")));
    proposal.password = password;
    found.proposals.push(proposal);
    found
}

/// Undoes the quotes around a value and the escapes in it.
fn plain(value: &str) -> String {
    for mark in ['"', '\''] {
        if let Some(rest) = value.strip_prefix(mark)
            && let Some(inner) = rest.strip_suffix(mark)
        {
            return inner.to_owned();
        }
    }
    let end = value.find(" #").unwrap_or(value.len());
    value[..end].trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_sections_become_one_proposal() {
        let text = "[mysqld]\nuser=mysql\n[client]\nuser = ada\npassword=\"hunter 2\"\nport=3307\n# x\n\
            [mysql]\ndatabase=shop\nssl_mode=REQUIRED\nno-auto-rehash\n";
        let found = client(text);
        let one = &found.proposals[0];
        assert_eq!(
            one.connection.url(),
            "mysql://ada@localhost:3307/shop?sslmode=require"
        );
        assert_eq!(one.password, Some(Secret::new("hunter 2")));
        assert_eq!(one.connection.secret, SecretRef::Prompt);
        assert_eq!(one.origin, "[client], [mysql]");
        assert!(!format!("{found:?}").contains("hunter"));
    }

    #[test]
    fn a_file_without_clients_proposes_nothing() {
        let found = client("[mysqld]\nuser=mysql\n");
        assert!(found.proposals.is_empty());
        assert_eq!(found.left_out.len(), 1);
    }
}
