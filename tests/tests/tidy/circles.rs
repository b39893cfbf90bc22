//! No circle of imports between the files of a crate.
//!
//! An edge is a path that starts with `crate`, `self` or `super` and ends in another file of the crate. A name that a
//! parent only re-exports counts as the file it comes from, and a parent's own items may be used by its children: a
//! folder's `mod.rs` and the files it is made of are read together.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::none;
use crate::sources::{production, sources};

/// A module: its path from the crate's root, e.g. `["run", "step"]`.
type Module = Vec<String>;

struct Crate {
    /// Text of every module's file.
    files: BTreeMap<Module, String>,
}

impl Crate {
    /// Returns the longest prefix of `path` that is a file, with what is left of the path.
    fn file<'p>(&self, path: &'p [String]) -> Option<(Module, &'p [String])> {
        (0..=path.len())
            .rev()
            .find(|length| self.files.contains_key(&path[..*length]))
            .map(|length| (path[..length].to_vec(), &path[length..]))
    }

    /// Follows re-exports from a path to the file that has the item.
    fn resolve(&self, path: &[String]) -> Option<Module> {
        let mut path = path.to_vec();
        for _ in 0..8 {
            let (file, rest) = self.file(&path)?;
            let Some(name) = rest.first() else {
                return Some(file);
            };
            let text = &self.files[&file];
            let next = uses(text, true).into_iter().find_map(|used| {
                let target = absolute(&file, &used)?;
                (target.last() == Some(name)).then_some(target)
            });
            match next {
                Some(target) if self.file(&target).is_some_and(|(f, _)| f != file) => path = target,
                _ => return Some(file),
            }
        }
        None
    }

    /// Returns the files each file uses.
    fn edges(&self) -> BTreeMap<Module, BTreeSet<Module>> {
        self.files
            .iter()
            .map(|(module, text)| {
                let mut used = BTreeSet::new();
                for path in uses(text, false).into_iter().chain(inline(text)) {
                    let target = absolute(module, &path).and_then(|path| self.resolve(&path));
                    if let Some(target) = target
                        && target != *module
                        && !is_kin(&target, module)
                    {
                        used.insert(target);
                    }
                }
                (module.clone(), used)
            })
            .collect()
    }
}

/// Returns true when one module lies within the other.
fn is_kin(a: &[String], b: &[String]) -> bool {
    a.starts_with(b) || b.starts_with(a)
}

/// Turns a path as written in `module` into one from the crate's root; `None` for other crates.
fn absolute(module: &[String], path: &[String]) -> Option<Vec<String>> {
    let mut base = match path.first()?.as_str() {
        "crate" => Vec::new(),
        "self" => module.to_vec(),
        "super" => module.split_last()?.1.to_vec(),
        _ => return None,
    };
    let mut rest = &path[1..];
    while rest.first().is_some_and(|word| word == "super") {
        base.pop()?;
        rest = &rest[1..];
    }
    base.extend(rest.iter().cloned());
    Some(base)
}

/// Returns the paths of `use` declarations, groups spread out; only re-exports when `public`.
fn uses(text: &str, public: bool) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for declaration in text.split(';') {
        let declaration = declaration.trim();
        let Some(at) = declaration.rfind("use ") else {
            continue;
        };
        let before = declaration[..at].lines().last().unwrap_or_default().trim();
        if !before.is_empty() && !before.starts_with("pub") {
            continue;
        }
        let tree = &declaration[at + 4..];
        if tree.contains("use ") || (public && !before.starts_with("pub")) {
            continue;
        }
        let tree: String = tree.split_whitespace().collect::<Vec<_>>().join(" ");
        spread(&tree, &[], &mut found);
    }
    if public {
        // A re-export of a child names it without `self`.
        for path in &mut found {
            let foreign = ["crate", "self", "super"].contains(&path[0].as_str());
            if !foreign {
                path.insert(0, "self".to_owned());
            }
        }
    }
    found
}

fn spread(tree: &str, prefix: &[String], found: &mut Vec<Vec<String>>) {
    let tree = tree.trim();
    let mut path = prefix.to_vec();
    let (head, group) = match tree.split_once('{') {
        Some((head, group)) => (head, group.strip_suffix('}')),
        None => (tree, None),
    };
    let head = head.split(" as ").next().unwrap_or_default();
    path.extend(
        head.split("::")
            .map(str::trim)
            .filter(|word| !word.is_empty() && *word != "*")
            .map(str::to_owned),
    );
    let Some(group) = group else {
        if path.len() > 1 && path.last().is_some_and(|word| word == "self") {
            path.pop();
        }
        if !path.is_empty() {
            found.push(path);
        }
        return;
    };
    let mut depth = 0;
    let mut start = 0;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                spread_some(&group[start..at], &path, found);
                start = at + 1;
            }
            _ => {}
        }
    }
    spread_some(&group[start..], &path, found);
}

fn spread_some(tree: &str, prefix: &[String], found: &mut Vec<Vec<String>>) {
    if !tree.trim().is_empty() {
        spread(tree, prefix, found);
    }
}

/// Returns paths in the code itself that start with `crate::` or `super::`.
fn inline(text: &str) -> Vec<Vec<String>> {
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    text.lines()
        .filter(|line| {
            let line = line.trim_start();
            !line.starts_with("//") && !line.starts_with("use ") && !line.starts_with("pub")
        })
        .flat_map(|line| line.split(|c| !is_path(c)))
        .filter(|word| word.starts_with("crate::") || word.starts_with("super::"))
        .map(|word| {
            word.split("::")
                .filter(|w| !w.is_empty())
                .map(str::to_owned)
                .collect()
        })
        .collect()
}

fn crates() -> BTreeMap<String, Crate> {
    let mut found: BTreeMap<String, Crate> = BTreeMap::new();
    for source in sources().into_iter().filter(|source| source.has("rs")) {
        let Some((name, file)) = source.path.split_once("/src/") else {
            continue;
        };
        if !name.starts_with("crates/") && name != "src-tauri" {
            continue;
        }
        let mut module: Module = file
            .trim_end_matches(".rs")
            .split('/')
            .map(str::to_owned)
            .collect();
        if ["mod", "lib", "main"].contains(&module[module.len() - 1].as_str()) {
            module.pop();
        }
        let name = name.to_owned();
        if let Some(source) = production(source) {
            // A program beside its library is one crate of its own; both are roots and share no file.
            found
                .entry(name)
                .or_insert_with(|| Crate {
                    files: BTreeMap::new(),
                })
                .files
                .entry(module)
                .and_modify(|text| text.push_str(&source.text))
                .or_insert(source.text);
        }
    }
    found
}

/// Returns a circle that starts and ends at `from`, if there is one.
fn circle(edges: &BTreeMap<Module, BTreeSet<Module>>, from: &Module) -> Option<Vec<Module>> {
    // Breadth first: the shortest circle is the one that is told.
    let mut paths = VecDeque::from([vec![from.clone()]]);
    let mut seen = BTreeSet::new();
    while let Some(path) = paths.pop_front() {
        for next in &edges[path.last()?] {
            if next == from {
                return Some(path);
            }
            if seen.insert(next.clone()) {
                let mut longer = path.clone();
                longer.push(next.clone());
                paths.push_back(longer);
            }
        }
    }
    None
}

#[test]
fn no_circle_of_imports_between_files() {
    let mut broken = BTreeSet::new();
    for (name, package) in crates() {
        let edges = package.edges();
        for module in edges.keys() {
            if let Some(mut path) = circle(&edges, module) {
                // The same circle is found from each of its files; it is told once, from its first.
                let first = (0..path.len()).min_by_key(|at| &path[*at]).unwrap_or(0);
                path.rotate_left(first);
                let names: Vec<String> = path.iter().map(|module| module.join("::")).collect();
                broken.insert(format!("{name}: {} -> {}", names.join(" -> "), names[0]));
            }
        }
    }
    none("cut these circles", broken.into_iter().collect());
}

#[test]
fn a_circle_is_found_through_groups_and_re_exports() {
    let files = [
        ("", "mod a;\nmod b;\npub use b::Thing;\n"),
        ("a", "use crate::{Thing, other::{self, x}};\n"),
        ("b", "fn f() { crate::a::go() }\npub struct Thing;\n"),
        ("other", "pub fn x() {}\n"),
    ];
    let files = files.iter().map(|(module, text)| {
        let module = module.split("::").filter(|w| !w.is_empty());
        (module.map(str::to_owned).collect(), (*text).to_owned())
    });
    let package = Crate {
        files: files.collect(),
    };
    let edges = package.edges();
    let names: Vec<String> = edges[&vec!["a".to_owned()]]
        .iter()
        .map(|m| m.join("::"))
        .collect();
    assert_eq!(names, ["b", "other"]);
    assert!(circle(&edges, &vec!["a".to_owned()]).is_some());
    assert!(circle(&edges, &vec!["other".to_owned()]).is_none());
}
