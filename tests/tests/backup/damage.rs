//! Damaged backups: each is refused before a restore touches anything.

use stopover_engine::backup::Swap;
use stopover_engine::connect::Login;
use stopover_plan::event::Artifact;
use stopover_plan::model::BackupFormat;
use stopover_tests::{MariaDb, Postgres, Scratch};

use crate::{
    bring_back, bring_back_file, flip_a_bit, login, make, mariadb, order, postgres, sqlite,
    truncate,
};

/// Damages a backup in every way and asserts that each is refused before `exists` becomes true.
async fn refuses_damage(
    login: &Login,
    format: BackupFormat,
    into: &str,
    exists: &dyn Fn() -> bool,
) {
    let scratch = Scratch::new();
    let make = async |name: &str| -> Artifact {
        let mut order = order(login, scratch.join(name), format);
        order.restore_check = false;
        make(&order).await.expect("a backup")
    };
    let file_of = |artifact: &Artifact| -> std::path::PathBuf {
        let path = std::path::PathBuf::from(&artifact.path);
        match path.is_dir() {
            true => {
                let files = std::fs::read_dir(&path)
                    .expect("is there")
                    .map(|file| file.expect("is there").path());
                files
                    .filter(|file| file.extension().is_some_and(|end| end == "gz"))
                    .max()
                    .expect("has rows")
            }
            false => path,
        }
    };
    let truncated = make("truncated").await;
    truncate(&file_of(&truncated));
    let error = bring_back(login, &truncated, into, Swap::No)
        .await
        .expect_err("truncated");
    assert_eq!(error.problem().code, "backup-changed", "{error}");

    let flipped = make("flipped").await;
    flip_a_bit(&file_of(&flipped));
    let error = bring_back(login, &flipped, into, Swap::No)
        .await
        .expect_err("flipped");
    assert_eq!(error.problem().code, "backup-changed", "{error}");

    // Without any record the file itself must tell.
    let unrecorded = make("unrecorded").await;
    std::fs::remove_file(scratch.join("unrecorded.stopover.json")).expect("it is beside");
    let file = file_of(&unrecorded);
    let length = file.metadata().expect("is there").len();
    let open = std::fs::OpenOptions::new()
        .write(true)
        .open(&file)
        .expect("is ours");
    open.set_len(length * 2 / 3).expect("is ours");
    let error = bring_back_file(login, &scratch.join("unrecorded"), into)
        .await
        .expect_err("a part");
    assert_eq!(error.problem().code, "backup-incomplete", "{error}");
    assert!(!exists(), "the restore touched something");
}

#[tokio::test]
async fn a_damaged_backup_of_postgresql_is_refused_before_the_restore() {
    let pg = Postgres::shared();
    let (name, url) = pg.fresh();
    pg.run(&name, postgres::SEED);
    let login = login(&url).await;
    let into = format!("{name}_restored");
    let sql = format!("SELECT count(*) FROM pg_database WHERE datname = '{into}'");
    for format in [
        BackupFormat::Custom,
        BackupFormat::Directory,
        BackupFormat::Plain,
    ] {
        refuses_damage(&login, format, &into, &|| {
            pg.run("postgres", &sql).trim() != "0"
        })
        .await;
    }
}

#[tokio::test]
async fn a_damaged_backup_of_mariadb_is_refused_before_the_restore() {
    let my = MariaDb::shared();
    let (name, url) = my.fresh();
    my.run(&name, mariadb::SEED);
    let login = login(&url).await;
    let into = format!("{name}_restored");
    let sql = format!("SHOW DATABASES LIKE '{into}'");
    let exists = || !my.run("", &sql).trim().is_empty();
    for format in [BackupFormat::Custom, BackupFormat::Plain] {
        refuses_damage(&login, format, &into, &exists).await;
    }
}

#[tokio::test]
async fn a_compressed_script_tells_by_itself_that_a_bit_was_flipped_or_its_end_is_missing() {
    let my = MariaDb::shared();
    let (name, url) = my.fresh();
    my.run(&name, mariadb::SEED);
    let login = login(&url).await;
    let scratch = Scratch::new();
    let file = scratch.join("a.sql.gz");
    let order = order(&login, file.clone(), BackupFormat::Custom);
    make(&order).await.expect("a backup");
    let whole = std::fs::read(&file).expect("it is there");
    let into = format!("{name}_restored");
    let damaged = scratch.join("damaged.sql.gz");
    let last = whole.len() - 1;
    for at in [10, whole.len() / 3, whole.len() / 2, last - 6, last] {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        std::fs::write(&damaged, bytes).expect("it is ours");
        let error = bring_back_file(&login, &damaged, &into).await;
        let problem = error.expect_err("a bit was flipped").problem();
        assert_eq!(problem.code, "backup-incomplete", "{at}: {problem}");
    }
    // Whole as a file, and not as a script.
    let cut = format!("gzip -dc '{}' | head -c 9000 | gzip", file.display());
    let cut = std::process::Command::new("sh").args(["-c", &cut]).output();
    std::fs::write(&damaged, cut.expect("gzip is there").stdout).expect("it is ours");
    let error = bring_back_file(&login, &damaged, &into).await;
    let problem = error.expect_err("its end is missing").problem();
    assert_eq!(problem.code, "backup-incomplete", "{problem}");
    assert!(problem.message.contains("Dump completed"), "{problem}");
    let sql = format!("SHOW DATABASES LIKE '{into}'");
    assert_eq!(my.run("", &sql).trim(), "");
}

#[tokio::test]
async fn a_script_that_somebody_compressed_is_restored_and_looked_through_like_any_other() {
    let (pg, my) = (Postgres::shared(), MariaDb::shared());
    let ((pg_name, pg_url), (my_name, my_url)) = (pg.fresh(), my.fresh());
    pg.run(&pg_name, postgres::SEED);
    my.run(&my_name, mariadb::SEED);
    for (url, name, hazard) in [
        (&pg_url, &pg_name, "\\! true"),
        (&my_url, &my_name, "\\! true"),
    ] {
        let login = login(url).await;
        let scratch = Scratch::new();
        let file = scratch.join("a.sql");
        let order = order(&login, file.clone(), BackupFormat::Plain);
        make(&order).await.expect("a backup");
        let script = std::fs::read_to_string(&file).expect("is text");
        let bad = format!("{hazard}\nCREATE TABLE");
        let bad = scratch.write("bad.sql", script.replacen("CREATE TABLE", &bad, 1));
        for file in [&file, &bad] {
            stopover_tests::run(std::process::Command::new("gzip").arg(file));
        }
        let into = format!("{name}_new");
        let error = bring_back_file(&login, &scratch.join("bad.sql.gz"), &into).await;
        assert_eq!(error.expect_err("refused").problem().code, "dump-hazard");
        bring_back_file(&login, &scratch.join("a.sql.gz"), &into)
            .await
            .expect("a restore");
    }
    assert_eq!(pg.dump(&format!("{pg_name}_new")), pg.dump(&pg_name));
    assert_eq!(my.dump(&format!("{my_name}_new")), my.dump(&my_name));
}

#[tokio::test]
async fn a_damaged_backup_of_sqlite_is_refused_before_the_restore() {
    let scratch = Scratch::new();
    let login = login(&sqlite::seed(&scratch.join("live.db"))).await;
    let into = scratch.join("new.db");
    refuses_damage(
        &login,
        BackupFormat::Custom,
        &into.display().to_string(),
        &|| into.exists(),
    )
    .await;
}

#[tokio::test]
async fn a_restore_that_differs_from_the_dump_is_refused_and_dropped() {
    let pg = Postgres::shared();
    let (name, url) = pg.fresh();
    pg.run(&name, "CREATE TABLE t AS SELECT 1 AS id");
    let login = login(&url).await;
    let scratch = Scratch::new();
    let artifact = make(&order(&login, scratch.join("a.dump"), BackupFormat::Custom)).await;
    let record = scratch.join("a.dump.stopover.json");
    let text = std::fs::read_to_string(&record).expect("it is beside");
    std::fs::write(
        &record,
        text.replace(
            "\"rows\": 1,\n      \"checksum\"",
            "\"rows\": 2,\n      \"checksum\"",
        ),
    )
    .expect("it is ours");
    let into = format!("{name}_new");
    let error = bring_back(&login, &artifact.expect("a backup"), &into, Swap::No).await;
    let error = error.expect_err("it differs");
    assert!(
        error
            .to_string()
            .contains("public.t (2 rows dumped, 1 restored)"),
        "{error}"
    );
    let sql = format!("SELECT count(*) FROM pg_database WHERE datname = '{into}'");
    assert_eq!(pg.run("postgres", &sql).trim(), "0");
}
