//! Who holds a target on MySQL, whose connections bear no name: it is spelled in named locks, a lock for each byte,
//! which any user can ask for and which vanish with their connection.

use sha2::{Digest, Sha256};
use stopover_plan::model::Engine;

use crate::db::{Db, DbError, cut};
use crate::quote::literal;

/// Longest text that is spelled, in bytes; as long as an application name of PostgreSQL.
const LONGEST: usize = 63;

/// Returns what the names of a database's spelling locks begin with; place and byte follow, 43 characters in all.
fn prefix(database: &str) -> String {
    let digest = hex::encode(Sha256::digest(database.as_bytes()));
    format!("stopover-by:{}:", &digest[..24])
}

/// Spells `text` on the connection that holds the lock of `database`.
///
/// # Errors
/// The database's.
pub(super) async fn spell(db: &mut Db, database: &str, text: &str) -> Result<(), DbError> {
    let prefix = prefix(database);
    let locks: Vec<String> = cut(text, LONGEST)
        .bytes()
        .enumerate()
        .map(|(place, byte)| {
            let name = literal(Engine::Mysql, &format!("{prefix}{place}:{byte}"));
            // The server may still be letting go of those of a holder that just left.
            format!("GET_LOCK({name}, 1)")
        })
        .collect();
    db.run(&format!("DO {}", locks.join(", "))).await.map(drop)
}

/// Returns what the connection `holder` spells for `database`; `None` when it spells nothing, or not all of it yet.
///
/// # Errors
/// The database's.
pub(super) async fn read(
    db: &mut Db,
    database: &str,
    holder: &str,
) -> Result<Option<String>, DbError> {
    let digits: Vec<String> = (0..16)
        .map(|digit| format!("SELECT {digit} AS d"))
        .collect();
    let digits = format!("({})", digits.join(" UNION ALL "));
    let sql = format!(
        "SELECT p1.d * 16 + p0.d AS place, b1.d * 16 + b0.d AS byte \
         FROM {digits} p1 JOIN {digits} p0 JOIN {digits} b1 JOIN {digits} b0 \
         WHERE p1.d < 4 AND IS_USED_LOCK(CONCAT({prefix}, p1.d * 16 + p0.d, ':', b1.d * 16 + b0.d)) = {holder} \
         ORDER BY 1",
        prefix = literal(Engine::Mysql, &prefix(database)),
        holder = literal(Engine::Mysql, holder),
    );
    let rows = db.rows(&sql, LONGEST + 1).await?.rows;
    let pieces: Option<Vec<(usize, u8)>> = rows
        .into_iter()
        .map(|row| {
            let [place, byte]: [Option<String>; 2] = row.try_into().ok()?;
            Some((place?.parse().ok()?, byte?.parse().ok()?))
        })
        .collect();
    Ok(pieces.and_then(|pieces| text_of(&pieces)))
}

/// Returns the text of its bytes, each with its place; `None` when one is missing.
fn text_of(pieces: &[(usize, u8)]) -> Option<String> {
    let whole = pieces
        .iter()
        .enumerate()
        .all(|(at, (place, _))| at == *place);
    let bytes = pieces.iter().map(|(_, byte)| *byte).collect();
    match whole && !pieces.is_empty() {
        true => String::from_utf8(bytes).ok(),
        false => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_only_when_all_of_it_is_there() {
        assert_eq!(text_of(&[(0, b'a'), (1, b'b')]).as_deref(), Some("ab"));
        assert_eq!(text_of(&[(0, b'a'), (2, b'b')]), None);
        assert_eq!(text_of(&[(0, b'a'), (0, b'b')]), None);
        assert_eq!(text_of(&[(0, 0xff)]), None);
        assert_eq!(text_of(&[]), None);
    }

    #[test]
    fn the_name_of_a_spelling_lock_fits() {
        assert!(format!("{}63:255", prefix(&"d".repeat(200))).len() <= 64);
    }
}
