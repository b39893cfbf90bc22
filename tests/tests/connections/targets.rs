//! Targets: one runner at a time, orphans of a dead one, poolers, identity, replicas.

use std::time::Duration;

use stopover_engine::EngineError;
use stopover_engine::db::{Db, DbClass};
use stopover_engine::target::{
    TargetLock, end_orphan, inspect_identity, orphans, refuse_pooling_proxy,
};
use stopover_plan::model::Engine;
use stopover_tests::{PgBouncer, Postgres};

use crate::{Three, login, open, report, settings};

#[tokio::test]
async fn the_second_runner_is_told_who_holds_the_target() {
    for url in Three::start().urls() {
        let login = login(url).await;
        let mut lock = TargetLock::take(&login, "first-session", "ada@here")
            .await
            .unwrap();
        assert!(lock.still_held().await);
        let Err(EngineError::Held { holder, .. }) =
            TargetLock::take(&login, "second-session", "bob@there").await
        else {
            panic!("{url}: taken twice");
        };
        assert!(
            holder.contains("session first-session of ada@here"),
            "{holder}"
        );
        lock.release().await;
        let again = TargetLock::take(&login, "second-session", "bob@there").await;
        assert!(again.is_ok(), "{url}: free again");
    }
}

#[tokio::test]
async fn a_lock_vanishes_with_its_connection_and_its_holder_notices() {
    let three = Three::start();
    for url in [&three.postgresql, &three.mariadb] {
        let login = login(url).await;
        let mut lock = TargetLock::take(&login, "one", "ada@here").await.unwrap();
        let mut other = open(url).await;
        let victims = match login.engine() {
            Engine::Mysql => {
                "SELECT id FROM information_schema.processlist \
                 WHERE db = DATABASE() AND id <> CONNECTION_ID()"
            }
            _ => {
                "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'stopover-lock one%'"
            }
        };
        for row in other.rows(victims, 10).await.unwrap().rows {
            let backend = row[0].clone().unwrap();
            let sql = match login.engine() {
                Engine::Mysql => format!("KILL CONNECTION {backend}"),
                _ => format!("SELECT pg_terminate_backend({backend})"),
            };
            other.run(&sql).await.unwrap();
            // Both servers end a connection after they have answered; it stays in their list until its locks are free.
            let left = match login.engine() {
                Engine::Mysql => format!(
                    "SELECT COUNT(*) FROM information_schema.processlist WHERE id = {backend}"
                ),
                _ => format!("SELECT count(*) FROM pg_stat_activity WHERE pid = {backend}"),
            };
            while other.scalar(&left).await.unwrap().as_deref() != Some("0") {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        assert!(!lock.still_held().await, "{url}");
        assert!(
            TargetLock::take(&login, "two", "bob@there").await.is_ok(),
            "{url}"
        );
    }
}

#[tokio::test]
async fn what_a_dead_runner_left_at_work_is_found_and_ended() {
    let three = Three::start();
    for url in [&three.postgresql, &three.mariadb] {
        let login = login(url).await;
        let mut dead = Db::open(&login, &settings("session-a")).await.unwrap();
        let backend = dead.backend_id().await.unwrap();
        let mut other = Db::open(&login, &settings("session-b")).await.unwrap();
        assert_eq!(orphans(&mut other, "session-b").await.unwrap(), []);
        let mut next = Db::open(&login, &settings("session-a")).await.unwrap();
        let found = orphans(&mut next, "session-a").await.unwrap();
        assert_eq!(found.len(), 1, "{url}: {found:?}");
        assert_eq!(found[0].backend, backend);
        end_orphan(&mut next, "session-a", &found[0]).await.unwrap();
        assert_eq!(orphans(&mut next, "session-a").await.unwrap(), []);
        assert_eq!(dead.run("SELECT 1").await.unwrap_err().class, DbClass::Lost);
        end_orphan(&mut next, "session-a", &found[0])
            .await
            .expect("gone already is fine");
    }
}

#[tokio::test]
async fn a_transaction_pooling_proxy_is_refused_and_a_server_is_not() {
    let server = Postgres::shared();
    let (name, url) = server.fresh();
    let pooler = PgBouncer::start(server);
    refuse_pooling_proxy(&login(&url).await)
        .await
        .expect("a server");
    let error = refuse_pooling_proxy(&login(&pooler.url(&name)).await)
        .await
        .unwrap_err();
    assert!(matches!(error, EngineError::PoolingProxy { .. }), "{error}");
    assert!(error.problem().hint.starts_with("Connect directly"));
}

#[tokio::test]
async fn a_database_keeps_its_identity_and_shares_it_with_no_other() {
    let (one, two) = (Three::start(), Three::start());
    for (url, other) in one.urls().into_iter().zip(two.urls()) {
        let first = inspect_identity(&mut open(url).await).await.unwrap();
        let again = inspect_identity(&mut open(url).await).await.unwrap();
        assert_eq!(first, again);
        assert!(!first.read_only && !first.is_replica, "{first:?}");
        let other = inspect_identity(&mut open(other).await).await.unwrap();
        assert_ne!(first.identity, other.identity);
    }
}

#[tokio::test]
async fn a_replica_says_that_it_is_one() {
    let primary = Postgres::start();
    let url = primary.database("shop");
    let standby = primary.standby();
    let found = inspect_identity(&mut open(&standby.url("shop")).await)
        .await
        .unwrap();
    assert!(found.is_replica && found.read_only, "{found:?}");
    let primary = inspect_identity(&mut open(&url).await).await.unwrap();
    assert_eq!(primary.identity, found.identity, "the same database, twice");
    let report = report(&standby.url("shop")).await;
    assert!(
        report
            .warnings
            .iter()
            .any(|warning| warning.code == "replica"),
        "{report:?}"
    );
}
