//! Secrets have no place in a plan file: keys that name one, and addresses with a password in them.

use toml_edit::{Item, Key, TableLike, Value};

use super::found::Found;
use super::short::short;
use crate::problem::Problem;

/// Endings of key names that hold a secret.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "_pwd",
    "passphrase",
    "secret",
    "secret_key",
    "token",
    "api_key",
    "apikey",
    "private_key",
    "access_key",
];

/// Returns true when a key of this name would hold a secret.
pub fn is_secret_name(key: &str) -> bool {
    if key.len() > 200 {
        return false;
    }
    let key = key.to_ascii_lowercase().replace('-', "_");
    NAMES.iter().any(|name| key.ends_with(name))
}

/// Returns true when a text holds an address of the form `scheme://user:password@host`.
pub(crate) fn has_password(text: &str) -> bool {
    text.match_indices("://").any(|(at, _)| {
        let rest = &text[at + 3..];
        let end = rest
            .find(|c: char| c == '/' || c == '?' || c == '#' || c.is_whitespace())
            .unwrap_or(rest.len());
        rest[..end]
            .rsplit_once('@')
            .and_then(|(user, _)| user.split_once(':'))
            .is_some_and(|(_, password)| {
                !password.is_empty() && !password.starts_with(['$', '{', '<'])
            })
    })
}

/// Where in the file a text stands: addresses count in `connection` and in commands; in prose and in SQL an
/// address may be an example.
#[derive(Clone, Copy)]
enum Place {
    Elsewhere,
    Address,
}

/// One thing still to be looked at. The walk keeps its own stack: dotted keys can nest thousands deep.
struct Open<'a> {
    key: &'a str,
    at: usize,
    node: Node<'a>,
    place: Place,
}

enum Node<'a> {
    Item(&'a Item),
    Value(&'a Value),
}

/// Reports every secret in the document. A secret itself is never repeated in a message.
pub(crate) fn search(root: &toml_edit::Table, found: &mut Found) {
    let mut open: Vec<Open> = Vec::new();
    enter(root, Place::Elsewhere, 0, &mut open);
    while let Some(Open {
        key,
        at,
        node,
        place,
    }) = open.pop()
    {
        match node {
            Node::Item(Item::Table(table)) => enter(table, place_in(key, place), at, &mut open),
            Node::Item(Item::ArrayOfTables(tables)) => {
                for table in tables {
                    enter(table, place_in(key, place), at, &mut open);
                }
            }
            Node::Item(Item::Value(value)) | Node::Value(value) => match value {
                Value::InlineTable(table) => enter(table, place_in(key, place), at, &mut open),
                Value::Array(array) => open.extend(array.iter().map(|value| Open {
                    key,
                    at: value.span().map_or(at, |span| span.start),
                    node: Node::Value(value),
                    place,
                })),
                value => judge(key, at, value, place_in(key, place), found),
            },
            Node::Item(Item::None) => {}
        }
    }
}

fn enter<'a>(table: &'a dyn TableLike, place: Place, at: usize, open: &mut Vec<Open<'a>>) {
    for (key, item) in table.iter() {
        let at = table
            .key(key)
            .and_then(Key::span)
            .map_or(at, |span| span.start);
        open.push(Open {
            key,
            at,
            node: Node::Item(item),
            place,
        });
    }
}

fn place_in(key: &str, place: Place) -> Place {
    match key {
        "connection" | "command" => Place::Address,
        _ => place,
    }
}

fn judge(key: &str, at: usize, value: &Value, place: Place, found: &mut Found) {
    if let Some(words) = words(key, value.as_str(), place) {
        found.add(at, "secret-in-plan", || words);
    }
}

/// Returns the problem a text would be under the keys that lead to it, before it is in a file.
pub(crate) fn in_value(path: &[&str], text: Option<&str>) -> Option<Problem> {
    let place = path
        .iter()
        .fold(Place::Elsewhere, |place, key| place_in(key, place));
    let (message, hint) = words(path.last()?, text, place)?;
    Some(Problem::new("secret-in-plan", message, hint))
}

/// Says what a secret at this key is, and the next move; nothing where there is none.
fn words(key: &str, text: Option<&str>, place: Place) -> Option<(String, String)> {
    if is_secret_name(key) {
        return Some((
            format!("`{}` would put a secret into the plan file", short(key)),
            "Remove the key and keep the secret in the keychain or in the environment.".to_owned(),
        ));
    }
    let address = matches!(place, Place::Address) && text.is_some_and(has_password);
    address.then(|| {
        (
            format!("`{}` holds an address with a password in it", short(key)),
            "Remove the password from the address and keep it in the keychain.".to_owned(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: usize) {
        let document = toml_edit::Document::parse(text).expect(text);
        let mut found = Found::default();
        search(document.as_table(), &mut found);
        let problems = found.placed(text);
        assert_eq!(problems.len(), expect, "{text}: {problems:?}");
        for problem in problems {
            assert!(!problem.message.contains("hunter2"), "{problem}");
        }
    }

    #[test]
    fn secrets_are_found_wherever_they_stand() {
        check("password = \"hunter2\"", 1);
        check("[target.a]\nPassWord = \"hunter2\"", 1);
        check(
            "step = [{ command = { env = { PGPASSWORD = \"hunter2\" } } }]",
            1,
        );
        check("[target.a]\nconnection = \"postgres://u:hunter2@h/d\"", 1);
        check(
            "[[step]]\ncommand = [\"psql\", \"postgres://u:hunter2@h/d\"]",
            1,
        );
        check(
            "[[step]]\ncommand = { run = [\"a\", \"mysql://u:hunter2@h/d\"] }",
            1,
        );
    }

    #[test]
    fn what_only_looks_like_one_is_left_alone() {
        check("[target.token]\nconnection = \"main\"", 0);
        check("[target.a]\nconnection = \"postgres://u@h:5432/d\"", 0);
        check("[[step]]\nnotes = \"postgres://user:password@host\"", 0);
        check("[[step]]\ncommand = [\"curl\", \"https://h:8080/a@b\"]", 0);
        check("[[step]]\ncommand = [\"x\", \"postgres://u:${PW}@h\"]", 0);
        check("password_reset = 1\nPWD = \"/\"", 0);
    }
}
