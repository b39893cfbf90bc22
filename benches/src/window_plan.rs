//! The real window with a plan of 5,000 steps: how long it takes to appear, and how soon an edited title is seen.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;
use stopover_tests::Scratch;

use crate::driver::{Driven, PATIENCE, css};
use crate::figures::print_waits;
use crate::window::plan_of;

/// How often the plan is opened, and titles are edited.
const OPENINGS: usize = 7;
const EDITS: usize = 30;

/// Waits in the page until a condition holds and the frame that shows it is painted; hands out `painted(condition)`.
const PAINTED: &str = "
    const painted = (holds) => new Promise((ready) => {
      function frame() {
        if (!holds()) return requestAnimationFrame(frame);
        // A message sent in a frame arrives once the frame is painted.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => ready(performance.now());
        port2.postMessage(0);
      }
      requestAnimationFrame(frame);
    });
    const one = (selector) => document.querySelector(selector);
";

/// Measures how long a large plan takes to appear.
pub(crate) fn open() {
    run(async {
        let scratch = Scratch::new();
        let plan = scratch.write("large.plan.toml", plan_of(5_000));
        let window = Driven::open(&scratch, &[&plan.to_string_lossy()]).await;
        window.see("plan-name").await;
        let mut first = Vec::new();
        let mut graph = Vec::new();
        window.click("tab-graph").await;
        for _ in 0..OPENINGS {
            window.click("back-to-plans").await;
            window.see("recent-plans").await;
            let script = format!(
                "{PAINTED}
                const done = arguments[0];
                const began = performance.now();
                one('{} .entry').click();
                (async () => {{
                  const first = await painted(() => one('{}') && one('{}'));
                  const graph = await painted(() => one('[data-testid=graph-stage][data-places=\"5000\"]'));
                  done([first - began, graph - began]);
                }})();",
                css("recent-plans"),
                css("plan-name"),
                css("inspector-title"),
            );
            let answer = window.client.execute_async(&script, Vec::new()).await;
            let answer = answer.expect("the window answers");
            first.extend(answer[0].as_f64());
            graph.extend(answer[1].as_f64());
        }
        print_waits("plan's head and inspector painted", first, "goal: 1,000 ms");
        print_waits("graph laid out and painted, too", graph, "");
        window.close().await;
    });
}

/// Measures how soon an edited title is seen: one edit by itself, and one while those before it are still written and read.
pub(crate) fn edit() {
    run(async {
        let scratch = Scratch::new();
        let plan = scratch.write("large.plan.toml", plan_of(5_000));
        let window = Driven::open(&scratch, &[&plan.to_string_lossy()]).await;
        window.see("plan-name").await;
        window.click("tab-document").await;
        window.see("title-s0").await;
        for (pace, wait) in [("by itself", true), ("amid others", false)] {
            let mut keys = Vec::new();
            let mut here = Vec::new();
            for number in 0..EDITS {
                let title = format!("Edited {pace} {number}");
                let (key, seen) = retitle(&window, &title).await;
                keys.push(key);
                here.push(seen);
                if wait || number + 1 == EDITS {
                    written(&plan, &title).await;
                }
            }
            print_waits(
                &format!("a key to its letter painted, {pace}"),
                keys,
                "goal: 50 ms",
            );
            print_waits(
                &format!("Enter to the title painted at its place, {pace}"),
                here,
                "goal: 50 ms",
            );
        }
        window.close().await;
    });
}

/// Gives the first step another title; returns the milliseconds to its letters and to the title at its place.
async fn retitle(window: &Driven, title: &str) -> (f64, f64) {
    let script = format!(
        "{PAINTED}
        const [title, field, text, done] = arguments;
        (async () => {{
          one(title).click();
          await painted(() => one(field));
          const typed = performance.now();
          one(field).value = text;
          one(field).dispatchEvent(new Event('input', {{ bubbles: true }}));
          const key = await painted(() => one(field).value === text);
          const began = performance.now();
          one(field).dispatchEvent(new KeyboardEvent('keydown', {{ key: 'Enter', bubbles: true }}));
          const here = await painted(() => one(title)?.textContent.includes(text));
          done([key - typed, here - began]);
        }})();"
    );
    let arguments = vec![
        json!(css("title-s0")),
        json!(css("title-s0-field")),
        json!(title),
    ];
    let answer = window.client.execute_async(&script, arguments).await;
    let answer = answer.expect("the window answers");
    let times: Vec<f64> = (0..2).filter_map(|at| answer[at].as_f64()).collect();
    let [key, seen] = times[..] else {
        panic!("the window measured nothing: {answer}");
    };
    (key, seen)
}

/// Waits until the file has a title, and the window was told of it.
async fn written(plan: &Path, title: &str) {
    let wanted = format!("title = \"{title}\"");
    let began = Instant::now();
    while !std::fs::read_to_string(plan).is_ok_and(|text| text.contains(&wanted)) {
        assert!(
            began.elapsed() < PATIENCE,
            "the edit did not reach the file"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
}

fn run(work: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(work);
}
