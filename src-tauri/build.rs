//! Generates the window's context, and keeps the schemas it writes beside the sources of the window.
fn main() {
    let attributes =
        tauri_build::Attributes::new().capabilities_path_pattern("./src-tauri/capabilities/**/*");
    if let Err(error) = tauri_build::try_build(attributes) {
        panic!("the window's context could not be generated: {error:#}");
    }
    // tauri-build writes ./gen/schemas; the root stays the architecture diagram.
    if std::path::Path::new("gen").is_dir() {
        let _ = std::fs::remove_dir_all("src-tauri/gen");
        let _ = std::fs::rename("gen", "src-tauri/gen");
    }
}
