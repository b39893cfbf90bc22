//! Where a password is found.

use stopover_engine::diagnose::test;
use stopover_plan::connection::parse_url;
use stopover_tests::{Postgres, Scratch};

use crate::{CANARY, again, is_again};

#[test]
fn a_password_is_found_where_the_connection_says() {
    let name = "secrets::a_password_is_found_where_the_connection_says";
    if is_again() {
        let url = std::env::var("URL").expect("given");
        let (mut connection, _) = parse_url(&url).expect("a URL");
        connection.name = std::env::var("NAME").expect("given");
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let report = runtime.block_on(test(&connection, None));
        assert!(report.ok, "{report:?}");
        return;
    }
    use std::os::unix::fs::PermissionsExt;
    let server = Postgres::shared();
    let (database, _) = server.fresh();
    let url = server.url_with_password(&database, CANARY);
    let bare = url.replace(&format!(":{CANARY}"), "");
    let folder = Scratch::new();
    let (port, user) = (server.port(), stopover_tests::postgres::LOCKED);
    let pgpass = folder.write("pgpass", format!("127.0.0.1:{port}:*:{user}:{CANARY}\n"));
    std::fs::set_permissions(&pgpass, std::fs::Permissions::from_mode(0o600)).expect("set");
    let service = folder.write(
        "service",
        format!("[shop]\nhost=127.0.0.1\nport={port}\nuser={user}\ndbname={database}\npassword={CANARY}\n"),
    );
    let nothing = folder.join("nothing").display().to_string();
    let path = |file: &std::path::Path| file.display().to_string();
    again(
        name,
        &[
            ("URL", bare.clone()),
            ("NAME", "shop-db".into()),
            ("SHOP_DB_PASSWORD", CANARY.into()),
            ("PGPASSFILE", nothing.clone()),
        ],
    );
    again(
        name,
        &[
            ("URL", bare),
            ("NAME", "shop".into()),
            ("PGPASSFILE", path(&pgpass)),
        ],
    );
    again(
        name,
        &[
            ("URL", "postgres://?service=shop".into()),
            ("NAME", "shop".into()),
            ("PGSERVICEFILE", path(&service)),
            ("PGPASSFILE", nothing),
        ],
    );
}
