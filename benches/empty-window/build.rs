//! Generates the window's context.

fn main() {
    tauri_build::build();
}
