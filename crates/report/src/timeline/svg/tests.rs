//! Tests of the drawing of a timeline.

use stopover_plan::Plan;

use super::super::{TimelineFormat, sample};
use super::*;

#[test]
fn the_whole_plan_is_drawn_however_long() {
    let text = sample::text(&sample::many(5_000, 20), TimelineFormat::Svg);
    assert_eq!(text.matches("<g>").count(), 5_020);
    assert!(text.contains("height=\"120614\""), "{}", &text[..200]);
}

#[test]
fn foreign_text_is_text() {
    for title in [
        "</title><script>alert(1)</script>",
        "a & b < c \"d\"",
        "\u{0}\u{1b}[31m",
        "]]>",
    ] {
        let text = sample::text(&sample::night(title), TimelineFormat::Svg);
        assert!(!text.contains("<script"), "{text}");
        // What XML does not allow is written out.
        assert!(
            !text.contains(|c: char| c.is_control() && c != '\n'),
            "{title:?}"
        );
        let tags = |tag: &str| text.matches(tag).count();
        assert_eq!(tags("<title>"), tags("</title>"), "{title:?}");
    }
    let long = sample::text(&sample::night(&"x".repeat(200)), TimelineFormat::Svg);
    assert!(long.contains(&format!(">{}<", cut(&"x".repeat(200), NAME, 320.0))));
    assert!(
        long.contains(&"x".repeat(200)),
        "the whole name is in the title"
    );
}

#[test]
fn a_moment_after_the_end_of_the_axis_is_not_drawn_on_it() {
    let mut plan = sample::night("Copy");
    let drawn = |plan: &Plan| sample::text(plan, TimelineFormat::Svg).contains("rollback by");
    assert!(drawn(&plan));
    plan.windows[0].length = Duration::from_secs(90 * 3_600);
    assert!(!drawn(&plan));
}

#[test]
fn no_length_is_told_that_nobody_gave() {
    let mut plan = sample::night("Copy");
    let drawn = |plan: &Plan| sample::text(plan, TimelineFormat::Svg);
    assert!(drawn(&plan).contains(">1h30m</text>"), "{}", drawn(&plan));
    assert!(!drawn(&plan).contains("no estimate"));
    plan.steps[1].estimate = None;
    let text = drawn(&plan);
    assert!(text.contains(">no estimate</text>"), "{text}");
    assert!(text.contains("hatched: no estimate"), "{text}");
    assert!(!text.contains(">1 s<"), "{text}");
    // The gate has no estimate either.
    assert!(text.contains("3 steps, 2 without an estimate"), "{text}");
}

#[test]
fn lengths_are_written_over_the_lines() {
    let text = sample::text(&sample::night("Copy"), TimelineFormat::Svg);
    let last_line = text.rfind("<line").max(text.rfind("<path")).unwrap();
    assert!(text.find("class=\"soft of\"").unwrap() > last_line);
}

#[test]
fn hidden_characters_are_written_as_in_the_window() {
    let text = sample::text(&sample::night("a\u{202e}b"), TimelineFormat::Svg);
    assert!(text.contains(">a⟨U+202E⟩b<"), "{text}");
    assert!(!text.contains("\\u{"), "{text}");
}

#[test]
fn the_lines_of_moments_begin_below_the_words_of_the_axis() {
    let text = sample::text(&sample::night("Copy"), TimelineFormat::Svg);
    let (_, line) = text.split_once("<line class=\"by\"").unwrap();
    let (_, y) = line.split_once("y1=\"").unwrap();
    let y: f64 = y.split_once('"').unwrap().0.parse().unwrap();
    assert!(y > TICKS, "{y}");
}

#[test]
fn two_limits_at_the_same_moment_are_one_line() {
    let mut plan = sample::night("Copy");
    plan.steps[1].point_of_no_return = true;
    let mut timeline = Timeline::of(&plan, None, str::to_owned);
    let count = |timeline: &Timeline, class: &str| {
        let line = format!("<line class=\"{class}\"");
        render(timeline).matches(&line).count()
    };
    timeline.no_return = Some(Duration::from_secs(600));
    timeline.rollback_by = Some(Duration::from_secs(300));
    assert_eq!((count(&timeline, "by"), count(&timeline, "return")), (1, 1));
    timeline.rollback_by = timeline.no_return;
    assert_eq!((count(&timeline, "by"), count(&timeline, "return")), (0, 1));
    let text = render(&timeline);
    assert!(
        text.contains(">point of no return, start rollback by 01:40<"),
        "{text}"
    );
}

#[test]
fn a_plan_without_steps_is_an_empty_axis() {
    let mut plan = sample::night("Copy");
    plan.steps.clear();
    plan.windows.clear();
    let text = sample::text(&plan, TimelineFormat::Svg);
    assert!(text.contains("0 steps"), "{text}");
    assert!(!text.contains("NaN"));
}
