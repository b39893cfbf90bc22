//! Cycles in a directed graph, in linear time and without recursion.

/// Returns cycles of the graph in which node `n` waits for the nodes in `waits[n]`.
///
/// Each cycle is a list of nodes of which each waits for the next and the last for the first. Every
/// strongly connected part with a cycle has at least one in the result, and no node is in two.
pub(crate) fn cycles(waits: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let stuck = stuck(waits);
    // Every stuck node waits for a stuck node, so following the first of them must come round.
    let next = |node: usize| waits[node].iter().copied().find(|other| stuck[*other]);
    let mut walk_of = vec![0_usize; waits.len()];
    let mut cycles = Vec::new();
    for start in 0..waits.len() {
        if !stuck[start] || walk_of[start] != 0 {
            continue;
        }
        let walk = start + 1;
        let mut node = start;
        while walk_of[node] == 0 {
            walk_of[node] = walk;
            match next(node) {
                Some(other) => node = other,
                None => break,
            }
        }
        if walk_of[node] == walk {
            let mut cycle = vec![node];
            let mut at = node;
            while let Some(other) = next(at).filter(|other| *other != node) {
                cycle.push(other);
                at = other;
            }
            cycles.push(cycle);
        }
    }
    cycles
}

/// Marks the nodes that can never start because a cycle is before them (Kahn's algorithm).
fn stuck(waits: &[Vec<usize>]) -> Vec<bool> {
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); waits.len()];
    let mut missing: Vec<usize> = Vec::with_capacity(waits.len());
    for (node, before) in waits.iter().enumerate() {
        missing.push(before.len());
        for other in before {
            followers[*other].push(node);
        }
    }
    let mut stuck = vec![true; waits.len()];
    let mut ready: Vec<usize> = (0..waits.len())
        .filter(|node| missing[*node] == 0)
        .collect();
    while let Some(node) = ready.pop() {
        stuck[node] = false;
        for follower in &followers[node] {
            missing[*follower] -= 1;
            if missing[*follower] == 0 {
                ready.push(*follower);
            }
        }
    }
    stuck
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(waits: &[&[usize]], expect: &[&[usize]]) {
        let waits: Vec<Vec<usize>> = waits.iter().map(|list| list.to_vec()).collect();
        assert_eq!(cycles(&waits), expect, "{waits:?}");
    }

    #[test]
    fn cycles_are_found() {
        check(&[], &[]);
        check(&[&[], &[0], &[0, 1]], &[]);
        check(&[&[0]], &[&[0]]);
        check(&[&[1], &[0]], &[&[0, 1]]);
        check(&[&[1], &[2], &[1]], &[&[1, 2]]);
        check(&[&[1], &[0], &[3], &[2]], &[&[0, 1], &[2, 3]]);
        check(&[&[], &[0, 2], &[1], &[2]], &[&[1, 2]]);
    }

    #[test]
    fn a_deep_chain_does_not_overflow_the_stack() {
        let count = 200_000;
        let mut waits: Vec<Vec<usize>> = (0..count).map(|node| vec![(node + 1) % count]).collect();
        assert_eq!(cycles(&waits)[0].len(), count);
        waits[count - 1].clear();
        assert!(cycles(&waits).is_empty());
    }
}
