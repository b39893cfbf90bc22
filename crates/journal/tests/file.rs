//! The journal as a file: permissions, newer and foreign files, damage, disks that cannot be written.

mod support;

use std::fs;
use std::io::Write;
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use stopover_journal::{Journal, JournalError};
use support::{Place, output, started};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("is there").permissions().mode() & 0o777
}

#[test]
fn a_new_journal_is_its_owners_alone() {
    let place = Place::new();
    let journal = place.open();
    journal.create_session("s", started(&[])).expect("starts");
    let folder = place.path.parent().expect("a folder");
    assert_eq!(mode(folder), 0o700);
    let mut files = 0;
    for entry in fs::read_dir(folder).expect("a folder") {
        assert_eq!(mode(&entry.expect("an entry").path()), 0o600);
        files += 1;
    }
    assert!(files >= 3, "the journal, its log and its index");
    let copy = place.folder.path().join("copy.db");
    journal.export(&copy).expect("exports");
    assert_eq!(mode(&copy), 0o600);
}

#[test]
fn a_journal_of_a_newer_program_is_refused_and_unchanged() {
    let place = Place::new();
    drop(place.open());
    place
        .sql()
        .pragma_update(None, "user_version", 99)
        .expect("a newer format");
    let before = fs::read(&place.path).expect("a file");
    let error = Journal::open(&place.path).expect_err("is refused");
    assert!(
        matches!(
            error,
            JournalError::Newer {
                found: 99,
                known: 1,
                ..
            }
        ),
        "{error:?}"
    );
    let problem = error.problem();
    assert_eq!(problem.code, "newer-journal");
    assert!(problem.message.contains("journal.db"), "{problem}");
    assert!(
        Journal::open_or_set_aside(&place.path).is_err(),
        "it is not damaged"
    );
    assert!(Journal::open_read_only(&place.path).is_err());
    assert_eq!(fs::read(&place.path).expect("a file"), before);
}

#[test]
fn a_database_of_another_program_is_refused_and_unchanged() {
    let place = Place::new();
    let path = place.folder.path().join("shop.db");
    let shop = rusqlite::Connection::open(&path).expect("a database");
    shop.execute_batch("CREATE TABLE customer (id INTEGER PRIMARY KEY)")
        .expect("a table");
    drop(shop);
    let before = fs::read(&path).expect("a file");
    let error = Journal::open_or_set_aside(&path).expect_err("is refused");
    assert_eq!(error.problem().code, "foreign-journal");
    assert_eq!(fs::read(&path).expect("a file"), before);
    assert_eq!(
        fs::read_dir(place.folder.path()).expect("a folder").count(),
        1
    );
}

#[test]
fn a_damaged_journal_is_set_aside_whole_and_a_new_one_begun() {
    let damages: [fn(&Path); 3] = [
        |path| {
            fs::write(
                path,
                "not a database, but long enough to look at ".repeat(50),
            )
            .expect("writes")
        },
        |path| {
            let file = fs::OpenOptions::new()
                .write(true)
                .open(path)
                .expect("opens");
            file.set_len(5000).expect("truncates");
        },
        |path| {
            let file = fs::OpenOptions::new()
                .write(true)
                .open(path)
                .expect("opens");
            file.write_all_at(&[0xAA; 3000], 200).expect("overwrites");
        },
    ];
    for damage in damages {
        let place = Place::new();
        place
            .open()
            .create_session("s", started(&[]))
            .expect("starts");
        damage(&place.path);
        let before = fs::read(&place.path).expect("a file");
        let error = Journal::open(&place.path).expect_err("is damaged");
        assert_eq!(error.problem().code, "corrupt-journal", "{error:?}");

        let (journal, aside) = Journal::open_or_set_aside(&place.path).expect("begins a new one");
        let aside = aside.expect("the old one was set aside");
        let name = aside
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        assert!(name.starts_with("journal.db.corrupt-"), "{name}");
        assert_eq!(fs::read(&aside).expect("a file"), before);
        assert!(journal.resolve("last").is_err(), "it is new");
        journal
            .create_session("s", started(&[]))
            .expect("and works");
        let (_, aside) = Journal::open_or_set_aside(&place.path).expect("opens");
        assert_eq!(aside, None);
    }
}

#[test]
fn only_one_of_several_processes_sets_a_damaged_journal_aside() {
    // Each time they meet at another moment of it.
    for _ in 0..50 {
        let place = Place::new();
        drop(place.open());
        fs::write(&place.path, "damaged ".repeat(200)).expect("writes");
        let asides: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..6)
                .map(|_| scope.spawn(|| Journal::open_or_set_aside(&place.path).expect("opens").1))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().expect("ends"))
                .collect()
        });
        assert_eq!(asides.iter().flatten().count(), 1, "{asides:?}");
        assert!(place.open().verify().expect("reads").intact);
    }
}

#[test]
fn damage_that_opening_does_not_meet_is_found_by_verify() {
    let place = Place::new();
    let journal = place.open();
    journal.create_session("s", started(&[])).expect("starts");
    let many = (0..400)
        .map(|number| output(format!("{number} {}", "x".repeat(400))))
        .collect();
    journal.append_many("s", many, None).expect("appends");
    drop(journal);
    let file = fs::OpenOptions::new()
        .write(true)
        .open(&place.path)
        .expect("opens");
    file.write_all_at(&[0xAA; 4096], 20 * 4096)
        .expect("overwrites a page");
    drop(file);
    match place.open().verify() {
        Ok(verified) => assert!(!verified.intact),
        Err(error) => assert_eq!(error.problem().code, "corrupt-journal", "{error:?}"),
    }
}

const CHILD: &str = "STOPOVER_TEST_JOURNAL";

/// Appends until it fails when started by a test below, else has nothing to do.
/// Says what it could do in lines that begin with a word the test looks for.
#[test]
fn a_child_appends_until_it_fails() {
    let Some(path) = std::env::var_os(CHILD) else {
        return;
    };
    let mut out = std::io::stdout().lock();
    let outcome = Journal::open(path.as_ref()).and_then(|journal| {
        let events = journal.events("s", 0, usize::MAX)?.len();
        writeln!(out, "\nread {events}").expect("writes");
        loop {
            let event = journal.append("s", output("x".repeat(2000)), None)?;
            writeln!(out, "acknowledged {}", event.seq).expect("writes");
            if event.seq > 10_000 {
                return Ok(());
            }
        }
    });
    let word = outcome.map_or_else(|error| error.problem().code, |()| "none".into());
    writeln!(out, "\nfailed {word}").expect("writes");
}

fn run_child(mut command: Command, path: &Path) -> impl Fn(&str) -> Vec<String> + use<> {
    let output = command.env(CHILD, path).output().expect("runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{text}\n{errors}");
    move |word| {
        text.lines()
            .filter_map(|line| Some(line.strip_prefix(word)?.trim().to_owned()))
            .collect()
    }
}

const ARGUMENTS: [&str; 3] = ["a_child_appends_until_it_fails", "--exact", "--nocapture"];

#[test]
fn a_journal_that_may_not_grow_refuses_the_event_and_keeps_every_earlier_one() {
    let place = Place::new();
    place
        .open()
        .create_session("s", started(&[]))
        .expect("starts");
    let mut command = Command::new("sh");
    // The limit on file sizes stands for a full disk; without the trap the signal would end the process.
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 600; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().expect("the test binary"))
        .args(ARGUMENTS);
    let said = run_child(command, &place.path);
    assert_eq!(said("failed "), ["journal-full"]);
    let acknowledged = said("acknowledged ");
    assert!(acknowledged.len() > 10, "{acknowledged:?}");

    let journal = place.open();
    let verified = journal.verify().expect("reads");
    assert!(verified.intact, "{verified:?}");
    assert_eq!(verified.events, acknowledged.len() as u64 + 1);
    journal
        .append("s", output("room again"), None)
        .expect("goes on");
}

#[test]
fn a_read_only_journal_is_readable_and_refuses_events() {
    let place = Place::new();
    place
        .open()
        .create_session("s", started(&[]))
        .expect("starts");
    let before = fs::read(&place.path).expect("a file");
    // Permissions do not bind root, so that the child runs as somebody else then, from where anybody can start it.
    let folder = place.path.parent().expect("a folder");
    let binary = place.folder.path().join("child");
    fs::copy(std::env::current_exe().expect("the test binary"), &binary).expect("copies");
    let set = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("sets")
    };
    set(&binary, 0o755);
    set(place.folder.path(), 0o755);
    set(&place.path, 0o444);
    set(folder, 0o555);
    let child = || {
        let mut command = Command::new(&binary);
        command.args(ARGUMENTS).current_dir("/");
        if fs::metadata(&place.path).expect("is there").uid() == 0 {
            command.uid(65534);
        }
        command
    };
    let said = run_child(child(), &place.path);
    assert_eq!(said("read "), ["1"]);
    assert_eq!(said("failed "), ["journal-read-only"]);
    let said = run_child(child(), &folder.join("new.db"));
    assert_eq!(said("failed "), ["journal-read-only"]);
    set(folder, 0o700);
    set(&place.path, 0o600);
    assert_eq!(fs::read(&place.path).expect("a file"), before);
    assert!(place.open().verify().expect("reads").intact);
}

#[test]
fn a_journal_opened_for_reading_refuses_events() {
    let place = Place::new();
    place
        .open()
        .create_session("s", started(&[]))
        .expect("starts");
    let journal = Journal::open_read_only(&place.path).expect("opens");
    let error = journal
        .append("s", output("x"), None)
        .expect_err("is refused");
    assert!(matches!(error, JournalError::ReadOnly { .. }), "{error:?}");
    assert!(!error.problem().hint.is_empty());
    assert_eq!(journal.head("s").expect("reads").seq, 1);
}
