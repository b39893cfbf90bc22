//! What an id may look like.

/// Returns true when the text can be an id: letters, digits, `-`, `_`, `.`, with a letter or digit first.
pub(crate) fn is_slug(id: &str) -> bool {
    id.len() <= 200
        && id.chars().next().is_some_and(char::is_alphanumeric)
        && id
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(id: &str, expect: bool) {
        assert_eq!(is_slug(id), expect, "{id:?}");
    }

    #[test]
    fn ids_are_slugs() {
        check("backup", true);
        check("1.2-verificação_x", true);
        check("", false);
        check("-a", false);
        check("a b", false);
        check("a/b", false);
        check("a=b", false);
        check(&"a".repeat(201), false);
    }
}
