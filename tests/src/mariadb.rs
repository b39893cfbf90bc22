//! A throwaway MariaDB server.

use std::io::Read;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::guard::{Account, Guard, free_port};
use crate::programs::{find, run};
use crate::template;
use crate::tls::Certificates;

/// User that must give a password; see [`MariaDb::url_with_password`].
pub const LOCKED: &str = "locked";

/// Durability against a power cut is switched off: a killed server keeps what it committed, the machine stays up.
const SETTINGS: &str = "\
bind-address=127.0.0.1
skip-name-resolve
innodb-log-file-size=8M
innodb-flush-method=nosync
innodb-flush-log-at-trx-commit=2
innodb-doublewrite=0
innodb-buffer-pool-size=64M
innodb-fast-shutdown=2
character-set-server=utf8mb4
default-time-zone=+00:00
max-connections=100
";

/// A running MariaDB server that ends with the test.
#[derive(Debug)]
pub struct MariaDb {
    guard: Guard,
    account: Account,
    port: u16,
    settings: String,
    certificates: Option<Certificates>,
}

impl MariaDb {
    /// Starts a server of the test's own, which the test may harm.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Returns the server all tests of this process share; no test may harm it.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<MariaDb> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// Starts a server with options of the `[mariadbd]` group.
    pub fn start_with(settings: &[(&str, &str)]) -> Self {
        let (account, folder) = Self::cluster();
        let mut text = SETTINGS.to_owned();
        for (name, value) in settings {
            text.push_str(&format!("{name}={value}\n"));
        }
        Self::run_in(account, folder, text, None)
    }

    /// Starts a server that offers TLS with a certificate for `localhost` and 127.0.0.1; see [`Self::authority`].
    pub fn start_with_tls() -> Self {
        let (account, folder) = Self::cluster();
        let certificates = Certificates::make(&folder);
        account.own(&certificates.key, 0o600);
        for file in [&certificates.certificate, &certificates.authority] {
            account.own(file, 0o644);
        }
        let text = format!(
            "{SETTINGS}ssl-ca={}\nssl-cert={}\nssl-key={}\n",
            certificates.authority.display(),
            certificates.certificate.display(),
            certificates.key.display()
        );
        Self::run_in(account, folder, text, Some(certificates))
    }

    fn cluster() -> (Account, PathBuf) {
        let account = Account::of("mysql");
        let folder = account.folder();
        let server = find("mariadbd", &[]);
        let install = find("mariadb-install-db", &[]);
        let version = run(Command::new(&server).arg("--version"));
        let version: String = version
            .split_whitespace()
            .skip_while(|word| *word != "Ver")
            .nth(1)
            .unwrap_or("unknown")
            .chars()
            .take_while(|c| c.is_ascii_digit() || *c == '.')
            .collect();
        template::copy(
            &format!("mariadb-{version}-1"),
            &account,
            &folder.join("data"),
            |cluster| {
                std::fs::create_dir(cluster).expect("a folder of our own takes folders");
                account.own(cluster, 0o700);
                let words = account.command(&install);
                run(Command::new(&words[0])
                    .args(&words[1..])
                    .arg("--no-defaults")
                    .arg(format!("--datadir={}", cluster.display()))
                    .args(["--auth-root-authentication-method=normal", "--skip-test-db"])
                    .args(["--innodb-log-file-size=8M", "--innodb-flush-method=nosync"])
                    .current_dir("/tmp"));
            },
        );
        (account, folder)
    }

    fn run_in(
        account: Account,
        folder: PathBuf,
        settings: String,
        certificates: Option<Certificates>,
    ) -> Self {
        let mut command = account.command(&find("mariadbd", &[]));
        command.push(format!("--defaults-file={}", folder.join("my.cnf").display()).into());
        let guard = Guard::over(folder, "KILL", &command);
        let server = Self {
            guard,
            account,
            port: free_port(),
            settings,
            certificates,
        };
        server.start_again();
        server
    }

    /// Starts the server again after [`Self::stop_immediately`], on the same port.
    pub fn start_again(&self) {
        if let Err(log) = self.try_start() {
            panic!("MariaDB did not start:\n{log}");
        }
    }

    fn try_start(&self) -> Result<(), String> {
        let folder = self.guard.folder();
        // A server that starts clears its folder for temporary files, so two must not share one.
        let text = format!(
            "[mariadbd]\ndatadir={0}/data\ntmpdir={0}\nsocket={0}/s\npid-file={0}/p\nport={1}\n{2}",
            folder.display(),
            self.port(),
            self.settings
        );
        self.account.write(&folder.join("my.cnf"), &text);
        let socket = folder.join("s");
        let _ = std::fs::remove_file(&socket);
        self.guard.forget_log();
        self.guard.start();
        self.guard.wait(|| {
            if greets(&socket) {
                return Ok(true);
            }
            let log = self.guard.log();
            if log.contains("[ERROR] Aborting") {
                Err(log)
            } else {
                Ok(false)
            }
        })
    }

    /// Ends the server at once: connections break, the next start recovers from the log.
    pub fn stop_immediately(&self) {
        self.guard.stop();
    }

    /// Ends the server at once and starts it again on the same port.
    pub fn restart(&self) {
        self.stop_immediately();
        self.start_again();
    }

    /// Returns the server's TCP port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the process id of the server.
    pub fn pid(&self) -> i32 {
        std::fs::read_to_string(self.guard.folder().join("p"))
            .ok()
            .and_then(|text| text.trim().parse().ok())
            .expect("a running server has a pid file")
    }

    /// Returns the server's socket.
    pub fn socket(&self) -> PathBuf {
        self.guard.folder().join("s")
    }

    /// Returns the authority's certificate of a server started with TLS.
    pub fn authority(&self) -> &Path {
        let certificates = self.certificates.as_ref();
        &certificates
            .expect("the server was started by start_with_tls")
            .authority
    }

    /// Returns what the server has logged since it was started last.
    pub fn log(&self) -> String {
        self.guard.log()
    }

    /// Creates an empty database and returns its URL.
    pub fn database(&self, name: &str) -> String {
        let quoted = name.replace('`', "``");
        self.run("", &format!("CREATE DATABASE `{quoted}`"));
        self.url(name)
    }

    /// Creates an empty database under a name no one has and returns the name and the URL.
    pub fn fresh(&self) -> (String, String) {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let name = format!("fresh_{}", NEXT.fetch_add(1, Ordering::SeqCst));
        let url = self.database(&name);
        (name, url)
    }

    /// Returns the URL of a database for root, who needs no password.
    pub fn url(&self, database: &str) -> String {
        self.url_on(self.port(), database)
    }

    /// Returns the URL of a database through another port, e.g. a proxy's.
    pub fn url_on(&self, port: u16, database: &str) -> String {
        format!("mariadb://root@127.0.0.1:{port}/{database}")
    }

    /// Returns the URL of a database for `user`, who needs no password unless it is [`LOCKED`].
    pub fn url_as(&self, user: &str, database: &str) -> String {
        format!("mariadb://{user}@127.0.0.1:{}/{database}", self.port())
    }

    /// Returns the URL of a database through the server's socket.
    pub fn socket_url(&self, database: &str) -> String {
        format!(
            "mariadb://root@localhost:{}/{database}?host={}",
            self.port(),
            self.socket().display()
        )
    }

    /// Makes the user [`LOCKED`], who may do all, with `password` (letters and digits) and returns the URL with both.
    /// Tests that share a server give the same password.
    pub fn url_with_password(&self, database: &str, password: &str) -> String {
        self.run(
            "",
            &format!(
                "CREATE USER IF NOT EXISTS {LOCKED}@'%'; \
                 ALTER USER {LOCKED}@'%' IDENTIFIED BY '{password}'; \
                 GRANT ALL ON *.* TO {LOCKED}@'%' WITH GRANT OPTION"
            ),
        );
        format!(
            "mariadb://{LOCKED}:{password}@127.0.0.1:{}/{database}",
            self.port()
        )
    }

    /// Runs statements through the client and returns the rows: columns divided by tabs, a row a line.
    pub fn run(&self, database: &str, sql: &str) -> String {
        run(self.batch(database).args(["-e", sql]))
            .trim_end()
            .to_owned()
    }

    /// Runs a file of statements through the client.
    pub fn run_file(&self, database: &str, file: &Path) -> String {
        let input = std::fs::File::open(file)
            .unwrap_or_else(|error| panic!("{} cannot be read: {error}", file.display()));
        run(self.batch(database).stdin(Stdio::from(input)))
    }

    fn batch(&self, database: &str) -> Command {
        let mut command = self.client("mariadb");
        command.args(["-B", "-N", "--default-character-set=utf8mb4"]);
        if !database.is_empty() {
            command.arg(database);
        }
        command
    }

    /// Returns a program of the installed MariaDB.
    pub fn program(name: &str) -> PathBuf {
        find(name, &[])
    }

    /// Returns a client program bound to this server as root.
    pub fn client(&self, name: &str) -> Command {
        let mut command = Command::new(Self::program(name));
        command
            .arg("--no-defaults")
            .arg("-S")
            .arg(self.socket())
            .arg("-uroot")
            .env_remove("MYSQL_PWD");
        command
    }

    /// Returns schema and contents of a database as text: equal texts mean equal databases.
    pub fn dump(&self, database: &str) -> String {
        self.dump_except(database, &[])
    }

    /// Returns what [`Self::dump`] returns without the tables named, e.g. those that are not the application's.
    pub fn dump_except(&self, database: &str, tables: &[&str]) -> String {
        let options: Vec<String> = tables
            .iter()
            .map(|table| format!("--ignore-table={database}.{table}"))
            .collect();
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        self.dump_by(database, &options)
    }

    /// Returns the schema of a database as text.
    pub fn dump_schema(&self, database: &str) -> String {
        self.dump_by(database, &["--no-data"])
    }

    fn dump_by(&self, database: &str, options: &[&str]) -> String {
        run(self
            .client("mariadb-dump")
            .args(["--skip-comments", "--skip-dump-date", "--hex-blob"])
            .args(["--skip-extended-insert", "--order-by-primary"])
            .args(["--routines", "--triggers", "--events"])
            .args(options)
            .arg(database))
    }
}

/// Returns true when the server greets a client: the protocol's first packet starts with version 10.
fn greets(socket: &Path) -> bool {
    let Ok(mut stream) = UnixStream::connect(socket) else {
        return false;
    };
    let mut greeting = [0_u8; 5];
    stream
        .set_read_timeout(Some(Duration::from_secs(5)))
        .is_ok()
        && stream.read_exact(&mut greeting).is_ok()
        && greeting[4] == 10
}
