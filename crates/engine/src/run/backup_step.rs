//! Backup and restore steps of a plan.

use std::path::PathBuf;

use chrono::Utc;
use stopover_plan::Problem;
use stopover_plan::event::{Artifact, Body};
use stopover_plan::model::{Backup, Restore, Step};

use super::adopt::known_by_marks_only;
use super::end::StepEnd;
use super::{Run, RunError};
use crate::backup::{self, BackupError, Maker, Order, Swap};

fn no_target(step: &Step) -> StepEnd {
    StepEnd::failed(Problem::new(
        "target-missing",
        format!("Step {} has no bound target.", step.id),
        "Bind the target when the session starts.",
    ))
}

/// Makes the backup of a step.
pub(super) async fn back_up(run: &Run, step: &Step, backup: &Backup) -> Result<StepEnd, RunError> {
    let Some(access) = step.target.as_ref().and_then(|id| run.targets.get(id)) else {
        return Ok(no_target(step));
    };
    if backup.restore_check {
        access.sweep(&step.id, |body| run.record(body)).await?;
    }
    let login = access.login();
    // The time in the name is that of the event which says that the step starts.
    let (at_ms, start) = run
        .session()
        .step(&step.id)
        .map_or((None, 1), |state| (state.started_at_ms, state.starts));
    let order = Order {
        login: &login,
        file: run.folder.join(&backup.file),
        at_ms: at_ms.unwrap_or_else(|| Utc::now().timestamp_millis()),
        format: backup.format,
        jobs: backup.jobs.max(1),
        restore_check: backup.restore_check,
        maker: Maker::Step {
            session: run.session().id.clone(),
            step: step.id.clone(),
            start,
        },
    };
    let mut progress = Progress::new(run, step);
    let cancel = async {
        run.halted().await;
    };
    let result = backup::back_up(&order, cancel, &mut |bytes| progress.tell(bytes)).await;
    progress.result?;
    Ok(ended(result.map(|artifact| vec![artifact])))
}

/// Restores a backup into a fresh database, and swaps it in when the plan says so.
pub(super) async fn restore(
    run: &Run,
    step: &Step,
    restore: &Restore,
) -> Result<StepEnd, RunError> {
    let Some(access) = step.target.as_ref().and_then(|id| run.targets.get(id)) else {
        return Ok(no_target(step));
    };
    let artifact = match source(run, step, restore) {
        Ok(artifact) => artifact,
        Err(problem) => return Ok(StepEnd::failed(problem)),
    };
    let login = access.login();
    let into = restore
        .into
        .clone()
        .unwrap_or_else(|| match access.engine() {
            stopover_plan::model::Engine::Sqlite => {
                format!("{}.restored", access.binding("").database)
            }
            _ => format!("{}_restored", access.binding("").database),
        });
    let swap = match restore.swap {
        true => Swap::Rename,
        false => Swap::No,
    };
    if restore.swap {
        // Our own idle connections would hold the database that is to be renamed.
        access.close_idle().await;
    }
    let mut progress = Progress::new(run, step);
    let cancel = async {
        run.halted().await;
    };
    let result = backup::restore(&login, &artifact, &into, swap, cancel, &mut |bytes| {
        progress.tell(bytes);
    })
    .await;
    progress.result?;
    if restore.swap && result.is_ok() {
        // From here on the old database is set aside under another name, and the lock went with it.
        match access.take_swapped().await {
            Ok(identity) => run.record(Body::TargetSwapped {
                target: step.target.clone().unwrap_or_default(),
                identity,
            })?,
            Err(error) => return Ok(StepEnd::failed(error.problem())),
        }
    }
    Ok(ended(result.map(|restored| {
        let database = |what: &str, path: String| Artifact {
            what: what.to_owned(),
            path,
            ..Artifact::default()
        };
        let aside = restored.set_aside.map(|name| database("set_aside", name));
        std::iter::once(database("database", restored.database))
            .chain(aside)
            .collect()
    })))
}

/// Returns the backup to restore: one made in this session, or a file.
fn source(run: &Run, step: &Step, restore: &Restore) -> Result<Artifact, Problem> {
    if let Some(id) = &restore.backup {
        let session = run.session();
        return session.backup_of(id).cloned().ok_or_else(|| {
            if session.step(id).is_some_and(known_by_marks_only) {
                return Problem::new(
                    "backup-lost",
                    format!(
                        "Step {} restores the backup of step {id}, which was lost with the session's first journal: \
                         no backup that is proven to be that one was found when the session was adopted.",
                        step.id
                    ),
                    "Find the backup and restore it yourself with `stopover restore FILE`.",
                );
            }
            Problem::new(
                "backup-missing",
                format!(
                    "Step {} restores the backup of step {id}, which made none in this session.",
                    step.id
                ),
                "Run the backup step first.",
            )
        });
    }
    let file: PathBuf = run.folder.join(restore.file.as_deref().unwrap_or_default());
    backup::artifact_of_file(&file).map_err(|error| error.problem())
}

fn ended(result: Result<Vec<Artifact>, BackupError>) -> StepEnd {
    match result {
        Ok(artifacts) => StepEnd::Succeeded {
            rows: None,
            exit: None,
            artifacts,
            by_mark: false,
        },
        Err(error) if error.is_cancelled() => StepEnd::Interrupted {
            reason: "the unfinished file was removed".to_owned(),
        },
        Err(error) => StepEnd::failed(error.problem()),
    }
}

/// Records how many bytes are done, at most twice a second.
struct Progress<'a> {
    run: &'a Run,
    step: &'a Step,
    last: Option<std::time::Instant>,
    result: Result<(), stopover_plan::RecordError>,
}

impl<'a> Progress<'a> {
    fn new(run: &'a Run, step: &'a Step) -> Self {
        Self {
            run,
            step,
            last: None,
            result: Ok(()),
        }
    }

    fn tell(&mut self, bytes: u64) {
        let due = self
            .last
            .is_none_or(|last| last.elapsed() >= std::time::Duration::from_millis(500));
        if !due || self.result.is_err() {
            return;
        }
        self.last = Some(std::time::Instant::now());
        self.result = self.run.record(Body::StepProgressed {
            step: self.step.id.clone(),
            done: bytes,
            total: 0,
            unit: "bytes".to_owned(),
        });
    }
}
