//! A throwaway PostgreSQL server.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use crate::guard::{Account, Guard, free_port};
use crate::programs::{find, run};
use crate::template;
use crate::tls::Certificates;

/// Role that must give its password (SCRAM); see [`Postgres::url_with_password`].
pub const LOCKED: &str = "locked";
/// Role that is let in over TLS only, without a password.
pub const TLS_ONLY: &str = "tls_only";

/// Who is let in how: everyone from this machine, but for the two roles above.
const ACCESS: &str = "\
local   all         locked                  scram-sha-256
host    all         locked    127.0.0.1/32  scram-sha-256
hostssl all         tls_only  127.0.0.1/32  trust
host    all         tls_only  127.0.0.1/32  reject
local   all         all                     trust
host    all         all       127.0.0.1/32  trust
local   replication all                     trust
host    replication all       127.0.0.1/32  trust
";

/// Durability against a power cut is switched off: a killed server keeps what it committed, the machine stays up.
const SETTINGS: &str = "\
listen_addresses = '127.0.0.1'
fsync = off
full_page_writes = off
shared_buffers = 32MB
max_wal_size = 512MB
timezone = UTC
log_timezone = UTC
wal_level = replica
hot_standby = on
";

/// A running PostgreSQL server that ends with the test.
#[derive(Debug)]
pub struct Postgres {
    guard: Guard,
    account: Account,
    port: u16,
    settings: String,
    certificates: Option<Certificates>,
}

impl Postgres {
    /// Starts a server of the test's own, which the test may harm.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Returns the server all tests of this process share; no test may harm it.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// Starts a server with settings of `postgresql.conf`, values written as there.
    pub fn start_with(settings: &[(&str, &str)]) -> Self {
        let (account, folder) = Self::cluster();
        let mut text = SETTINGS.to_owned();
        for (name, value) in settings {
            text.push_str(&format!("{name} = {value}\n"));
        }
        Self::run_in(account, folder, text, None)
    }

    /// Starts a server that offers TLS with a certificate for `localhost` and 127.0.0.1; see [`Self::authority`].
    pub fn start_with_tls() -> Self {
        let (account, folder) = Self::cluster();
        let certificates = Certificates::make(&folder);
        account.own(&certificates.key, 0o600);
        let text = format!(
            "{SETTINGS}ssl = on\nssl_cert_file = '{}'\nssl_key_file = '{}'\n",
            certificates.certificate.display(),
            certificates.key.display()
        );
        for file in [&certificates.certificate, &certificates.authority] {
            account.own(file, 0o644);
        }
        Self::run_in(account, folder, text, Some(certificates))
    }

    fn cluster() -> (Account, PathBuf) {
        let account = Account::of("postgres");
        let folder = account.folder();
        let initdb = Self::program("initdb");
        let version = run(Command::new(&initdb).arg("--version"));
        let version: String = version
            .split_whitespace()
            .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))
            .unwrap_or("unknown")
            .to_owned();
        template::copy(
            &format!("postgresql-{version}-1"),
            &account,
            &folder.join("data"),
            |cluster| {
                let words = account.command(&initdb);
                run(Command::new(&words[0])
                    .args(&words[1..])
                    .arg("-D")
                    .arg(cluster)
                    .args(["-U", "postgres", "-A", "trust", "-E", "UTF8"])
                    .args(["--locale=C.UTF-8", "--no-sync", "--wal-segsize=4"])
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
        let data = folder.join("data");
        account.write(&data.join("pg_hba.conf"), ACCESS);
        let mut command = account.command(&Self::program("postgres"));
        command.push("-D".into());
        command.push(data.into());
        // An immediate shutdown: what a crash leaves is what every start after it finds.
        let guard = Guard::over(folder, "QUIT", &command);
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

    /// Starts the server again after [`Self::stop_immediately`] or [`Self::kill`], on the same port.
    pub fn start_again(&self) {
        if let Err(log) = self.try_start() {
            panic!("PostgreSQL did not start:\n{log}");
        }
    }

    fn try_start(&self) -> Result<(), String> {
        let folder = self.guard.folder();
        let data = folder.join("data");
        let text = format!(
            "{}port = {}\nunix_socket_directories = '{}'\n",
            self.settings,
            self.port(),
            folder.display()
        );
        self.account.write(&data.join("postgresql.conf"), &text);
        // Backends that outlive a killed server notice it soon; until then they must not meet another one.
        self.guard.wait(|| Ok(!is_worked_in(&data)))?;
        let state = data.join("postmaster.pid");
        let _ = std::fs::remove_file(&state);
        self.guard.forget_log();
        self.guard.start();
        self.guard.wait(|| {
            // The eighth line of this file is the server's own word on whether it takes connections.
            let file = std::fs::read_to_string(&state).unwrap_or_default();
            if file.lines().nth(7).is_some_and(|l| l.trim() == "ready") {
                return Ok(true);
            }
            let log = self.guard.log();
            // A client that comes too early is sent away with a FATAL of its own: the database system is starting up.
            let failed = log
                .lines()
                .any(|line| line.contains("FATAL:") && !line.contains("the database system is"));
            if failed { Err(log) } else { Ok(false) }
        })
    }

    /// Ends the server at once: connections break, the next start recovers from the log.
    pub fn stop_immediately(&self) {
        self.guard.stop();
    }

    /// Kills the server's first process, which leaves its backends to notice by themselves.
    pub fn kill(&self) {
        self.guard.kill();
    }

    /// Ends the server at once and starts it again on the same port.
    pub fn restart(&self) {
        self.stop_immediately();
        self.start_again();
    }

    /// Starts a read-only standby of this server, caught up with what it holds now.
    pub fn standby(&self) -> Self {
        let account = Account::of("postgres");
        let folder = account.folder();
        let data = folder.join("data");
        let words = account.command(&Self::program("pg_basebackup"));
        run(Command::new(&words[0])
            .args(&words[1..])
            .args(["-h", "127.0.0.1", "-U", "postgres", "-R", "--no-sync"])
            .args(["-c", "fast", "-X", "stream", "-p"])
            .arg(self.port().to_string())
            .arg("-D")
            .arg(&data)
            .current_dir("/tmp"));
        Self::run_in(account, folder, self.settings.clone(), None)
    }

    /// Returns the server's TCP port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the process id of the server's first process.
    pub fn pid(&self) -> i32 {
        let file = std::fs::read_to_string(self.guard.folder().join("data/postmaster.pid"))
            .expect("a running server has a pid file");
        file.lines()
            .next()
            .and_then(|line| line.trim().parse().ok())
            .expect("a pid file starts with the pid")
    }

    /// Returns the folder of the server's socket.
    pub fn socket_folder(&self) -> &Path {
        self.guard.folder()
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
        let quoted = name.replace('"', "\"\"");
        self.run("postgres", &format!("CREATE DATABASE \"{quoted}\""));
        self.url(name)
    }

    /// Creates an empty database under a name no one has and returns the name and the URL.
    pub fn fresh(&self) -> (String, String) {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let name = format!("fresh_{}", NEXT.fetch_add(1, Ordering::SeqCst));
        let url = self.database(&name);
        (name, url)
    }

    /// Returns the URL of a database for the superuser, who needs no password.
    pub fn url(&self, database: &str) -> String {
        self.url_on(self.port(), database)
    }

    /// Returns the URL of a database through another port, e.g. a proxy's.
    pub fn url_on(&self, port: u16, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{port}/{database}")
    }

    /// Returns the URL of a database for `user`, who needs no password unless it is [`LOCKED`].
    pub fn url_as(&self, user: &str, database: &str) -> String {
        format!("postgres://{user}@127.0.0.1:{}/{database}", self.port())
    }

    /// Returns the URL of a database through the server's socket.
    pub fn socket_url(&self, database: &str) -> String {
        format!(
            "postgres://postgres@localhost:{}/{database}?host={}",
            self.port(),
            self.guard.folder().display()
        )
    }

    /// Makes the superuser [`LOCKED`] with `password` (letters and digits) and returns the URL with both. Tests that
    /// share a server give the same password.
    pub fn url_with_password(&self, database: &str, password: &str) -> String {
        static ONE_BY_ONE: Mutex<()> = Mutex::new(());
        let turn = ONE_BY_ONE.lock();
        let found = format!("SELECT count(*) FROM pg_roles WHERE rolname = '{LOCKED}'");
        let verb = match self.run("postgres", &found).as_str() {
            "0" => "CREATE",
            _ => "ALTER",
        };
        self.run(
            "postgres",
            &format!("{verb} ROLE {LOCKED} LOGIN SUPERUSER PASSWORD '{password}'"),
        );
        drop(turn);
        format!(
            "postgres://{LOCKED}:{password}@127.0.0.1:{}/{database}",
            self.port()
        )
    }

    /// Runs statements through psql and returns the rows: columns divided by `|`, NULL empty, a row a line.
    pub fn run(&self, database: &str, sql: &str) -> String {
        run(self.psql(database).args(["-c", sql]))
            .trim_end()
            .to_owned()
    }

    /// Runs a file of statements through psql.
    pub fn run_file(&self, database: &str, file: &Path) -> String {
        run(self.psql(database).arg("-f").arg(file))
    }

    fn psql(&self, database: &str) -> Command {
        let mut command = self.client("psql");
        command
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d"])
            .arg(database);
        command
    }

    /// Returns a client program of the server's version, bound to this server as its superuser.
    pub fn client(&self, name: &str) -> Command {
        let mut command = Command::new(Self::program(name));
        command
            .env_remove("PGSERVICE")
            .env_remove("PGPASSWORD")
            .env_remove("PGOPTIONS")
            .env("PGHOST", "127.0.0.1")
            .env("PGPORT", self.port().to_string())
            .env("PGUSER", "postgres");
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
            .map(|table| format!("--exclude-table={table}"))
            .collect();
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        self.dump_by(database, &options)
    }

    /// Returns the schema of a database as text.
    pub fn dump_schema(&self, database: &str) -> String {
        self.dump_by(database, &["--schema-only"])
    }

    fn dump_by(&self, database: &str, options: &[&str]) -> String {
        let dump = run(self.client("pg_dump").args(options).args(["-d", database]));
        // Newer dumps carry a random word in these lines; row order is no part of the contents.
        let mut rows: Vec<&str> = Vec::new();
        let mut text = String::new();
        let mut copying = false;
        for line in dump.lines() {
            if copying && line != "\\." {
                rows.push(line);
                continue;
            }
            if copying {
                rows.sort_unstable();
                rows.drain(..).for_each(|row| {
                    text.push_str(row);
                    text.push('\n');
                });
            }
            copying = line.starts_with("COPY ") && line.ends_with(" FROM stdin;");
            if !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict") {
                text.push_str(line);
                text.push('\n');
            }
        }
        text
    }

    /// Returns a program of the installed PostgreSQL: 15 where it is there, else the newest.
    pub fn program(name: &str) -> PathBuf {
        let mut folders: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .filter_map(|entry| {
                let entry = entry.ok()?;
                let version: u32 = entry.file_name().to_str()?.parse().ok()?;
                Some((version, entry.path().join("bin")))
            })
            .collect();
        folders.sort_by_key(|(version, _)| (*version != 15, std::cmp::Reverse(*version)));
        let folders: Vec<PathBuf> = folders.into_iter().map(|(_, folder)| folder).collect();
        find(name, &folders)
    }
}

/// Returns true when the folder is the working directory of a process, as a server's data is of all its processes.
fn is_worked_in(folder: &Path) -> bool {
    std::fs::read_dir("/proc")
        .expect("Linux tells of its processes")
        .flatten()
        .any(|process| {
            std::fs::read_link(process.path().join("cwd")).is_ok_and(|place| place == folder)
        })
}
