//! Programs a step or a check starts.

use std::collections::BTreeMap;

use serde::Serialize;

/// `command = ["program", "argument"]` or `command = { … }`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Command {
    /// Program and arguments.
    pub run: Vec<String>,
    /// Folder, relative to the plan file.
    pub dir: Option<String>,
    /// Environment added to the inherited one.
    pub env: BTreeMap<String, String>,
    /// Expected exit code; default 0.
    pub exit: i32,
    /// Text the output must contain.
    pub output: Option<String>,
    /// True: gets a terminal.
    pub interactive: bool,
}
