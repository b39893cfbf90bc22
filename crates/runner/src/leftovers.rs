//! Scratch databases that an earlier runner of a session left on the servers: they go when the session is taken up.

use std::collections::BTreeMap;

use stopover_engine::run::Access;
use stopover_plan::model::{Kind, Plan};
use stopover_plan::session::Session;
use stopover_plan::{RecordError, Recorder};

/// Drops what the restore checks of `session` left behind, whether or not they are to run again.
pub(crate) async fn clear(
    log: &dyn Recorder,
    plan: &Plan,
    targets: &BTreeMap<String, Access>,
    session: &Session,
) -> Result<(), RecordError> {
    for step in &plan.steps {
        let checks = matches!(&step.kind, Kind::Backup(backup) if backup.restore_check);
        let began = session.step(&step.id).is_some_and(|state| state.starts > 0);
        let access = step.target.as_ref().and_then(|id| targets.get(id));
        if let (true, Some(access)) = (checks && began, access) {
            access
                .sweep(&step.id, |body| log.record(body).map(drop))
                .await?;
        }
    }
    Ok(())
}
