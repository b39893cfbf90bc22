//! Databases: connections and their tests, what other programs know, the schema, and queries.

use std::path::Path;

use stopover_tests::{Postgres, Scratch};

use crate::album::Album;
use crate::plans;

/// Saves a connection.
async fn save(album: &Album, name: &str, url: &str, environment: &str) {
    let window = &album.window;
    window.click("new-connection").await;
    window.write("name", name).await;
    window.write("url", url).await;
    window.click("fill").await;
    window.click(&format!("environment-{environment}")).await;
    window.click("save").await;
    window.see(&format!("connection-{name}")).await;
}

/// Writes a query in the place of what stands there, and runs it.
async fn query(album: &Album, sql: &str) {
    album.window.press("sql", "\u{e009}a\u{e009}").await;
    album.window.press("sql", sql).await;
    album.window.click("run-query").await;
}

/// Writes what other programs know of databases into a folder.
fn others(home: &Path, port: u16) {
    let lines = format!(
        "localhost:{port}:shop:ana:letters1\nlocalhost:{port}:{}:ana:letters1\n",
        "warehouse-".repeat(18)
    );
    std::fs::create_dir_all(home).expect("a scratch folder takes folders");
    let file = home.join(".pgpass");
    std::fs::write(&file, lines).expect("a scratch folder takes files");
    let only = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&file, only).expect("its mode can be set");
}

/// Everything of this place.
pub(crate) async fn shoot() {
    let scratch = Scratch::new();
    let server = Postgres::shared();
    let (database, url) = server.fresh();
    server.run(&database, plans::SHOP);
    let home = scratch.join("home");
    others(&home, server.port());
    let plan = scratch.write(
        "orders.plan.toml",
        "format = 1\nname = \"Notes\"\n[target.main]\nengine = \"postgresql\"\n[[step]]\nid = \"fill\"\n\
         title = \"Fill the notes of all orders\"\nsql = \"UPDATE orders SET note = 'none'\"\n",
    );
    let locked = server.url_with_password(&database, "letters1");
    let environment = [
        ("HOME", &*home.to_string_lossy()),
        ("DATABASE_URL", &locked),
        (
            "REPORTS_DATABASE_URL",
            "mysql://reports@db.example.org/reports",
        ),
    ];
    let arguments = [&*plan.to_string_lossy()];
    let album = Album::open_in("databases", &scratch, &arguments, &environment).await;
    let window = &album.window;
    window.see("plan-name").await;
    window.click("place-databases").await;
    for source in ["environment", "pg_pass"] {
        album.open_dialog("import", "import-sheet").await;
        window.click(&format!("source-{source}")).await;
        window.see("proposals").await;
        album.shoot(&format!("import-{source}")).await;
        album.close("import-sheet").await;
    }

    window.click("new-connection").await;
    window.write("name", "shop").await;
    let wrong = locked.replace("letters1", "letters2");
    window.write("url", &wrong).await;
    window.click("fill").await;
    window.holds("database", &database).await;
    window.click("test").await;
    window.see("tested").await;
    window.reads("tested", "Correct the password").await;
    album.shoot("test-failed").await;
    window.write("password", "letters1").await;
    window.click("test").await;
    window.reads("tested", "The connection works.").await;
    album.shoot("test-passed").await;
    window.click("environment-production").await;
    window.click("save").await;
    window.see("connection-shop").await;
    save(&album, "copy-of-yesterday", &url, "staging").await;
    save(
        &album,
        &plans::long().replace([' ', ','], "-"),
        &url,
        "development",
    )
    .await;
    album.shoot("list").await;
    album.open_dialog("delete", "delete-connection").await;
    album.shoot("delete").await;
    album.close("delete-connection").await;

    window.click("connection-copy-of-yesterday").await;
    window.click("tab-schema").await;
    window.reads("relation-count", "relations").await;
    album.shoot("schema").await;
    window.click("relation-orders").await;
    window.reads("columns", "note").await;
    window.click("count").await;
    window.reads("relation-rows", "counted").await;
    album.shoot("schema-table").await;
    window.write("filter", "nothing has this name").await;
    album.shoot("schema-none").await;
    window.write("filter", " ").await;

    window.click("tab-query").await;
    album.shoot("query-empty").await;
    query(&album, "SELECT * FROM orders ORDER BY id").await;
    window.reads("grid", "order 1").await;
    album.shoot("query").await;
    query(&album, "SELECT id, nam FROM orders").await;
    window.see("query-problem").await;
    album.shoot("query-error").await;
    query(&album, "SELECT pg_sleep(1000)").await;
    window.see("progress").await;
    album.shoot("query-runs").await;
    window.click("cancel-query").await;
    window.reads("query-problem", "cancel").await;

    // Production in the start sheet: its name is typed, and a reason given.
    window.click("place-plans").await;
    album.open_dialog("run", "start-sheet").await;
    let script = "const list = document.querySelector('[data-testid=bind-main]'); list.value = 'shop'; \
        list.dispatchEvent(new Event('change', { bubbles: true }));";
    album.runs(script, serde_json::Value::Null).await;
    window.see("confirm-production").await;
    album.shoot("start-production").await;
    album.window.close().await;
}
