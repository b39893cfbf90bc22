//! SSH tunnels, through the system's ssh and an sshd that it starts itself.

use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use stopover_engine::Place;
use stopover_tests::{MariaDb, Postgres, Scratch, run};

use crate::{again, is_again, login, open, report};

const TUNNEL: &str = "tunnels::a_tunnel_reaches_the_server_under_its_own_name";
const KILLED: &str = "tunnels::a_tunnel_ends_with_its_program_even_when_that_is_killed";

/// An `ssh` for PATH that knows one host, `bastion`, and reaches it through an sshd of its own on a pipe.
struct Ssh {
    folder: Scratch,
}

impl Ssh {
    fn new() -> Self {
        let folder = Scratch::new();
        for key in ["host", "user"] {
            run(Command::new("ssh-keygen")
                .args(["-q", "-t", "ed25519", "-N", "", "-f"])
                .arg(folder.join(key)));
        }
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a key");
        folder.write("known", format!("bastion {}", read("host.pub")));
        folder.write("allowed", read("user.pub"));
        let at = folder.path().display();
        folder.write(
            "sshd_config",
            format!(
                "HostKey {at}/host\nAuthorizedKeysFile {at}/allowed\nStrictModes no\nUsePAM no\n\
                 PermitRootLogin yes\n"
            ),
        );
        let sshd = Path::new("/usr/sbin/sshd");
        assert!(
            sshd.exists(),
            "install openssh-server: this test needs {}",
            sshd.display()
        );
        // Without its service running, nobody has made the folder that sshd wants as root.
        if nix::unistd::geteuid().is_root() {
            std::fs::create_dir_all("/run/sshd").expect("root may");
        }
        folder.write(
            "config",
            format!(
                "Host bastion\nProxyCommand {} -i -f {at}/sshd_config\nIdentityFile {at}/user\n\
                 IdentitiesOnly yes\nHost *\nUserKnownHostsFile {at}/known\nGlobalKnownHostsFile /dev/null\n",
                sshd.display()
            ),
        );
        let real = run(Command::new("sh").args(["-c", "command -v ssh"]));
        let shim = folder.join("bin").join("ssh");
        std::fs::create_dir(folder.join("bin")).expect("made");
        std::fs::write(
            &shim,
            format!("#!/bin/sh\nexec {} -F {at}/config \"$@\"\n", real.trim()),
        )
        .expect("written");
        run(Command::new("chmod").arg("+x").arg(shim));
        Self { folder }
    }

    fn path(&self) -> String {
        let path = std::env::var("PATH").unwrap_or_default();
        format!("{}:{path}", self.folder.join("bin").display())
    }
}

fn given(name: &str) -> String {
    std::env::var(name).expect("given by the outer test")
}

#[test]
fn a_tunnel_reaches_the_server_under_its_own_name() {
    if is_again() {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(through_the_tunnel());
        return;
    }
    let ssh = Ssh::new();
    let (pg, my) = (Postgres::start_with_tls(), MariaDb::shared());
    let local = pg.database("shop").replace("127.0.0.1", "localhost");
    let authority = pg.authority().display().to_string();
    let full = format!("{local}?ssh=bastion&sslmode=verify-full&sslrootcert={authority}");
    again(
        TUNNEL,
        &[
            ("PATH", ssh.path()),
            ("VERIFIED", full),
            ("MARIADB", format!("{}?ssh=bastion", my.fresh().1)),
            (
                "NOBODY",
                format!(
                    "{}?ssh=bastion",
                    pg.url_on(stopover_tests::free_port(), "shop")
                ),
            ),
            ("STRANGER", format!("{local}?ssh=nobody@stranger.invalid")),
        ],
    );
    // The same host, with a key nobody has seen.
    ssh.folder.write("known", "");
    again(
        TUNNEL,
        &[
            ("PATH", ssh.path()),
            ("UNKNOWN", format!("{local}?ssh=bastion")),
        ],
    );
}

async fn through_the_tunnel() {
    if let Ok(url) = std::env::var("UNKNOWN") {
        let report = report(&url).await;
        let problem = report.problem.expect("refused");
        assert_eq!(report.place, Some(Place::Tunnel), "{problem}");
        assert!(
            problem.hint.starts_with("Connect once with `ssh`"),
            "{problem}"
        );
        return;
    }
    let verified = report(&given("VERIFIED")).await;
    assert!(verified.ok && verified.tls.is_some(), "{verified:?}");
    let mariadb = report(&given("MARIADB")).await;
    assert!(mariadb.ok, "{mariadb:?}");
    for name in ["NOBODY", "STRANGER"] {
        let report = report(&given(name)).await;
        assert_eq!(report.place, Some(Place::Tunnel), "{report:?}");
    }

    let login = login(&given("VERIFIED")).await;
    let port = login.address().forwarded.expect("a tunnel has a port");
    let mut db = open(&given("VERIFIED")).await;
    assert_eq!(db.scalar("SELECT 1").await, Ok(Some("1".into())));
    assert!(
        TcpStream::connect(("127.0.0.1", port)).is_ok(),
        "programs use this port"
    );
    drop(login);
    wait_until_closed(port);
    assert_eq!(
        db.scalar("SELECT 1").await,
        Ok(Some("1".into())),
        "the other tunnel stands"
    );
}

#[test]
fn a_tunnel_ends_with_its_program_even_when_that_is_killed() {
    if is_again() {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let login = runtime.block_on(login(&given("URL")));
        let port = login.address().forwarded.expect("a tunnel has a port");
        std::fs::write(given("PORT"), port.to_string()).expect("written");
        kill(nix::unistd::getpid(), Signal::SIGKILL).expect("killed");
        unreachable!("killed");
    }
    let ssh = Ssh::new();
    let (_, url) = Postgres::shared().fresh();
    let file = ssh.folder.join("port");
    let status = Command::new(std::env::current_exe().expect("a test knows itself"))
        .args([KILLED, "--exact", "--test-threads=1"])
        .env("AGAIN", "1")
        .env("PATH", ssh.path())
        .env("URL", format!("{url}?ssh=bastion"))
        .env("PORT", &file)
        .output()
        .expect("it starts")
        .status;
    assert!(!status.success());
    let port = std::fs::read_to_string(file)
        .expect("the tunnel stood")
        .parse()
        .expect("a port");
    wait_until_closed(port);
}

fn wait_until_closed(port: u16) {
    let began = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_ok() {
        assert!(began.elapsed() < Duration::from_secs(120), "ssh goes on");
        std::thread::yield_now();
    }
}
