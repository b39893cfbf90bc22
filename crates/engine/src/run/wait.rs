//! Wait steps: time passes, samples are taken, and the first sample that does not hold ends it.

use std::time::{Duration, Instant};

use stopover_plan::Problem;
use stopover_plan::event::Body;
use stopover_plan::model::{Expect, Step, Wait};

use super::check::{Sample, sample};
use super::end::StepEnd;
use super::expect::expect_text;
use super::{Run, RunError, ms};

/// Time between two samples where the plan names none.
const EVERY: Duration = Duration::from_secs(5);

/// Waits, sampling where the plan says so.
pub(super) async fn wait(run: &Run, step: &Step, wait: &Wait) -> Result<StepEnd, RunError> {
    let started = Instant::now();
    let every = wait.every.unwrap_or(EVERY).max(Duration::from_millis(100));
    loop {
        if let Some(sql) = &wait.sql {
            let expect = wait.expect.clone().unwrap_or(Expect::Rows(0));
            match sample(run, step, sql, &expect).await? {
                Sample::Holds => {}
                Sample::Broken(found) => {
                    return Ok(StepEnd::failed(Problem::new(
                        "abort-criterion",
                        format!(
                            "A sample of step {} found {found} where {} was expected.",
                            step.id,
                            expect_text(&expect)
                        ),
                        "Find out why, then retry the step, skip it with a reason, or roll back.",
                    )));
                }
            }
        }
        let elapsed = started.elapsed();
        run.record(Body::StepProgressed {
            step: step.id.clone(),
            done: ms(elapsed.min(wait.duration)),
            total: ms(wait.duration),
            unit: "ms".to_owned(),
        })?;
        let Some(left) = wait
            .duration
            .checked_sub(elapsed)
            .filter(|left| !left.is_zero())
        else {
            return Ok(StepEnd::succeeded());
        };
        tokio::select! {
            () = tokio::time::sleep(left.min(every)) => {}
            _ = run.halted() => {
                return Ok(StepEnd::Interrupted { reason: "waiting changes nothing".to_owned() });
            }
        }
    }
}
