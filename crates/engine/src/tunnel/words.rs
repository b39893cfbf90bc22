//! What ssh's words mean: it has no codes besides 255.

use stopover_plan::Problem;

use crate::error::{EngineError, Place};

/// Returns true when ssh ended because somebody else listens on the port it was given.
pub(super) fn port_was_taken(words: &str, port: u16) -> bool {
    let complaint = format!("cannot listen to port: {port}");
    words
        .lines()
        .any(|line| line.trim_end().ends_with(&complaint))
}

/// Returns the error of a tunnel that does not stand.
pub(super) fn failed(target: &str, what: &str, hint: &str) -> EngineError {
    EngineError::Connect {
        place: Place::Tunnel,
        code: None,
        problem: Problem::new(
            "tunnel",
            format!("The SSH tunnel through {target} failed: {what}"),
            hint,
        ),
    }
}

/// Says what ssh's words mean; they are the same in every language.
pub(super) fn explain(target: &str, words: &str, code: i32) -> EngineError {
    let line = |part: &str| {
        words
            .lines()
            .find(|line| line.to_ascii_lowercase().contains(part))
            .map(str::trim)
    };
    let hints = [
        (
            "identification has changed",
            "Check with the server's owner why its host key changed; then remove the old one with `ssh-keygen -R`.",
        ),
        (
            "host key verification failed",
            "Connect once with `ssh` in a terminal and check the host key it shows.",
        ),
        (
            "permission denied",
            "Add your key to the agent with `ssh-add`, and have it allowed on the SSH server.",
        ),
        (
            "too many authentication failures",
            "Name the right key with IdentityFile in ~/.ssh/config.",
        ),
        (
            "could not resolve hostname",
            "Correct the name of the SSH host.",
        ),
        (
            "connection refused",
            "Check the SSH port and that the SSH server runs.",
        ),
        (
            "timed out",
            "Check the network and the firewall on the way to the SSH host.",
        ),
        (
            "no route to host",
            "Check the network on the way to the SSH host.",
        ),
        ("network is unreachable", "Connect to the network."),
        (
            "administratively prohibited",
            "Have TCP forwarding allowed on the SSH server.",
        ),
        (
            "forwarding",
            "Have TCP forwarding allowed on the SSH server, then try again.",
        ),
        (
            "not found",
            "Install the OpenSSH client and make sure `ssh` is in PATH.",
        ),
    ];
    for (part, hint) in hints {
        if let Some(line) = line(part) {
            return failed(target, line, hint);
        }
    }
    let last = words.lines().rev().find(|line| !line.trim().is_empty());
    match last {
        Some(last) => failed(
            target,
            last.trim(),
            "Try the same with `ssh` in a terminal.",
        ),
        None => failed(
            target,
            &format!("ssh exited with {code}"),
            "Try the same with `ssh` in a terminal.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ssh_says_becomes_a_hint() {
        let check = |words: &str, starts: &str| {
            let problem = explain("bastion", words, 255).problem();
            assert!(problem.hint.starts_with(starts), "{problem}");
            assert!(problem.message.contains("bastion"), "{problem}");
        };
        check(
            "No ED25519 host key is known for x.\r\nHost key verification failed.\r\n",
            "Connect once",
        );
        check("ada@x: Permission denied (publickey).\r\n", "Add your key");
        check(
            "ssh: Could not resolve hostname x: Name or service not known",
            "Correct the name",
        );
        check(
            "ssh: connect to host x port 22: Connection refused",
            "Check the SSH port",
        );
        check("", "Try the same");
    }

    #[test]
    fn only_the_tunnels_own_port_is_tried_again() {
        let words = "bind [127.0.0.1]:4000: Address already in use\r\n\
             channel_setup_fwd_listener_tcpip: cannot listen to port: 4000\r\n\
             Could not request local forwarding.\r\n";
        assert!(port_was_taken(words, 4000));
        // A forwarding of the user's own configuration fails with the same words.
        assert!(!port_was_taken(words, 400) && !port_was_taken(words, 5000));
    }
}
