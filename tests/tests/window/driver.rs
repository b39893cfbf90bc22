//! The window under WebDriver, on a display that exists only in memory.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use stopover_tests::scenario::eventually;
use stopover_tests::{Scratch, free_port, stopover_window};

mod waiting;

/// Longest wait for something to appear; a busy machine needs seconds.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A process that ends with the test.
struct Ends(Child);

impl Drop for Ends {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The window, its driver and its display.
pub(crate) struct Driven {
    /// Speaks to the window.
    pub(crate) client: Client,
    program: PathBuf,
    /// What the driver, and so the window, has in its environment.
    environment: Vec<(String, OsString)>,
    // Dropped in this order: the driver before the display it draws on.
    driver: Ends,
    display: Ends,
}

/// Returns the selector of what a test knows by this name.
pub(crate) fn css(testid: &str) -> String {
    format!("[data-testid=\"{testid}\"]")
}

/// Returns the processes that `parent` started.
fn children(parent: u32) -> Vec<u32> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc")
        .expect("/proc is there")
        .flatten()
    {
        let Some(process) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // The name, in brackets, may hold anything; the state and the parent come after it.
        let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
        if after.split_whitespace().nth(1) == Some(parent.to_string().as_str()) {
            found.push(process);
        }
    }
    found
}

async fn connect(port: u16, program: &Path, arguments: &[&str]) -> Client {
    let options = json!({ "binary": program, "args": arguments });
    let wanted = json!({ "webkitgtk:browserOptions": options });
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(wanted.as_object().expect("it is an object").clone());
    let address = format!("http://127.0.0.1:{port}");
    let connected = tokio::time::timeout(PATIENCE, builder.connect(&address)).await;
    connected
        .expect("the driver answers")
        .expect("the driver starts the window")
}

/// Ends the window of a client.
async fn end(client: Client) {
    let ended = tokio::time::timeout(PATIENCE, client.close()).await;
    ended.expect("the driver answers").expect("the window ends");
}

impl Driven {
    /// Opens the window with these arguments and a journal in `scratch`.
    pub(crate) async fn open(scratch: &Scratch, arguments: &[&str]) -> Self {
        Self::open_in(scratch, arguments, &[]).await
    }

    /// Does as [`Self::open`], with these variables in the window's environment.
    pub(crate) async fn open_in(
        scratch: &Scratch,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let window = Self::untouched(scratch, arguments, environment).await;
        // The look is kept from window to window, and others may have changed it.
        window.dress("light").await;
        window
    }

    /// Does as [`Self::open_in`], and leaves the window as it comes: nothing in it was clicked.
    pub(crate) async fn untouched(
        scratch: &Scratch,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        Self::of(&stopover_window(), scratch, arguments, environment).await
    }

    /// Does as [`Self::untouched`] with the window of another program.
    pub(crate) async fn of(
        program: &Path,
        scratch: &Scratch,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let mut display = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1920x1120x24",
                "-nolisten",
                "tcp",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts; run scripts/install.sh test");
        let out = display.stdout.take().expect("its output is a pipe");
        let display = Ends(display);
        let mut number = String::new();
        BufReader::new(out)
            .read_line(&mut number)
            .expect("Xvfb says which display it is");
        let journal = scratch.join("journal/journal.db");
        let mut all: Vec<(String, OsString)> = [
            ("DISPLAY", format!(":{}", number.trim())),
            ("TAURI_AUTOMATION", "true".to_owned()),
            ("TAURI_WEBVIEW_AUTOMATION", "true".to_owned()),
            // A server's default, under which WebKit has no language.
            ("LANG", "C.UTF-8".to_owned()),
            ("LC_ALL", "C.UTF-8".to_owned()),
        ]
        .into_iter()
        .chain(
            environment
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned())),
        )
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
        all.push(("STOPOVER_JOURNAL".to_owned(), journal.into()));
        Self::begin(program.to_owned(), arguments, all, display).await
    }

    /// Starts a driver and, through it, the window.
    async fn begin(
        program: PathBuf,
        arguments: &[&str],
        environment: Vec<(String, OsString)>,
        display: Ends,
    ) -> Self {
        let port = free_port();
        let driver = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env_remove("WAYLAND_DISPLAY")
            .envs(environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("WebKitWebDriver starts; run scripts/install.sh test");
        let driver = Ends(driver);
        eventually(
            || TcpStream::connect(("127.0.0.1", port)).is_ok(),
            || "the driver listens".to_owned(),
        );
        let client = connect(port, &program, arguments).await;
        Self {
            client,
            program,
            environment,
            driver,
            display,
        }
    }

    /// Ends the window's process and opens a new one on the same journal.
    pub(crate) async fn open_again(self, arguments: &[&str]) -> Self {
        let Self {
            client,
            program,
            environment,
            driver,
            display,
        } = self;
        end(client).await;
        // A driver that has ended one window does not always start another: it may wait for ever for its first word.
        drop(driver);
        Self::begin(program, arguments, environment, display).await
    }

    /// Kills the window's process and its driver, as a crash of the desktop would.
    pub(crate) fn kill(self) {
        let windows = children(self.driver.0.id());
        assert_eq!(windows.len(), 1, "the driver has started one window");
        for process in windows.into_iter().chain([self.driver.0.id()]) {
            let process = i32::try_from(process).expect("a process id is small");
            nix::sys::signal::kill(
                nix::unistd::Pid::from_raw(process),
                nix::sys::signal::Signal::SIGKILL,
            )
            .expect("the process is there");
        }
    }

    /// Ends the window.
    pub(crate) async fn close(self) {
        end(self.client.clone()).await;
    }

    /// Clicks an element once it is there and enabled.
    pub(crate) async fn click(&self, testid: &str) {
        let selector = format!("{}:not([disabled])", css(testid));
        self.wait(&selector).await;
        // The view may be drawn anew between finding and clicking.
        self.until("not-clicked", async || {
            let element = self.client.find(Locator::Css(&selector)).await;
            let clicked = match element {
                Ok(element) => element.click().await,
                Err(error) => Err(error),
            };
            clicked.map_err(|error| format!("{testid} cannot be clicked: {error}"))
        })
        .await;
    }

    /// Returns whether an element is enabled.
    pub(crate) async fn is_enabled(&self, testid: &str) -> bool {
        let element = self.wait(&css(testid)).await;
        element.is_enabled().await.expect("the element is there")
    }

    /// Replaces the text of a field.
    pub(crate) async fn write(&self, testid: &str, text: &str) {
        let field = self.wait(&css(testid)).await;
        field.clear().await.expect("the field is cleared");
        field.send_keys(text).await.expect("the field takes text");
    }

    /// Presses keys in a field.
    pub(crate) async fn press(&self, testid: &str, keys: &str) {
        let field = self.wait(&css(testid)).await;
        field.send_keys(keys).await.expect("the field takes keys");
    }

    /// Chooses an entry of a list by its value.
    pub(crate) async fn choose(&self, testid: &str, value: &str) {
        // A list that drops down is drawn outside the page, where the driver cannot click.
        let script = "const list = document.querySelector(arguments[0]); list.value = arguments[1]; \
            list.dispatchEvent(new Event('change', { bubbles: true })); return list.value;";
        self.see(testid).await;
        let chosen = self
            .client
            .execute(script, vec![css(testid).into(), value.into()])
            .await;
        assert_eq!(chosen.expect("the window answers"), value);
    }

    /// Returns the text of what the selector names, and nothing when it is not there.
    async fn text(&self, selector: &str) -> String {
        match self.client.find(Locator::Css(selector)).await {
            // The text of the document, not the driver's idea of what of it can be seen.
            Ok(element) => {
                let text = element.prop("textContent").await;
                text.ok().flatten().unwrap_or_default()
            }
            Err(_) => String::new(),
        }
    }

    /// Returns all text of the window.
    pub(crate) async fn everything(&self) -> String {
        self.text("body").await
    }

    /// Returns the names of the buttons that sign what is owed.
    pub(crate) async fn owed(&self) -> Vec<String> {
        let buttons = self
            .client
            .find_all(Locator::Css("[data-testid^=\"owed-\"]"))
            .await
            .expect("the window answers");
        let mut names = Vec::new();
        for button in buttons {
            let name = button
                .attr("data-testid")
                .await
                .expect("the button is there");
            names.extend(name);
        }
        names
    }
}
