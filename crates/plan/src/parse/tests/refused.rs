//! Every problem of a plan file, with its place.

use super::*;

#[test]
fn text_that_is_not_toml_is_placed() {
    check("name = \"P\"\nx = \n", &["2:5 toml-syntax"]);
    check("name = \"P\"\nname = \"Q\"\n", &["2:1 toml-syntax"]);
    check(
        "name = \"P\"\r\nsummary = \"ä\0\"\r\n",
        &["2:13 toml-syntax"],
    );
    check("name = \"P\"\n[[step]\n", &["2:8 toml-syntax"]);
    check(
        &format!("a = {}", "[".repeat(100_000)),
        &["1:85 toml-syntax"],
    );
    check(
        &format!("a = {}", "{a=".repeat(100_000)),
        &["1:245 toml-syntax"],
    );
}

#[test]
fn a_byte_order_mark_and_crlf_change_nothing() {
    let text = format!("\u{feff}{HEAD}[[step]]\nid = \"a\"\nmanual = \"x\"\nwho = 1\n");
    check(&text, &["8:1 unknown-key"]);
    check(&text.replace('\n', "\r\n"), &["8:1 unknown-key"]);
    check("\u{feff}nam = 1\n", &["1:1 missing-key", "1:1 unknown-key"]);
}

#[test]
fn unknown_keys_are_named_with_a_near_one() {
    let (plan, problems) = open(&format!(
        "{HEAD}[[step]]\nid = \"a\"\nmanual = \"x\"\nestimte = \"3m\"\n"
    ));
    assert_eq!(problems[0].message, "Step \"a\": unknown key `estimte`");
    assert_eq!(
        problems[0].hint,
        "Write `estimate`, if that is meant, or remove the key."
    );
    assert_eq!(plan.steps.len(), 1);
    check_body(
        "schema = \"x\"\nsql = 1\n[[stp]]\n",
        &["5:1 unknown-key", "6:1 unknown-key", "7:3 unknown-key"],
    );
    check_body(
        "[[step]]\nid = \"a\"\nsql = { text = \"x\", lok_timeout = \"3s\" }\n",
        &["7:21 unknown-key"],
    );
}

#[test]
fn ids_are_there_unique_and_slugs() {
    check_body("[[step]]\nmanual = \"x\"\n", &["5:1 missing-key"]);
    check_body(
        "[[step]]\nid = \"\"\nmanual = \"x\"\n",
        &["6:6 empty-value"],
    );
    check_body("[[step]]\nid = \"a b\"\nmanual = \"x\"\n", &["6:6 bad-id"]);
    check_body(
        "[[step]]\nid = \"a\"\nmanual = \"x\"\n[[step]]\nid = \"a\"\nmanual = \"y\"\n",
        &["9:6 duplicate-id"],
    );
    check_body(
        "[[phase]]\nid = \"a\"\n[[phase]]\nid = \"a\"\n",
        &["8:6 duplicate-id"],
    );
    check_body(
        "[[step]]\nid = \"a\"\ncheck = [{ id = \"x\", not_null = \"t.a\" }, { id = \"x\", not_null = \"t.b\" }]\n",
        &["7:49 duplicate-id"],
    );
}

#[test]
fn a_step_has_exactly_one_kind() {
    check_body("[[step]]\nid = \"a\"\n", &["5:1 no-kind"]);
    check_body(
        "[[step]]\nid = \"a\"\nmanual = \"x\"\nsql = \"y\"\n",
        &["8:1 several-kinds"],
    );
    check_body("[[step]]\nid = \"a\"\nsql = {}\n", &["7:7 missing-key"]);
    check_body(
        "[[step]]\nid = \"a\"\nsql = { text = \"x\", file = \"y\" }\n",
        &["7:21 several-keys"],
    );
    check_body(
        "[[step]]\nid = \"a\"\nsql = \"x\"\nundo = { sql = \"x\", manual = \"y\" }\n",
        &["8:21 several-keys"],
    );
    check_body(
        "[[step]]\nid = \"a\"\nsql = \"x\"\nundo = {}\n",
        &["8:8 missing-key"],
    );
    check_body(
        "[[step]]\nid = \"a\"\nsql = \"x\"\nundo.flag = true\n",
        &["8:13 undo-of-no-flag"],
    );
}

#[test]
fn wrong_types_and_values_are_placed_at_the_value() {
    check_body("[[step]]\nid = \"a\"\nmanual = 3\n", &["7:10 wrong-type"]);
    check_body(
        "[[step]]\nid = \"a\"\nmanual = \"x\"\nestimate = 3\n",
        &["8:12 wrong-type"],
    );
    check_body(
        "[[step]]\nid = \"a\"\nmanual = \"x\"\nestimate = \"3 parsecs\"\n",
        &["8:12 bad-duration"],
    );
    check_body(
        "[[step]]\nid = \"a\"\nmanual = \"x\"\nafter = [1]\n",
        &["8:10 wrong-type"],
    );
    check_body(
        "[[step]]\nid = \"a\"\nmanual = \"x\"\nowner = \"a\\u0000\"\n",
        &["8:9 nul-character"],
    );
    check_body(
        "[[step]]\nid = \"a\"\ncommand = \"make\"\n",
        &["7:11 wrong-type"],
    );
    check_body(
        "[[step]]\nid = \"a\"\ncommand = []\n",
        &["7:11 empty-command"],
    );
    check_body(
        "[[step]]\nid = \"a\"\nbackup = { file = \"x\", jobs = 0 }\n",
        &["7:31 out-of-range"],
    );
    check_body(
        "[[step]]\nid = \"a\"\nbackup = { file = \"x\", format = \"zip\" }\n",
        &["7:33 unknown-word"],
    );
    check_body(
        "[[step]]\nid = \"a\"\nsql.file = \"/etc/x.sql\"\n",
        &["7:12 absolute-path"],
    );
    check_body(
        "[[step]]\nid = \"a\"\nsql.file = 'C:\\x.sql'\n",
        &["7:12 absolute-path"],
    );
    check_body(
        "[[step]]\nid = \"a\"\ngate = { question = \"?\", approvers = [\"a\"], approvals = 2 }\n",
        &["7:57 too-few-approvers"],
    );
    check_body(
        "[[checklist]]\nid = \"a\"\nitem = [{ id = \"b\", title = \"x\", due = \"soon\", signatures = 0 }]\n",
        &["7:40 bad-time", "7:61 out-of-range"],
    );
    check_body("step = 3\n", &["5:1 unknown-key"]);
    check("name = \"P\"\nstep = 3\n", &["2:8 wrong-type"]);
    check("name = \"P\"\ntarget = 3\n", &["2:10 wrong-type"]);
    check("name = \"P\"\n[target]\ndb = 3\n", &["3:6 wrong-type"]);
    check(
        "name = \"P\"\n[target.db]\nengine = \"postgres\"\n",
        &["3:10 unknown-engine"],
    );
    check("name = \"P\"\n[target.db]\n", &["2:1 missing-key"]);
    check("name = \"P\"\nformat = 2\n", &["2:10 newer-format"]);
    check(
        "name = \"P\"\ntimezone = \"Europe/Berln\"\n",
        &["2:12 unknown-timezone"],
    );
    check("name = \"P\"\nstart = 2026-12-05\n", &["2:9 bad-time"]);
    check(
        "name = \"P\"\ntimezone = \"Europe/Berlin\"\nstart = 2026-03-29T02:30:00\n",
        &["3:9 skipped-time"],
    );
    check("", &["1:1 missing-key"]);
}

#[test]
fn a_check_that_would_evaluate_nothing_is_a_problem() {
    check_body("[[step]]\nid = \"a\"\ncheck = []\n", &["7:9 empty-check"]);
    check_body(
        "[[step]]\nid = \"a\"\ncheck = { sql = \"SELECT 1\" }\n",
        &["7:17 no-expectation"],
    );
    check_body(
        "[[step]]\nid = \"a\"\n[[step.check]]\ntitle = \"x\"\n",
        &["7:1 missing-key"],
    );
    check_body(
        "[[step]]\nid = \"a\"\ncheck = { not_null = \"t\" }\n",
        &["7:22 bad-name"],
    );
    check_body(
        "[[step]]\nid = \"a\"\ncheck = { not_null = \"t.a\", expect = 0 }\n",
        &["7:38 stray-key"],
    );
    check_body(
        "[[step]]\nid = \"a\"\ncheck = { equal = [\"SELECT 1\"] }\n",
        &["7:19 bad-equal"],
    );
    check_body(
        "[[step]]\nid = \"a\"\ncheck = { not_null = \"t.a\", unique = \"t(a)\" }\n",
        &["7:29 several-keys"],
    );
    check_body(
        "[[step]]\nid = \"a\"\nwait = { for = \"1m\", sql = \"SELECT 1\" }\n",
        &["7:8 missing-key"],
    );
}

#[test]
fn references_name_what_exists() {
    let step = "[[step]]\nid = \"a\"\nmanual = \"x\"\n";
    check_body(&format!("{step}after = [\"b\"]\n"), &["8:10 missing-step"]);
    check_body(&format!("{step}phase = \"b\"\n"), &["8:9 missing-phase"]);
    check_body(&format!("{step}target = \"b\"\n"), &["8:10 missing-target"]);
    check_body(
        &format!("{step}project = \"b\"\n"),
        &["8:11 missing-project"],
    );
    check_body(
        &format!("{step}finally_for = \"b\"\n"),
        &["8:15 missing-step"],
    );
    check_body(
        &format!("{step}finally_for = \"a\"\n"),
        &["8:15 finally-for-itself"],
    );
    check_body(
        &format!("{step}[[window]]\nlength = \"1h\"\nsteps = [\"a\", \"b\"]\n"),
        &["10:15 missing-step"],
    );
    check_body(
        &format!("{step}[[checklist]]\nid = \"c\"\nbefore = \"b\"\n"),
        &["10:10 missing-step"],
    );
    check_body(
        &format!("{step}[[criterion]]\ntitle = \"c\"\ncheck = \"a/x\"\n"),
        &["10:9 missing-check"],
    );
    check_body(
        &format!("{step}[[criterion]]\ntitle = \"c\"\nitem = \"x\"\n"),
        &["10:8 missing-item"],
    );
    check_body(
        &format!("{step}[[risk]]\ntitle = \"c\"\nsteps = \"b\"\n"),
        &["10:9 missing-step"],
    );
    check_body(
        &format!("{step}[[step]]\nid = \"r\"\nrestore = \"a\"\n"),
        &["10:11 not-a-backup"],
    );
    check(
        "name = \"P\"\n[[step]]\nid = \"a\"\nsql = \"x\"\n",
        &["2:1 missing-target"],
    );
}

#[test]
fn a_cycle_is_named_at_an_after_that_takes_part() {
    let steps = "[[step]]\nid = \"a\"\nmanual = \"x\"\nafter = [\"c\"]\n[[step]]\nid = \"b\"\nmanual = \"x\"\n[[step]]\nid = \"c\"\nmanual = \"x\"\n";
    check_body(steps, &["8:9 cycle"]);
    let (_, problems) = open(&format!("{HEAD}{steps}"));
    assert_eq!(
        problems[0].message,
        "A cycle that can never start: a → c → b → a"
    );
    check_body(
        "[[step]]\nid = \"a\"\nmanual = \"x\"\nafter = [\"a\"]\n",
        &["8:9 cycle"],
    );
    check_body(
        "[[phase]]\nid = \"a\"\nafter = [\"b\"]\n[[phase]]\nid = \"b\"\nafter = [\"a\"]\n",
        &["7:9 cycle"],
    );
}

#[test]
fn a_cycle_through_phases_is_found() {
    let text = "[[phase]]\nid = \"one\"\n[[phase]]\nid = \"two\"\nafter = [\"one\"]\n\
                [[step]]\nid = \"a\"\nphase = \"two\"\nmanual = \"x\"\nafter = []\n\
                [[step]]\nid = \"b\"\nphase = \"one\"\nmanual = \"x\"\n";
    check_body(text, &["14:9 cycle"]);
    let (_, problems) = open(&format!("{HEAD}{text}"));
    assert_eq!(
        problems[0].message,
        "A cycle that can never start: a → phase two → phase one → b → a"
    );
}

#[test]
fn secrets_are_refused_and_not_repeated() {
    let text =
        format!("{HEAD}connection = \"postgres://ana:hunter2@db/app\"\npassword = \"hunter2\"\n");
    check(&text, &["5:1 secret-in-plan", "6:1 secret-in-plan"]);
    assert!(!format!("{:?}", open(&text).1).contains("hunter2"));
}

#[test]
fn bytes_that_are_not_utf8_are_placed() {
    let (plan, problems) = open_bytes(b"name = \"P\"\nsummary = \"\xc3\xa4\xff\"\n");
    assert_eq!(plan, Plan::default());
    assert_eq!((problems[0].line, problems[0].column), (Some(2), Some(13)));
    assert_eq!(problems[0].code, "invalid-utf8");
    assert_eq!(open_bytes(b"name = \"P\"").1, vec![]);
}

#[test]
fn a_file_that_is_too_large_is_refused_unread() {
    let (_, problems) = open(&"#\n".repeat(25 * 1024 * 1024));
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].code, "too-large");
    assert_eq!(open_bytes(&vec![b'a'; LARGEST + 1]).1[0].code, "too-large");
}

#[test]
fn problems_are_bounded() {
    let (_, problems) = open(&format!("{HEAD}{}", "[[step]]\n".repeat(1_000)));
    assert_eq!(problems.len(), 201);
    assert_eq!(problems[200].message, "1800 more problems are not listed");
}

#[test]
fn twenty_thousand_steps_and_a_hundred_thousand_edges_are_read() {
    let mut text = HEAD.to_owned();
    for step in 0..20_000_usize {
        let after: Vec<String> = (1..=5.min(step))
            .map(|back| format!("\"s{}\"", step - back))
            .collect();
        text.push_str(&format!(
            "[[step]]\nid = \"s{step}\"\nafter = [{}]\nsql = \"SELECT 1\"\n",
            after.join(", ")
        ));
    }
    let (plan, problems) = open(&text);
    assert_eq!(problems, vec![]);
    assert_eq!(
        (plan.steps.len(), plan.steps[19_999].line),
        (20_000, 80_001)
    );
    let (_, problems) = open(&text.replacen("after = []", "after = [\"s19999\"]", 1));
    assert_eq!(problems[0].code, "cycle");
    assert_eq!(problems[0].line, Some(7));
}

#[test]
fn keys_nested_thousands_deep_do_not_overflow_the_stack() {
    let dotted = vec!["a"; 79].join(".");
    let mut value = "1".to_owned();
    for _ in 0..70 {
        value = format!("{{ {dotted} = {value} }}");
    }
    let (_, problems) = open(&format!("name = \"P\"\n[{dotted}]\n{dotted} = {value}\n"));
    assert_eq!(problems[0].code, "unknown-key");
}
