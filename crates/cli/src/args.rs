//! The words of the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use stopover_plan::model::{Engine, Environment};
use stopover_report::TimelineFormat;

/// Plans, runs and proves database migrations.
#[derive(Debug, Parser)]
#[command(name = "stopover", version, about, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    /// The journal file.
    #[arg(long, global = true, value_name = "FILE", env = "STOPOVER_JOURNAL")]
    pub(crate) journal: Option<PathBuf>,
    /// Print JSON: one document, or one object a line for streams.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Print results and errors only.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 the session failed, 2 usage or a plan with problems, \
3 refused, 4 interrupted or unknown, 5 a database, tool or file could not be reached.";

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Write a new plan from a commented template.
    Init(InitArgs),
    /// Open and lint a plan; with --bind also try its targets.
    Check(CheckArgs),
    /// Show the timeline of a plan.
    Schedule(ScheduleArgs),
    /// Run a plan as a session.
    Run(RunArgs),
    /// Continue a session that was interrupted or paused.
    Resume(ResumeArgs),
    /// Ask a session to stand before its next step.
    Pause(SessionArgs),
    /// Cancel what a session runs and end it.
    Abort(ActArgs),
    /// Take back every step of a session that ran.
    Rollback(ActArgs),
    /// Run a failed step again.
    Retry(StepArgs),
    /// Go on without a step.
    Skip(SkipArgs),
    /// Say what became of a statement whose outcome is unknown.
    Settle(SettleArgs),
    /// Approve a gate.
    Approve(ApproveArgs),
    /// Sign a checklist item or a manual step.
    Sign(SignArgs),
    /// Answer the offer of the steps that are owed on a way out.
    Finally(FinallyArgs),
    /// List sessions, newest first.
    Sessions(SessionsArgs),
    /// Show a session.
    Show(SessionArgs),
    /// Print the events of a session.
    Events(EventsArgs),
    /// Write the report of a session.
    Report(ReportArgs),
    /// Back up a database by itself.
    Backup(BackupArgs),
    /// Restore a backup into a fresh database.
    Restore(RestoreArgs),
    /// Show tables, sizes, rows and blocking sessions of a database.
    Inspect(InspectArgs),
    /// Verify, export or prune the journal.
    Journal(JournalArgs),
    /// Run the built-in example on an embedded database.
    Demo(DemoArgs),
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum EngineWord {
    Postgresql,
    Mysql,
    Mariadb,
    Sqlite,
}

impl From<EngineWord> for Engine {
    fn from(word: EngineWord) -> Self {
        match word {
            EngineWord::Postgresql => Engine::Postgresql,
            EngineWord::Mysql | EngineWord::Mariadb => Engine::Mysql,
            EngineWord::Sqlite => Engine::Sqlite,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum EnvironmentWord {
    Development,
    Staging,
    Production,
}

impl From<EnvironmentWord> for Environment {
    fn from(word: EnvironmentWord) -> Self {
        match word {
            EnvironmentWord::Development => Environment::Development,
            EnvironmentWord::Staging => Environment::Staging,
            EnvironmentWord::Production => Environment::Production,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum TimelineWord {
    /// A line a step, for a spreadsheet.
    Csv,
    /// An event a step, for a calendar.
    Ics,
    /// A gantt chart, as GitHub renders it.
    Mermaid,
    /// A drawing of the whole.
    Svg,
}

impl From<TimelineWord> for TimelineFormat {
    fn from(word: TimelineWord) -> Self {
        match word {
            TimelineWord::Csv => TimelineFormat::Csv,
            TimelineWord::Ics => TimelineFormat::Ics,
            TimelineWord::Mermaid => TimelineFormat::Mermaid,
            TimelineWord::Svg => TimelineFormat::Svg,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// Folder; created when it is not there.
    pub(crate) dir: PathBuf,
    /// Name of the plan.
    #[arg(long, default_value = "My migration")]
    pub(crate) name: String,
    /// Engine of its target.
    #[arg(long, value_enum, default_value = "postgresql")]
    pub(crate) engine: EngineWord,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Plan file.
    pub(crate) plan: PathBuf,
    /// Target and address, or the name of a saved connection.
    #[arg(long, value_name = "NAME=URL")]
    pub(crate) bind: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ScheduleArgs {
    /// Plan file.
    pub(crate) plan: PathBuf,
    /// Start, e.g. 2026-12-05T02:00:00+01:00; else the plan's own.
    #[arg(long, value_name = "TIME")]
    pub(crate) start: Option<String>,
    /// Print the timeline in this format.
    #[arg(long, value_enum)]
    pub(crate) format: Option<TimelineWord>,
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// Plan file.
    pub(crate) plan: PathBuf,
    /// Target and address, or the name of a saved connection.
    #[arg(long, value_name = "NAME=URL")]
    pub(crate) bind: Vec<String>,
    /// Run on a restored copy.
    #[arg(long)]
    pub(crate) rehearse: bool,
    /// Environment of the bound targets.
    #[arg(long, value_enum)]
    pub(crate) environment: Option<EnvironmentWord>,
    /// You read the plan's steps and trust them.
    #[arg(long)]
    pub(crate) trust: bool,
    /// Approve a gate beforehand.
    #[arg(long, value_name = "GATE=WHO")]
    pub(crate) approve: Vec<String>,
    /// Sign an item beforehand.
    #[arg(long, value_name = "ITEM=WHO")]
    pub(crate) sign: Vec<String>,
    /// Confirm production by the name of the plan or database.
    #[arg(long, value_name = "NAME")]
    pub(crate) confirm: Option<String>,
    /// Why production runs without a rehearsal.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Run these steps only.
    #[arg(long, value_name = "STEP", num_args = 1..)]
    pub(crate) only: Vec<String>,
    /// Run in the background and print the session's id.
    #[arg(long)]
    pub(crate) detach: bool,
    /// On failure run the owed steps and end, also on a terminal.
    #[arg(long)]
    pub(crate) unattended: bool,
    /// Go on after the marks of a session whose journal is lost.
    #[arg(long, value_name = "SESSION")]
    pub(crate) adopt: Option<String>,
}

/// How a session is taken up again.
#[derive(Debug, Args)]
pub(crate) struct TakeUp {
    /// Address that replaces the one the session began with; it must lead to the same database.
    #[arg(long, value_name = "NAME=URL")]
    pub(crate) bind: Vec<String>,
    /// Go on in the background.
    #[arg(long)]
    pub(crate) detach: bool,
    /// On failure run the owed steps and end, also on a terminal.
    #[arg(long)]
    pub(crate) unattended: bool,
    /// Accept that the plan changed since.
    #[arg(long)]
    pub(crate) accept_change: bool,
    /// End server processes that an earlier runner left at work.
    #[arg(long)]
    pub(crate) end_orphans: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ResumeArgs {
    /// Session, the beginning of its id, or `last`.
    pub(crate) session: String,
    #[command(flatten)]
    pub(crate) take_up: TakeUp,
}

#[derive(Debug, Args)]
pub(crate) struct SessionArgs {
    /// Session, the beginning of its id, or `last`.
    #[arg(default_value = "last")]
    pub(crate) session: String,
}

#[derive(Debug, Args)]
pub(crate) struct ActArgs {
    /// Session, the beginning of its id, or `last`.
    #[arg(default_value = "last")]
    pub(crate) session: String,
    #[command(flatten)]
    pub(crate) take_up: TakeUp,
}

#[derive(Debug, Args)]
pub(crate) struct StepArgs {
    /// Step.
    pub(crate) step: String,
    /// Session, the beginning of its id, or `last`.
    #[arg(long, default_value = "last")]
    pub(crate) session: String,
    #[command(flatten)]
    pub(crate) take_up: TakeUp,
}

#[derive(Debug, Args)]
pub(crate) struct SkipArgs {
    #[command(flatten)]
    pub(crate) step: StepArgs,
    /// Why it may be left out.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}

#[derive(Debug, Args)]
#[group(id = "finding", required = true, multiple = false)]
pub(crate) struct Finding {
    /// It was applied.
    #[arg(long)]
    pub(crate) applied: bool,
    /// It was not applied.
    #[arg(long)]
    pub(crate) not_applied: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SettleArgs {
    #[command(flatten)]
    pub(crate) step: StepArgs,
    #[command(flatten)]
    pub(crate) finding: Finding,
    /// How you know.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) note: String,
}

#[derive(Debug, Args)]
pub(crate) struct ApproveArgs {
    /// Gate.
    pub(crate) gate: String,
    /// Session, the beginning of its id, or `last`.
    #[arg(long, default_value = "last")]
    pub(crate) session: String,
    /// Who approves.
    #[arg(long = "as", value_name = "WHO")]
    pub(crate) who: String,
    /// Remark.
    #[arg(long, default_value = "")]
    pub(crate) note: String,
}

#[derive(Debug, Args)]
pub(crate) struct SignArgs {
    /// Checklist item, manual step, or STEP/undo.
    pub(crate) item: String,
    /// Session, the beginning of its id, or `last`.
    #[arg(long, default_value = "last")]
    pub(crate) session: String,
    /// Who signs.
    #[arg(long = "as", value_name = "WHO")]
    pub(crate) who: String,
    /// Remark.
    #[arg(long, default_value = "")]
    pub(crate) note: String,
    /// File, or link, that shows it.
    #[arg(long, value_name = "FILE")]
    pub(crate) evidence: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Answer {
    Run,
    Leave,
}

#[derive(Debug, Args)]
pub(crate) struct FinallyArgs {
    /// Run the owed steps, or leave them.
    #[arg(value_enum)]
    pub(crate) answer: Answer,
    /// Session, the beginning of its id, or `last`.
    #[arg(long, default_value = "last")]
    pub(crate) session: String,
}

#[derive(Debug, Args)]
pub(crate) struct SessionsArgs {
    /// How many at most.
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: usize,
}

#[derive(Debug, Args)]
pub(crate) struct EventsArgs {
    /// Session, the beginning of its id, or `last`.
    #[arg(default_value = "last")]
    pub(crate) session: String,
    /// Only events after this position.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) after: u64,
    /// Go on until the session ends.
    #[arg(long)]
    pub(crate) follow: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// Session, the beginning of its id, or `last`.
    #[arg(default_value = "last")]
    pub(crate) session: String,
    /// File; .html, .md, .json or .csv.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum FormatWord {
    Custom,
    Directory,
    Plain,
}

#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    /// Database.
    pub(crate) url: String,
    /// File, or folder, to write; `{time}` in it becomes the UTC time.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// Restore it into a scratch database and compare.
    #[arg(long)]
    pub(crate) restore_check: bool,
    /// Dump format.
    #[arg(long, value_enum, default_value = "custom")]
    pub(crate) format: FormatWord,
    /// Parallel jobs of a directory dump.
    #[arg(long, default_value_t = 1)]
    pub(crate) jobs: u32,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// Backup.
    pub(crate) file: PathBuf,
    /// Database: the fresh one to be made; with --swap the one to be replaced.
    pub(crate) url: String,
    /// Restore beside the database, then swap the two by rename.
    #[arg(long)]
    pub(crate) swap: bool,
}

#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// Database.
    pub(crate) url: String,
}

#[derive(Debug, Args)]
pub(crate) struct JournalArgs {
    #[command(subcommand)]
    pub(crate) verb: JournalVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum JournalVerb {
    /// Recompute the hash chain of every session.
    Verify,
    /// Write a consistent copy of the journal.
    Export {
        /// File; must not exist.
        file: PathBuf,
    },
    /// Remove finished sessions that are older.
    Prune {
        /// Age, e.g. 90d.
        #[arg(long, value_name = "DURATION")]
        older_than: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Folder; default: a new one in the temporary folder.
    pub(crate) dir: Option<PathBuf>,
    /// Rows in each table.
    #[arg(long, default_value_t = 10_000)]
    pub(crate) rows: u64,
    /// Write plan, database and connection, and run nothing.
    #[arg(long)]
    pub(crate) prepare_only: bool,
}
