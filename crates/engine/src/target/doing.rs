//! What another connection of MySQL is doing, in words.

use stopover_plan::sql::redact;

use crate::db::cut;

/// Longest beginning of a statement that is shown, in bytes.
const SHOWN: usize = 120;

/// The columns of `information_schema.processlist` that [`doing`] reads.
pub(crate) const DOING: &str = "time, LEFT(info, 4096)";

/// Returns what a connection does and since how many seconds: `for 7 s in: ALTER TABLE …`, or `idle for 7 s`.
pub(crate) fn doing(seconds: Option<&str>, statement: Option<&str>) -> String {
    let seconds = seconds.unwrap_or("?");
    let words: Vec<&str> = statement.unwrap_or_default().split_whitespace().collect();
    if words.is_empty() {
        return format!("idle for {seconds} s");
    }
    let whole = redact(&words.join(" "));
    let shown = cut(&whole, SHOWN);
    let more = if shown.len() < whole.len() { "…" } else { "" };
    format!("for {seconds} s in: {shown}{more}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_idle_or_at_a_statement() {
        assert_eq!(doing(Some("7"), None), "idle for 7 s");
        assert_eq!(
            doing(Some("7"), Some("ALTER TABLE t\n  ADD c int")),
            "for 7 s in: ALTER TABLE t ADD c int"
        );
        let long = doing(Some("7"), Some(&"SELECT ä, ".repeat(99)));
        assert!(long.ends_with('…') && long.len() < 150, "{long}");
        let secret = "SET PASSWORD = 'hunter2hunter2'";
        assert!(!doing(None, Some(secret)).contains("hunter2"));
    }
}
