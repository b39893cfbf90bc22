//! Opening a plan: the file, the SQL files it names, its problems, its fingerprint.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use stopover_plan::edit::Editor;
use stopover_plan::event::StepHead;
use stopover_plan::model::{Engine, Kind, Sql, Step, Undo};
use stopover_plan::sql::redact;
use stopover_plan::{Plan, Problem};

use crate::trouble::Trouble;
use crate::why::unread;

/// Largest plan file read, in bytes; the parser's own bound is the same.
const PLAN_BYTES: u64 = 64 * 1024 * 1024;
/// Largest SQL file read, in bytes.
const SQL_BYTES: u64 = 64 * 1024 * 1024;

/// A plan with everything that was read for it.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Absolute path of the plan file.
    pub path: PathBuf,
    /// The plan, as far as it could be read.
    pub plan: Plan,
    /// What is wrong with it and with the files it names.
    pub problems: Vec<Problem>,
    /// Text of the plan file; lossy where it is not UTF-8.
    pub text: String,
    /// Fingerprint of plan and files; consent is bound to it.
    pub hash: String,
    /// Texts of the files it names, by the name in the plan.
    pub files: BTreeMap<String, String>,
}

/// Opens a plan file. Problems of its content are in the result, not an error.
///
/// # Errors
/// When the plan file itself cannot be read.
pub fn open_plan(path: &Path) -> Result<Opened, Trouble> {
    let (bytes, absolute) = read_plan(path)?;
    let (plan, problems) = stopover_plan::parse::open_bytes(&bytes);
    Ok(gathered(absolute, &bytes, plan, problems))
}

/// Opens a plan file as [`open_plan`] does, without reading it as TOML once more when it still is what is known.
///
/// # Errors
/// As [`open_plan`].
pub fn open_known(path: &Path, known: &Editor) -> Result<Opened, Trouble> {
    let (bytes, absolute) = read_plan(path)?;
    let (plan, problems) = if bytes == known.text().as_bytes() {
        known.plan()
    } else {
        stopover_plan::parse::open_bytes(&bytes)
    };
    Ok(gathered(absolute, &bytes, plan, problems))
}

/// Returns the fingerprint that opening a plan with this text, which names these files, would give it now.
pub fn fingerprint(path: &Path, text: &str, names: &[String]) -> String {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let files = names
        .iter()
        .filter_map(|name| Some((name.clone(), read_text(&folder.join(name)).ok()?)))
        .collect();
    hash_of(text, &files)
}

fn read_plan(path: &Path) -> Result<(Vec<u8>, PathBuf), Trouble> {
    let unreadable = |why: std::io::Error| {
        Trouble::Unreachable(Problem::new(
            "plan-unreadable",
            format!(
                "The plan {} could not be read: {}",
                path.display(),
                unread(&why)
            ),
            "Name a plan file that exists and that you may read.",
        ))
    };
    let bytes = read_bounded(path, PLAN_BYTES).map_err(unreadable)?;
    let absolute = std::fs::canonicalize(path).map_err(unreadable)?;
    Ok((bytes, absolute))
}

fn read_text(path: &Path) -> std::io::Result<String> {
    let bytes = read_bounded(path, SQL_BYTES)?;
    String::from_utf8(bytes)
        .map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidData, error))
}

fn hash_of(text: &str, files: &BTreeMap<String, String>) -> String {
    let contents: Vec<(String, Vec<u8>)> = files
        .iter()
        .map(|(name, text)| (name.clone(), text.clone().into_bytes()))
        .collect();
    stopover_plan::parse::hash(text, &contents)
}

/// Reads what the plan names, and looks at the statements.
fn gathered(absolute: PathBuf, bytes: &[u8], plan: Plan, mut problems: Vec<Problem>) -> Opened {
    let folder = absolute.parent().unwrap_or(Path::new("/"));
    let mut files = BTreeMap::new();
    for name in plan.files() {
        match read_text(&folder.join(&name)) {
            Ok(text) => {
                files.insert(name, text);
            }
            Err(why) => problems.push(Problem::new(
                "file-unreadable",
                format!(
                    "The SQL file {name} of the plan could not be read: {}",
                    unread(&why)
                ),
                "Put the file there, in UTF-8, or correct its name.",
            )),
        }
    }
    problems.extend(statement_problems(&plan, &files));
    // What is too large was refused above and never runs: its text is neither kept nor fingerprinted.
    let text = match bytes.len() <= stopover_plan::parse::LARGEST {
        true => String::from_utf8_lossy(bytes).into_owned(),
        false => String::new(),
    };
    let hash = hash_of(&text, &files);
    Opened {
        path: absolute,
        plan,
        problems,
        text,
        hash,
        files,
    }
}

fn read_bounded(path: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    let file = std::fs::File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(std::io::Error::other("it is a folder"));
    }
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(std::io::Error::other(format!(
            "it is larger than {} MiB",
            limit / 1024 / 1024
        )));
    }
    Ok(bytes)
}

/// Returns the SQL of a step and of its undo.
fn statements_of(step: &Step) -> impl Iterator<Item = &Sql> {
    let forward = match &step.kind {
        Kind::Sql(sql) => Some(sql),
        _ => None,
    };
    let back = match &step.undo {
        Some(Undo::Sql(sql)) => Some(sql),
        _ => None,
    };
    forward.into_iter().chain(back)
}

/// Splits every statement as its target's engine would, so that what cannot run is known before anything does.
fn statement_problems(plan: &Plan, files: &BTreeMap<String, String>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for step in &plan.steps {
        let Some(engine) = engine_of(plan, step) else {
            continue;
        };
        for sql in statements_of(step) {
            let Some(text) = sql_text(sql, files) else {
                continue;
            };
            for mut problem in stopover_plan::sql::split(engine, text).1 {
                problem.message = format!("Step {}: {}", step.id, problem.message);
                // The place inside the SQL is not one in the plan; the step's line is.
                problem.line = Some(step.line);
                problem.column = Some(1);
                problems.push(problem);
            }
        }
    }
    problems
}

/// Returns the engine of the step's target.
pub(crate) fn engine_of(plan: &Plan, step: &Step) -> Option<Engine> {
    Some(plan.target(step.target.as_deref()?)?.engine)
}

/// Returns the statements, inline or of their file.
pub(crate) fn sql_text<'a>(sql: &'a Sql, files: &'a BTreeMap<String, String>) -> Option<&'a str> {
    match (&sql.text, &sql.file) {
        (Some(text), _) => Some(text),
        (None, Some(file)) => files.get(file).map(String::as_str),
        (None, None) => None,
    }
}

/// Returns the steps as a session keeps them.
pub fn heads(plan: &Plan, files: &BTreeMap<String, String>) -> Vec<StepHead> {
    plan.steps
        .iter()
        .map(|step| StepHead {
            id: step.id.clone(),
            title: step.title.clone(),
            step_kind: step.kind.word().to_owned(),
            phase: step.phase.clone(),
            after: step.after.clone(),
            estimate_ms: step
                .estimate
                .and_then(|estimate| u64::try_from(estimate.as_millis()).ok()),
            finally_for: step.finally_for.clone(),
            detail: bounded(&redact(&detail(step, files)), 4096),
            has_undo: stopover_engine::run::has_undo(step),
        })
        .collect()
}

/// Returns the first `limit` bytes of a text, cut at a character, with an ellipsis when cut.
pub(crate) fn bounded(text: &str, limit: usize) -> String {
    match text
        .char_indices()
        .find(|(at, c)| at + c.len_utf8() > limit)
    {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn detail(step: &Step, files: &BTreeMap<String, String>) -> String {
    match &step.kind {
        Kind::Backup(backup) => backup.file.clone(),
        Kind::Restore(restore) => restore
            .backup
            .clone()
            .or_else(|| restore.file.clone())
            .unwrap_or_default(),
        Kind::Sql(sql) => sql_text(sql, files).unwrap_or_default().trim().to_owned(),
        Kind::Command(command) => command.run.join(" "),
        Kind::Check(checks) => checks
            .iter()
            .map(|check| check.title.as_str())
            .collect::<Vec<_>>()
            .join("\n"),
        Kind::Manual(manual) => manual.instructions.clone(),
        Kind::Gate(gate) => gate.question.clone(),
        Kind::Wait(wait) => stopover_plan::duration::format(wait.duration),
        Kind::Flag(flag) => format!("{} = {}", flag.name, flag.stage),
        Kind::Later(word) => word.clone(),
    }
}
