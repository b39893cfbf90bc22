//! Edits as the window sends them, each compared with the bytes it may change.

use serde_json::json;

use super::*;

const PLAN: &str = "\
# Head of the file.
name = \"Night\" # short

[target.main]
engine = \"sqlite\"

[[phase]]
id = \"prepare\"

[[phase]]
id = \"work\"
after = [\"prepare\"] # of course

# First of all.
[[step]]
id = \"look\"
phase = \"prepare\"
manual = \"Look\"

[[step]]
id = \"fill\"
phase = \"work\"
sql = \"UPDATE t SET a = 1\"

[[checklist]]
id = \"go\"

[[checklist.item]]
id = \"told\"
title = \"Users know\" # by mail

[[checklist.item]]
id = \"slept\"
title = \"All slept\"

[[risk]]
title = \"Slow\"

[[criterion]]
title = \"All told\"
item = \"told\"
";

fn edits(edits: serde_json::Value) -> Vec<Edit> {
    serde_json::from_value(edits).expect("these are edits")
}

/// Checks edits by the text that comes out of the plan when each `from` is replaced by its `to`, whatever the line
/// ends are and whether the file ends with one.
fn check(wanted: serde_json::Value, changes: &[(&str, &str)]) {
    let wanted = edits(wanted);
    for newline in ["\n", "\r\n"] {
        for end in ["", newline] {
            let text = format!("{}{end}", PLAN.trim_end().replace('\n', newline));
            let mut expect = text.clone();
            for (from, to) in changes {
                let (from, to) = (from.replace('\n', newline), to.replace('\n', newline));
                assert_eq!(expect.matches(&from).count(), 1, "{from:?}");
                expect = expect.replacen(&from, &to, 1);
            }
            assert_eq!(edited(&text, &wanted), Ok(expect), "{newline:?} {end:?}");
        }
    }
}

fn refused(wanted: serde_json::Value, code: &str) -> Problem {
    let problem = edited(PLAN, &edits(wanted)).expect_err("the edit is refused");
    assert_eq!(problem.code, code, "{problem}");
    problem
}

#[test]
fn a_set_value_changes_its_own_bytes_only() {
    check(
        json!([{"do": "set", "sort": "plan", "id": "", "path": ["name"], "value": "Day"}]),
        &[("\"Night\"", "\"Day\"")],
    );
    check(
        json!([{"do": "set", "sort": "step", "id": "look", "path": ["title"], "value": "A \"look\""}]),
        &[(
            "manual = \"Look\"\n",
            "manual = \"Look\"\ntitle = 'A \"look\"'\n",
        )],
    );
    check(
        json!([{"do": "set", "sort": "phase", "id": "work", "path": ["duration"], "value": "2h"}]),
        &[("# of course\n", "# of course\nduration = \"2h\"\n")],
    );
    check(
        json!([{"do": "set", "sort": "step", "id": "look", "path": ["downtime"], "value": true}]),
        &[(
            "manual = \"Look\"\n",
            "manual = \"Look\"\ndowntime = true\n",
        )],
    );
    check(
        json!([{"do": "set", "sort": "target", "id": "main", "path": ["database"], "value": "shop"}]),
        &[("\"sqlite\"\n", "\"sqlite\"\ndatabase = \"shop\"\n")],
    );
}

#[test]
fn a_null_removes_the_line_of_the_key() {
    check(
        json!([{"do": "set", "sort": "step", "id": "look", "path": ["phase"], "value": null}]),
        &[("phase = \"prepare\"\n", "")],
    );
}

#[test]
fn an_element_without_an_id_goes_by_its_position() {
    check(
        json!([{"do": "set", "sort": "risk", "id": "risk-1", "path": ["title"], "value": "Slower"}]),
        &[("\"Slow\"", "\"Slower\"")],
    );
    refused(
        json!([{"do": "set", "sort": "risk", "id": "risk-2", "path": ["title"], "value": "x"}]),
        "missing-risk",
    );
}

#[test]
fn an_item_of_a_checklist_is_named_by_both_ids() {
    check(
        json!([{"do": "set", "sort": "checklist", "id": "go/told", "path": ["title"], "value": "All know"}]),
        &[("\"Users know\"", "\"All know\"")],
    );
    check(
        json!([{"do": "set", "sort": "checklist", "id": "go/told", "path": ["owner"], "value": "ana"}]),
        &[("# by mail\n", "# by mail\nowner = \"ana\"\n")],
    );
    check(
        json!([{"do": "remove", "sort": "checklist", "id": "go/slept"}]),
        &[(
            "[[checklist.item]]\nid = \"slept\"\ntitle = \"All slept\"\n\n",
            "",
        )],
    );
    check(
        json!([{"do": "add_item", "checklist": "go", "id": "fed", "title": "All fed"}]),
        &[(
            "[[risk]]",
            "[[checklist.item]]\nid = \"fed\"\ntitle = \"All fed\"\n\n[[risk]]",
        )],
    );
    refused(
        json!([{"do": "set", "sort": "checklist", "id": "go/nobody", "path": ["title"], "value": "x"}]),
        "missing-item",
    );
}

#[test]
fn elements_of_every_sort_come_and_go() {
    let title = json!([[["title"], "New"]]);
    check(
        json!([{"do": "add", "sort": "phase", "id": "end", "values": title}]),
        &[(
            "# First of all.",
            "[[phase]]\nid = \"end\"\ntitle = \"New\"\n\n# First of all.",
        )],
    );
    check(
        json!([{"do": "add", "sort": "window", "id": "night", "values": [[["length"], "2h"]]}]),
        &[(
            "# First of all.",
            "[[window]]\nid = \"night\"\nlength = \"2h\"\n\n# First of all.",
        )],
    );
    check(
        json!([{"do": "add", "sort": "target", "id": "v1.2", "values": [[["engine"], "mysql"]]}]),
        &[(
            "\"sqlite\"\n",
            "\"sqlite\"\n\n[target.\"v1.2\"]\nengine = \"mysql\"\n",
        )],
    );
    check(
        json!([{"do": "add", "sort": "risk", "id": "lock", "values": title}]),
        &[(
            "\"Slow\"\n",
            "\"Slow\"\n\n[[risk]]\nid = \"lock\"\ntitle = \"New\"\n",
        )],
    );
    check(
        json!([{"do": "add", "sort": "checklist", "id": "after", "values": title}]),
        &[(
            "[[risk]]",
            "[[checklist]]\nid = \"after\"\ntitle = \"New\"\n\n[[risk]]",
        )],
    );
    check(
        json!([{"do": "remove", "sort": "risk", "id": "risk-1"}]),
        &[("[[risk]]\ntitle = \"Slow\"\n\n", "")],
    );
}

#[test]
fn a_first_card_comes_at_the_end() {
    let wanted = edits(json!([{"do": "add", "sort": "card", "id": "lock", "values":
        [[["issue"], "Locked"], [["symptoms"], ["lock timeout"]], [["solution"], "Wait"]]}]));
    let card = "\n[[card]]\nid = \"lock\"\nissue = \"Locked\"\nsymptoms = [\"lock timeout\"]\nsolution = \"Wait\"\n";
    assert_eq!(edited(PLAN, &wanted), Ok(format!("{PLAN}{card}")));
    let bare = PLAN.trim_end();
    assert_eq!(edited(bare, &wanted), Ok(format!("{PLAN}{card}")));
}

#[test]
fn a_removed_phase_leaves_its_steps_and_followers() {
    check(
        json!([{"do": "remove", "sort": "phase", "id": "prepare"}]),
        &[
            ("[[phase]]\nid = \"prepare\"\n\n", ""),
            ("after = [\"prepare\"]", "after = []"),
            ("phase = \"prepare\"\n", ""),
        ],
    );
}

#[test]
fn what_is_named_elsewhere_is_not_removed() {
    let problem = refused(
        json!([{"do": "remove", "sort": "checklist", "id": "go"}]),
        "checklist-in-use",
    );
    assert!(problem.message.contains("names it"), "{problem}");
    refused(
        json!([{"do": "remove", "sort": "checklist", "id": "go/told"}]),
        "item-in-use",
    );
    let with_target = PLAN.replace("manual = ", "target = \"main\"\nmanual = ");
    let remove = edits(json!([{"do": "remove", "sort": "target", "id": "main"}]));
    let problem = edited(&with_target, &remove).expect_err("it is in use");
    assert_eq!(problem.code, "target-in-use");
}

#[test]
fn edits_of_one_call_are_made_all_or_not_at_all() {
    check(
        json!([
            {"do": "add_step", "id": "test", "title": "Test", "after": "look", "values": [[["sql", "text"], "SELECT 1"]]},
            {"do": "set_estimate", "id": "test", "ms": 90_000},
            {"do": "add_edge", "before": "look", "id": "fill"},
        ]),
        &[
            (
                "manual = \"Look\"\n\n[[step]]\n",
                "manual = \"Look\"\n\n[[step]]\nid = \"test\"\ntitle = \"Test\"\nsql.text = \"SELECT 1\"\nestimate = \"1m30s\"\n\n[[step]]\n",
            ),
            (
                "sql = \"UPDATE t SET a = 1\"\n",
                "sql = \"UPDATE t SET a = 1\"\nafter = [\"test\", \"look\"]\n",
            ),
        ],
    );
    let problem = refused(
        json!([
            {"do": "set", "sort": "step", "id": "fill", "path": ["title"], "value": "Fill"},
            {"do": "add_edge", "before": "fill", "id": "look"},
        ]),
        "cycle",
    );
    assert!(problem.message.contains("look → fill → look"), "{problem}");
    refused(
        json!([{"do": "set", "sort": "step", "id": "look", "path": ["after"], "value": ["fill"]}]),
        "cycle",
    );
}

#[test]
fn the_start_is_written_as_a_time() {
    check(
        json!([{"do": "set_start", "id": null, "at": "2026-12-05T01:00:00"}]),
        &[("# short\n", "# short\nstart = 2026-12-05T01:00:00\n")],
    );
    check(
        json!([{"do": "set_start", "id": "fill", "at": "2026-12-05T01:00:00"}]),
        &[("a = 1\"\n", "a = 1\"\nstart = 2026-12-05T01:00:00\n")],
    );
}

#[test]
fn hostile_ids_and_texts_are_refused_or_quoted() {
    let hostile = [
        "",
        "a b",
        "a\"]\n[evil]\nx = 1 #",
        "../x",
        "<img onerror=alert(1)>",
        "\u{202e}evil",
        "\u{0}",
        "a'b",
        "a.b]",
    ];
    for id in hostile {
        for wanted in [
            json!([{"do": "add_step", "id": id, "title": "x", "after": null, "values": []}]),
            json!([{"do": "add", "sort": "target", "id": id, "values": [[["engine"], "mysql"]]}]),
            json!([{"do": "add", "sort": "risk", "id": id, "values": []}]),
            json!([{"do": "rename_step", "id": "look", "to": id}]),
            json!([{"do": "add_item", "checklist": "go", "id": id, "title": "x"}]),
        ] {
            refused(wanted, "bad-id");
        }
        let wanted = edits(
            json!([{"do": "set", "sort": "step", "id": "look", "path": ["title"], "value": id}]),
        );
        let text = edited(PLAN, &wanted).expect("any text can be written");
        let (plan, _) = stopover_plan::parse::open(&text);
        let step = plan.step("look").expect("the step is there");
        assert!(step.title == id || id.is_empty(), "{:?}", step.title);
        assert_eq!(plan.steps.len(), 2);
        refused(
            json!([{"do": "set", "sort": "step", "id": id, "path": ["title"], "value": "x"}]),
            "missing-step",
        );
    }
    // A key of any letters is quoted; it never opens a table of its own.
    let wanted = edits(
        json!([{"do": "set", "sort": "step", "id": "look", "path": ["x\"]\n[y"], "value": 1}]),
    );
    let text = edited(PLAN, &wanted).expect("any key can be written");
    assert_eq!(text.lines().count(), PLAN.lines().count() + 1, "{text}");
    refused(
        json!([{"do": "set", "sort": "step", "id": "look", "path": ["id"], "value": "x"}]),
        "bad-edit",
    );
    refused(
        json!([{"do": "set", "sort": "step", "id": "look", "path": [], "value": "x"}]),
        "no-such-place",
    );
    refused(
        json!([{"do": "set_estimate", "id": "look", "ms": -1}]),
        "bad-estimate",
    );
}

#[test]
fn an_emoji_may_stand_in_a_text_and_letters_of_any_script_in_an_id() {
    check(
        json!([{"do": "rename_step", "id": "look", "to": "verificação"}]),
        &[("id = \"look\"", "id = \"verificação\"")],
    );
    check(
        json!([{"do": "set", "sort": "step", "id": "look", "path": ["manual"], "value": "🚀"}]),
        &[("\"Look\"", "\"🚀\"")],
    );
}

#[test]
fn an_edit_among_five_thousand_steps_changes_its_own_line_only() {
    let mut text = String::from("name = \"x\"\n");
    for number in 0..5_000 {
        text.push_str(&format!(
            "\n# Step {number}.\n[[step]]\nid = \"step-{number}\"\ntitle = \"Number {number}\"\nmanual = \"m\"\n"
        ));
    }
    let wanted = edits(
        json!([{"do": "set", "sort": "step", "id": "step-2500", "path": ["title"], "value": "New"}]),
    );
    let expect = text.replace("\"Number 2500\"", "\"New\"");
    assert!(edited(&text, &wanted) == Ok(expect), "another line changed");
}
