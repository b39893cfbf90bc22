//! A damaged journal in the window: it is set aside, told of, and what its targets know is gone on with.

use std::path::{Path, PathBuf};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use stopover_journal::Journal;
use stopover_plan::event::Body;
use stopover_tests::Scratch;
use stopover_tests::scenario::eventually;

use crate::driver::Driven;
use crate::{change, number};

/// Returns the files that were set aside beside a journal.
fn set_aside(journal: &Path) -> Vec<PathBuf> {
    let folder = journal.parent().expect("a journal lies in a folder");
    std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be listed").path())
        .filter(|path| path.to_string_lossy().contains(".corrupt-"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_journal_is_set_aside_when_the_window_opens_and_the_window_says_so() {
    const NOTES: &str = "these are notes, and no journal, however much one asks for it";
    let scratch = Scratch::new();
    let journal = scratch.join("journal/journal.db");
    std::fs::create_dir_all(journal.parent().expect("it has a folder")).expect("it is made");
    std::fs::write(&journal, NOTES).expect("it is written");
    let window = Driven::open(&scratch, &[]).await;
    window.reads("journal-set-aside", "is damaged").await;
    let kept = set_aside(&journal);
    assert_eq!(kept.len(), 1, "{kept:?}");
    let text = std::fs::read_to_string(&kept[0]).expect("it can be read");
    assert_eq!(text, NOTES, "what was in the file is kept");
    window
        .reads("journal-set-aside", &kept[0].to_string_lossy())
        .await;
    window.in_sight("journal-set-aside").await;
    window.picture("29-set-aside").await;
    window.dress("dark").await;
    window.picture("29-set-aside-dark").await;
    window.close().await;
}

const PLAN: &str = r#"
format = 1
name = "Approved in between"
[target.main]
engine = "sqlite"
[[step]]
id = "first"
title = "Add a row"
sql = "INSERT INTO t VALUES ('first')"
[[step]]
id = "go"
title = "Go or no-go"
after = ["first"]
gate = { question = "Go?", approvers = ["ana"] }
[[step]]
id = "last"
title = "Add another"
after = ["go"]
sql = "INSERT INTO t VALUES ('last')"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_session_whose_journal_was_damaged_is_adopted_in_the_window_and_nothing_runs_twice() {
    let scratch = Scratch::new();
    let file = scratch.join("small.db");
    change(&file, "CREATE TABLE t (a)");
    let journal = scratch.join("journal/journal.db");
    let plan = scratch.write("small.plan.toml", PLAN);
    let bind = format!("main=sqlite:{}", file.display());
    let window = Driven::open(&scratch, &[&plan.to_string_lossy(), "--bind", &bind]).await;
    window.start().await;
    window.session("waiting").await;
    let lost = end_and_damage(&journal);

    window.click("place-history").await;
    window.reads("journal-set-aside", "is damaged").await;
    window.picture("30-set-aside-amid").await;
    assert_eq!(set_aside(&journal).len(), 1);
    window.click("place-plans").await;
    window.start().await;
    window.reads("start-problem", &lost).await;
    window.picture("31-adopt").await;
    window.click("adopt").await;
    window.click("start").await;
    window.gone("start-sheet").await;
    window.session("waiting").await;
    window.see_step("first", "succeeded").await;
    window.click("approve").await;
    window.write("who", "ana").await;
    window.click("confirm-ask").await;
    window.gone("ask").await;
    window.over("succeeded").await;
    assert_eq!(number(&file, "SELECT count(*) FROM t"), 2);
    let begun = Journal::open(&journal).expect("there is a new one");
    assert_eq!(begun.resolve("last").expect("it has a session"), lost);
    window.close().await;
}

/// Kills the session's runner, overwrites the journal, and returns the id of the session.
fn end_and_damage(path: &Path) -> String {
    let journal = Journal::open(path).expect("the journal opens");
    let id = journal.resolve("last").expect("there is a session");
    let events = journal.events(&id, 0, 1000).expect("it is read");
    for event in events {
        if let Body::RunnerStarted { pid, .. } = event.body {
            let pid = Pid::from_raw(i32::try_from(pid).expect("process ids are small"));
            kill(pid, Signal::SIGKILL).expect("the runner waits");
        }
    }
    eventually(
        || !stopover_runner::is_alive(path, &id),
        || "the end of the runner".to_owned(),
    );
    drop(journal);
    for companion in ["-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(companion);
        // Whether they are there depends on who closed the journal last.
        let _ = std::fs::remove_file(name);
    }
    let size = std::fs::metadata(path).expect("it is there").len();
    let bytes = usize::try_from(size).expect("it is small");
    std::fs::write(path, vec![b'?'; bytes]).expect("it is overwritten");
    id
}
