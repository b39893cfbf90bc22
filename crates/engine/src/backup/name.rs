//! Under which names the backups of one pattern lie: the plan's path with its time, and a number where a name is taken.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::BackupError;
use super::files::folder_of;
use super::kind::Kind;
use super::part::{Part, remove_left_over};

/// Stands in a path for the time at which a backup starts.
const TIME: &str = "{time}";
/// Most backups of one pattern that begin in one second.
const MOST: u32 = 1000;

/// A name that a backup of a pattern may have.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Time in its name; empty where the pattern asks for none.
    pub(super) time: String,
    /// Number in its name; 1 where there is none.
    pub(super) number: u32,
    /// Final name.
    pub(super) path: PathBuf,
}

/// Begins a backup under the first name of its pattern that nobody has, and removes what dead makers of the same pattern
/// left behind.
///
/// Without `{time}` there is one name; a step that starts again and finds it taken may have finished its file before the
/// journal knew. Nothing overwrites a backup, so the next start has its own number.
pub(super) fn begin(
    pattern: &Path,
    at_ms: i64,
    start: u32,
    kind: Kind,
) -> Result<Part, BackupError> {
    let text = pattern.display().to_string();
    if !text.contains(TIME) {
        let file = match start < 2 || pattern.symlink_metadata().is_err() {
            true => pattern.to_owned(),
            false => numbered(pattern, start),
        };
        return Part::begin(&file, kind);
    }
    for left in candidates(pattern, ".part") {
        if let Err(error) = remove_left_over(&left.path) {
            tracing::debug!(%error, "the part of another backup stays");
        }
    }
    let at = chrono::DateTime::from_timestamp_millis(at_ms).unwrap_or_default();
    let file = PathBuf::from(text.replace(TIME, &at.format("%Y%m%dT%H%M%SZ").to_string()));
    let mut begun = Part::begin(&file, kind);
    for number in 2..=MOST {
        match begun {
            Err(BackupError::Exists { .. } | BackupError::Busy { .. }) => {
                begun = Part::begin(&numbered(&file, number), kind);
            }
            _ => break,
        }
    }
    begun
}

/// Returns the name with a number before its suffix.
fn numbered(file: &Path, number: u32) -> PathBuf {
    let (stem, suffix) = parted(file);
    file.with_file_name(format!("{stem}-{number}{suffix}"))
}

/// Returns the name of a file up to its suffix, and the suffix with its dot; that of a packed file has two parts.
fn parted(file: &Path) -> (String, String) {
    let name = file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let plain = name.strip_suffix(".gz").unwrap_or(&name);
    let stem = Path::new(plain).file_stem().map_or(0, OsStr::len);
    (name[..stem].to_owned(), name[stem..].to_owned())
}

/// Returns the names of a pattern under which, with `suffix` behind them, something stands; sorted.
pub(super) fn candidates(pattern: &Path, suffix: &str) -> Vec<Candidate> {
    let text = pattern.display().to_string();
    let times = match pattern
        .iter()
        .position(|part| part.to_string_lossy().contains(TIME))
    {
        None => vec![String::new()],
        Some(position) => {
            let part = pattern.iter().nth(position).unwrap_or_default();
            let folder: PathBuf = pattern.iter().take(position).collect();
            times_in(&folder, &part.to_string_lossy())
        }
    };
    let mut found: Vec<Candidate> = times
        .into_iter()
        .flat_map(|time| numbers_of(Path::new(&text.replace(TIME, &time)), &time, suffix))
        .collect();
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found.dedup();
    found
}

/// Returns the times in the names of a folder that begin as `part` does.
fn times_in(folder: &Path, part: &str) -> Vec<String> {
    let before = part.split(TIME).next().unwrap_or_default();
    names(folder)
        .iter()
        .filter_map(|name| name.strip_prefix(before)?.get(..16))
        .filter(|time| chrono::NaiveDateTime::parse_from_str(time, "%Y%m%dT%H%M%SZ").is_ok())
        .map(str::to_owned)
        .collect()
}

/// Returns what stands under a name and, with their numbers, under the further ones.
fn numbers_of(file: &Path, time: &str, suffix: &str) -> Vec<Candidate> {
    let (stem, end) = parted(file);
    let whole = format!("{stem}{end}");
    let folder = folder_of(file);
    names(&folder)
        .into_iter()
        .filter_map(|name| {
            let name = name.strip_suffix(suffix)?;
            let number = match name == whole {
                true => 1,
                false => name
                    .strip_prefix(stem.as_str())?
                    .strip_suffix(end.as_str())?
                    .strip_prefix('-')?
                    .parse()
                    .ok()?,
            };
            Some(Candidate {
                time: time.to_owned(),
                number,
                path: folder.join(name),
            })
        })
        .collect()
}

/// Returns the names in a folder; none when it cannot be read.
fn names(folder: &Path) -> Vec<String> {
    let folder = match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    };
    std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(there: &[&str], pattern: &str, suffix: &str, expected: &[(&str, &str, u32)]) {
        let folder = tempfile::tempdir().expect("a folder");
        for name in there {
            let file = folder.path().join(name);
            std::fs::create_dir_all(folder_of(&file)).expect("made");
            std::fs::write(file, "").expect("written");
        }
        let found = candidates(&folder.path().join(pattern), suffix);
        let expected: Vec<Candidate> = expected
            .iter()
            .map(|(name, time, number)| Candidate {
                time: (*time).to_owned(),
                number: *number,
                path: folder.path().join(name),
            })
            .collect();
        assert_eq!(found, expected, "{pattern}");
    }

    #[test]
    fn a_backup_is_looked_for_where_the_plan_says_and_nowhere_else() {
        let (one, two) = ("20261121T080000Z", "20261122T080000Z");
        check(
            &[
                "a.dump",
                "a-2.dump",
                "a-x.dump",
                "ab.dump",
                "a.dump.stopover.json",
            ],
            "a.dump",
            "",
            &[("a-2.dump", "", 2), ("a.dump", "", 1)],
        );
        check(
            &[
                &format!("out/a-{one}.dump"),
                &format!("out/a-{two}.dump"),
                &format!("out/a-{two}-3.dump"),
                &format!("out/a-{two}.dump.stopover.json"),
                "out/a-yesterday-at-eight.dump",
                &format!("out/b-{one}.dump"),
            ],
            "out/a-{time}.dump",
            "",
            &[
                (&format!("out/a-{one}.dump"), one, 1),
                (&format!("out/a-{two}-3.dump"), two, 3),
                (&format!("out/a-{two}.dump"), two, 1),
            ],
        );
        check(
            &[&format!("{one}/a-{one}.db"), &format!("{one}/a-{two}.db")],
            "{time}/a-{time}.db",
            "",
            &[(&format!("{one}/a-{one}.db"), one, 1)],
        );
        check(&[], "nowhere/{time}/a.db", "", &[]);
    }

    #[test]
    fn only_the_parts_of_a_pattern_are_its_parts() {
        let time = "20261121T080000Z";
        check(
            &[
                &format!("a-{time}.dump.part"),
                &format!("a-{time}-2.dump.part"),
                &format!("a-{time}.dump"),
                &format!("b-{time}.dump.part"),
                &format!("a-{time}.sql.part"),
                "a-today.dump.part",
                "a.dump.part",
            ],
            "a-{time}.dump",
            ".part",
            &[
                (&format!("a-{time}-2.dump"), time, 2),
                (&format!("a-{time}.dump"), time, 1),
            ],
        );
    }

    #[test]
    fn two_backups_of_one_second_have_two_names() {
        let folder = tempfile::tempdir().expect("a folder");
        let name = |name: &str| folder.path().join(name);
        let begin = |at_ms| begin(&name("a-{time}.dump"), at_ms, 1, Kind::Custom);
        let first = begin(1_795_334_400_000).expect("begins");
        assert_eq!(first.file(), name("a-20261122T080000Z.dump"));
        // The first is still being made, and something finished has the second name.
        std::fs::write(name("a-20261122T080000Z-2.dump"), "").expect("written");
        let second = begin(1_795_334_400_999).expect("begins");
        assert_eq!(second.file(), name("a-20261122T080000Z-3.dump"));
        assert!(first.path().exists(), "a living maker keeps its part");
        let other = begin(1_795_334_401_000).expect("begins");
        assert_eq!(other.file(), name("a-20261122T080001Z.dump"));
    }

    #[test]
    fn without_a_time_a_name_that_is_taken_is_refused_but_for_the_next_start() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.dump");
        std::fs::write(&file, "").expect("written");
        let refused = begin(&file, 0, 1, Kind::Custom);
        assert!(matches!(refused, Err(BackupError::Exists { .. })));
        let again = begin(&file, 0, 3, Kind::Custom).expect("begins");
        assert_eq!(again.file(), folder.path().join("a-3.dump"));
    }

    #[test]
    fn the_number_of_a_packed_backup_stands_before_both_its_suffixes() {
        for (name, expect) in [
            ("a.dump", "a-2.dump"),
            ("a.sql.gz", "a-2.sql.gz"),
            ("a.gz", "a-2.gz"),
            ("v1.2.sql", "v1.2-2.sql"),
            ("a", "a-2"),
            (".hidden", ".hidden-2"),
        ] {
            assert_eq!(numbered(Path::new(name), 2), Path::new(expect), "{name}");
        }
    }
}
