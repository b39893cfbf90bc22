//! An SSH tunnel through the system's `ssh`, so that the user's configuration, agent and jump hosts count.

mod words;

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use stopover_plan::connection::Connection;
use stopover_plan::model::Engine;
use tempfile::TempDir;
use tokio::io::AsyncReadExt;
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::watch;

use crate::error::EngineError;
use words::{explain, failed, port_was_taken};

/// Longest time until the tunnel stands.
const STANDS_WITHIN: Duration = Duration::from_secs(15);
/// How long ssh may take to say why a connection through it failed.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// What of ssh's words is kept.
const COMPLAINT: usize = 8 * 1024;
/// How often another port is tried when somebody took the last one before ssh did.
const PORTS: usize = 5;

/// Keeps ssh no longer than this program: the pipe that is standard input ends when this program does, however it ends.
/// An ssh that outlived its program would keep the tunnel open for anybody on this machine.
#[cfg(unix)]
const KEEPER: &str = "exec 3<&0; ssh \"$@\" </dev/null & ssh=$!; \
    (read -r _ <&3; kill \"$ssh\" 2>/dev/null) & keeper=$!; \
    wait \"$ssh\"; code=$?; kill \"$keeper\" 2>/dev/null; exit $code";

/// An open tunnel. Closes with its last clone.
#[derive(Clone)]
pub(crate) struct Tunnel(Arc<Open>);

struct Open {
    folder: TempDir,
    server_port: u16,
    port: u16,
    words: watch::Receiver<String>,
    /// Killed when dropped.
    _ssh: Child,
    /// Its end ends ssh too; see [`KEEPER`].
    _leash: Option<ChildStdin>,
}

/// What became of one start of ssh.
enum Attempt {
    /// The tunnel stands.
    Open(Tunnel),
    /// Somebody else listens on the port that was free a moment ago.
    PortTaken(EngineError),
}

impl Tunnel {
    /// Starts ssh and waits until its ends are there.
    pub(crate) async fn open(target: &str, connection: &Connection) -> Result<Self, EngineError> {
        // ssh takes no port of the system's choice, so one is chosen for it, and may be gone when ssh comes.
        for _ in 1..PORTS {
            match Self::try_open(target, connection).await? {
                Attempt::Open(tunnel) => return Ok(tunnel),
                Attempt::PortTaken(_) => {}
            }
        }
        match Self::try_open(target, connection).await? {
            Attempt::Open(tunnel) => Ok(tunnel),
            Attempt::PortTaken(error) => Err(error),
        }
    }

    async fn try_open(target: &str, connection: &Connection) -> Result<Attempt, EngineError> {
        let folder = short_folder().map_err(|source| EngineError::File {
            path: std::env::temp_dir(),
            doing: "written",
            source,
        })?;
        let port = free_port().await.map_err(|error| {
            failed(
                target,
                &format!("no free port on this machine: {error}"),
                "Try again.",
            )
        })?;
        let socket = folder
            .path()
            .join(socket_name(connection.engine, connection.port));
        let host = if connection.host.is_empty() {
            "localhost"
        } else {
            &connection.host
        };
        let server = if host.contains(':') {
            format!("[{host}]")
        } else {
            host.to_owned()
        };
        let server = format!("{server}:{}", connection.port);
        let (destination, ssh_port) = destination(target)?;

        let mut arguments: Vec<String> = ["-N", "-T"].map(str::to_owned).to_vec();
        for option in [
            "ExitOnForwardFailure=yes",
            "BatchMode=yes",
            "ConnectTimeout=10",
            "ServerAliveInterval=10",
            // A master that others share, or that stays in the background, would keep the tunnel open after this ssh has
            // ended. This one's socket is in a folder nobody else enters.
            "ControlMaster=yes",
            "ControlPersist=no",
        ] {
            arguments.extend(["-o".to_owned(), option.to_owned()]);
        }
        // A socket's file is there a moment before ssh listens at it, and the ends that could be made are there a moment
        // before ssh gives up for one that could not. The master's socket gets its name when it listens, after all of it.
        let sign = folder.path().join("stands");
        let control = sign.display().to_string().replace('%', "%%");
        arguments.extend(["-o".to_owned(), format!("ControlPath={control}")]);
        if let Some(ssh_port) = ssh_port {
            arguments.extend(["-p".to_owned(), ssh_port.to_string()]);
        }
        // Two ends: programs dial the port, this program dials the socket, for which the server keeps the name that
        // its certificate bears.
        arguments.extend(["-L".to_owned(), format!("127.0.0.1:{port}:{server}")]);
        arguments.extend(["-L".to_owned(), format!("{}:{server}", socket.display())]);
        arguments.extend(["--".to_owned(), destination]);

        let mut ssh = start(&arguments).map_err(|error| {
            let hint = "Install the OpenSSH client and make sure `ssh` is in PATH.";
            failed(target, &format!("ssh could not be started: {error}"), hint)
        })?;
        // Taken out, because waiting for a child closes its standard input.
        let leash = ssh.stdin.take();
        let (said, words) = watch::channel(String::new());
        let reader = listen(&mut ssh, said);

        let begun = Instant::now();
        let mut look = tokio::time::interval(Duration::from_millis(20));
        loop {
            tokio::select! {
                exit = ssh.wait() => {
                    // Its last words may still be in the pipe.
                    let _ = tokio::time::timeout(LAST_WORDS, reader).await;
                    let words = words.borrow().clone();
                    if port_was_taken(&words, port) {
                        let what = format!("port {port} of this machine was taken meanwhile");
                        return Ok(Attempt::PortTaken(failed(target, &what, "Try again.")));
                    }
                    let code = exit.ok().and_then(|status| status.code()).unwrap_or(-1);
                    return Err(explain(target, &words, code));
                }
                _ = look.tick() => {
                    if sign.exists() {
                        break;
                    }
                    if begun.elapsed() > STANDS_WITHIN {
                        return Err(failed(
                            target,
                            "ssh did not open the tunnel within 15 s",
                            "Try the same with `ssh` in a terminal.",
                        ));
                    }
                }
            }
        }
        Ok(Attempt::Open(Self(Arc::new(Open {
            folder,
            server_port: connection.port,
            port,
            words,
            _ssh: ssh,
            _leash: leash,
        }))))
    }

    /// Returns the socket's folder (PostgreSQL) or file (MySQL).
    pub(crate) fn socket(&self, engine: Engine) -> PathBuf {
        let folder = self.0.folder.path();
        match engine {
            Engine::Postgresql => folder.to_owned(),
            _ => folder.join(socket_name(engine, self.0.server_port)),
        }
    }

    /// Returns the port on 127.0.0.1.
    pub(crate) fn port(&self) -> u16 {
        self.0.port
    }

    /// Returns ssh's last line about a failure. It may come a moment after the connection that failed.
    pub(crate) async fn complaint(&self) -> Option<String> {
        let mut words = self.0.words.clone();
        let failure = |line: &&str| line.contains("failed");
        let heard = words.wait_for(|words| words.lines().any(|line| failure(&line)));
        let heard = tokio::time::timeout(LAST_WORDS, heard).await.ok()?.ok()?;
        heard.lines().rev().find(failure).map(str::to_owned)
    }
}

fn socket_name(engine: Engine, port: u16) -> String {
    match engine {
        Engine::Postgresql => format!(".s.PGSQL.{port}"),
        _ => "server.sock".to_owned(),
    }
}

/// Makes a folder only this user can enter, with a name short enough for a socket (107 bytes), to whose name ssh adds
/// seventeen while it makes it.
fn short_folder() -> std::io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    let builder = builder.prefix("stopover-");
    if std::env::temp_dir().as_os_str().len() > 60 {
        builder.tempdir_in("/tmp")
    } else {
        builder.tempdir()
    }
}

async fn free_port() -> std::io::Result<u16> {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    Ok(listener.local_addr()?.port())
}

/// Splits `user@host:port` into what ssh takes as its destination and the port.
fn destination(target: &str) -> Result<(String, Option<u16>), EngineError> {
    let (user, host) = match target.rsplit_once('@') {
        Some((user, host)) => (format!("{user}@"), host),
        None => (String::new(), target),
    };
    let (host, port) = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, port)) => (host, port.strip_prefix(':')),
        // More than one colon without brackets is an IPv6 address.
        None => match host.split_once(':') {
            Some((name, port)) if !port.contains(':') => (name, Some(port)),
            _ => (host, None),
        },
    };
    let port = match port {
        None => None,
        Some(port) => match port.parse() {
            Ok(port) => Some(port),
            Err(_) => {
                return Err(failed(
                    target,
                    &format!("{port:?} is not a port"),
                    "Write the SSH target as user@host:port.",
                ));
            }
        },
    };
    if host.is_empty() || host.starts_with('-') || user.starts_with('-') {
        return Err(failed(
            target,
            "it names no host",
            "Write the SSH target as user@host:port.",
        ));
    }
    Ok((format!("{user}{host}"), port))
}

fn start(arguments: &[String]) -> std::io::Result<Child> {
    #[cfg(unix)]
    let mut command = {
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER, "sh"]);
        command
    };
    #[cfg(not(unix))]
    let mut command = Command::new("ssh");
    command
        .args(arguments)
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
}

/// Keeps the last words of ssh, a bounded number of them, for as long as it runs.
fn listen(ssh: &mut Child, into: watch::Sender<String>) -> tokio::task::JoinHandle<()> {
    let stderr = ssh.stderr.take();
    tokio::spawn(async move {
        let Some(mut stderr) = stderr else { return };
        let mut buffer = vec![0; 1024];
        while let Ok(count @ 1..) = stderr.read(&mut buffer).await {
            into.send_modify(|text| {
                text.push_str(&String::from_utf8_lossy(&buffer[..count]));
                if text.len() > COMPLAINT {
                    let from = text.ceil_char_boundary(text.len() - COMPLAINT);
                    text.drain(..from);
                }
            });
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_split_as_people_write_it() {
        let check = |target: &str, host: &str, port: Option<u16>| {
            let split = destination(target).expect(target);
            assert_eq!(split, (host.to_owned(), port), "{target}");
        };
        check("bastion", "bastion", None);
        check("ada@bastion", "ada@bastion", None);
        check("ada@bastion:2222", "ada@bastion", Some(2222));
        check("[::1]:2222", "::1", Some(2222));
        check("fe80::1", "fe80::1", None);
        assert!(destination("-oProxyCommand=x").is_err());
        assert!(destination("-x@host").is_err());
        assert!(destination("host:ssh").is_err());
        assert!(destination("").is_err());
    }
}
