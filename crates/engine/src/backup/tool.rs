//! Finds the dump and restore tools of this machine, and the version that suits a server.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use super::BackupError;

/// Longest time a tool may take to say its version.
const PATIENCE: Duration = Duration::from_secs(10);

/// A tool and its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// Path.
    pub path: PathBuf,
    /// Version as it names itself, e.g. `15.18`.
    pub version: String,
    /// Major version.
    pub major: u32,
}

/// The tools that suit one PostgreSQL server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresTools {
    /// `pg_dump`
    pub dump: Tool,
    /// `pg_restore`
    pub restore: Tool,
    /// `psql`, needed for plain scripts only.
    pub psql: Option<Tool>,
}

/// What a tool of MariaDB or MySQL is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MysqlJob {
    /// Writes a dump.
    Dump,
    /// Reads one.
    Client,
}

/// Folders in which tools are looked for, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toolbox {
    postgres: Vec<PathBuf>,
    mysql: Vec<PathBuf>,
}

impl Toolbox {
    /// Returns the folders of this machine. `STOPOVER_PG_BIN` and `STOPOVER_MYSQL_BIN`, when set, name the only ones.
    pub fn of_environment() -> Self {
        let only = |name: &str| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(|value| std::env::split_paths(&value).collect::<Vec<_>>())
        };
        let path = only("PATH").unwrap_or_default();
        let mut usual: Vec<PathBuf> = [
            "/usr/lib/postgresql",
            "/usr/local/opt",
            "/opt/homebrew/opt",
            "/Library/PostgreSQL",
        ]
        .into_iter()
        .flat_map(folders_in)
        .collect();
        usual.extend((10..=30).map(|major| PathBuf::from(format!("/usr/pgsql-{major}/bin"))));
        usual.extend(path.clone());
        Self {
            postgres: only("STOPOVER_PG_BIN").unwrap_or(usual),
            mysql: only("STOPOVER_MYSQL_BIN").unwrap_or(path),
        }
    }

    /// Returns a toolbox of one folder and no other.
    pub fn only(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        Self {
            postgres: vec![folder.clone()],
            mysql: vec![folder],
        }
    }

    /// Returns the PostgreSQL tools that suit a server: of its own major version, else of the next newer one that is
    /// installed. (A much newer `pg_restore` writes settings that an older server does not know.)
    ///
    /// # Errors
    /// When there is none, or every one is older than the server.
    pub async fn postgres(
        &self,
        server_major: u32,
        server_version: &str,
    ) -> Result<PostgresTools, BackupError> {
        let remedy = format!(
            "Run `apt install postgresql-client-{server_major}`, or set STOPOVER_PG_BIN to the folder of a newer pg_dump."
        );
        let found = tools_in(&self.postgres, "pg_dump").await;
        let suits = found
            .iter()
            .filter(|tool| tool.major >= server_major)
            .min_by_key(|tool| tool.major);
        let Some(dump) = suits else {
            return Err(match found.into_iter().max_by_key(|tool| tool.major) {
                Some(newest) => BackupError::ToolTooOld {
                    tool: newest.path.display().to_string(),
                    tool_version: newest.version,
                    server_version: server_version.to_owned(),
                    remedy,
                },
                None => BackupError::ToolMissing {
                    tool: "pg_dump".to_owned(),
                    remedy,
                },
            });
        };
        let folder = dump.path.parent().map(Path::to_owned).unwrap_or_default();
        let beside = tools_in(std::slice::from_ref(&folder), "pg_restore").await;
        let Some(restore) = beside.into_iter().find(|tool| tool.major == dump.major) else {
            return Err(BackupError::ToolMissing {
                tool: folder.join("pg_restore").display().to_string(),
                remedy,
            });
        };
        Ok(PostgresTools {
            dump: dump.clone(),
            restore,
            psql: tools_in(&[folder], "psql").await.into_iter().next(),
        })
    }

    /// Returns the newest `pg_restore`, which reads the archives of every version before it.
    ///
    /// # Errors
    /// When there is none.
    pub async fn newest_pg_restore(&self) -> Result<Tool, BackupError> {
        let found = tools_in(&self.postgres, "pg_restore").await;
        found
            .into_iter()
            .max_by_key(|tool| tool.major)
            .ok_or_else(|| BackupError::ToolMissing {
                tool: "pg_restore".to_owned(),
                remedy:
                    "Run `apt install postgresql-client`, or set STOPOVER_PG_BIN to its folder."
                        .to_owned(),
            })
    }

    /// Returns a tool of MariaDB or MySQL, of the server's own family when both are installed.
    ///
    /// # Errors
    /// When there is none.
    pub async fn mysql(&self, job: MysqlJob, mariadb: bool) -> Result<Tool, BackupError> {
        let (ours, other) = match (job, mariadb) {
            (MysqlJob::Dump, true) => ("mariadb-dump", "mysqldump"),
            (MysqlJob::Dump, false) => ("mysqldump", "mariadb-dump"),
            (MysqlJob::Client, true) => ("mariadb", "mysql"),
            (MysqlJob::Client, false) => ("mysql", "mariadb"),
        };
        for name in [ours, other] {
            if let Some(tool) = tools_in(&self.mysql, name).await.into_iter().next() {
                return Ok(tool);
            }
        }
        let package = match mariadb {
            true => "mariadb-client",
            false => "default-mysql-client",
        };
        Err(BackupError::ToolMissing {
            tool: ours.to_owned(),
            remedy: format!(
                "Run `apt install {package}`, or set STOPOVER_MYSQL_BIN to the folder of {ours}."
            ),
        })
    }
}

/// Returns `parent/*/bin`.
fn folders_in(parent: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(parent) else {
        return Vec::new();
    };
    let entries = entries.flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path().join("bin")).collect();
    folders.sort();
    folders
}

/// Returns every tool of this name that says its version.
async fn tools_in(folders: &[PathBuf], name: &str) -> Vec<Tool> {
    let mut seen = BTreeSet::new();
    let mut tools = Vec::new();
    for folder in folders {
        let path = folder.join(name);
        // Two names of one file are one tool, but it is started by the name it was found under: wrappers look at it.
        let Ok(real) = path.canonicalize() else {
            continue;
        };
        if !seen.insert(real) {
            continue;
        }
        if let Some((version, major)) = version_of(&path).await {
            tools.push(Tool {
                path,
                version,
                major,
            });
        }
    }
    tools
}

async fn version_of(path: &Path) -> Option<(String, u32)> {
    let asked = Command::new(path)
        .arg("--version")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    let answer = tokio::time::timeout(PATIENCE, asked).await.ok()?.ok()?;
    version_in(&String::from_utf8_lossy(&answer.stdout))
}

/// Reads `pg_dump (PostgreSQL) 15.18 (…)`, `mariadb-dump  Ver 10.19 Distrib 10.11.19-MariaDB, …`,
/// `mariadb-dump from 11.4.2-MariaDB, …` and `mysqldump  Ver 8.0.36 …`.
fn version_in(answer: &str) -> Option<(String, u32)> {
    let line = answer.lines().next()?;
    // MariaDB writes the version of the tool's own text first, and that of the product after `Distrib` or `from`.
    let from = ["Distrib ", " from "]
        .iter()
        .find_map(|word| line.find(word).map(|at| at + word.len()))
        .unwrap_or(0);
    let version = line[from..]
        .split([' ', ','])
        .find(|word| word.starts_with(|letter: char| letter.is_ascii_digit()))?;
    let digits = version
        .split(|letter: char| !letter.is_ascii_digit())
        .next()?;
    Some((version.to_owned(), digits.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn check(answer: &str, version: &str, major: u32) {
        assert_eq!(version_in(answer), Some((version.to_owned(), major)));
    }

    #[test]
    fn every_tool_is_understood() {
        check(
            "pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n",
            "15.18",
            15,
        );
        check("pg_dump (PostgreSQL) 18beta1\n", "18beta1", 18);
        check(
            "mariadb-dump  Ver 10.19 Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)",
            "10.11.19-MariaDB",
            10,
        );
        check(
            "mariadb-dump from 11.4.2-MariaDB, client 10.19 for Linux (x86_64)",
            "11.4.2-MariaDB",
            11,
        );
        check("mysqldump  Ver 8.0.36 for Linux on x86_64", "8.0.36", 8);
        assert_eq!(version_in(""), None);
        assert_eq!(version_in("no version"), None);
    }

    fn install(folder: &Path, version: &str) {
        std::fs::create_dir_all(folder).expect("a folder");
        for name in ["pg_dump", "pg_restore", "psql"] {
            let path = folder.join(name);
            let script = format!("#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n");
            std::fs::write(&path, script).expect("writes");
            let mode = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(&path, mode).expect("is ours");
        }
    }

    #[tokio::test]
    async fn the_nearest_version_that_is_not_older_is_chosen() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut toolbox = Toolbox::only(folder.path().join("none"));
        for version in ["12.1", "15.4", "16.2", "18.0"] {
            install(&folder.path().join(version), version);
            toolbox.postgres.push(folder.path().join(version));
        }
        for (server, tool) in [(15, "15.4"), (14, "15.4"), (17, "18.0"), (9, "12.1")] {
            let tools = toolbox.postgres(server, "?").await.expect("there is one");
            assert_eq!(tools.dump.version, tool);
            assert_eq!(tools.restore.version, tool);
        }
        let newest = toolbox.newest_pg_restore().await.expect("there is one");
        assert_eq!(newest.version, "18.0");
    }

    #[tokio::test]
    async fn an_older_tool_is_refused_with_the_remedy() {
        let folder = tempfile::tempdir().expect("a folder");
        install(folder.path(), "12.20");
        let toolbox = Toolbox::only(folder.path());
        let error = toolbox.postgres(15, "15.18").await.expect_err("is older");
        let problem = error.problem();
        assert_eq!(problem.code, "tool-too-old");
        assert!(problem.message.contains("12.20") && problem.message.contains("15.18"));
        assert!(problem.hint.contains("apt install postgresql-client-15"));
        let none = Toolbox::only("/no/such/folder");
        let problem = none.postgres(15, "15").await.expect_err("none").problem();
        assert_eq!(problem.code, "tool-missing");
        let missing = none.mysql(MysqlJob::Dump, true).await.expect_err("none");
        assert!(
            missing
                .problem()
                .hint
                .contains("apt install mariadb-client")
        );
    }
}
