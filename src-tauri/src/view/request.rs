//! What is asked of a session: that it starts, goes on, and what people decide.

use serde::Deserialize;
use ts_rs::TS;

use super::Bind;

/// What is needed to start a session.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct Start {
    /// Plan file.
    pub plan_path: String,
    /// Bindings of its targets.
    pub binds: Vec<Bind>,
    /// True: the person saw what will run and trusts it.
    pub trust: bool,
    /// What was typed to confirm production.
    pub confirm: Option<String>,
    /// Why it runs without a rehearsal.
    pub reason: Option<String>,
    /// Session of a lost journal to go on with, after what its targets have marked as done.
    pub adopt: Option<String>,
    /// True: nobody watches; a failure ends the session after its `finally_for` steps.
    pub unattended: bool,
}

/// What is needed to go on with an interrupted session.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct Resume {
    /// Session.
    pub session: String,
    /// True: the plan as it is now is accepted.
    pub accept_change: bool,
    /// True: server processes of the earlier runner are ended.
    pub end_orphans: bool,
    /// Passwords typed again for targets that were bound to an address.
    pub passwords: Vec<TargetPassword>,
}

/// A password typed for a target.
#[derive(Clone, Deserialize, TS)]
pub struct TargetPassword {
    /// Target id.
    pub target: String,
    /// Password; kept in memory only.
    pub password: String,
}

impl std::fmt::Debug for TargetPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TargetPassword")
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

/// What a person asks of a session.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Request {
    /// Pause before the next step.
    Pause,
    /// Go on.
    Resume,
    /// End it; what runs is cancelled.
    Abort,
    /// Take everything back.
    Rollback,
    /// Run a failed step again.
    Retry {
        /// Step.
        step: String,
    },
    /// Go on without a step.
    Skip {
        /// Step.
        step: String,
        /// Why.
        reason: String,
    },
    /// Approve a gate.
    Approve {
        /// Step.
        gate: String,
        /// Remark.
        note: String,
        /// Who approves.
        by: String,
    },
    /// Sign an item or a manual step.
    Sign {
        /// Item or step.
        item: String,
        /// Remark.
        note: String,
        /// File kept as evidence.
        evidence: Option<String>,
        /// Who signs.
        by: String,
    },
    /// Say what became of a statement.
    Settle {
        /// Step.
        step: String,
        /// True: it was applied.
        applied: bool,
        /// How the person knows.
        note: String,
    },
    /// Answer the offer of the `finally_for` steps.
    AnswerFinally {
        /// True: run them.
        accepted: bool,
    },
}
