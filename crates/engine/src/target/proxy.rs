//! Tells a transaction-pooling proxy from a server: behind one, session settings and locks belong to whoever comes next.

use stopover_plan::model::Engine;

use crate::connect::Login;
use crate::db::{Db, Settings};
use crate::diagnose::whereabouts;
use crate::error::EngineError;

/// Rounds of questions. A pooler hands out the connection that was used last, or the next in turn; other clients may
/// shuffle them. That two clients meet each their own one every time is left as the sign of a server.
const ROUNDS: u32 = 8;

/// Refuses an address behind which transactions, not sessions, are given server connections. Only PostgreSQL has such
/// proxies in common use; other engines pass.
///
/// # Errors
/// [`EngineError::PoolingProxy`] with what gave it away; else what hinders the connection.
pub async fn refuse_pooling_proxy(login: &Login) -> Result<(), EngineError> {
    if login.engine() != Engine::Postgresql {
        return Ok(());
    }
    let settings = Settings {
        application: "stopover-probe".to_owned(),
        ..Settings::default()
    };
    let mut left = Db::open(login, &settings).await?;
    let mut right = Db::open(login, &settings).await?;
    let evidence = evidence(&mut left, &mut right).await;
    left.close().await;
    right.close().await;
    match evidence? {
        None => Ok(()),
        Some(evidence) => Err(EngineError::PoolingProxy {
            address: whereabouts(login),
            evidence,
        }),
    }
}

async fn evidence(left: &mut Db, right: &mut Db) -> Result<Option<String>, EngineError> {
    // A setting of the session, under a name and value of this process, shows whether the session is ours alone.
    left.run(&format!(
        "SET stopover.probe = 'left-{}'",
        std::process::id()
    ))
    .await?;
    right
        .run(&format!(
            "SET stopover.probe = 'right-{}'",
            std::process::id()
        ))
        .await?;
    let first = (look(left).await?, look(right).await?);
    for round in 0..ROUNDS {
        let now = if round == 0 {
            first.clone()
        } else {
            (look(left).await?, look(right).await?)
        };
        let found = if now.0.backend == now.1.backend {
            Some(format!(
                "two connections met the same backend {}",
                now.0.backend
            ))
        } else if now.0.backend != first.0.backend {
            Some(moved(&first.0.backend, &now.0.backend))
        } else if now.1.backend != first.1.backend {
            Some(moved(&first.1.backend, &now.1.backend))
        } else if !now.0.probe.starts_with("left-") || !now.1.probe.starts_with("right-") {
            Some("a setting of the session did not survive".to_owned())
        } else {
            None
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn moved(from: &str, to: &str) -> String {
    format!("one connection met backend {from} and then {to}")
}

/// What one statement met.
#[derive(Clone)]
struct Met {
    backend: String,
    probe: String,
}

async fn look(db: &mut Db) -> Result<Met, EngineError> {
    let sql = "SELECT pg_backend_pid(), current_setting('stopover.probe', true)";
    let row = db.rows(sql, 1).await?.rows.pop().unwrap_or_default();
    let [backend, probe]: [Option<String>; 2] = row.try_into().unwrap_or_default();
    Ok(Met {
        backend: backend.unwrap_or_default(),
        probe: probe.unwrap_or_default(),
    })
}
