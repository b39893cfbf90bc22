//! Findings on a plan and its SQL, before anything runs. Pure: reads what it is handed and nothing else.
//!
//! One rule is one file in `rules/`, with its tests. A rule says what would happen to which table and what to do about it.

mod context;
mod rules;
#[cfg(test)]
mod sample;

use std::collections::BTreeMap;

use serde::Serialize;
use stopover_plan::Plan;
use stopover_plan::model::Severity;

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Rule, a sentence in snake case.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Step it is about.
    pub step: Option<String>,
    /// Line in the plan file, from 1.
    pub line: Option<u32>,
    /// Names the effect, the lock or the table.
    pub message: String,
    /// What to do; starts with a verb.
    pub fix: String,
}

/// Returns the findings on `plan`, in the order of its file; `sql_files` holds the text of the files its steps name,
/// by the path as written there. A file that is not among them is passed over: that it is missing is found elsewhere.
pub fn lint(plan: &Plan, sql_files: &BTreeMap<String, String>) -> Vec<Finding> {
    let context = context::Context::of(plan, sql_files);
    let mut findings: Vec<Finding> = rules::ALL.iter().flat_map(|rule| rule(&context)).collect();
    findings.sort_by_key(|finding| (finding.line.unwrap_or(u32::MAX), finding.rule));
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn every_fix_starts_with_a_verb_and_every_finding_names_its_rule() {
        let plan = sample::everything_wrong();
        let findings = lint(&plan, &BTreeMap::new());
        let mut rules: Vec<&str> = findings.iter().map(|finding| finding.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        assert_eq!(rules.len(), rules::ALL.len(), "{rules:?}");
        for finding in findings {
            let verb = finding.fix.split(' ').next().unwrap_or_default();
            let verbs = [
                "Add", "Set", "Write", "Use", "Move", "Give", "Put", "Compare", "Remove",
            ];
            assert!(verbs.contains(&verb), "{}", finding.fix);
            assert!(finding.message.ends_with('.'), "{}", finding.message);
        }
    }

    #[test]
    fn findings_come_in_the_order_of_the_file() {
        let lines: Vec<Option<u32>> = lint(&sample::everything_wrong(), &BTreeMap::new())
            .into_iter()
            .map(|finding| finding.line)
            .collect();
        let known: Vec<u32> = lines.iter().flatten().copied().collect();
        assert!(known.is_sorted());
    }

    #[test]
    fn a_plan_of_20_000_steps_and_a_cycle_are_read_to_the_end() {
        let mut steps = Vec::new();
        for number in 0..20_000 {
            steps.push(sample::sql(&format!("s{number}"), "DROP TABLE t"));
        }
        let mut plan = sample::plan(steps);
        plan.steps[0].after = vec!["s19999".into()];
        let found = lint(&plan, &BTreeMap::new());
        let drops = found
            .iter()
            .filter(|f| f.rule == "destructive_without_verified_backup");
        assert_eq!(drops.count(), 20_000);
    }
}
