//! Notices of the system, heard on a message bus of the test's own.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use stopover_tests::Scratch;

use crate::change;
use crate::driver::PATIENCE;
use crate::opening::Desk;

/// A message bus of the test's own, and what is said on it.
struct Bus {
    address: String,
    heard: std::sync::mpsc::Receiver<String>,
    ends: [Child; 2],
}

impl Drop for Bus {
    fn drop(&mut self) {
        for process in &mut self.ends {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

impl Bus {
    fn start() -> Self {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon starts; run scripts/install.sh test");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().expect("its output is a pipe"))
            .read_line(&mut address)
            .expect("it says where it listens");
        let address = address.trim().to_owned();
        let mut monitor = Command::new("dbus-monitor")
            .args(["--address", &address])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-monitor starts; run scripts/install.sh test");
        let said = BufReader::new(monitor.stdout.take().expect("its output is a pipe"));
        let (tell, heard) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for line in said.lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    return;
                }
            }
        });
        Self {
            address,
            heard,
            ends: [daemon, monitor],
        }
    }

    /// Returns the texts of notices until one contains `part`.
    fn until(&mut self, part: &str) -> Vec<String> {
        let mut texts = Vec::new();
        let mut within = false;
        while let Ok(line) = self.heard.recv_timeout(PATIENCE) {
            if !line.starts_with(' ') {
                within = line.contains("member=Notify");
            } else if let Some(text) = line.trim().strip_prefix("string ").filter(|_| within) {
                texts.push(text.to_owned());
                if text.contains(part) {
                    return texts;
                }
            }
        }
        panic!("{part:?} was not said in time: {texts:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_tell_of_a_failure_and_the_end_unless_they_are_turned_off() {
    let pipes = Scratch::new();
    let pipe = |name: &str| {
        let pipe = pipes.join(name);
        mkfifo(&pipe, Mode::S_IRUSR | Mode::S_IWUSR).expect("a scratch folder takes a pipe");
        pipe
    };
    let (first, second) = (pipe("first"), pipe("second"));
    // Each of these steps lasts until something opens the other end of its pipe.
    let desk = Desk::new(&format!(
        r#"
[[step]]
id = "hold"
title = "Hold"
command = ["cat", "{}"]
[[step]]
id = "verify"
title = "A secret title"
after = ["hold"]
[[step.check]]
id = "two"
title = "Two rows"
sql = "SELECT count(*) FROM t"
expect = 2
[[step]]
id = "hold-again"
title = "Hold again"
after = ["verify"]
command = ["cat", "{}"]
[[step]]
id = "look"
title = "Look"
after = ["hold-again"]
manual = "Look."
"#,
        first.display(),
        second.display()
    ));
    let let_go = |pipe: &std::path::Path| {
        drop(
            OpenOptions::new()
                .write(true)
                .open(pipe)
                .expect("the step reads the pipe"),
        );
    };
    let mut bus = Bus::start();
    let address = bus.address.clone();
    let window = desk
        .start_in(&[("DBUS_SESSION_BUS_ADDRESS", &address)])
        .await;
    window.session("running").await;
    // On a display without other programs the window is always in front; it is told that it is not.
    let behind = "document.hasFocus = () => false;";
    let told = window.client.execute(behind, Vec::new()).await;
    told.expect("the window answers");
    let_go(&first);
    window.session("failed").await;
    let texts = bus.until("A step failed");
    assert!(
        texts
            .iter()
            .any(|text| text.contains("Small (development)"))
    );
    assert!(
        !texts.iter().any(|text| text.contains("secret")),
        "a notice names nothing of the plan's content: {texts:?}"
    );

    window.click("notices").await;
    window.wait("[data-testid=notices][aria-label$=off]").await;
    change(&desk.database(), "INSERT INTO t VALUES (2)");
    window.click("retry").await;
    window.confirm().await;
    window.session("running").await;
    let_go(&second);
    window.session("waiting").await;
    window.click("notices").await;
    window.click("sign").await;
    window.write("who", "Jo").await;
    window.click("confirm-ask").await;
    window.over("succeeded").await;
    let texts = bus.until("The session is over: succeeded");
    assert!(
        !texts.iter().any(|text| text.contains("waits for")),
        "what is turned off says nothing: {texts:?}"
    );
    window.close().await;
}
