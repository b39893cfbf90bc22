//! Ids an edit may give.

use crate::parse;
use crate::problem::Problem;

/// Refuses an id that is taken or cannot be one; `taken` says what the search for it found.
///
/// # Errors
/// The refusal.
pub(crate) fn free_id<T>(id: &str, taken: Option<T>) -> Result<(), Problem> {
    if !parse::is_slug(id) {
        return Err(Problem::new(
            "bad-id",
            format!("\"{id}\" cannot be an id"),
            "Use letters, digits, `-`, `_` and `.`, with a letter or digit first.",
        ));
    }
    match taken {
        Some(_) => Err(Problem::new(
            "duplicate-id",
            format!("The id \"{id}\" is taken"),
            "Choose another id.",
        )),
        None => Ok(()),
    }
}
