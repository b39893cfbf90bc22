//! Changes the window asks of a plan file, and what it is told of the file afterwards.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Engine, Plan, Problem};

/// A value to be written.
#[derive(Debug, Clone, PartialEq, Deserialize, TS)]
#[serde(untagged)]
pub enum Setting {
    /// A text; for `start` and `opens` a time.
    Text(String),
    /// A number; a whole one is written without a fraction.
    Number(f64),
    /// True or false.
    Yes(bool),
    /// A list of texts.
    List(Vec<String>),
}

/// Sorts of elements a plan has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// The plan itself.
    Plan,
    /// `[[step]]`
    Step,
    /// `[[phase]]`
    Phase,
    /// `[[window]]`
    Window,
    /// `[[checklist]]`; an item of one has the id `checklist/item`.
    Checklist,
    /// `[[risk]]`
    Risk,
    /// `[[criterion]]`
    Criterion,
    /// `[[card]]`
    Card,
    /// `[target.ID]`
    Target,
}

/// One change of a plan file.
#[derive(Debug, Clone, PartialEq, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Edit {
    /// Sets a value; `null` removes the key.
    Set {
        /// Sort of the element.
        sort: Sort,
        /// Its id; empty for the plan; `checklist/item` for an item.
        id: String,
        /// Keys that lead to the value; numbers count list elements from 0.
        path: Vec<String>,
        /// The value.
        value: Option<Setting>,
    },
    /// Adds a step.
    AddStep {
        /// Its id.
        id: String,
        /// Its heading.
        title: String,
        /// Step it comes after in the file; `null`: the last.
        after: Option<String>,
        /// Its other values.
        values: Vec<(Vec<String>, Setting)>,
    },
    /// Removes a step.
    RemoveStep {
        /// Its id.
        id: String,
    },
    /// Moves a step to another place in the file.
    MoveStep {
        /// Its id.
        id: String,
        /// Step it comes after in the file; `null`: none.
        after: Option<String>,
    },
    /// Gives a step another id, wherever it is named.
    RenameStep {
        /// Its id.
        id: String,
        /// Its new id.
        to: String,
    },
    /// Gives a step another kind; what both have stays.
    SetKind {
        /// Its id.
        id: String,
        /// The kind's key.
        to: String,
        /// Values below that key.
        values: Vec<(Vec<String>, Setting)>,
    },
    /// Lets a step wait for another.
    AddEdge {
        /// The one waited for.
        before: String,
        /// The one that waits.
        id: String,
    },
    /// Lets a step no longer wait for another.
    RemoveEdge {
        /// The one waited for.
        before: String,
        /// The one that waits.
        id: String,
    },
    /// Adds an element of another sort.
    Add {
        /// Its sort.
        sort: Sort,
        /// Its id.
        id: String,
        /// Its values.
        values: Vec<(Vec<String>, Setting)>,
    },
    /// Removes an element of another sort.
    Remove {
        /// Its sort.
        sort: Sort,
        /// Its id; `checklist/item` for an item.
        id: String,
    },
    /// Adds an item to a checklist.
    AddItem {
        /// The checklist.
        checklist: String,
        /// The item's id.
        id: String,
        /// What is to be ticked.
        title: String,
    },
    /// Sets or removes the planned duration of a step.
    SetEstimate {
        /// The step.
        id: String,
        /// The duration in milliseconds.
        ms: Option<f64>,
    },
    /// Sets or removes the planned start of a step or of the plan.
    SetStart {
        /// The step; `null`: the plan.
        id: Option<String>,
        /// Local time in the plan's zone, e.g. `2026-12-05T01:00:00`.
        at: Option<String>,
    },
}

/// A plan file as it is now.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Edited {
    /// Counts what the window is told of plan files; an older message than the last is passed over.
    pub turn: u32,
    /// The plan; of its steps only those that are new or changed, when `kept` tells of the others.
    pub plan: Plan,
    /// What stays of the steps as the window has them.
    pub kept: Option<Kept>,
    /// What undo would take back, in words.
    pub undoable: Option<String>,
    /// What redo would do again, in words.
    pub redoable: Option<String>,
    /// Set when nothing was written, because it would take away what was changed outside.
    pub clash: Option<Clash>,
    /// True when what was changed outside was joined with the change.
    pub merged: bool,
}

/// Steps that are what they were, so that they are not told again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Kept {
    /// Hash of the plan they are kept of. A window that has another one reads the plan whole.
    pub since: String,
    /// Where they go; between them stand the steps that are told.
    pub runs: Vec<Run>,
}

/// Steps that stay beside each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Run {
    /// Index of the first in the new list.
    pub to: u32,
    /// Index of the first in the list before.
    pub from: u32,
    /// How many they are.
    pub count: u32,
}

/// Two changes of one place: one made here, one outside.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Clash {
    /// The change made here, in words.
    pub what: String,
    /// What it changes, as lines.
    pub mine: Vec<DiffLine>,
    /// What was changed outside, as lines.
    pub theirs: Vec<DiffLine>,
    /// Name of the file that "Save mine beside" would write.
    pub beside: String,
}

/// One line of a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DiffLine {
    /// What happened to it.
    pub sign: DiffSign,
    /// Line number, from 1, in the text after the change; before it for a removed line.
    pub line: u32,
    /// The line, bounded.
    pub text: String,
}

/// What happened to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DiffSign {
    /// It was there before and is there now.
    Same,
    /// It is new.
    Added,
    /// It was taken away.
    Removed,
    /// Lines were left out here.
    Gap,
}

/// How a clash ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// The file stays as it was changed outside.
    Theirs,
    /// The file becomes what was made here; undo brings the other back.
    Mine,
    /// What was made here goes into a file beside; the file stays as it was changed outside.
    Beside,
}

/// What is told of a plan file that is watched.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PlanSeen {
    /// It was changed outside.
    Changed {
        /// As it is now.
        now: Box<Edited>,
    },
    /// It cannot be read any more.
    Gone {
        /// Why, and the next move.
        problem: Problem,
    },
}

/// What is known of a plan file when watching begins.
#[derive(Debug, Clone, Serialize, TS)]
pub struct PlanWatch {
    /// Number of the watcher.
    pub watcher: u32,
    /// What undo would take back, in words.
    pub undoable: Option<String>,
    /// What redo would do again, in words.
    pub redoable: Option<String>,
    /// Set when a person is still to be asked about two changes.
    pub clash: Option<Clash>,
}

/// A plan to be written from nothing.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct NewPlan {
    /// File to write; never one that is there.
    pub path: String,
    /// Name of the plan.
    pub name: String,
    /// Engine of its target.
    pub engine: Engine,
    /// What it starts with.
    pub template: Template,
}

/// What a new plan starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Template {
    /// The commented example: backup, checks, gate, flag, undo.
    Guided,
    /// A target and nothing else.
    Empty,
}
