//! Times taken in turn, their medians, and how they are printed.

use std::time::{Duration, Instant};

/// The times of one thing that was measured.
#[derive(Debug, Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    /// Runs `work` once and keeps how long it took.
    pub(crate) fn take<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let result = work();
        self.0.push(started.elapsed());
        result
    }

    /// Returns the median in milliseconds.
    pub(crate) fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        sorted[sorted.len() / 2].as_secs_f64() * 1000.0
    }

    /// Returns the shortest and the longest in milliseconds: how noisy the machine is.
    fn span(&self) -> (f64, f64) {
        let ms = |time: Option<&Duration>| time.map_or(0.0, |time| time.as_secs_f64() * 1000.0);
        (ms(self.0.iter().min()), ms(self.0.iter().max()))
    }

    /// Prints median and span of this thing, each divided by `parts`, beside the floor and, if there is one, the goal.
    pub(crate) fn print(&self, what: &str, parts: f64, floor: Option<f64>, goal: &str) {
        let (least, most) = self.span();
        let ratio = floor.map_or(String::new(), |floor| {
            format!("{:5.2}x", self.median() / floor)
        });
        println!(
            "  {what:<58} {:>9.3} ms ({:.3} to {:.3})  {ratio:>6}  {goal}",
            self.median() / parts,
            least / parts,
            most / parts
        );
    }
}

/// Prints median, 99th percentile and longest of waits in milliseconds, and the goal, if there is one.
pub(crate) fn print_waits(what: &str, mut waits: Vec<f64>, goal: &str) {
    waits.sort_by(f64::total_cmp);
    let at = |share: f64| waits[((waits.len() - 1) as f64 * share).round() as usize];
    println!(
        "  {what:<44} median {:>6.1} ms  p99 {:>6.1}  longest {:>6.1}  of {}  {goal}",
        at(0.5),
        at(0.99),
        at(1.0),
        waits.len()
    );
}
