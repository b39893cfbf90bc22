//! The graph's picture while it is moved: what is shifted must be what would be drawn.

use serde_json::json;
use stopover_tests::Scratch;

use crate::driver::Driven;

/// A difference of a colour's part that is seen; below it, positions and colours were rounded otherwise.
const SEEN: u64 = 3;
/// The share of the pixels that may be seen to differ, and of those a line that is missing or stands beside its place would
/// make: how a slanted line or a rounded corner is smoothed depends on what is drawn with it, and on where the seam is.
const SMOOTHED: f64 = 0.001;
const BROKEN: f64 = 0.000_03;
/// Largest difference that smoothing makes all over.
const MUCH: u64 = 90;

/// Pans by this much a frame, and returns how much the picture differs from the same picture drawn anew while it still moves:
/// the share of pixels that are seen to differ, of those that differ much, and of those that the pan has changed.
const SHIFTED: &str = "
    const [across, down, seen, much, done] = arguments;
    const stage = document.querySelector('[data-testid=graph-stage]');
    const canvas = stage.querySelector('canvas');
    const over = stage.querySelector('.svelte-flow__pane');
    const context = canvas.getContext('2d');
    const pixels = () => context.getImageData(0, 0, canvas.width, canvas.height).data;
    const frame = () => new Promise((ready) => requestAnimationFrame(ready));
    const turn = { deltaX: across, deltaY: down, bubbles: true, cancelable: true };
    let tries = 0;
    (async () => {
      for (;;) {
        const before = pixels();
        for (let step = 0; step < 8; step++) {
          over.dispatchEvent(new WheelEvent('wheel', turn));
          await frame();
        }
        await frame();
        const shifted = pixels();
        // A theme that is put on anew has the whole picture drawn anew.
        document.documentElement.setAttribute('data-anew', String(tries++));
        await frame();
        await frame();
        // What rests is drawn by other means, so it has to move still.
        if (!stage.classList.contains('moving')) continue;
        const anew = pixels();
        let [smoothed, broken, moved] = [0, 0, 0];
        for (let at = 0; at < anew.length; at += 4) {
          const by = (other) =>
            Math.max(...[0, 1, 2].map((part) => Math.abs(other[at + part] - anew[at + part])));
          if (by(shifted) >= seen) smoothed++;
          if (by(shifted) >= much) broken++;
          if (by(before) >= seen) moved++;
        }
        // A picture that was not drawn yet when it was asked for is asked for again.
        if (moved === 0 && tries < 40) continue;
        const all = anew.length / 4;
        return done([smoothed / all, broken / all, moved / all]);
      }
    })();";

/// Zooms out, and returns the share of the pixels that are not the ground's while the picture moves, whether it was told from the
/// one drawn anew, and the largest difference from that once it rests.
const ZOOMED: &str = "
    const done = arguments[0];
    const stage = document.querySelector('[data-testid=graph-stage]');
    const canvas = stage.querySelector('canvas');
    const over = stage.querySelector('.svelte-flow__pane');
    const box = over.getBoundingClientRect();
    const context = canvas.getContext('2d');
    const pixels = () => context.getImageData(0, 0, canvas.width, canvas.height).data;
    const frame = () => new Promise((ready) => requestAnimationFrame(ready));
    const until = async (holds) => {
      while (!holds()) await frame();
      await frame();
      await frame();
    };
    (async () => {
      for (let step = 0; step < 40; step++) {
        over.dispatchEvent(new WheelEvent('wheel', { deltaY: 40, ctrlKey: true, bubbles: true,
          cancelable: true, clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 }));
        await frame();
      }
      const moving = pixels();
      await until(() => !stage.classList.contains('moving'));
      const resting = pixels();
      document.documentElement.setAttribute('data-anew', 'zoomed');
      await frame();
      await frame();
      const anew = pixels();
      let [drawn, most, unlike] = [0, 0, 0];
      for (let at = 0; at < anew.length; at += 4) {
        if ([0, 1, 2].some((part) => moving[at + part] !== moving[moving.length - 4 + part])) drawn++;
        if ([0, 1, 2].some((part) => moving[at + part] !== anew[at + part])) unlike++;
        most = Math.max(most, ...[0, 1, 2].map((part) => Math.abs(resting[at + part] - anew[at + part])));
      }
      done([drawn / (anew.length / 4), unlike, most, Number(stage.dataset.scale)]);
    })();";

/// Opens a plan of 240 steps on its graph.
async fn wide(scratch: &Scratch) -> Driven {
    let mut plan = String::from("format = 1\nname = \"Wide\"\n");
    for phase in 0..4 {
        plan +=
            &format!("[[phase]]\nid = \"p{phase}\"\ntitle = \"Phase {phase} of the wide plan\"\n");
    }
    for step in 0..240 {
        let after: Vec<String> = [1, 9]
            .iter()
            .filter(|back| step >= **back)
            .map(|back| format!("\"s{}\"", step - back))
            .collect();
        plan += &format!(
            "[[step]]\nid = \"s{step}\"\ntitle = \"Step {step}: fill a table\"\nphase = \"p{}\"\nafter = [{}]\n\
             manual = \"Look.\"\n",
            step / 60,
            after.join(", ")
        );
    }
    let file = scratch.write("wide.plan.toml", plan);
    let window = Driven::open(scratch, &[&file.to_string_lossy()]).await;
    window.see("plan-name").await;
    window.click("tab-graph").await;
    window
        .wait("[data-testid=graph-stage][data-places=\"240\"]")
        .await;
    window
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_is_shifted_is_the_picture_drawn_anew() {
    let scratch = Scratch::new();
    let window = wide(&scratch).await;
    for smaller in [false, true] {
        if smaller {
            for _ in 0..5 {
                window.click("graph-smaller").await;
            }
        }
        for (across, down) in [(14, 0), (0, 22), (10, 18), (-8, -12)] {
            let arguments = vec![json!(across), json!(down), json!(SEEN), json!(MUCH)];
            let answer = window.client.execute_async(SHIFTED, arguments).await;
            let answer = answer.expect("the window answers");
            let [smoothed, broken, moved] =
                [0, 1, 2].map(|at| answer[at].as_f64().expect("it is a share"));
            assert!(moved > 0.02, "nothing moved by {across}, {down}: {answer}");
            assert!(
                smoothed < SMOOTHED && broken < BROKEN,
                "the picture differs after {across}, {down}: {answer}"
            );
        }
    }
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zoom_shows_the_kept_picture_and_ends_with_the_true_one() {
    let scratch = Scratch::new();
    let window = wide(&scratch).await;
    let answer = window.client.execute_async(ZOOMED, Vec::new()).await;
    let answer = answer.expect("the window answers");
    let [drawn, unlike, most, scale] =
        [0, 1, 2, 3].map(|at| answer[at].as_f64().expect("it is a number"));
    assert!(scale < 0.4, "it was not zoomed: {answer}");
    assert!(
        drawn > 0.05,
        "the picture was blank while it moved: {answer}"
    );
    assert!(unlike > 0.0, "the kept picture was not shown: {answer}");
    assert_eq!(most, 0.0, "what rests is not what would be drawn: {answer}");
    window.close().await;
}
