//! Which steps of a plan stay as they are, so that only the others are told.

use std::collections::HashMap;

use crate::view::{Run, Step};

/// Returns the runs of steps that are in both lists, each step at most once, and the steps of `now` beside them in order.
pub(crate) fn kept(before: &[Step], now: &[Step]) -> (Vec<Run>, Vec<Step>) {
    // Of steps that share an id, which a plan with a mistake has, the last counts.
    let known: HashMap<&str, usize> = before
        .iter()
        .enumerate()
        .map(|(index, step)| (step.id.as_str(), index))
        .collect();
    let mut runs: Vec<Run> = Vec::new();
    let mut told = Vec::new();
    for (to, step) in now.iter().enumerate() {
        let from = known.get(step.id.as_str()).copied();
        let Some(from) = from.filter(|&from| before[from] == *step) else {
            told.push(step.clone());
            continue;
        };
        let (to, from) = (index(to), index(from));
        match runs.last_mut() {
            Some(run) if run.to + run.count == to && run.from + run.count == from => run.count += 1,
            _ => runs.push(Run { to, from, count: 1 }),
        }
    }
    (runs, told)
}

fn index(at: usize) -> u32 {
    u32::try_from(at).expect("a plan file is too small for so many steps")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::plan::steps_of;

    fn steps(text: &str) -> Vec<Step> {
        let lines: Vec<_> = text
            .split_whitespace()
            .map(|word| {
                let (id, owner) = word.split_once('=').unwrap_or((word, ""));
                format!(
                    "[[step]]\nid = \"{id}\"\nafter = []\nowner = \"{owner}\"\nmanual = \"Go\"\n"
                )
            })
            .collect();
        steps_of(&format!("name = \"n\"\n{}", lines.concat()))
    }

    #[track_caller]
    fn check(before: &str, now: &str, expect: &[(u32, u32, u32)], told: &[&str]) {
        let (before, now) = (steps(before), steps(now));
        let (runs, new) = kept(&before, &now);
        let found: Vec<_> = runs
            .iter()
            .map(|run| (run.to, run.from, run.count))
            .collect();
        assert_eq!(found, expect);
        assert_eq!(
            new.iter().map(|step| step.id.as_str()).collect::<Vec<_>>(),
            told
        );
        // Put together they are the whole.
        let mut new = new.into_iter();
        let mut whole: Vec<Step> = Vec::new();
        for run in &runs {
            whole.extend(new.by_ref().take(run.to as usize - whole.len()));
            let from = run.from as usize;
            whole.extend_from_slice(&before[from..from + run.count as usize]);
        }
        whole.extend(new);
        assert_eq!(whole, now);
    }

    #[test]
    fn what_stays_is_found_wherever_it_goes() {
        check("", "", &[], &[]);
        check("", "a b", &[], &["a", "b"]);
        check("a b", "", &[], &[]);
        check("a b c", "a b c", &[(0, 0, 3)], &[]);
        check("a b c", "a b=ana c", &[(0, 0, 1), (2, 2, 1)], &["b"]);
        check("a b c", "a x b c", &[(0, 0, 1), (2, 1, 2)], &["x"]);
        check("a b c", "a c", &[(0, 0, 1), (1, 2, 1)], &[]);
        check("a b c", "c a b", &[(0, 2, 1), (1, 0, 2)], &[]);
        check("a b c", "x", &[], &["x"]);
        check("a a=ana b", "a b", &[(1, 2, 1)], &["a"]);
        check("a a=ana b", "a=ana a=ana", &[(0, 1, 1), (1, 1, 1)], &[]);
    }
}
