//! A session whose journal is lost in mid-session: what its marks and files give back, and what is said to be lost.

use std::path::{Path, PathBuf};

use stopover_plan::event::{Artifact, Body, Outcome};
use stopover_plan::session::Status;
use stopover_tests::contest::Pg;
use stopover_tests::scenario::{Ended, Scenario, assert_nothing_ran_twice, plan_head};

const SAVE: &str =
    "\n[[step]]\nid = \"save\"\nbackup = { file = \"out/{time}.dump\", restore_check = true }\n";
const BACK: &str = "\n[[step]]\nid = \"back\"\nrestore = { backup = \"save\", into = \"old\" }\n";

/// Returns a plan whose steps `first` are over when its step `held` stands at a lock; `last` come after it.
fn plan(first: &str, last: &str) -> String {
    format!(
        "{}{first}\n[[step]]\nid = \"work\"\nsql = \"UPDATE t SET n = n + 1\"\n\
         \n[[step]]\nid = \"held\"\nsql = {{ text = \"INSERT INTO log SELECT n::text FROM t FOR UPDATE\", lock_timeout = \"60s\" }}\n{last}",
        plan_head("postgresql")
    )
}

/// A session that was killed before its step `held` ended, and whose journal is gone.
struct Lost {
    pg: Pg,
    scenario: Scenario,
    session: String,
    backup: Option<Artifact>,
}

impl Lost {
    fn new(pg: Pg, scenario: Scenario) -> Self {
        let mut holder = pg.client();
        holder.run("BEGIN; LOCK TABLE log IN SHARE MODE");
        let runner = scenario.begin(&[]);
        pg.await_lock_wait();
        runner.kill();
        let session = scenario.session();
        assert_eq!(session.step("work").unwrap().status, Status::Succeeded);
        let backup = session.backup_of("save").cloned();
        let journal = scenario.journal.parent().unwrap();
        std::fs::remove_dir_all(journal).unwrap();
        holder.run("COMMIT");
        pg.await_no_backend();
        Self {
            pg,
            session: session.id,
            scenario,
            backup,
        }
    }

    fn file(&self) -> PathBuf {
        PathBuf::from(&self.backup.as_ref().expect("a backup was made").path)
    }

    fn adopt(&self) -> Ended {
        let ended = self.scenario.run(&["--adopt", &self.session]);
        assert_eq!(self.scenario.session().id, self.session);
        assert_nothing_ran_twice(&self.scenario.events());
        assert_eq!(self.pg.run("SELECT n FROM t"), "1", "no step ran twice");
        ended
    }

    /// Asserts that the restore failed for want of a backup, and that the session says what hindered it.
    fn assert_no_backup(&self, why: &str) {
        self.adopt()
            .expect(1)
            .says("its backup was not taken up again")
            .says(why)
            .says("Step back restores the backup of step save, which was lost with the session's first journal");
        assert!(self.scenario.session().backup_of("save").is_none());
        let made = "SELECT count(*) FROM pg_database WHERE datname = 'old'";
        assert_eq!(self.pg.run(made), "0");
    }
}

#[test]
fn an_adopted_session_takes_its_backup_up_again_and_restores_it() {
    let pg = Pg::start();
    let scenario = Scenario::new(&plan(SAVE, BACK), &pg.url);
    let lost = Lost::new(pg, scenario);
    lost.adopt().expect(0);
    let session = lost.scenario.session();
    assert_eq!(session.outcome, Some(Outcome::Succeeded));
    assert_eq!(session.backup_of("save"), lost.backup.as_ref());
    assert_eq!(lost.pg.server.run("old", "SELECT n FROM t"), "0");
}

#[test]
fn an_adopted_session_takes_no_backup_for_its_own_that_is_damaged() {
    let pg = Pg::start();
    let scenario = Scenario::new(&plan(SAVE, BACK), &pg.url);
    let lost = Lost::new(pg, scenario);
    let mut bytes = std::fs::read(lost.file()).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    std::fs::write(lost.file(), bytes).unwrap();
    lost.assert_no_backup("SHA-256");
}

#[test]
fn an_adopted_session_takes_no_backup_for_its_own_that_another_one_made() {
    let pg = Pg::start();
    let scenario = Scenario::new(&plan(SAVE, ""), &pg.url);
    // Whole, proven, of the same step of the same plan, and not of this session.
    scenario.run(&[]).expect(0);
    let made = PathBuf::from(&scenario.session().backup_of("save").unwrap().path);
    // The next one may begin in the same second, and would then find its name taken.
    let earlier = made.with_file_name("20200101T000000Z.dump");
    std::fs::rename(&made, &earlier).unwrap();
    let beside = |file: &Path| PathBuf::from(format!("{}.stopover.json", file.display()));
    std::fs::rename(beside(&made), beside(&earlier)).unwrap();
    pg.run("UPDATE t SET n = 0; TRUNCATE log");
    scenario.rewrite(&plan(SAVE, BACK));
    let lost = Lost::new(pg, scenario);
    std::fs::remove_file(lost.file()).unwrap();
    assert_eq!(
        std::fs::read_dir(lost.file().parent().unwrap())
            .unwrap()
            .filter(|entry| {
                let name = entry.as_ref().unwrap().file_name();
                name.to_string_lossy().ends_with(".dump")
            })
            .count(),
        1
    );
    lost.assert_no_backup("there is none of this session at");
}

#[test]
fn a_check_that_compares_with_a_snapshot_lost_with_the_journal_fails_and_says_so() {
    let check = |step: &str| {
        format!(
            "\n[[step]]\nid = \"{step}\"\n[[step.check]]\nid = \"rows\"\ntitle = \"The rows\"\n\
             snapshot = \"rows\"\nsql = \"SELECT i FROM t\"\n"
        )
    };
    let pg = Pg::start();
    let scenario = Scenario::new(&plan(&check("before"), &check("after")), &pg.url);
    let lost = Lost::new(pg, scenario);
    lost.adopt()
        .expect(1)
        .says("snapshot rows is lost")
        .says("snapshot rows was stored by step before in a journal that is lost");
    let session = lost.scenario.session();
    assert_eq!(session.step("after").unwrap().status, Status::Failed);
    assert!(session.snapshots.is_empty(), "{:?}", session.snapshots);
    let tested = lost.scenario.events().into_iter().any(
        |event| matches!(event.body, Body::CheckNotTested { result } if result.step == "after"),
    );
    assert!(tested);
    lost.scenario
        .ask(&["skip", "after", "--reason", "compared by hand"])
        .expect(0);
    assert_eq!(lost.scenario.session().outcome, Some(Outcome::Succeeded));
}
