//! A target bound to an address that was typed: its password is kept while the window lives, and asked for afterwards.

use std::path::{Path, PathBuf};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use stopover_plan::session::{Session, State};
use stopover_tests::scenario::eventually;
use stopover_tests::{Postgres, Scratch};

use crate::doors::until;
use crate::driver::Driven;

const PLAN: &str = r#"
format = 1
name = "Two people look"
[target.main]
engine = "postgresql"
[[step]]
id = "first"
title = "Add a row"
sql = "INSERT INTO t VALUES (1)"
[[step]]
id = "look"
title = "Look"
manual = "Look."
[[step]]
id = "second"
title = "Add another"
sql = "INSERT INTO t VALUES (2)"
"#;

/// Kills the runner of the newest session, as a crash would, once it is another one than `before`; returns which it was.
fn end_runner(scratch: &Scratch, before: Option<u32>) -> Option<u32> {
    let path = scratch.join("journal/journal.db");
    let runner = |session: &Session| session.runner.as_ref().map(|(runner, _)| *runner);
    let session = until(&path, |session| {
        session.state == State::Waiting && runner(session) != before
    });
    let ended = runner(&session);
    let process = ended.and_then(|runner| i32::try_from(runner).ok());
    let process = Pid::from_raw(process.expect("a runner began it"));
    kill(process, Signal::SIGKILL).expect("it lives");
    eventually(
        || !stopover_runner::is_alive(&path, &session.id),
        || "the end of the runner".to_owned(),
    );
    ended
}

/// Returns the files below a folder in which this word stands.
pub(crate) fn holding(folder: &Path, word: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            found.extend(holding(&path, word));
            continue;
        }
        // What is no file, such as a socket, holds nothing.
        let bytes = std::fs::read(&path).unwrap_or_default();
        let word = word.as_bytes();
        if bytes.windows(word.len()).any(|part| part == word) {
            found.push(path);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_of_a_typed_address_is_kept_while_the_window_lives_and_asked_for_in_the_next()
{
    let scratch = Scratch::new();
    let server = Postgres::shared();
    let (database, _) = server.fresh();
    server.run(&database, "CREATE TABLE t (a int)");
    let url = server.url_with_password(&database, "letters1");
    let plan = scratch.write("look.plan.toml", PLAN);
    let window = Driven::open(&scratch, &[&plan.to_string_lossy()]).await;
    window.see("plan-name").await;
    window.click("run").await;
    window.choose("bind-main", "\0address").await;
    window.write("address-main", &url).await;
    window.click("trust").await;
    window.click("start").await;
    window.session("waiting").await;

    // The runner is gone, the window is not: it knows the password.
    let first = end_runner(&scratch, None);
    window.session("interrupted").await;
    window.click("resume-session").await;
    window
        .reads("resume-sheet", "Password of locked for main")
        .await;
    window.click("confirm-resume").await;
    window.gone("resume-sheet").await;
    window.session("waiting").await;

    // A new window does not: without it nothing goes on.
    end_runner(&scratch, first);
    let window = window.open_again(&[]).await;
    window.click("place-history").await;
    window.click("open-session").await;
    window.session("interrupted").await;
    window.click("resume-session").await;
    window.click("confirm-resume").await;
    window.reads("resume-problem", "locked").await;
    window.picture("26-go-on-without-password").await;
    window.write("password-main", "letters1").await;
    window.click("confirm-resume").await;
    window.gone("resume-sheet").await;
    window.session("waiting").await;
    window.click("sign").await;
    window.confirm().await;
    window.over("succeeded").await;
    let rows = server.run(
        &database,
        "SELECT string_agg(a::text, ',' ORDER BY a) FROM t",
    );
    assert_eq!(rows, "1,2", "each row was added once");

    let text = window.everything().await;
    assert!(!text.contains("letters1"), "a password is shown nowhere");
    assert_eq!(holding(scratch.path(), "letters1"), Vec::<PathBuf>::new());
    window.close().await;
}
