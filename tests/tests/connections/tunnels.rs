//! SSH tunnels, through the system's ssh and an sshd that it starts itself.

use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use stopover_engine::Place;
use stopover_tests::{MariaDb, Postgres, Ssh, run};

use crate::{again, is_again, login, open, report};

const TUNNEL: &str = "tunnels::a_tunnel_reaches_the_server_under_its_own_name";
const SLOW: &str = "tunnels::a_tunnel_is_entered_only_when_ssh_listens";
const TAKEN: &str = "tunnels::a_port_that_somebody_took_meanwhile_is_replaced";
const KILLED: &str = "tunnels::a_tunnel_ends_with_its_program_even_when_that_is_killed";

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
    ssh.folder().write("known", "");
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

/// Makes every `listen` of a program wait, as a loaded machine does now and then.
const SLOW_LISTEN: &str = "
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
int listen(int socket, int length) {
    usleep(300000);
    return ((int (*)(int, int))dlsym(RTLD_NEXT, \"listen\"))(socket, length);
}
";

#[test]
fn a_tunnel_is_entered_only_when_ssh_listens() {
    if is_again() {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(enter_by_both_ends());
        return;
    }
    let ssh = Ssh::after("LD_PRELOAD=\"$at\"/slow.so; export LD_PRELOAD");
    let source = ssh.folder().write("slow.c", SLOW_LISTEN);
    run(Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .arg(ssh.folder().join("slow.so"))
        .arg(source));
    let (_, url) = Postgres::shared().fresh();
    again(
        SLOW,
        &[("PATH", ssh.path()), ("URL", format!("{url}?ssh=bastion"))],
    );
}

/// Enters by the socket, as this program does, and by the port, as other programs do, and finds both ends there.
async fn enter_by_both_ends() {
    let login = login(&given("URL")).await;
    let port = login.address().forwarded.expect("a tunnel has a port");
    TcpStream::connect(("127.0.0.1", port)).expect("ssh listens at the port");
    let mut db = open(&given("URL")).await;
    assert_eq!(db.scalar("SELECT 1").await, Ok(Some("1".into())));
}

#[test]
fn a_port_that_somebody_took_meanwhile_is_replaced() {
    if is_again() {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(enter_by_both_ends());
        return;
    }
    // The first ssh says which port it was given, and waits until somebody else has it.
    let ssh = Ssh::after(
        "if [ -p \"$at\"/asked ]; then\n\
         for word; do case $word in 127.0.0.1:*) port=${word#*:};; esac; done\n\
         echo \"${port%%:*}\" > \"$at\"/asked; rm \"$at\"/asked; read -r _ < \"$at\"/taken\nfi",
    );
    let (asked, taken) = (ssh.folder().join("asked"), ssh.folder().join("taken"));
    run(Command::new("mkfifo").args([&asked, &taken]));
    let somebody = std::thread::spawn(move || {
        let port = std::fs::read_to_string(asked).expect("ssh says it");
        let port: u16 = port.trim().parse().expect("a port");
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("it was free");
        std::fs::write(taken, "yes\n").expect("ssh waits for it");
        listener
    });
    let (_, url) = Postgres::shared().fresh();
    again(
        TAKEN,
        &[("PATH", ssh.path()), ("URL", format!("{url}?ssh=bastion"))],
    );
    let listener = somebody.join().expect("the port was taken");
    listener.set_nonblocking(true).expect("a listener");
    assert!(listener.accept().is_err(), "a stranger was entered");
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
    let file = ssh.folder().join("port");
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
