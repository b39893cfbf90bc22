//! What a server or a program says may repeat the password it was given; none of it reaches the journal.

use stopover_plan::Problem;
use stopover_plan::event::Body;

/// What stands where a secret stood.
const MASK: &str = "***";

/// Returns the event with every one of `secrets` replaced in what was said from outside.
pub(super) fn masked(mut body: Body, secrets: &[String]) -> Body {
    if secrets.is_empty() {
        return body;
    }
    let hide = |text: &mut String| {
        for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
            if text.contains(secret.as_str()) {
                *text = text.replace(secret.as_str(), MASK);
            }
        }
    };
    let hide_all = |problem: &mut Problem| {
        hide(&mut problem.message);
        hide(&mut problem.hint);
    };
    match &mut body {
        Body::ConnectionLost { message, .. } | Body::StepRetried { message, .. } => hide(message),
        Body::StatementStarted { sql, .. } => hide(sql),
        Body::StepOutput { text, .. } => hide(text),
        Body::StepFailed { problem, .. } => hide_all(problem),
        Body::StepUnknown {
            statement, problem, ..
        } => {
            hide(statement);
            hide_all(problem);
        }
        Body::ItemSigned { note, .. } => hide(note),
        Body::CheckPassed { result }
        | Body::CheckFailed { result }
        | Body::CheckNotTested { result } => hide(&mut result.found),
        _ => {}
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_in_a_message_is_masked_and_the_rest_is_kept() {
        let retried = |message: &str| Body::StepRetried {
            step: "a".to_owned(),
            code: "1".to_owned(),
            message: message.to_owned(),
            attempt: 2,
            backoff_ms: 0,
        };
        let secrets = ["hunter2".to_owned(), String::new()];
        assert_eq!(
            masked(retried("no hunter2, no (hunter2)"), &secrets),
            retried("no ***, no (***)")
        );
        assert_eq!(masked(retried("as it is"), &secrets), retried("as it is"));
    }
}
