//! A schedule of 10,000 steps with 30,000 edges.

use std::collections::HashMap;
use std::fmt::Write;

use stopover_plan::Plan;
use stopover_plan::schedule::schedule;

use crate::figures::Times;

const STEPS: usize = 10_000;
const EDGES: usize = 30_000;
const ROUNDS: usize = 31;

/// Numbers that look random and are the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits fit") % limit
    }
}

/// Returns a plan in which every step waits for some of the hundred before it.
fn text() -> String {
    let mut numbers = Numbers(7);
    let mut text =
        String::from("format = 1\nname = \"Large\"\n\n[target.main]\nengine = \"postgresql\"\n");
    let mut edges = 0;
    for step in 0..STEPS {
        let reach = step.min(100);
        // The first steps have few before them; the last ones make up for it.
        let wanted = match step {
            0..100 => 2,
            _ => 3 + usize::from(EDGES - edges > 3 * (STEPS - step)),
        };
        let mut after: Vec<usize> = Vec::new();
        while after.len() < wanted.min(reach) {
            let other = step - 1 - numbers.below(reach);
            if !after.contains(&other) {
                after.push(other);
            }
        }
        edges += after.len();
        let after: Vec<String> = after.iter().map(|other| format!("\"s{other}\"")).collect();
        let _ = write!(
            text,
            "\n[[step]]\nid = \"s{step}\"\nsql = \"SELECT {step}\"\nestimate = \"{}s\"\nafter = [{}]\n",
            1 + numbers.below(600),
            after.join(", ")
        );
    }
    assert_eq!(edges, EDGES);
    text
}

/// The floor: ids become numbers, then one walk forward and one back. Returns the length of the longest chain.
fn bare_walks(plan: &Plan) -> u64 {
    let index: HashMap<&str, usize> = plan
        .steps
        .iter()
        .enumerate()
        .map(|(at, step)| (step.id.as_str(), at))
        .collect();
    let before: Vec<Vec<usize>> = plan
        .steps
        .iter()
        .map(|step| step.after.iter().map(|id| index[id.as_str()]).collect())
        .collect();
    let length = |at: usize| plan.steps[at].estimate.map_or(0, |time| time.as_secs());
    // Order in the file is a topological order here.
    let mut finish = vec![0u64; before.len()];
    for at in 0..before.len() {
        finish[at] = length(at)
            + before[at]
                .iter()
                .map(|other| finish[*other])
                .max()
                .unwrap_or(0);
    }
    let end = finish.iter().copied().max().unwrap_or(0);
    let mut latest = vec![end; before.len()];
    for at in (0..before.len()).rev() {
        for other in &before[at] {
            latest[*other] = latest[*other].min(latest[at] - length(at));
        }
    }
    assert!(
        latest
            .iter()
            .zip(&finish)
            .all(|(latest, finish)| latest >= finish)
    );
    end
}

/// Prints the figures.
pub(crate) fn bench() {
    let text = text();
    let mut reading = Times::default();
    let (plan, problems) = reading.take(|| stopover_plan::parse::open(&text));
    assert!(problems.is_empty(), "{problems:?}");
    let (mut ours, mut floor) = (Times::default(), Times::default());
    for _ in 0..ROUNDS {
        let end = floor.take(|| std::hint::black_box(bare_walks(&plan)));
        let (schedule, problems) = ours.take(|| schedule(&plan, None));
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(
            schedule.duration.as_secs(),
            end,
            "both find the same longest chain"
        );
    }
    floor.print("ids numbered, one walk forward and one back", 1.0, None, "");
    ours.print(
        "schedule, 10,000 steps, 30,000 edges",
        1.0,
        Some(floor.median()),
        "goal 20 ms",
    );
    reading.print("reading that plan (once)", 1.0, None, "");
}
