//! The repository's own text files, and the part of a Rust file that is no test.

use std::path::Path;

use stopover_tests::workspace;

/// Folders that hold what was built or fetched.
const FOREIGN: &[&str] = &["target", "node_modules", "dist", "gen", ".git"];
/// Files that a program writes.
const GENERATED: &[&str] = &["Cargo.lock", "package-lock.json", "ui/src/ipc/types.ts"];
/// Endings of files people write.
const WRITTEN: &[&str] = &[
    "rs", "ts", "js", "svelte", "css", "html", "toml", "json", "sql", "sh", "md", "py",
];

/// A text file.
pub(crate) struct Source {
    /// Path from the top of the repository, with `/`.
    pub(crate) path: String,
    /// Content.
    pub(crate) text: String,
}

impl Source {
    pub(crate) fn has(&self, suffix: &str) -> bool {
        Path::new(&self.path)
            .extension()
            .is_some_and(|ending| ending == suffix)
    }

    /// Returns `path:line: text` for every line that has one of the words.
    pub(crate) fn lines_with(&self, words: &[&str]) -> Vec<String> {
        self.text
            .lines()
            .enumerate()
            .filter(|(_, line)| words.iter().any(|word| line.contains(word)))
            .map(|(at, line)| format!("{}:{}: {}", self.path, at + 1, line.trim()))
            .collect()
    }

    /// Returns the file with its comment lines emptied.
    pub(crate) fn without_comments(mut self) -> Self {
        let lines = self.text.lines().map(|line| {
            if line.trim_start().starts_with("//") {
                ""
            } else {
                line
            }
        });
        self.text = lines.collect::<Vec<_>>().join("\n");
        self
    }

    /// Returns the IPv4 addresses in the file that are neither local nor set aside for documentation.
    pub(crate) fn addresses(&self) -> Vec<String> {
        self.text
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-' && c != '_')
            .filter(|word| is_foreign_address(word))
            .map(str::to_owned)
            .collect()
    }
}

fn is_foreign_address(word: &str) -> bool {
    let parts: Vec<Option<u8>> = word.split('.').map(|part| part.parse().ok()).collect();
    let [Some(a), Some(b), Some(c), Some(d)] = parts[..] else {
        return false;
    };
    // This machine, no machine, RFC 5737, and the private ranges people write in examples.
    !matches!(
        (a, b, c, d),
        (127, ..)
            | (0, 0, 0, 0)
            | (192, 0, 2, _)
            | (198, 51, 100, _)
            | (203, 0, 113, _)
            | (10, ..)
            | (192, 168, ..)
    )
}

/// Returns every file that people write, in order of its path.
pub(crate) fn sources() -> Vec<Source> {
    let top = workspace();
    let mut found = Vec::new();
    let mut folders = vec![top.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if !FOREIGN.contains(&name.as_str()) {
                    folders.push(path);
                }
                continue;
            }
            let from_top = path.strip_prefix(&top).unwrap().to_string_lossy();
            let from_top = from_top.replace('\\', "/");
            let written = path
                .extension()
                .is_some_and(|ending| WRITTEN.iter().any(|w| ending == *w));
            if !written || GENERATED.iter().any(|file| from_top.ends_with(file)) {
                continue;
            }
            // A file another program is writing at this moment may be gone again.
            if let Ok(text) = std::fs::read_to_string(&path) {
                found.push(Source {
                    path: from_top,
                    text,
                });
            }
        }
    }
    assert!(
        found.len() > 50,
        "the repository was not found at {}",
        top.display()
    );
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Returns the part of a Rust file that is no test; `None` for a file that holds tests only.
pub(crate) fn production(mut source: Source) -> Option<Source> {
    let is_test = source
        .path
        .split('/')
        .any(|part| part == "tests" || part == "tests.rs" || part.ends_with("_tests.rs"));
    if is_test {
        return None;
    }
    // Tests stand at the end of their file.
    if let Some(at) = source.text.find("\n#[cfg(test)]\nmod ") {
        let rest = &source.text[at..];
        let inline = rest.lines().nth(2).is_some_and(|line| line.ends_with('{'));
        if inline {
            source.text.truncate(at);
        }
    }
    Some(source)
}
