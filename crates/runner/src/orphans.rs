//! Server processes that an earlier runner of a session left at work: what they do must be over before it goes on.

use std::collections::BTreeMap;
use std::time::Duration;

use stopover_engine::run::Access;
use stopover_plan::event::Body;
use stopover_plan::sql::redact;
use stopover_plan::{Problem, Recorder};

use crate::trouble::Trouble;

/// How long an orphan of an earlier runner is awaited.
const ORPHAN_PATIENCE: Duration = Duration::from_secs(30);

/// What becomes of orphans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Orphans {
    /// They are awaited.
    Await,
    /// They are ended.
    End,
}

/// Waits for what an earlier runner left at work on the servers, or ends it.
pub(crate) async fn clear(
    log: &dyn Recorder,
    targets: &BTreeMap<String, Access>,
    what: Orphans,
) -> Result<(), Trouble> {
    for (target, access) in targets {
        let mut told: Vec<String> = Vec::new();
        let deadline = std::time::Instant::now() + ORPHAN_PATIENCE;
        loop {
            let found = access.orphans().await?;
            for orphan in &found {
                if told.contains(&orphan.backend) {
                    continue;
                }
                told.push(orphan.backend.clone());
                log.record(Body::OrphanFound {
                    target: target.clone(),
                    backend: orphan.backend.clone(),
                    query: redact(&orphan.query),
                })?;
                if what == Orphans::End {
                    access.end_orphan(orphan).await?;
                }
            }
            let gone: Vec<String> = told
                .iter()
                .filter(|backend| !found.iter().any(|orphan| orphan.backend == **backend))
                .cloned()
                .collect();
            for backend in gone {
                told.retain(|known| *known != backend);
                log.record(Body::OrphanEnded {
                    target: target.clone(),
                    backend,
                    terminated: what == Orphans::End,
                })?;
            }
            if found.is_empty() {
                break;
            }
            if std::time::Instant::now() > deadline {
                return Err(Trouble::NeedsPerson(Problem::new(
                    "orphan",
                    format!(
                        "Server process {} of an earlier runner still works on target {target}: {}",
                        found[0].backend,
                        redact(&found[0].query)
                    ),
                    "Wait until it ends and resume again, or resume with --end-orphans.",
                )));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    Ok(())
}
