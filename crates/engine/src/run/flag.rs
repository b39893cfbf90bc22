//! Flag steps: set a feature flag to a stage by SQL, by a file, or by a command. Setting it twice is setting it once.

use std::path::{Path, PathBuf};

use stopover_plan::Problem;
use stopover_plan::event::Direction;
use stopover_plan::model::{Flag, Sql, Step};

use super::end::StepEnd;
use super::{Run, RunError, command_step, sql_step};

/// Sets the flag to `stage`.
pub(super) async fn set(
    run: &Run,
    step: &Step,
    flag: &Flag,
    stage: &str,
    direction: Direction,
) -> Result<StepEnd, RunError> {
    if let Some(sql) = &flag.sql {
        let text = sql.replace(":stage", &format!("'{}'", stage.replace('\'', "''")));
        return sql_step::run_text(run, step, &text, &Sql::default(), direction).await;
    }
    if let Some(command) = &flag.command {
        let mut command = command.clone();
        for argument in &mut command.run {
            *argument = argument.replace("{stage}", stage);
        }
        return Ok(command_step::run_command(run, step, &command).await?);
    }
    let Some(file) = &flag.file else {
        return Ok(StepEnd::failed(Problem::new(
            "flag-without-way",
            format!(
                "Flag {} has no sql, file or command that sets it.",
                flag.name
            ),
            "Write how it is set.",
        )));
    };
    let path = run.folder.join(file);
    let stage = stage.to_owned();
    let written = tokio::task::spawn_blocking({
        let path = path.clone();
        move || write_whole(&path, &stage)
    })
    .await;
    Ok(match written {
        Ok(Ok(())) => StepEnd::succeeded(),
        Ok(Err(error)) => not_written(&path, &error.to_string()),
        Err(error) => not_written(&path, &error.to_string()),
    })
}

fn not_written(path: &Path, why: &str) -> StepEnd {
    StepEnd::failed(Problem::new(
        "flag-not-written",
        format!(
            "The flag file {} could not be written: {why}",
            path.display()
        ),
        "Make the folder writable, then retry the step.",
    ))
}

/// Replaces the file whole, so that a reader sees the stage before or after and nothing between.
fn write_whole(path: &Path, stage: &str) -> std::io::Result<()> {
    let mut part = PathBuf::from(path);
    part.as_mut_os_string().push(".part");
    std::fs::write(&part, format!("{stage}\n"))?;
    std::fs::File::open(&part)?.sync_all()?;
    std::fs::rename(&part, path)
}
