//! The picture that the README shows: the example, standing at a check that found something.

use stopover_tests::{Scratch, workspace};

use crate::driver::Driven;

/// Runs the example into its failing check and keeps a picture of it in `docs`.
pub(crate) async fn shoot() {
    let scratch = Scratch::new();
    let folder = scratch.example("audit-fields");
    let file = folder.join("app.db");
    let database = rusqlite::Connection::open(&file).expect("a scratch folder takes a database");
    let setup =
        std::fs::read_to_string(folder.join("setup.sqlite.sql")).expect("is in the example");
    database.execute_batch(&setup).expect("the setup runs");
    let orphan =
        "PRAGMA foreign_keys = OFF; UPDATE characters SET player_owner_id = 99999999 WHERE id = 1";
    database.execute_batch(orphan).expect("the change runs");
    let plan = folder.join("sqlite.plan.toml");
    let bind = format!("main=sqlite:{}", file.display());
    let window = Driven::open(&scratch, &[&plan.to_string_lossy(), "--bind", &bind]).await;
    window.resize(1280, 820).await;
    window.click("run").await;
    window.click("trust").await;
    window.click("start").await;
    window.session("failed").await;
    window.click("tab-graph").await;
    window.see("node-maintenance-on").await;
    window.log_shows("failed after").await;
    window.picture("views/readme").await;
    let taken = workspace().join("target/screenshots/views/readme.png");
    std::fs::copy(taken, workspace().join("docs/screenshot.png")).expect("docs takes a picture");
    window.close().await;
}
