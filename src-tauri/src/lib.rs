//! The window's door: commands in, views out. What is done lies in the crates below.

mod arguments;
mod commands;
mod convert;
mod databases;
mod desk;
mod draft;
mod problem;
pub mod view;

use std::process::ExitCode;

use tauri::{Manager as _, WebviewUrl, WebviewWindowBuilder};

use arguments::Arguments;
use desk::Desk;

/// Opens the window and returns when it was closed.
pub fn run() -> ExitCode {
    let arguments = match Arguments::read(std::env::args_os().skip(1)) {
        Ok(arguments) => arguments,
        Err(problem) => return refuse(&problem.to_string()),
    };
    let desk = match Desk::open(arguments) {
        Ok(desk) => desk,
        Err(problem) => return refuse(&problem.to_string()),
    };
    let opened = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .manage(desk)
        .manage(databases::OpenDatabases::default())
        .on_window_event(|window, event| {
            if matches!(event, tauri::WindowEvent::Destroyed) {
                window.state::<databases::OpenDatabases>().close_all();
            }
        })
        .invoke_handler(commands::handler())
        .setup(|app| {
            WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
                .title("Stopover")
                .inner_size(1280.0, 820.0)
                .min_inner_size(900.0, 600.0)
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!());
    match opened {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(&format!(
            "The window could not be opened: {error}. Check that there is a display, or use `stopover`."
        )),
    }
}

/// Says why there is no window, where there is only a terminal to say it on.
#[expect(clippy::print_stderr, reason = "there is no window to say it in")]
fn refuse(why: &str) -> ExitCode {
    eprintln!("{why}");
    ExitCode::from(5)
}

#[cfg(test)]
mod tests {
    /// Set `STOPOVER_TYPES=write` to write the file instead of comparing it.
    #[test]
    fn the_types_of_the_window_are_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/src/ipc/types.ts");
        let wanted = crate::view::typescript();
        if std::env::var_os("STOPOVER_TYPES").is_some_and(|word| word == "write") {
            std::fs::write(path, &wanted).expect("the file can be written");
        }
        let found = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            found == wanted,
            "ui/src/ipc/types.ts is behind src-tauri/src/view.rs; run \
             `STOPOVER_TYPES=write cargo test -p stopover-window the_types`"
        );
    }
}
