//! Identifiers and literals as SQL of each engine.

use stopover_plan::model::Engine;

use crate::error::EngineError;

/// Returns the identifier quoted for `engine`, whatever it contains.
///
/// A NUL, which no engine can have in a name, becomes U+FFFD, so that the name cannot match an existing object.
/// Use [`quote_name`] where a name comes from outside and something is created by it.
pub fn quote(engine: Engine, identifier: &str) -> String {
    let identifier = identifier.replace('\0', "\u{fffd}");
    match engine {
        Engine::Mysql => format!("`{}`", identifier.replace('`', "``")),
        Engine::Postgresql | Engine::Sqlite => format!("\"{}\"", identifier.replace('"', "\"\"")),
    }
}

/// Returns the identifier quoted for `engine`, and refuses what the engine would change or cannot hold.
///
/// # Errors
/// When it is empty, contains NUL, or is longer than the engine keeps: 63 bytes in PostgreSQL, which would cut it
/// silently, 64 characters in MySQL, which also allows none beyond U+FFFF.
pub fn quote_name(engine: Engine, identifier: &str) -> Result<String, EngineError> {
    let refuse = |why: &'static str| {
        Err(EngineError::Name {
            name: identifier.to_owned(),
            why,
        })
    };
    if identifier.is_empty() {
        return refuse("it is empty");
    }
    if identifier.contains('\0') {
        return refuse("it contains a NUL character");
    }
    match engine {
        Engine::Postgresql if identifier.len() > 63 => {
            refuse("PostgreSQL keeps 63 bytes of a name")
        }
        Engine::Mysql if identifier.chars().count() > 64 => {
            refuse("MySQL allows 64 characters in a name")
        }
        Engine::Mysql if identifier.chars().any(|c| u32::from(c) > 0xffff) => {
            refuse("MySQL allows no character beyond U+FFFF in a name")
        }
        _ => Ok(quote(engine, identifier)),
    }
}

/// Returns the text as a string literal for `engine`, right under every setting of the server that changes how
/// backslashes are read. A NUL becomes U+FFFD.
pub fn literal(engine: Engine, text: &str) -> String {
    let text = text.replace('\0', "\u{fffd}");
    let quoted = text.replace('\'', "''");
    match engine {
        Engine::Postgresql if text.contains('\\') => {
            format!("E'{}'", quoted.replace('\\', "\\\\"))
        }
        Engine::Mysql if text.contains('\\') => format!("_utf8mb4 x'{}'", hex::encode(text)),
        _ => format!("'{quoted}'"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_quote_in_a_name_is_doubled() {
        assert_eq!(
            quote(Engine::Postgresql, "a\"; drop table b"),
            "\"a\"\"; drop table b\""
        );
        assert_eq!(quote(Engine::Mysql, "a`b"), "`a``b`");
        assert_eq!(quote(Engine::Sqlite, "🦀 select"), "\"🦀 select\"");
    }

    #[test]
    fn a_name_the_engine_cannot_hold_is_refused() {
        assert!(quote_name(Engine::Postgresql, &"a".repeat(63)).is_ok());
        assert!(quote_name(Engine::Postgresql, &"a".repeat(64)).is_err());
        assert!(quote_name(Engine::Postgresql, &"é".repeat(32)).is_err());
        assert!(quote_name(Engine::Mysql, &"é".repeat(64)).is_ok());
        assert!(quote_name(Engine::Mysql, &"é".repeat(65)).is_err());
        assert!(quote_name(Engine::Mysql, "🦀").is_err());
        assert!(quote_name(Engine::Sqlite, "🦀").is_ok());
        for engine in [Engine::Postgresql, Engine::Mysql, Engine::Sqlite] {
            assert!(quote_name(engine, "").is_err());
            assert!(quote_name(engine, "a\0b").is_err());
        }
    }

    #[test]
    fn a_literal_survives_backslashes_and_quotes() {
        assert_eq!(literal(Engine::Postgresql, "it's"), "'it''s'");
        assert_eq!(literal(Engine::Postgresql, "a\\'"), "E'a\\\\'''");
        assert_eq!(literal(Engine::Mysql, "\\"), "_utf8mb4 x'5c'");
        assert_eq!(literal(Engine::Sqlite, "\\'"), "'\\'''");
    }

    /// Reads a quoted identifier back as the engine's lexer does; `None` when it ends early.
    fn unquote(text: &str, mark: char) -> Option<String> {
        let inner = text.strip_prefix(mark)?.strip_suffix(mark)?;
        let mut name = String::new();
        let mut chars = inner.chars();
        while let Some(c) = chars.next() {
            if c == mark && chars.next() != Some(mark) {
                return None;
            }
            name.push(c);
        }
        Some(name)
    }

    proptest! {
        #[test]
        fn a_quoted_name_reads_back_as_itself(name in "[^\0]{0,40}") {
            for (engine, mark) in [(Engine::Postgresql, '"'), (Engine::Mysql, '`'), (Engine::Sqlite, '"')] {
                prop_assert_eq!(unquote(&quote(engine, &name), mark), Some(name.clone()));
            }
        }

        #[test]
        fn a_name_with_nul_never_reaches_sql(name in "\\PC{0,9}\0\\PC{0,9}") {
            prop_assert!(!quote(Engine::Postgresql, &name).contains('\0'));
            prop_assert!(quote_name(Engine::Sqlite, &name).is_err());
        }
    }
}
