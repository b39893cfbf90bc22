//! What the journal keeps beside sessions, and what it lets go: plans, trust, connections, exports, retention.

mod support;

use std::path::Path;

use stopover_journal::{Journal, JournalError, Pruned};
use stopover_plan::connection::parse_url;
use support::{Place, finished, output, started};

#[test]
fn a_plan_is_kept_as_it_was_run() {
    let place = Place::new();
    let journal = place.open();
    assert_eq!(journal.plan_text("h").expect("reads"), None);
    let files = [
        ("b.sql".into(), b"SELECT 2".to_vec()),
        ("a.sql".into(), vec![0, 255]),
    ];
    journal
        .save_plan("h", "/p.plan.toml", "name = 'ü'", &files)
        .expect("saves");
    journal
        .save_plan("h", "/p.plan.toml", "name = 'ü'", &files)
        .expect("saves again");
    assert_eq!(
        journal.plan_text("h").expect("reads").as_deref(),
        Some("name = 'ü'")
    );
    let mut sorted = files.to_vec();
    sorted.sort();
    assert_eq!(journal.plan_files("h").expect("reads"), sorted);
}

#[test]
fn trust_is_bound_to_the_hash() {
    let place = Place::new();
    let journal = place.open();
    assert!(!journal.is_trusted("h").expect("reads"));
    journal.trust("h", "/p.plan.toml", "ada").expect("writes");
    journal.trust("h", "/p.plan.toml", "bob").expect("writes");
    assert!(place.open().is_trusted("h").expect("reads"));
    assert!(!journal.is_trusted("changed").expect("reads"));
}

#[test]
fn recent_plans_are_listed_newest_first_and_bounded() {
    let place = Place::new();
    let journal = place.open();
    for number in 0..60 {
        journal
            .remember_plan(&format!("/{number}"))
            .expect("writes");
    }
    journal.remember_plan("/30").expect("writes");
    let recent = journal.recent_plans().expect("reads");
    let paths: Vec<_> = recent.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths.len(), 50);
    assert_eq!(paths[..3], ["/30", "/59", "/58"]);
    assert!(recent[0].1 > recent[1].1);
}

#[test]
fn a_connection_is_kept_without_its_password() {
    let place = Place::new();
    let url = "postgres://ada:canary-9f2e@db.example:5433/app?sslmode=require";
    let (mut connection, secret) = parse_url(url).expect("a good address");
    connection.name = "shop".into();
    assert!(secret.is_some());
    {
        let journal = place.open();
        journal.save_connection(&connection).expect("saves");
        assert_eq!(
            journal.connection("shop").expect("reads"),
            Some(connection.clone())
        );
        assert_eq!(journal.connection("nobody").expect("reads"), None);
        connection.read_only = true;
        journal.save_connection(&connection).expect("replaces");
        assert_eq!(journal.connections().expect("reads"), [connection.clone()]);
    }
    assert!(
        occurs("db.example", place.folder.path()),
        "the search finds what is there"
    );
    assert!(!occurs("canary-9f2e", place.folder.path()));

    let journal = place.open();
    assert!(journal.delete_connection("shop").expect("deletes"));
    assert!(
        !journal
            .delete_connection("shop")
            .expect("has nothing to delete")
    );
    drop(journal);
    assert!(
        !occurs("db.example", place.folder.path()),
        "nothing of it stays behind"
    );
}

/// Returns true when `text` occurs in a file under `folder`.
fn occurs(text: &str, folder: &Path) -> bool {
    std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .any(|path| {
            if path.is_dir() {
                return occurs(text, &path);
            }
            let bytes = std::fs::read(&path).expect("a file");
            bytes
                .windows(text.len())
                .any(|window| window == text.as_bytes())
        })
}

#[test]
fn an_export_is_one_complete_file_and_overwrites_nothing() {
    let place = Place::new();
    let journal = place.open();
    journal
        .create_session("s", started(&["a"]))
        .expect("starts");
    journal.append("s", output("one"), None).expect("appends");
    let copy = place.folder.path().join("copy.db");
    journal.export(&copy).expect("exports");
    let before = std::fs::read(&copy).expect("a file");

    journal.append("s", output("two"), None).expect("goes on");
    let error = journal.export(&copy).expect_err("is refused");
    assert_eq!(error.problem().code, "file-exists");
    assert_eq!(std::fs::read(&copy).expect("a file"), before);
    let mut names: Vec<_> = std::fs::read_dir(place.folder.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["copy.db", "home"], "no companions, no leftovers");

    let exported = Journal::open_read_only(&copy).expect("opens");
    assert_eq!(exported.head("s").expect("reads").seq, 2);
    assert!(exported.verify().expect("reads").intact);
    drop(exported);
    let adopted = Journal::open(&copy).expect("opens");
    adopted
        .append("s", output("three"), None)
        .expect("is a journal like any other");

    let nowhere = place.folder.path().join("missing").join("copy.db");
    assert!(matches!(
        journal.export(&nowhere),
        Err(JournalError::File { .. })
    ));
}

#[test]
fn pruning_removes_old_finished_sessions_and_leaves_their_trace() {
    let place = Place::new();
    let journal = place.open();
    let door = place.open();
    for id in ["old", "open", "new"] {
        let (text, hash) = (format!("canary-{id}"), format!("hash-{id}"));
        journal.save_plan(&hash, "/p", "", &[]).expect("saves");
        journal.create_session(id, started(&["a"])).expect("starts");
        journal.append(id, output(text), None).expect("appends");
    }
    journal.append("old", finished(), None).expect("ends");
    let long_ago = place.sql();
    long_ago
        .execute_batch(
            "UPDATE session SET finished_at_ms = 1000 WHERE id = 'old';
             UPDATE plan SET saved_at_ms = 500 WHERE hash = 'hash-old';",
        )
        .expect("time passes");
    drop(long_ago);
    journal.append("new", finished(), None).expect("ends");
    door.session("old").expect("a door has looked at it");

    assert_eq!(journal.prune(1000).expect("prunes"), Pruned::default());
    let pruned = journal.prune(1001).expect("prunes");
    assert_eq!((pruned.sessions, pruned.events), (1, 3));
    assert!(matches!(
        journal.session("old"),
        Err(JournalError::NotFound { .. })
    ));
    assert!(matches!(
        door.append("old", finished(), None),
        Err(JournalError::NotFound { .. })
    ));
    assert!(matches!(
        journal.create_session("old", started(&[])),
        Err(JournalError::Exists { .. })
    ));
    assert_eq!(journal.plan_text("hash-old").expect("reads"), None);
    assert!(journal.plan_text("hash-new").expect("reads").is_some());
    let verified = journal.verify().expect("reads");
    assert!(verified.intact, "{verified:?}");
    assert_eq!((verified.sessions, verified.events), (2, 5));
    let after = stopover_journal::Page {
        before: Some("new".into()),
        ..Default::default()
    };
    assert_eq!(journal.sessions(&after).expect("lists").len(), 1);

    // An unfinished session stays however old it is.
    let pruned = journal.prune(i64::MAX).expect("prunes");
    assert_eq!(pruned.sessions, 1);
    assert_eq!(journal.session("last").expect("folds").id, "open");
    drop((journal, door));
    assert!(occurs("canary-open", place.folder.path()));
    assert!(
        !occurs("canary-old", place.folder.path()),
        "nothing of it stays behind"
    );

    place
        .sql()
        .execute("DELETE FROM pruned", [])
        .expect("the change is made");
    assert!(
        !place.open().verify().expect("reads").intact,
        "the trace was what made it whole"
    );
}
