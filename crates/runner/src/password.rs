//! Where the password of a target comes from when nobody gave one.

use stopover_engine::secret;
use stopover_plan::connection::{Connection, Secret};

use crate::trouble::Trouble;

/// Returns the password of the connection that a target is bound to: from `<TARGET>_PASSWORD`, else from where the
/// connection says. `None` where it has none, or where a person must be asked.
///
/// # Errors
/// When the place the connection refers to cannot be read.
pub fn password_of(connection: &Connection, target: &str) -> Result<Option<Secret>, Trouble> {
    if let Some(name) = password_variable(target)
        && let Some(value) = std::env::var(name).ok().filter(|value| !value.is_empty())
    {
        return Ok(Some(Secret::new(value)));
    }
    Ok(secret::resolve(connection)?)
}

/// Returns the environment variable that may hold the password of a target.
pub fn password_variable(target: &str) -> Option<String> {
    let name: String = target
        .chars()
        .map(|c| match c.is_ascii_alphanumeric() {
            true => c.to_ascii_uppercase(),
            false => '_',
        })
        .collect();
    (!name.is_empty()).then(|| format!("{name}_PASSWORD"))
}
