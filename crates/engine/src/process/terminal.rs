//! The terminal, lent to an interactive program and taken back.

use std::fs::File;

use nix::sys::signal::{SigSet, Signal};
use nix::unistd::{Pid, getpgrp, tcgetpgrp, tcsetpgrp};

use super::group::Group;

/// A terminal whose foreground a program's group has; ours again when this value is dropped.
pub(crate) struct Lent {
    terminal: File,
    ours: Pid,
}

/// Returns true when this process has a terminal and stands in its foreground.
pub(crate) fn is_here() -> bool {
    File::open("/dev/tty").is_ok_and(|terminal| tcgetpgrp(&terminal) == Ok(getpgrp()))
}

/// Gives the terminal to a program's group, so that it may read keys and Ctrl-C reaches it.
pub(crate) fn lend(group: &Group) -> Option<Lent> {
    let terminal = File::open("/dev/tty").ok()?;
    let lent = Lent {
        terminal,
        ours: getpgrp(),
    };
    tcsetpgrp(&lent.terminal, group.id()?).ok()?;
    // The program may have asked for keys before the terminal was its own, which stopped it.
    group.signal(Signal::SIGCONT);
    Some(lent)
}

impl Drop for Lent {
    fn drop(&mut self) {
        // Taking the foreground back from the background raises SIGTTOU, which would stop this process.
        let mut background = SigSet::empty();
        background.add(Signal::SIGTTOU);
        if background.thread_block().is_ok() {
            let _ = tcsetpgrp(&self.terminal, self.ours);
            let _ = background.thread_unblock();
        }
    }
}
