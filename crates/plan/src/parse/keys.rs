//! The keys a plan file may have, table by table: data for the reader, the "did you mean" and the reference's test.

/// Kinds that are read and shown but cannot run yet; any content is accepted.
pub const LATER: &[&str] = &["backfill", "migrate", "files", "compare"];

/// Known keys by table. `step.` tables stand for both spellings, inline and with a header of their own.
pub const KEYS: &[(&str, &[&str])] = &[
    (
        PLAN,
        &[
            "format",
            "name",
            "summary",
            "timezone",
            "start",
            "target",
            "project",
            "phase",
            "window",
            "step",
            "checklist",
            "risk",
            "criterion",
            "card",
        ],
    ),
    (TARGET, &["engine", "summary", "database", "connection"]),
    (PROJECT, &["target", "path", "framework", "python"]),
    (
        PHASE,
        &["id", "title", "summary", "start", "duration", "after"],
    ),
    (WINDOW, &["id", "title", "opens", "length", "steps"]),
    (
        STEP,
        &[
            "id",
            "title",
            "phase",
            "after",
            "target",
            "project",
            "estimate",
            "timeout",
            "start",
            "owner",
            "notes",
            "downtime",
            "point_of_no_return",
            "destructive",
            "idempotent",
            "finally_for",
            "undo",
            "backup",
            "restore",
            "sql",
            "command",
            "check",
            "manual",
            "gate",
            "wait",
            "flag",
            "backfill",
            "migrate",
            "files",
            "compare",
        ],
    ),
    (UNDO, &["sql", "command", "manual", "flag"]),
    (BACKUP, &["file", "format", "jobs", "restore_check"]),
    (RESTORE, &["backup", "file", "into", "swap"]),
    (
        SQL,
        &[
            "text",
            "file",
            "lock_timeout",
            "statement_timeout",
            "attempts",
        ],
    ),
    (
        COMMAND,
        &["run", "dir", "env", "exit", "output", "interactive"],
    ),
    (
        CHECK,
        &[
            "id",
            "title",
            "severity",
            "target",
            "sql",
            "expect",
            "equal",
            "right_target",
            "snapshot",
            "not_null",
            "unique",
            "no_orphans",
            "index_valid",
            "command",
        ],
    ),
    (EXPECT, &["min", "max", "rows", "table"]),
    (MANUAL, &["instructions"]),
    (
        GATE,
        &["question", "approvers", "approvals", "runner_may_approve"],
    ),
    (WAIT, &["for", "every", "sql", "expect"]),
    (FLAG, &["name", "stage", "from", "sql", "file", "command"]),
    (CHECKLIST, &["id", "title", "before", "item"]),
    (
        ITEM,
        &["id", "title", "owner", "check", "due", "signatures"],
    ),
    (RISK, &["id", "title", "mitigation", "steps"]),
    (CRITERION, &["id", "title", "check", "item"]),
    (
        CARD,
        &["id", "issue", "symptoms", "symptom", "solution", "steps"],
    ),
];

pub(crate) const PLAN: &str = "plan";
pub(crate) const TARGET: &str = "target";
pub(crate) const PROJECT: &str = "project";
pub(crate) const PHASE: &str = "phase";
pub(crate) const WINDOW: &str = "window";
pub(crate) const STEP: &str = "step";
pub(crate) const UNDO: &str = "step.undo";
pub(crate) const BACKUP: &str = "step.backup";
pub(crate) const RESTORE: &str = "step.restore";
pub(crate) const SQL: &str = "step.sql";
pub(crate) const COMMAND: &str = "step.command";
pub(crate) const CHECK: &str = "step.check";
pub(crate) const EXPECT: &str = "step.check.expect";
pub(crate) const MANUAL: &str = "step.manual";
pub(crate) const GATE: &str = "step.gate";
pub(crate) const WAIT: &str = "step.wait";
pub(crate) const FLAG: &str = "step.flag";
pub(crate) const CHECKLIST: &str = "checklist";
pub(crate) const ITEM: &str = "checklist.item";
pub(crate) const RISK: &str = "risk";
pub(crate) const CRITERION: &str = "criterion";
pub(crate) const CARD: &str = "card";

/// Keys of which a step has exactly one.
pub(crate) const KINDS: &[&str] = &[
    "backup", "restore", "sql", "command", "check", "manual", "gate", "wait", "flag", "backfill",
    "migrate", "files", "compare",
];

/// Returns the known keys of a table.
pub(crate) fn of(table: &str) -> &'static [&'static str] {
    KEYS.iter()
        .find(|(name, _)| *name == table)
        .map_or(&[], |(_, keys)| keys)
}
