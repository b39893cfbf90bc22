//! Tests of reading as a whole: what is accepted, and every problem with its place.

mod accepted;
mod refused;

use super::*;
use crate::model::*;

const HEAD: &str = "format = 1\nname = \"P\"\n[target.db]\nengine = \"sqlite\"\n";

/// Checks the problems of a plan, each as `line:column code`.
fn check(text: &str, expect: &[&str]) {
    let (_, problems) = open(text);
    let got: Vec<String> = problems
        .iter()
        .map(|p| {
            let (line, column) = p.line.zip(p.column).expect("every problem has a place");
            format!("{line}:{column} {}", p.code)
        })
        .collect();
    let text: String = text.chars().take(2_000).collect();
    assert_eq!(got, expect, "{text}\n{problems:#?}");
    for problem in problems {
        let verb = problem.hint.chars().next();
        assert!(verb.is_some_and(char::is_uppercase), "{problem:?}");
        assert!(!problem.message.is_empty());
    }
}

/// Checks a plan whose head has four lines.
fn check_body(body: &str, expect: &[&str]) {
    check(&format!("{HEAD}{body}"), expect);
}

fn plan(body: &str) -> Plan {
    let (plan, problems) = open(&format!("{HEAD}{body}"));
    assert_eq!(problems, vec![], "{body}");
    plan
}

fn kind(body: &str) -> Kind {
    let step = plan(&format!("[[step]]\nid = \"a\"\n{body}"))
        .steps
        .remove(0);
    step.kind
}
