//! Drafts on real files: what is written, what is merged, what is asked, and that nothing is lost.

use tempfile::TempDir;

use super::*;

const BASE: &str = "name = \"x\"\n\n[[step]]\nid = \"a\"\ntitle = \"A\"\nmanual = \"m\"\n\n[[step]]\nid = \"b\"\ntitle = \"B\"\nmanual = \"m\"\n";

struct Bench {
    _folder: TempDir,
    path: PathBuf,
    draft: Draft,
}

impl Bench {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().join("night.plan.toml");
        std::fs::write(&path, BASE).expect("is written");
        Self {
            _folder: folder,
            path,
            draft: Draft::default(),
        }
    }

    fn file(&self) -> String {
        std::fs::read_to_string(&self.path).expect("is read")
    }

    /// Writes the file as another program would.
    fn outside(&self, from: &str, to: &str) {
        let text = self.file();
        assert!(text.contains(from), "{from}");
        std::fs::write(&self.path, text.replace(from, to)).expect("is written");
    }

    /// Edits what was shown as `base`.
    fn edit(&mut self, what: &str, base: &str, from: &str, to: &str) -> Outcome {
        let mine = base.replace(from, to);
        self.draft
            .edit(&self.path, what, &base.into(), &mine.into())
            .expect("the file can be written")
    }
}

#[test]
fn edits_are_undone_and_done_again() {
    let mut bench = Bench::new();
    assert_eq!(
        bench.edit("one", BASE, "\"A\"", "\"One\""),
        Outcome::Written
    );
    let first = bench.file();
    assert_eq!(first, BASE.replace("\"A\"", "\"One\""));
    bench.edit("two", &first, "\"B\"", "\"Two\"");
    let second = bench.file();
    assert_eq!(bench.draft.undoable().as_deref(), Some("two"));
    assert_eq!(bench.draft.undo(&bench.path), Ok(Outcome::Written));
    assert_eq!(bench.file(), first);
    assert_eq!(bench.draft.undo(&bench.path), Ok(Outcome::Written));
    assert_eq!(bench.file(), BASE);
    let code = bench
        .draft
        .undo(&bench.path)
        .expect_err("there is nothing")
        .code;
    assert_eq!(code, "nothing-there");
    assert_eq!(bench.draft.redo(&bench.path), Ok(Outcome::Written));
    assert_eq!(bench.draft.redo(&bench.path), Ok(Outcome::Written));
    assert_eq!(bench.file(), second);
}

#[test]
fn an_edit_and_a_change_from_outside_are_both_kept() {
    let mut bench = Bench::new();
    bench.outside("\"B\"", "\"Theirs\"");
    assert_eq!(
        bench.edit("one", BASE, "\"A\"", "\"Mine\""),
        Outcome::Merged
    );
    let both = BASE
        .replace("\"A\"", "\"Mine\"")
        .replace("\"B\"", "\"Theirs\"");
    assert_eq!(bench.file(), both);
    assert_eq!(bench.draft.undo(&bench.path), Ok(Outcome::Written));
    assert_eq!(bench.file(), BASE.replace("\"B\"", "\"Theirs\""));
}

#[test]
fn an_undo_leaves_what_was_changed_outside_since() {
    let mut bench = Bench::new();
    bench.edit("one", BASE, "\"A\"", "\"One\"");
    bench.outside("\"B\"", "\"Theirs\"");
    assert_eq!(bench.draft.undo(&bench.path), Ok(Outcome::Merged));
    assert_eq!(bench.file(), BASE.replace("\"B\"", "\"Theirs\""));
    assert_eq!(bench.draft.redo(&bench.path), Ok(Outcome::Merged));
    let both = BASE
        .replace("\"A\"", "\"One\"")
        .replace("\"B\"", "\"Theirs\"");
    assert_eq!(bench.file(), both);
    // An edit on top: the change from outside is no step of undo.
    bench.edit("two", &both, "\"x\"", "\"y\"");
    assert_eq!(bench.draft.undo(&bench.path), Ok(Outcome::Written));
    assert_eq!(bench.draft.undoable().as_deref(), Some("one"));
    assert_eq!(bench.draft.undo(&bench.path), Ok(Outcome::Merged));
    assert_eq!(bench.file(), BASE.replace("\"B\"", "\"Theirs\""));
}

#[test]
fn two_changes_of_one_line_are_asked_about_and_nothing_is_written() {
    let mut bench = Bench::new();
    bench.outside("\"A\"", "\"Theirs\"");
    let theirs = bench.file();
    assert_eq!(bench.edit("one", BASE, "\"A\"", "\"Mine\""), Outcome::Asked);
    assert_eq!(bench.file(), theirs);
    let pending = bench.draft.clash().expect("it is asked");
    assert_eq!(&*pending.theirs, theirs);
    assert_eq!(&*pending.mine, BASE.replace("\"A\"", "\"Mine\""));

    bench.draft.keep_theirs();
    assert_eq!(bench.file(), theirs);
    assert!(bench.draft.clash().is_none() && bench.draft.undoable().is_none());
}

#[test]
fn keeping_mine_can_be_undone_into_theirs() {
    let mut bench = Bench::new();
    bench.outside("\"A\"", "\"Theirs\"");
    let theirs = bench.file();
    bench.edit("one", BASE, "\"A\"", "\"Mine\"");
    assert_eq!(bench.draft.keep_mine(&bench.path), Ok(Outcome::Written));
    assert_eq!(bench.file(), BASE.replace("\"A\"", "\"Mine\""));
    assert_eq!(bench.draft.undo(&bench.path), Ok(Outcome::Written));
    assert_eq!(bench.file(), theirs);
}

#[test]
fn what_was_written_after_the_question_is_never_written_over() {
    let mut bench = Bench::new();
    bench.outside("\"A\"", "\"Theirs\"");
    bench.edit("one", BASE, "\"A\"", "\"Mine\"");
    bench.outside("\"Theirs\"", "\"Later\"");
    let later = bench.file();
    assert_eq!(bench.draft.keep_mine(&bench.path), Ok(Outcome::Asked));
    assert_eq!(bench.file(), later);
    assert_eq!(
        &*bench.draft.clash().expect("it is asked again").theirs,
        later
    );
}

#[test]
fn saving_beside_keeps_both_and_writes_over_nothing() {
    let mut bench = Bench::new();
    let taken = bench.path.with_file_name("night.mine.plan.toml");
    std::fs::write(&taken, "an earlier one").expect("is written");
    bench.outside("\"A\"", "\"Theirs\"");
    let theirs = bench.file();
    bench.edit("one", BASE, "\"A\"", "\"Mine\"");
    let beside = bench.draft.save_beside(&bench.path).expect("is written");
    assert_eq!(
        beside.file_name().and_then(|name| name.to_str()),
        Some("night.mine-2.plan.toml")
    );
    let mine = std::fs::read_to_string(beside).expect("is read");
    assert_eq!(mine, BASE.replace("\"A\"", "\"Mine\""));
    assert_eq!(bench.file(), theirs);
    assert_eq!(
        std::fs::read_to_string(taken).expect("is read"),
        "an earlier one"
    );
}

#[test]
fn an_undo_of_a_line_that_was_changed_outside_is_asked_about() {
    let mut bench = Bench::new();
    bench.edit("one", BASE, "\"A\"", "\"One\"");
    bench.outside("\"One\"", "\"Theirs\"");
    let theirs = bench.file();
    assert_eq!(bench.draft.undo(&bench.path), Ok(Outcome::Asked));
    assert_eq!(bench.file(), theirs);
    assert_eq!(bench.draft.keep_mine(&bench.path), Ok(Outcome::Written));
    assert_eq!(bench.file(), BASE);
    assert_eq!(bench.draft.undo(&bench.path), Ok(Outcome::Written));
    assert_eq!(bench.file(), theirs);
}

#[test]
fn a_file_that_is_gone_is_said_and_not_made_anew_by_an_edit() {
    let mut bench = Bench::new();
    std::fs::remove_file(&bench.path).expect("is removed");
    let mine = BASE.replace("\"A\"", "\"Mine\"");
    let problem = bench
        .draft
        .edit(&bench.path, "one", &BASE.into(), &mine.into())
        .expect_err("there is no file");
    assert_eq!(problem.code, "plan-gone");
    assert!(!bench.path.exists());
}

#[cfg(unix)]
#[test]
fn the_file_keeps_its_mode_and_a_link_stays_a_link() {
    use std::os::unix::fs::PermissionsExt;
    let mut bench = Bench::new();
    let link = bench.path.with_file_name("link.plan.toml");
    std::os::unix::fs::symlink("night.plan.toml", &link).expect("is linked");
    std::fs::set_permissions(&bench.path, std::fs::Permissions::from_mode(0o640)).expect("is set");
    let mine = BASE.replace("\"A\"", "\"Mine\"");
    let outcome = bench
        .draft
        .edit(&link, "one", &BASE.into(), &mine.clone().into());
    assert_eq!(outcome, Ok(Outcome::Written));
    assert_eq!(bench.file(), mine);
    assert!(link.symlink_metadata().expect("is there").is_symlink());
    let mode = std::fs::metadata(&bench.path)
        .expect("is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
    let left = std::fs::read_dir(bench.path.parent().expect("has one")).expect("is read");
    assert_eq!(left.count(), 2, "a temporary file was left behind");
}

#[test]
fn a_read_only_file_is_refused_and_stays_as_it_is() {
    let mut bench = Bench::new();
    let mut rights = std::fs::metadata(&bench.path)
        .expect("is there")
        .permissions();
    rights.set_readonly(true);
    std::fs::set_permissions(&bench.path, rights).expect("is set");
    let mine = BASE.replace("\"A\"", "\"Mine\"");
    let problem = bench
        .draft
        .edit(&bench.path, "one", &BASE.into(), &mine.into())
        .expect_err("it is read-only");
    assert_eq!(problem.code, "plan-read-only");
    assert_eq!(bench.file(), BASE);
    assert!(bench.draft.undoable().is_none());
}

#[test]
fn a_new_file_is_never_written_over_one_that_is_there() {
    let bench = Bench::new();
    let problem = create(&bench.path, "new").expect_err("there is one");
    assert_eq!(problem.code, "file-exists");
    assert_eq!(bench.file(), BASE);
}

#[test]
fn a_text_shown_a_while_ago_is_still_known() {
    let mut draft = Draft::default();
    for number in 0..SHOWN + 1 {
        draft.show(&number.to_string(), "text", Vec::new());
    }
    assert!(draft.text("0").is_none());
    assert!(draft.text("1").is_some());
}

#[test]
fn what_was_written_here_is_known_again_until_it_or_a_file_it_names_changes() {
    let mut bench = Bench::new();
    let named = vec!["more.sql".to_owned()];
    let beside = bench.path.with_file_name("more.sql");
    std::fs::write(&beside, "SELECT 1").expect("is written");
    let hash = fingerprint(&bench.path, BASE, &named);
    assert_eq!(bench.draft.still_shown(&bench.path), None);
    bench.draft.show(&hash, BASE, named);
    assert_eq!(bench.draft.still_shown(&bench.path), Some(hash.as_str()));
    std::fs::write(&beside, "SELECT 2").expect("is written");
    assert_eq!(bench.draft.still_shown(&bench.path), None);
    std::fs::write(&beside, "SELECT 1").expect("is written");
    bench.outside("\"A\"", "\"Theirs\"");
    assert_eq!(bench.draft.still_shown(&bench.path), None);
}
