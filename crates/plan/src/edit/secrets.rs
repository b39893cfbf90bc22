//! Refuses values that would put a secret into the file, with the words the reader of the file has for them.

use super::setting::{Entry, Setting};
use crate::parse;
use crate::problem::Problem;

/// Refuses a value when it, or anything in it, would be a secret under these keys.
///
/// # Errors
/// The refusal.
pub(crate) fn refuse(path: &[&str], value: &Setting) -> Result<(), Problem> {
    match value {
        Setting::Table(table) => table
            .iter()
            .try_for_each(|(key, value)| refuse(&[path, &[key.as_str()]].concat(), value)),
        Setting::List(list) => list.iter().try_for_each(|value| refuse(path, value)),
        Setting::Text(text) => parse::in_value(path, Some(text)).map_or(Ok(()), Err),
        Setting::Yes(_) | Setting::Whole(_) | Setting::Number(_) => {
            parse::in_value(path, None).map_or(Ok(()), Err)
        }
    }
}

/// Refuses entries below these keys as [`refuse`] does.
///
/// # Errors
/// The first refusal.
pub(crate) fn refuse_entries(below: &[&str], entries: &[Entry]) -> Result<(), Problem> {
    entries.iter().try_for_each(|(path, value)| {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        refuse(&[below, &path].concat(), value)
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Editor, Sort};

    const PLAN: &str = "name = \"x\"\n\n[[step]]\nid = \"a\"\ncommand = [\"./m\"] # short\n\n[[step]]\nid = \"b\"\nmanual = \"m\"\n";

    fn check(path: &[&str], text: &str, expect: Result<&str, &str>) {
        let mut editor = Editor::open(PLAN).expect("it opens");
        match (editor.set("a", path, text), expect) {
            (Ok(()), Ok(line)) => {
                assert_eq!(
                    editor.text(),
                    PLAN.replace("command = [\"./m\"]", &format!("command = {line}"))
                );
                assert_eq!(editor.plan().1, []);
            }
            (Err(problem), Err(hint)) => {
                assert_eq!(problem.code, "secret-in-plan");
                assert_eq!(problem.hint, hint);
                assert!(!problem.message.contains("hunter2"), "{problem}");
                assert_eq!(editor.text(), PLAN);
            }
            (found, _) => panic!("{path:?} = {text}: {found:?}"),
        }
    }

    #[test]
    fn an_environment_of_a_short_command_is_written_and_a_secret_in_it_refused() {
        check(
            &["command", "env", "MODE"],
            "dry",
            Ok("{ env = { MODE = \"dry\" }, run = [\"./m\"] }"),
        );
        check(
            &["command", "dir"],
            "../game",
            Ok("{ dir = \"../game\", run = [\"./m\"] }"),
        );
        let remove = "Remove the key and keep the secret in the keychain or in the environment.";
        check(&["command", "env", "PGPASSWORD"], "hunter2", Err(remove));
        let address = "Remove the password from the address and keep it in the keychain.";
        check(
            &["command", "env", "URL"],
            "postgres://u:hunter2@h/d",
            Err(address),
        );
        check(
            &["command", "env", "URL"],
            "postgres://u@h/d",
            Ok("{ env = { URL = \"postgres://u@h/d\" }, run = [\"./m\"] }"),
        );
    }

    #[test]
    fn a_secret_is_refused_in_an_element_that_is_added_as_well() {
        let mut editor = Editor::open(PLAN).expect("it opens");
        let entries = [(
            vec!["connection".to_owned()],
            "mysql://u:hunter2@h/d".into(),
        )];
        let problem = editor.add_element(Sort::Target, "main", &entries);
        assert_eq!(problem.expect_err("it is refused").code, "secret-in-plan");
        assert_eq!(editor.text(), PLAN);
    }
}
