//! What the rules look at: the plan, its statements, and what runs before what. Read once, shared by all rules.

use std::collections::{BTreeMap, BTreeSet};

use stopover_plan::Plan;
use stopover_plan::model::{Engine, Kind, Severity, Sql, Step, Undo};
use stopover_plan::sql::{Statement, redact, split};

use crate::Finding;

/// The SQL of one step, or of its undo.
pub(crate) struct StepSql<'a> {
    pub(crate) step: &'a Step,
    pub(crate) sql: &'a Sql,
    pub(crate) engine: Engine,
    /// True for the undo.
    pub(crate) is_undo: bool,
    pub(crate) statements: Vec<Statement>,
}

/// The plan as rules see it.
pub(crate) struct Context<'a> {
    pub(crate) plan: &'a Plan,
    /// SQL of the steps and of their undos, in plan order.
    pub(crate) sql: Vec<StepSql<'a>>,
    /// Positions of steps by id.
    index: BTreeMap<&'a str, usize>,
    /// Positions of the steps that follow each step directly.
    followers: Vec<Vec<usize>>,
    /// Positions so that every step comes after its predecessors; steps of a cycle are missing.
    order: Vec<usize>,
}

impl<'a> Context<'a> {
    pub(crate) fn of(plan: &'a Plan, files: &BTreeMap<String, String>) -> Self {
        let steps = &plan.steps;
        let index: BTreeMap<&str, usize> = steps
            .iter()
            .enumerate()
            .map(|(position, step)| (step.id.as_str(), position))
            .collect();
        let mut followers = vec![Vec::new(); steps.len()];
        let mut open = vec![0_usize; steps.len()];
        for (position, step) in steps.iter().enumerate() {
            for before in step.after.iter().filter_map(|id| index.get(id.as_str())) {
                followers[*before].push(position);
                open[position] += 1;
            }
        }
        let mut order: Vec<usize> = (0..steps.len()).filter(|&i| open[i] == 0).collect();
        let mut next = 0;
        while let Some(&position) = order.get(next) {
            next += 1;
            for &follower in &followers[position] {
                open[follower] -= 1;
                if open[follower] == 0 {
                    order.push(follower);
                }
            }
        }
        let engines: BTreeMap<&str, Engine> = plan
            .targets
            .iter()
            .map(|target| (target.id.as_str(), target.engine))
            .collect();
        let mut all = Vec::new();
        for step in steps {
            let Some(&engine) = step.target.as_deref().and_then(|id| engines.get(id)) else {
                continue;
            };
            let own = match &step.kind {
                Kind::Sql(sql) => Some((sql, false)),
                _ => None,
            };
            let undo = match &step.undo {
                Some(Undo::Sql(sql)) => Some((sql, true)),
                _ => None,
            };
            for (sql, is_undo) in own.into_iter().chain(undo) {
                let text = match (&sql.text, &sql.file) {
                    (Some(text), _) => text.as_str(),
                    (None, Some(file)) => files.get(file).map_or("", String::as_str),
                    (None, None) => "",
                };
                all.push(StepSql {
                    step,
                    sql,
                    engine,
                    is_undo,
                    statements: split(engine, text).0,
                });
            }
        }
        Self {
            plan,
            sql: all,
            index,
            followers,
            order,
        }
    }

    /// Yields the SQL that steps run forward.
    pub(crate) fn forward(&self) -> impl Iterator<Item = &StepSql<'a>> {
        self.sql.iter().filter(|sql| !sql.is_undo)
    }

    /// Returns, for every step, the targets that `provides` names for any step before it.
    pub(crate) fn upstream(
        &self,
        provides: impl Fn(&'a Step) -> Option<&'a str>,
    ) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
        let mut before: Vec<BTreeSet<&str>> = vec![BTreeSet::new(); self.plan.steps.len()];
        for &position in &self.order {
            let mut given = before[position].clone();
            given.extend(provides(&self.plan.steps[position]));
            for &follower in &self.followers[position] {
                before[follower].extend(&given);
            }
        }
        let steps = self.plan.steps.iter();
        steps.map(|step| step.id.as_str()).zip(before).collect()
    }

    /// Returns the steps that run after `step`, in plan order.
    pub(crate) fn downstream(&self, step: &str) -> Vec<&'a Step> {
        let mut seen = BTreeSet::new();
        let mut open: Vec<usize> = self.index.get(step).copied().into_iter().collect();
        while let Some(position) = open.pop() {
            for &follower in &self.followers[position] {
                if seen.insert(follower) {
                    open.push(follower);
                }
            }
        }
        seen.into_iter()
            .map(|position| &self.plan.steps[position])
            .collect()
    }
}

impl StepSql<'_> {
    /// Returns `step x`, or `the undo of step x`.
    pub(crate) fn name(&self) -> String {
        if self.is_undo {
            format!("The undo of step {}", self.step.id)
        } else {
            format!("Step {}", self.step.id)
        }
    }

    /// Returns a statement on one short line, with its place when it is in a file.
    pub(crate) fn shown(&self, statement: &Statement) -> String {
        let text = short(&statement.text);
        match &self.sql.file {
            Some(file) => format!("{text} ({file}, line {})", statement.line),
            None => text,
        }
    }
}

/// Returns a statement or command on one line of at most 80 characters, passwords hidden.
pub(crate) fn short(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().take(40).collect();
    let text = redact(&words.join(" "));
    if text.chars().count() <= 80 {
        return text;
    }
    let mut cut: String = text.chars().take(79).collect();
    cut.push('…');
    cut
}

/// Returns a finding about a step.
pub(crate) fn on(
    step: &Step,
    rule: &'static str,
    severity: Severity,
    message: String,
    fix: impl Into<String>,
) -> Finding {
    Finding {
        rule,
        severity,
        step: Some(step.id.clone()),
        line: Some(step.line),
        message,
        fix: fix.into(),
    }
}
