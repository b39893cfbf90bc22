//! The window's executable; started as `stopover-window runner` it is the runner of a session instead.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Before anything of a screen: a runner has none.
    if let Some(code) = stopover_runner::main_if_runner() {
        return code;
    }
    stopover_window::run()
}
