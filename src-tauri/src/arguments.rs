//! What the window is told when it is started: `stopover-window [PLAN] [--bind TARGET=URL]…`.

use std::ffi::OsString;
use std::path::PathBuf;

use stopover_plan::Problem;

use crate::view::Bind;

/// The arguments, read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    /// Plan to open.
    pub(crate) plan: Option<PathBuf>,
    /// Addresses proposed at the start sheet.
    pub(crate) binds: Vec<Bind>,
}

impl Arguments {
    /// Reads the arguments after the program's name. What a desktop adds and we do not know is passed over.
    pub(crate) fn read(words: impl Iterator<Item = OsString>) -> Result<Self, Problem> {
        let mut arguments = Self::default();
        let mut words = words.peekable();
        while let Some(word) = words.next() {
            let text = word.to_string_lossy().into_owned();
            if text == "--bind" {
                let given = words.next().map(|word| word.to_string_lossy().into_owned());
                let bind = given.as_deref().and_then(|text| text.split_once('='));
                let Some((target, url)) = bind else {
                    return Err(Problem::new(
                        "usage",
                        "--bind needs TARGET=URL",
                        "Write for example --bind main=sqlite:app.db.",
                    ));
                };
                arguments.binds.push(Bind {
                    target: target.to_owned(),
                    connection: String::new(),
                    url: url.to_owned(),
                });
            } else if !text.starts_with('-') && arguments.plan.is_none() {
                arguments.plan = Some(PathBuf::from(word));
            }
        }
        Ok(arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Arguments, Problem> {
        Arguments::read(words.iter().map(OsString::from))
    }

    #[test]
    fn the_first_word_is_the_plan_and_binds_are_kept_in_order() {
        let arguments = read(&["a.plan.toml", "--bind", "main=sqlite:x=y.db"]).expect("is read");
        assert_eq!(arguments.plan, Some(PathBuf::from("a.plan.toml")));
        assert_eq!(arguments.binds[0].target, "main");
        assert_eq!(arguments.binds[0].url, "sqlite:x=y.db");
    }

    #[test]
    fn a_bind_without_an_address_is_a_problem() {
        assert!(read(&["--bind", "main"]).is_err());
        assert!(read(&["--bind"]).is_err());
    }
}
