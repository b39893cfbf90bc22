//! Servers that cannot outlive their test.
//!
//! A small shell stands between the test and the server. It reads words from a pipe the test holds; when the pipe
//! closes, because the test dropped it or because the test was killed, it ends the server and removes its folder.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use nix::unistd::{User, geteuid};
use tokio::net::TcpSocket;

use crate::programs::{INSTALL, find};

/// Longest a server may take to start; a busy machine needs seconds, not a minute.
const PATIENCE: Duration = Duration::from_secs(90);

const SHELL: &str = r#"
dir=$1; signal=$2; shift 2
pid=
halt() {
  [ -n "$pid" ] || return 0
  kill -s "$1" "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
  pid=
}
while read -r word; do
  case $word in
    start) "$@" </dev/null >>"$dir/log" 2>&1 & pid=$! ;;
    stop) halt "$signal" ;;
    kill) halt KILL ;;
  esac
  echo done
done
halt "$signal"
rm -rf "$dir"
"#;

/// The account a server runs under: servers refuse root, so root lends them one of their own.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    lent: Option<User>,
}

impl Account {
    /// Returns the account `name` when the tests run as root, else the tests' own.
    pub(crate) fn of(name: &str) -> Self {
        let lent = geteuid().is_root().then(|| {
            User::from_name(name)
                .ok()
                .flatten()
                .unwrap_or_else(|| panic!("the user {name} does not exist; {INSTALL}"))
        });
        Self { lent }
    }

    /// Returns the account's name for use in file names.
    pub(crate) fn name(&self) -> String {
        self.lent
            .as_ref()
            .map_or_else(|| format!("user-{}", geteuid()), |user| user.name.clone())
    }

    /// Returns `program` and what must stand before it so that it runs under the account.
    pub(crate) fn command(&self, program: &Path) -> Vec<OsString> {
        let mut words: Vec<OsString> = Vec::new();
        if let Some(user) = &self.lent {
            // setpriv replaces itself with the program, so a signal reaches the server itself.
            words.push(find("setpriv", &[]).into());
            words.push(format!("--reuid={}", user.uid).into());
            words.push(format!("--regid={}", user.gid).into());
            words.push("--init-groups".into());
            words.push("--".into());
        }
        words.push(program.into());
        words
    }

    /// Hands a file or folder to the account, closed to all others.
    pub(crate) fn own(&self, path: &Path, mode: u32) {
        if let Some(user) = &self.lent {
            chown(path, Some(user.uid.as_raw()), Some(user.gid.as_raw()))
                .expect("root hands files to any user");
        }
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
            .expect("the owner of a file sets its mode");
    }

    /// Makes a folder with a short path that the account owns; a socket's path must stay under 108 bytes.
    pub(crate) fn folder(&self) -> PathBuf {
        let folder = tempfile::Builder::new()
            .prefix("so-")
            .tempdir_in("/tmp")
            .expect("/tmp takes a new folder")
            .keep();
        self.own(&folder, 0o700);
        folder
    }

    /// Writes a file that belongs to the account.
    pub(crate) fn write(&self, path: &Path, content: &str) {
        std::fs::write(path, content).expect("a server's folder takes files");
        self.own(path, 0o600);
    }
}

/// A server's process and folder.
#[derive(Debug)]
pub(crate) struct Guard {
    folder: PathBuf,
    shell: Mutex<Shell>,
}

#[derive(Debug)]
struct Shell {
    child: Child,
    words: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Guard {
    /// Puts `folder` under guard: `command` is what starts the server, `signal` what ends it at once.
    pub(crate) fn over(folder: PathBuf, signal: &str, command: &[OsString]) -> Self {
        let mut child = Command::new("/bin/sh")
            .args(["-c", SHELL, "guard"])
            .arg(&folder)
            .arg(signal)
            .args(command)
            .current_dir(&folder)
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // Its own process group: what ends the test's group must leave the guard time to clean up.
            .process_group(0)
            .spawn()
            .expect("/bin/sh starts");
        let words = child.stdin.take();
        let answers = child.stdout.take().expect("the shell's output is a pipe");
        Self {
            folder,
            shell: Mutex::new(Shell {
                child,
                words,
                answers: BufReader::new(answers),
            }),
        }
    }

    /// Returns the server's folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Starts the server's process; it may not be ready yet.
    pub(crate) fn start(&self) {
        self.say("start");
    }

    /// Ends the server at once, as a crash would, and keeps its folder.
    pub(crate) fn stop(&self) {
        self.say("stop");
    }

    /// Ends the server's first process with SIGKILL and keeps its folder.
    pub(crate) fn kill(&self) {
        self.say("kill");
    }

    fn say(&self, word: &str) {
        let mut shell = self.shell.lock().expect("no test panics while it speaks");
        let words = shell.words.as_mut().expect("the pipe is open until drop");
        writeln!(words, "{word}").expect("the guard listens");
        let mut answer = String::new();
        shell
            .answers
            .read_line(&mut answer)
            .expect("the guard answers");
    }

    /// Waits until `ready` holds; an error ends the wait at once.
    ///
    /// # Errors
    /// What `ready` reports, or the server's log after the patience of a minute and a half.
    pub(crate) fn wait(
        &self,
        mut ready: impl FnMut() -> Result<bool, String>,
    ) -> Result<(), String> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if ready()? {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(3));
        }
        Err(format!("the server did not start:\n{}", self.log()))
    }

    /// Returns what the server has logged so far.
    pub(crate) fn log(&self) -> String {
        let bytes = std::fs::read(self.folder.join("log")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Empties the log.
    pub(crate) fn forget_log(&self) {
        // A log that is not there yet is as good as empty.
        let _ = std::fs::remove_file(self.folder.join("log"));
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Ok(shell) = self.shell.get_mut() {
            drop(shell.words.take());
            // Waiting keeps the machine free of servers before the next test starts.
            let _ = shell.child.wait();
        }
    }
}

/// Returns a TCP port of 127.0.0.1 that is this test's own until its process ends.
///
/// The port stays bound without listening: the system hands it to nobody else, who connects to it is refused, and a
/// server that allows the address to be used again, as servers do, can listen on it, also after a restart.
pub fn free_port() -> u16 {
    static OWN: Mutex<Vec<TcpSocket>> = Mutex::new(Vec::new());
    let bind = || -> std::io::Result<(TcpSocket, u16)> {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.bind(([127, 0, 0, 1], 0).into())?;
        let port = socket.local_addr()?.port();
        Ok((socket, port))
    };
    let (socket, port) = bind().expect("127.0.0.1 has a free port");
    OWN.lock().expect("no test panics here").push(socket);
    port
}
