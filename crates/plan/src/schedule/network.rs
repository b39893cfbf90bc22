//! The critical path method on a network of nodes: forward pass, backward pass, cycles. Iterative and linear.
//!
//! After J. E. Kelley and M. R. Walker, "Critical-Path Planning and Scheduling", Proceedings of the Eastern Joint
//! Computer Conference, 1959, with earliest starts and deadlines added.

/// Nodes with durations, and finish-to-start edges. Times are milliseconds from the start.
#[derive(Default)]
pub(super) struct Network {
    /// Duration of each node.
    pub(super) weight: Vec<i64>,
    /// Moment before which each node does not start.
    pub(super) release: Vec<i64>,
    /// True for nodes that cannot be scheduled.
    pub(super) blocked: Vec<bool>,
    before: Vec<Vec<usize>>,
    behind: Vec<Vec<usize>>,
}

impl Network {
    /// Returns a network of `count` nodes without durations and edges.
    pub(super) fn new(count: usize) -> Self {
        Self {
            weight: vec![0; count],
            release: vec![0; count],
            blocked: vec![false; count],
            before: vec![Vec::new(); count],
            behind: vec![Vec::new(); count],
        }
    }

    /// Says that `to` starts when `from` has ended.
    pub(super) fn connect(&mut self, from: usize, to: usize) {
        self.before[to].push(from);
        self.behind[from].push(to);
    }

    /// Blocks every node behind a blocked one.
    pub(super) fn spread_blocks(&mut self) {
        let mut stack: Vec<usize> = (0..self.blocked.len())
            .filter(|node| self.blocked[*node])
            .collect();
        while let Some(node) = stack.pop() {
            for &next in &self.behind[node] {
                if !self.blocked[next] {
                    self.blocked[next] = true;
                    stack.push(next);
                }
            }
        }
    }

    /// Blocks every node that is not among these.
    pub(super) fn block_all_but(&mut self, nodes: &[usize]) {
        self.blocked.fill(true);
        for &node in nodes {
            self.blocked[node] = false;
        }
    }

    /// Returns the nodes that are not blocked, each behind its predecessors. Those in a cycle or behind one are missing.
    pub(super) fn order(&self) -> Vec<usize> {
        let mut open: Vec<usize> = self.before.iter().map(Vec::len).collect();
        let mut order: Vec<usize> = (0..open.len())
            .filter(|node| open[*node] == 0 && !self.blocked[*node])
            .collect();
        let mut at = 0;
        while at < order.len() {
            for &next in &self.behind[order[at]] {
                open[next] -= 1;
                if open[next] == 0 && !self.blocked[next] {
                    order.push(next);
                }
            }
            at += 1;
        }
        order
    }

    /// Returns one cycle for each group of nodes that `order` left out, each node behind its predecessor.
    pub(super) fn cycles(&self, order: &[usize]) -> Vec<Vec<usize>> {
        let mut seen: Vec<bool> = self.blocked.clone();
        for &node in order {
            seen[node] = true;
        }
        // Position on the present walk; a walk that meets itself has found a cycle.
        let mut position = vec![usize::MAX; seen.len()];
        let mut ordered = seen.clone();
        let mut cycles = Vec::new();
        for start in 0..seen.len() {
            let mut walk = Vec::new();
            let mut node = start;
            while !seen[node] {
                seen[node] = true;
                position[node] = walk.len();
                walk.push(node);
                let Some(&previous) = self.before[node].iter().find(|node| !ordered[**node]) else {
                    break;
                };
                node = previous;
                if position[node] != usize::MAX {
                    let mut cycle = walk[position[node]..].to_vec();
                    cycle.reverse();
                    cycles.push(cycle);
                    break;
                }
            }
            for &node in &walk {
                position[node] = usize::MAX;
                ordered[node] = true;
            }
        }
        cycles
    }

    /// Forward pass: returns the earliest start of each node; zero for nodes not in `order`.
    pub(super) fn earliest(&self, order: &[usize]) -> Vec<i64> {
        let mut start = vec![0; self.weight.len()];
        for &node in order {
            start[node] = self.before[node]
                .iter()
                .map(|&previous| start[previous] + self.weight[previous])
                .max()
                .unwrap_or(0)
                .max(self.release[node]);
        }
        start
    }

    /// Backward pass, once all but `order` are blocked: returns the latest end of each node that delays neither `end` nor a deadline.
    pub(super) fn latest(&self, order: &[usize], end: i64, deadline: &[Option<i64>]) -> Vec<i64> {
        let mut finish = vec![end; self.weight.len()];
        for &node in order.iter().rev() {
            finish[node] = self.behind[node]
                .iter()
                .filter(|next| !self.blocked[**next])
                .map(|&next| finish[next] - self.weight[next])
                .chain(deadline[node])
                .fold(end, i64::min);
        }
        finish
    }

    /// Returns the chain that ends in `last`: each node starts when the one before it ends, until none does.
    pub(super) fn chain(&self, start: &[i64], last: usize) -> Vec<usize> {
        let mut chain = vec![last];
        let mut node = last;
        while let Some(&previous) = self.before[node]
            .iter()
            .find(|previous| start[**previous] + self.weight[**previous] == start[node])
        {
            chain.push(previous);
            node = previous;
        }
        chain.reverse();
        chain
    }
}
