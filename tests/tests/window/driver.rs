//! The window under WebDriver, on a display that exists only in memory.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use stopover_tests::{Scratch, free_port, stopover_window, workspace};

/// Longest wait for something to appear; a busy machine needs seconds.
const PATIENCE: Duration = Duration::from_secs(60);

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
    client: Client,
    port: u16,
    // Dropped in this order: the driver before the display it draws on.
    driver: Ends,
    display: Ends,
}

fn css(testid: &str) -> String {
    format!("[data-testid=\"{testid}\"]")
}

async fn connect(port: u16, arguments: &[&str]) -> Client {
    let options = json!({ "binary": stopover_window(), "args": arguments });
    let wanted = json!({ "webkitgtk:browserOptions": options });
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(wanted.as_object().expect("it is an object").clone());
    builder
        .connect(&format!("http://127.0.0.1:{port}"))
        .await
        .expect("the driver starts the window")
}

impl Driven {
    /// Opens the window with these arguments and a journal in `scratch`.
    pub(crate) async fn open(scratch: &Scratch, arguments: &[&str]) -> Self {
        let mut display = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1280x820x24",
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
        let port = free_port();
        let driver = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("DISPLAY", format!(":{}", number.trim()))
            .env_remove("WAYLAND_DISPLAY")
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("STOPOVER_JOURNAL", scratch.join("journal/journal.db"))
            // A server's default, under which WebKit has no language.
            .env("LANG", "C.UTF-8")
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("WebKitWebDriver starts; run scripts/install.sh test");
        let driver = Ends(driver);
        let began = std::time::Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < PATIENCE, "the driver does not listen");
            std::thread::yield_now();
        }
        let client = connect(port, arguments).await;
        Self {
            client,
            port,
            driver,
            display,
        }
    }

    /// Ends the window's process and opens a new one on the same journal.
    pub(crate) async fn open_again(self, arguments: &[&str]) -> Self {
        let Self {
            client,
            port,
            driver,
            display,
        } = self;
        client.close().await.expect("the window ends");
        let client = connect(port, arguments).await;
        Self {
            client,
            port,
            driver,
            display,
        }
    }

    /// Ends the window.
    pub(crate) async fn close(self) {
        self.client.clone().close().await.expect("the window ends");
    }

    async fn wait(&self, selector: &str) -> fantoccini::elements::Element {
        let found = self
            .client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css(selector))
            .await;
        match found {
            Ok(element) => element,
            Err(error) => {
                self.picture("missing").await;
                let text = self.text("body").await;
                panic!("{selector} did not appear: {error}\nThe window shows:\n{text}")
            }
        }
    }

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

    /// Waits until an element is there.
    pub(crate) async fn see(&self, testid: &str) {
        self.wait(&css(testid)).await;
    }

    /// Waits until an element is gone.
    pub(crate) async fn gone(&self, testid: &str) {
        let began = std::time::Instant::now();
        while self.client.find(Locator::Css(&css(testid))).await.is_ok() {
            if began.elapsed() > PATIENCE {
                self.picture("still-there").await;
                panic!("{testid} stays:\n{}", self.text("body").await);
            }
        }
    }

    /// Waits until an element's text contains `part`.
    pub(crate) async fn reads(&self, testid: &str, part: &str) {
        self.see(testid).await;
        let began = std::time::Instant::now();
        loop {
            let text = self.text(&css(testid)).await;
            if text.contains(part) {
                return;
            }
            assert!(
                began.elapsed() < PATIENCE,
                "{testid} should read {part:?} and reads {text:?}"
            );
        }
    }

    /// Clicks an element once it is there and enabled.
    pub(crate) async fn click(&self, testid: &str) {
        let selector = format!("{}:not([disabled])", css(testid));
        let began = std::time::Instant::now();
        loop {
            let element = self.wait(&selector).await;
            // The view may be drawn anew between finding and clicking.
            match element.click().await {
                Ok(()) => return,
                Err(error) => {
                    if began.elapsed() > PATIENCE {
                        self.picture("not-clicked").await;
                        panic!("{testid} cannot be clicked: {error}");
                    }
                }
            }
        }
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

    /// Waits until the session is in this state.
    pub(crate) async fn session(&self, state: &str) {
        self.wait(&format!("{}[data-state=\"{state}\"]", css("session")))
            .await;
    }

    /// Waits until the session is over with this outcome.
    pub(crate) async fn over(&self, outcome: &str) {
        let session = css("session");
        self.wait(&format!(
            "{session}[data-state=\"finished\"][data-outcome=\"{outcome}\"]"
        ))
        .await;
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

    /// Keeps a picture of the window in `target/screenshots`.
    pub(crate) async fn picture(&self, name: &str) {
        let folder: PathBuf = workspace().join("target/screenshots");
        std::fs::create_dir_all(&folder).expect("target takes folders");
        // The driver may hand out the frame before; two more make it this one.
        let drawn = "const done = arguments[0]; \
                     requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0)));";
        let waited = self.client.execute_async(drawn, Vec::new()).await;
        waited.expect("the window draws");
        let picture = self.client.screenshot().await.expect("the window is drawn");
        std::fs::write(folder.join(format!("{name}.png")), picture).expect("target takes files");
    }
}
