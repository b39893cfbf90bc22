//! Connections found in the places of other programs.

use stopover_engine::diagnose::test;
use stopover_engine::import::{Source, find};
use stopover_plan::connection::SecretRef;
use stopover_tests::{Postgres, Scratch};

use crate::{CANARY, again, is_again};

#[test]
fn each_source_is_proposed_and_a_password_stays_where_it_is() {
    let name = "imports::each_source_is_proposed_and_a_password_stays_where_it_is";
    if is_again() {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let env_file = std::env::var("ENV_FILE").expect("given");
        for source in [
            Source::Environment,
            Source::EnvFile(env_file.into()),
            Source::PgPass,
            Source::Services,
        ] {
            let found = find(&source).expect("it is read");
            assert_eq!(found.proposals.len(), 1, "{source:?}: {found:?}");
            assert!(!format!("{found:?}").contains(CANARY));
            let one = &found.proposals[0];
            assert!(!one.key().contains(CANARY) && !one.connection.url().contains(CANARY));
            // As saved it opens the database: by what it refers to, or with the password that went to the keychain.
            let mut connection = one.connection.clone();
            connection.name = "imported".into();
            let report = runtime.block_on(test(&connection, one.password.clone()));
            assert!(report.ok, "{source:?}: {report:?}");
            let kept = one.password.is_some();
            assert_eq!(kept, connection.secret == SecretRef::Prompt, "{source:?}");
        }
        let found = find(&Source::MyCnf).expect("it is read");
        assert_eq!(
            found.proposals[0].connection.url(),
            "mysql://ada@db.example:3307/shop"
        );
        return;
    }
    use std::os::unix::fs::PermissionsExt;
    let server = Postgres::shared();
    let (database, _) = server.fresh();
    let url = server.url_with_password(&database, CANARY);
    let (port, user) = (server.port(), stopover_tests::postgres::LOCKED);
    let folder = Scratch::new();
    let pgpass = folder.write(
        "pgpass",
        format!("127.0.0.1:{port}:{database}:{user}:{CANARY}\n"),
    );
    std::fs::set_permissions(&pgpass, std::fs::Permissions::from_mode(0o600)).expect("set");
    let service = folder.write(
        "service",
        format!("[shop]\nhost=127.0.0.1\nport={port}\nuser={user}\ndbname={database}\npassword={CANARY}\n"),
    );
    let env_file = folder.write(".env", format!("DEBUG=1\nDATABASE_URL=\"{url}\"\n"));
    folder.write(
        ".my.cnf",
        format!("[client]\nhost=db.example\nport=3307\nuser=ada\npassword={CANARY}\n[mysql]\ndatabase=shop\n"),
    );
    let path = |file: &std::path::Path| file.display().to_string();
    again(
        name,
        &[
            ("DATABASE_URL", url),
            ("ENV_FILE", path(&env_file)),
            ("PGPASSFILE", path(&pgpass)),
            ("PGSERVICEFILE", path(&service)),
            ("PGSYSCONFDIR", path(&folder.join("nothing"))),
            ("HOME", path(&folder.join(""))),
        ],
    );
}

#[test]
fn what_is_not_there_is_told() {
    let missing = find(&Source::EnvFile("/nowhere/.env".into())).expect_err("it is missing");
    assert_eq!(missing.problem().code, "file");
    assert!(missing.problem().message.contains("/nowhere/.env"));
}
