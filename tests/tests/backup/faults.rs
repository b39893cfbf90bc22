//! What goes wrong with backups: tools that are old, die or find the disk full, hazards, secrets, cancellation. The
//! outcome is always that nothing stands under the backup's name and no database changed.

use std::path::Path;
use std::time::Duration;

use stopover_engine::backup::{BackupError, Swap, Toolbox, back_up_with, restore_with};
use stopover_plan::model::BackupFormat;
use stopover_tests::scenario::eventually;
use stopover_tests::{MariaDb, Postgres, Scratch, is_running};

use crate::{
    bring_back_file, login, make, make_with, mariadb, names, order, postgres, sqlite, toolbox,
};

/// Tools of PostgreSQL, with `pg_dump` changed.
fn with_pg_dump(scratch: &Scratch, script: &str) -> Toolbox {
    let real = Postgres::program("pg_dump").display().to_string();
    let version = format!("if [ \"$1\" = --version ]; then exec {real} --version; fi");
    let restore = format!("exec {} \"$@\"", Postgres::program("pg_restore").display());
    let dump = format!("{version}\n{}", script.replace("PG_DUMP", &real));
    toolbox(scratch, &[("pg_dump", dump), ("pg_restore", restore)])
}

#[tokio::test]
async fn a_tool_that_dies_or_finds_the_disk_full_leaves_no_backup() {
    let pg = Postgres::start();
    let (name, url) = pg.fresh();
    pg.run(&name, postgres::SEED);
    let login = login(&url).await;
    for (script, code) in [
        // Whole, but killed: the exit counts, not the file.
        ("PG_DUMP \"$@\"; kill -9 $$", "tool-failed"),
        // Killed in the middle of a write.
        ("ulimit -f 16; exec PG_DUMP \"$@\"", "tool-failed"),
        // The same limit as an error of the write, as a full disk is one.
        (
            "trap '' XFSZ; ulimit -f 16; exec PG_DUMP \"$@\"",
            "disk-full",
        ),
        // Ends well and wrote nothing.
        ("exit 0", "backup-incomplete"),
    ] {
        let scratch = Scratch::new();
        let tools = with_pg_dump(&scratch, script);
        for format in [
            BackupFormat::Custom,
            BackupFormat::Plain,
            BackupFormat::Directory,
        ] {
            let order = order(&login, scratch.join("out/a.dump"), format);
            let error = make_with(&tools, &order).await.expect_err(script);
            assert_eq!(error.problem().code, code, "{script}: {error}");
            assert_eq!(
                names(&scratch.join("out")),
                Vec::<String>::new(),
                "{script}"
            );
        }
    }
    let left = "SELECT count(*) FROM pg_database WHERE datname LIKE 'stopover%'";
    assert_eq!(pg.run("postgres", left).trim(), "0");
}

#[tokio::test]
async fn a_tool_of_mariadb_that_dies_leaves_no_backup() {
    let my = MariaDb::shared();
    let (name, url) = my.fresh();
    my.run(&name, mariadb::SEED);
    let login = login(&url).await;
    let version = "if [ \"$1\" = --version ]; then exec mariadb-dump --version; fi";
    for (script, code) in [
        ("mariadb-dump \"$@\"; kill -9 $$", "tool-failed"),
        ("mariadb-dump \"$@\" | head -c 9000", "backup-incomplete"),
        (
            "trap '' XFSZ; ulimit -f 16; exec mariadb-dump \"$@\"",
            "disk-full",
        ),
    ] {
        let scratch = Scratch::new();
        let client = ("mariadb", "exec mariadb \"$@\"".to_owned());
        let tools = toolbox(
            &scratch,
            &[("mariadb-dump", format!("{version}\n{script}")), client],
        );
        // A compressed one is written by this program, so the tool's limit says nothing of it.
        let formats = match code {
            "disk-full" => vec![BackupFormat::Plain],
            _ => vec![BackupFormat::Plain, BackupFormat::Custom],
        };
        for format in formats {
            let order = order(&login, scratch.join("out/a.sql"), format);
            let error = make_with(&tools, &order).await.expect_err(script);
            assert_eq!(error.problem().code, code, "{script}: {error}");
            assert_eq!(
                names(&scratch.join("out")),
                Vec::<String>::new(),
                "{script}"
            );
        }
    }
}

#[tokio::test]
async fn a_full_disk_under_a_compressed_script_leaves_no_backup() {
    const URL: &str = "BACKUP_TEST_URL";
    const NAME: &str = "faults::a_full_disk_under_a_compressed_script_leaves_no_backup";
    if let (Some(folder), Ok(url)) = (std::env::var_os(VARIABLE), std::env::var(URL)) {
        let out = std::path::PathBuf::from(folder).join("out");
        let login = login(&url).await;
        let order = order(&login, out.join("a.sql.gz"), BackupFormat::Custom);
        let error = make(&order).await.expect_err("there is no space");
        assert_eq!(error.problem().code, "disk-full", "{error}");
        assert_eq!(names(&out), Vec::<String>::new());
        return;
    }
    let my = MariaDb::shared();
    let (name, url) = my.fresh();
    my.run(&name, mariadb::SEED);
    let scratch = Scratch::new();
    let ended = with_small_files(NAME, 16)
        .env(VARIABLE, scratch.path())
        .env(URL, url)
        .output()
        .expect("a shell");
    assert!(ended.status.success(), "{ended:?}");
}

/// Folder of the second start of a test, in a process that may write small files only.
const VARIABLE: &str = "BACKUP_TEST_FOLDER";

/// Starts a test again in a process in which a file of more than so many half kilobytes finds the disk full.
fn with_small_files(test: &str, blocks: u32) -> std::process::Command {
    let mut command = std::process::Command::new("sh");
    // Its words come through pipes: a log file it inherits would be under the limit as well.
    command
        .arg("-c")
        .arg(format!(
            "trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" --exact \"$1\" --nocapture"
        ))
        .arg(std::env::current_exe().expect("a test binary"))
        .arg(test);
    command
}

#[tokio::test]
async fn a_tool_older_than_the_server_is_refused_with_the_remedy() {
    let pg = Postgres::shared();
    let (_, url) = pg.fresh();
    let scratch = Scratch::new();
    let tools = toolbox(
        &scratch,
        &[("pg_dump", "echo 'pg_dump (PostgreSQL) 12.20'".to_owned())],
    );
    let login = login(&url).await;
    let order = order(&login, scratch.join("out/a.dump"), BackupFormat::Custom);
    let problem = make_with(&tools, &order)
        .await
        .expect_err("too old")
        .problem();
    assert_eq!(problem.code, "tool-too-old");
    assert!(problem.message.contains("12.20") && problem.message.contains("15."));
    assert!(problem.hint.contains("postgresql-client-15"));
    assert_eq!(names(&scratch.join("out")), Vec::<String>::new());
}

#[tokio::test]
async fn a_script_with_a_hazard_is_refused_before_anything_is_touched() {
    let pg = Postgres::shared();
    let my = MariaDb::shared();
    let (pg_name, pg_url) = pg.fresh();
    let (my_name, my_url) = my.fresh();
    pg.run(&pg_name, "CREATE TABLE t AS SELECT 1 AS id");
    my.run(&my_name, "CREATE TABLE t AS SELECT 1 AS id");
    let scratch = Scratch::new();
    let touched = scratch.join("touched");
    let lines = [
        (
            &pg_url,
            &pg_name,
            format!("\\! touch {}", touched.display()),
        ),
        (
            &pg_url,
            &pg_name,
            format!("COPY t FROM PROGRAM 'touch {}';", touched.display()),
        ),
        (
            &my_url,
            &my_name,
            format!("\\! touch {}", touched.display()),
        ),
        (&my_url, &my_name, format!("USE `{my_name}`; DROP TABLE t;")),
    ];
    for (at, (url, name, line)) in lines.into_iter().enumerate() {
        let login = login(url).await;
        let file = scratch.join(&format!("{at}.sql"));
        make(&order(&login, file.clone(), BackupFormat::Plain))
            .await
            .expect("a backup");
        let script = std::fs::read_to_string(&file).expect("is text");
        let file = scratch.write(
            &format!("{at}-bad.sql"),
            script.replacen("CREATE TABLE", &format!("{line}\nCREATE TABLE"), 1),
        );
        let into = format!("{name}_new");
        let error = bring_back_file(&login, &file, &into)
            .await
            .expect_err(&line);
        assert_eq!(error.problem().code, "dump-hazard", "{error}");
        assert!(!touched.exists(), "{line}");
    }
    let left = pg.run(
        "postgres",
        &format!("SELECT count(*) FROM pg_database WHERE datname = '{pg_name}_new'"),
    );
    assert_eq!(left.trim(), "0");
    assert_eq!(my.run(&my_name, "SELECT COUNT(*) FROM t").trim(), "1");
}

/// The real tools, each writing its name and the arguments it was started with to `seen` first.
pub(crate) fn with_arguments_written(scratch: &Scratch, seen: &Path) -> Toolbox {
    let script = |name: &str, real: &Path| {
        let (seen, real) = (seen.display(), real.display());
        format!("echo {name} \"$@\" >> '{seen}'\nexec '{real}' \"$@\"")
    };
    let postgres = ["pg_dump", "pg_restore", "psql"].map(|name| (name, Postgres::program(name)));
    let mariadb = ["mariadb-dump", "mariadb"].map(|name| (name, MariaDb::program(name)));
    let scripts = postgres.iter().chain(&mariadb);
    let scripts: Vec<(&str, String)> = scripts
        .map(|(name, real)| (*name, script(name, real)))
        .collect();
    toolbox(scratch, &scripts)
}

#[tokio::test]
async fn a_password_stands_in_no_arguments_and_no_file() {
    const CANARY: &str = "canary-7c1e-password";
    let (pg, my) = (Postgres::shared(), MariaDb::shared());
    let ((pg_name, _), (my_name, _)) = (pg.fresh(), my.fresh());
    pg.run(&pg_name, postgres::SEED);
    my.run(&my_name, mariadb::SEED);
    let scratch = Scratch::new();
    let seen = scratch.join("arguments");
    let folder = Scratch::new();
    let tools = with_arguments_written(&folder, &seen);
    for (url, file, dump, client) in [
        (
            pg.url_with_password(&pg_name, CANARY),
            "pg",
            "pg_dump",
            "psql",
        ),
        (
            my.url_with_password(&my_name, CANARY),
            "my",
            "mariadb-dump",
            "mariadb",
        ),
    ] {
        let login = login(&url).await;
        let order = order(&login, scratch.join(file), BackupFormat::Plain);
        let artifact = make_with(&tools, &order).await.expect("a backup");
        let into = format!("{}_new", login.connection().database);
        let forever = std::future::pending();
        restore_with(
            &tools,
            &login,
            &artifact,
            &into,
            Swap::No,
            forever,
            &mut |_| {},
        )
        .await
        .expect("a restore");
        let arguments = std::fs::read_to_string(&seen).expect("the tools wrote it");
        for tool in [dump, client] {
            assert!(
                arguments.lines().any(
                    |line| line.starts_with(&format!("{tool} ")) && !line.contains("--version")
                ),
                "{tool} ran: {arguments}"
            );
        }
    }
    for name in names(scratch.path()) {
        let bytes = std::fs::read(scratch.join(&name)).expect("is there");
        assert!(!String::from_utf8_lossy(&bytes).contains(CANARY), "{name}");
    }
}

#[tokio::test]
async fn a_cancelled_backup_ends_its_tool_and_leaves_nothing() {
    let pg = Postgres::shared();
    let (name, url) = pg.fresh();
    pg.run(&name, postgres::SEED);
    let login = login(&url).await;
    let scratch = Scratch::new();
    // A dump that never ends, with a child of its own.
    let pids = scratch.join("pids");
    let script = format!(
        "sleep 600 & echo $$ $! > '{0}.new'; mv '{0}.new' '{0}'; wait",
        pids.display()
    );
    let tools = with_pg_dump(&scratch, &script);
    let order = order(&login, scratch.join("out/a.dump"), BackupFormat::Custom);
    let error = back_up_with(&tools, &order, stands(&pids), &mut |_| {})
        .await
        .expect_err("cancelled");
    assert!(error.is_cancelled(), "{error}");
    assert_eq!(names(&scratch.join("out")), Vec::<String>::new());
    let pids = std::fs::read_to_string(pids).expect("the tool wrote it");
    // A killed process is gone when the system has torn it down.
    eventually(
        || !pids.split_whitespace().any(is_running),
        || format!("the end of the tool and of its child: {pids}"),
    );
}

/// Comes when a file stands.
async fn stands(file: &Path) {
    while !file.exists() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_check_cancelled_half_way_drops_its_scratch_database() {
    let pg = Postgres::start();
    let url = pg.database("shop");
    pg.run("shop", postgres::SEED);
    let login = login(&url).await;
    let scratch = Scratch::new();
    let order = order(&login, scratch.join("out/a.dump"), BackupFormat::Custom);
    let databases = "SELECT count(*) FROM pg_database WHERE datname LIKE 'stopover_check_%'";
    // A restore that never ends; when it is asked for, the scratch database is there.
    let (found, psql) = (scratch.join("found"), Postgres::program("psql"));
    let count = format!(
        "'{}' '{}' -XAtc \"{databases}\"",
        psql.display(),
        pg.url("postgres"),
    );
    let slow = format!(
        "case $* in *--dbname=*) {count} > '{0}.new'; mv '{0}.new' '{0}'; exec sleep 600; esac\nexec '{1}' \"$@\"",
        found.display(),
        Postgres::program("pg_restore").display()
    );
    let dump = format!("exec '{}' \"$@\"", Postgres::program("pg_dump").display());
    let tools = toolbox(&scratch, &[("pg_dump", dump), ("pg_restore", slow)]);
    let error = back_up_with(&tools, &order, stands(&found), &mut |_| {})
        .await
        .expect_err("cancelled");
    assert!(error.is_cancelled(), "{error}");
    let found = std::fs::read_to_string(found).expect("the tool wrote it");
    assert_eq!(found.trim(), "1", "the scratch database was there");
    assert_eq!(pg.run("postgres", databases).trim(), "0");
    assert_eq!(names(&scratch.join("out")), Vec::<String>::new());
}

#[tokio::test]
async fn a_backup_never_replaces_a_file() {
    let scratch = Scratch::new();
    let login = login(&sqlite::seed(&scratch.join("live.db"))).await;
    let file = scratch.write("a.db", "somebody else's");
    let error = make(&order(&login, file.clone(), BackupFormat::Custom)).await;
    assert!(
        matches!(error, Err(BackupError::Exists { .. })),
        "{error:?}"
    );
    assert_eq!(
        std::fs::read_to_string(file).expect("is there"),
        "somebody else's"
    );
}

#[tokio::test]
async fn a_full_disk_under_sqlite_leaves_no_backup() {
    const NAME: &str = "faults::a_full_disk_under_sqlite_leaves_no_backup";
    if let Some(folder) = std::env::var_os(VARIABLE) {
        // The second start of this test, in a process that may write small files only.
        let folder = std::path::PathBuf::from(folder);
        let login = login(&format!("sqlite:{}", folder.join("live.db").display())).await;
        let order = order(&login, folder.join("out/a.db"), BackupFormat::Custom);
        let error = make(&order).await.expect_err("there is no space");
        assert!(matches!(error, BackupError::Sqlite { .. }), "{error}");
        assert_eq!(names(&folder.join("out")), Vec::<String>::new());
        return;
    }
    let scratch = Scratch::new();
    sqlite::seed(&scratch.join("live.db"));
    let ended = with_small_files(NAME, 128)
        .env(VARIABLE, scratch.path())
        .output()
        .expect("a shell");
    assert!(ended.status.success(), "{ended:?}");
}
