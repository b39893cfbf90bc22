//! A plan with its schedule, as the window shows it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Problem, Step};

/// A plan that was open before.
#[derive(Debug, Clone, Serialize, TS)]
pub struct RecentPlan {
    /// Path, absolute.
    pub path: String,
    /// When it was last opened.
    pub opened_at_ms: i64,
    /// False when there is no file any more.
    pub exists: bool,
    /// Name of the plan; missing where it has none or cannot be read.
    pub name: Option<String>,
}

/// A plan with its schedule.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Plan {
    /// Path, absolute.
    pub path: String,
    /// SHA-256 of the plan file and of the files it names.
    pub hash: String,
    /// True when this content was shown and trusted.
    pub trusted: bool,
    /// Name.
    pub name: String,
    /// Prose.
    pub summary: String,
    /// Time zone of local times.
    pub timezone: String,
    /// What the clocks of that zone show, from some time before the plan to some time after it.
    pub clock: Vec<ZoneOffset>,
    /// Planned start.
    pub start_at_ms: Option<i64>,
    /// Planned start as written.
    pub start: Option<String>,
    /// Planned duration of the whole; a step without an estimate takes no time in it.
    pub duration_ms: u64,
    /// What is wrong with the file.
    pub problems: Vec<Problem>,
    /// Where its elements begin in the file; empty while there are no problems to be placed.
    pub places: Vec<Place>,
    /// Databases it acts on.
    pub targets: Vec<Target>,
    /// Groups of steps.
    pub phases: Vec<Phase>,
    /// Maintenance windows.
    pub windows: Vec<Window>,
    /// Steps in file order.
    pub steps: Vec<Step>,
    /// Line of the file each of them begins at, from 1.
    pub step_lines: Vec<u32>,
    /// Steps of the critical path, in order.
    pub critical_path: Vec<String>,
    /// Step after which there is no way back.
    pub point_of_no_return: Option<String>,
    /// Checklists.
    pub checklists: Vec<Checklist>,
    /// Risks.
    pub risks: Vec<Risk>,
    /// Success criteria.
    pub criteria: Vec<Criterion>,
    /// Troubleshooting cards.
    pub cards: Vec<Card>,
}

/// From a moment on, how far the clocks of the plan's zone are from UTC.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ZoneOffset {
    /// When it begins; the first of a list holds for all time before, too.
    pub from_at_ms: i64,
    /// East of UTC.
    pub offset_ms: i64,
    /// Abbreviation, e.g. `CET`.
    pub name: String,
}

/// Where an element of a plan begins in its file.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Place {
    /// Key of its sort: `step`, `phase`, `risk`, …
    pub sort: String,
    /// Id.
    pub id: String,
    /// Line, from 1.
    pub line: u32,
}

/// A database a plan acts on.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Target {
    /// Id.
    pub id: String,
    /// Engine.
    pub engine: Engine,
    /// Prose.
    pub summary: String,
    /// Name the database must have.
    pub database: Option<String>,
    /// Saved connection the plan proposes.
    pub connection: Option<String>,
}

/// Database engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// PostgreSQL.
    Postgresql,
    /// MySQL and MariaDB.
    Mysql,
    /// SQLite.
    Sqlite,
}

/// How careful to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// A developer's own.
    Development,
    /// A shared copy.
    Staging,
    /// What customers use.
    Production,
}

/// A group of steps.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Phase {
    /// Id.
    pub id: String,
    /// Heading.
    pub title: String,
    /// Prose.
    pub summary: String,
    /// Phases that must end first.
    pub after: Vec<String>,
    /// Planned start as written.
    pub start: Option<String>,
    /// Planned duration as written.
    pub duration_ms: Option<u64>,
    /// Planned start.
    pub start_ms: Option<u64>,
    /// Planned end.
    pub finish_ms: Option<u64>,
}

/// A maintenance window.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Window {
    /// Id.
    pub id: String,
    /// Heading.
    pub title: String,
    /// Opening as written.
    pub opens: Option<String>,
    /// Steps that must fit into it.
    pub steps: Vec<String>,
    /// Opening.
    pub opens_ms: Option<u64>,
    /// How long it is open.
    pub length_ms: u64,
    /// What must fit into it: its steps, or the whole plan when it names none.
    pub needed_ms: Option<u64>,
    /// False when it does not fit.
    pub fits: Option<bool>,
    /// Latest moment to start the rollback.
    pub start_rollback_by_ms: Option<u64>,
}

/// A list of things people tick.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Checklist {
    /// Id.
    pub id: String,
    /// Heading.
    pub title: String,
    /// Step that waits for it.
    pub before: Option<String>,
    /// Items.
    pub items: Vec<Item>,
}

/// One thing to tick.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Item {
    /// Id.
    pub id: String,
    /// What is ticked.
    pub title: String,
    /// Who is to tick it.
    pub owner: Option<String>,
    /// Check that ticks it.
    pub check: Option<String>,
    /// When it is due; missing while the start is not known.
    pub due_at_ms: Option<i64>,
    /// When it is due as the file has it: `-2h`, `30m` or a time.
    pub due: Option<String>,
    /// When it is due after the start, negative before it; missing for a time of its own.
    pub due_from_start_ms: Option<i64>,
    /// How many different people must sign it.
    pub signatures: u32,
}

/// A risk.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Risk {
    /// Id.
    pub id: String,
    /// What may happen.
    pub title: String,
    /// What is done about it.
    pub mitigation: String,
    /// Steps that mitigate it.
    pub steps: Vec<String>,
}

/// A success criterion.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Criterion {
    /// Id.
    pub id: String,
    /// What must hold.
    pub title: String,
    /// Check that shows it.
    pub check: Option<String>,
    /// Item that shows it.
    pub item: Option<String>,
}

/// A troubleshooting card.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Card {
    /// Id.
    pub id: String,
    /// What goes wrong.
    pub issue: String,
    /// How it shows.
    pub symptoms: Vec<String>,
    /// What to do.
    pub solution: String,
    /// Steps it belongs to; empty: all.
    pub steps: Vec<String>,
}

/// What becomes of a file that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Existing {
    /// It stays, and nothing is written.
    Keep,
    /// It is replaced whole.
    Replace,
}
