//! What the window is told: the types of the border, from which `ui/src/ipc/types.ts` is generated.
//!
//! They are a set of their own: plan file, journal and window age differently. Times are Unix milliseconds in fields
//! that end in `_at_ms`, durations and offsets from the start of the plan are milliseconds in fields that end in `_ms`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

mod connection;
mod edit;
mod history;
mod plan;
mod query;
mod ran;
mod request;
mod schema;
mod session;
mod step;

pub use connection::*;
pub use edit::*;
pub use history::*;
pub use plan::*;
pub use query::*;
pub use ran::*;
pub use request::*;
pub use schema::*;
pub use session::*;
pub use step::*;

/// An error as a person is shown it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Problem {
    /// Stable kebab-case word.
    pub code: String,
    /// Names the object and says what happened to it.
    pub message: String,
    /// Starts with a verb; empty when there is nothing to do.
    pub hint: String,
    /// Line in the plan file, from 1.
    pub line: Option<u32>,
    /// Column, from 1.
    pub column: Option<u32>,
}

/// What the window knows when it opens.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Opening {
    /// Plan named on the command line.
    pub plan: Option<String>,
    /// Journal file.
    pub journal: String,
    /// Set when the journal was damaged: that it was set aside, and where.
    pub set_aside: Option<Problem>,
    /// Operating system's user.
    pub user: String,
    /// Version of this program.
    pub version: String,
    /// Addresses named on the command line, proposed at the start sheet.
    pub binds: Vec<Bind>,
}

/// A target and the connection or address it is bound to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Bind {
    /// Target id.
    pub target: String,
    /// Name of a saved connection; empty when `url` is given.
    pub connection: String,
    /// Address, when no saved connection is used.
    pub url: String,
}

/// Returns the text of `ui/src/ipc/types.ts`.
pub fn typescript() -> String {
    let config = ts_rs::Config::new().with_large_int("number");
    let mut text = String::from(
        "// The types of the border, generated from src-tauri/src/view.rs. Do not edit: see the test `the_types_of_the_window_are_current`.\n",
    );
    macro_rules! declare {
        ($($name:ident),* $(,)?) => {
            $( text.push_str("\nexport "); text.push_str(&$name::decl(&config)); text.push('\n'); )*
        };
    }
    declare!(
        Problem,
        Opening,
        Bind,
        RecentPlan,
        Plan,
        ZoneOffset,
        Place,
        Target,
        Engine,
        Environment,
        Phase,
        Window,
        Step,
        Passage,
        Detail,
        DetailForm,
        Pair,
        KindChange,
        Language,
        Side,
        Check,
        Checklist,
        Item,
        Risk,
        Criterion,
        Card,
        Tls,
        Secret,
        Connection,
        SavedConnection,
        TakenApart,
        Tested,
        Fact,
        RelationKind,
        Relation,
        Relations,
        TableColumn,
        TableIndex,
        ConstraintKind,
        TableConstraint,
        TableDetail,
        Touched,
        TouchedTarget,
        ImportSource,
        ImportProposal,
        ImportFound,
        ImportChoice,
        Imported,
        ResultColumn,
        QueryResult,
        QueryProgress,
        CutValue,
        QueryPage,
        QueryValue,
        CellSpan,
        Copied,
        Exported,
        Start,
        Resume,
        TargetPassword,
        Request,
        Mode,
        State,
        Outcome,
        Status,
        SessionLine,
        Binding,
        Signature,
        EndingKind,
        Ending,
        SessionHead,
        Progress,
        CheckResult,
        Artifact,
        OtherRun,
        Settlement,
        SessionStep,
        Session,
        Tone,
        LogLine,
        Watched,
        Written,
        Existing,
        Filter,
        End,
        PlanRun,
        Past,
        Comparison,
        Ran,
        ComparedStep,
        FoundBy,
        ComparedCheck,
        Setting,
        Sort,
        Edit,
        Edited,
        Kept,
        Run,
        Clash,
        DiffLine,
        DiffSign,
        Choice,
        PlanSeen,
        PlanWatch,
        NewPlan,
        Template,
    );
    text
}
