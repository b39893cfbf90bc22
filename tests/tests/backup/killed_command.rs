//! `stopover backup` that is killed in the middle of its restore check: the next one clears away what it left, and
//! nothing that is a living one's or somebody else's.

use std::fs::File;

use sha2::{Digest, Sha256};
use stopover_tests::Scratch;
use stopover_tests::contest::{My, Pg};
use stopover_tests::scenario::{Client, Scenario, eventually};

use crate::killed::{
    CLASS, MY_NAMES, MY_SLOW, MY_WORKS, PG_NAMES, PG_SLOW, PG_WORKS, neighbours, scratch_databases,
    with_slow_restore,
};
use crate::names;

/// Waits after the restore for as long as the file `hold` is there.
const WAITING: &str = "if [ -e \"$HOLD\" ]; then : > \"$HOLD.there\"; while [ -e \"$HOLD\" ]; do sleep 0.02; done; fi";

/// A server, as these tests ask it.
struct Server<'a> {
    url: &'a str,
    ask: &'a dyn Fn(&str) -> String,
    /// Lists the scratch databases.
    names: &'a str,
    /// Counts the tools that are at work in one.
    works: &'a str,
}

impl Server<'_> {
    fn scratch_databases(&self) -> Vec<String> {
        scratch_databases(self.ask, self.names)
    }

    /// Returns the words of a backup with restore check.
    fn backup(&self) -> [&str; 5] {
        [
            "backup",
            self.url,
            "-o",
            "out/{time}.dump",
            "--restore-check",
        ]
    }

    /// Kills a backup whose tool works in its scratch database; returns the database's name.
    fn killed(&self, scenario: &mut Scenario, tools: &Scratch, slow: &str) -> String {
        with_slow_restore(scenario, tools, slow);
        let running = scenario.beside(&self.backup());
        eventually(
            || (self.ask)(self.works) == "1",
            || "a tool at work".to_owned(),
        );
        running.kill();
        std::fs::remove_file(scenario.scratch.join("hold")).expect("it is there");
        assert_eq!((self.ask)(self.works), "1", "the tool outlives its backup");
        let found = self.scratch_databases();
        let [left] = found.as_slice() else {
            panic!("{found:?}");
        };
        left.clone()
    }

    /// Backs up again and asserts that what the killed one left is gone, and nothing else.
    fn clears(&self, scenario: &Scenario, left: &str, mut kept: Vec<String>) {
        let out = scenario.scratch.join("out");
        let parts = names(&out);
        let [dead] = parts.as_slice() else {
            panic!("{parts:?}");
        };
        assert!(dead.ends_with(".dump.part"), "{dead}");
        let (living, other) = ("20200101T000000Z.dump.part", "other.dump.part");
        let held = scenario.scratch.write(&format!("out/{living}"), "half");
        let held = File::open(held).expect("it is there");
        held.lock().expect("nobody else holds it");
        scenario
            .scratch
            .write(&format!("out/{other}"), "another program's");

        scenario.ask(&self.backup()).expect(0).says(left);
        kept.sort();
        assert_eq!(self.scratch_databases(), kept);
        assert_eq!((self.ask)(self.works), "0", "the tool was ended");
        let there = names(&out);
        assert!(!there.contains(dead), "{there:?}");
        for stays in [living, other] {
            assert!(there.iter().any(|name| name == stays), "{there:?}");
        }
        assert_eq!(there.len(), 4, "a backup and its record are new: {there:?}");
        // There is nothing to say the next time.
        let again = scenario.ask(&self.backup()).expect(0);
        assert!(!again.err.contains("stopover_check_"), "{again:?}");
    }

    /// Backs up while another backup lives, and asserts that it goes on unharmed.
    fn spares_the_living(&self) {
        let (mut slow, tools) = (Scenario::new("", self.url), Scratch::new());
        with_slow_restore(&mut slow, &tools, WAITING);
        let living = slow.beside(&self.backup());
        let there = slow.scratch.join("hold.there");
        eventually(
            || there.exists(),
            || "a restored scratch database".to_owned(),
        );
        let before = self.scratch_databases();
        assert_eq!(before.len(), 1, "{before:?}");
        let quick = Scenario::new("", self.url);
        quick.ask(&self.backup()).expect(0);
        assert_eq!(self.scratch_databases(), before);
        std::fs::remove_file(slow.scratch.join("hold")).expect("it is there");
        living.end().expect(0);
        assert_eq!(self.scratch_databases(), Vec::<String>::new());
    }
}

#[test]
fn what_a_killed_backup_left_on_postgresql_goes_with_the_next_one() {
    let pg = Pg::start();
    let server = Server {
        url: &pg.url,
        ask: &|sql| pg.run(sql),
        names: PG_NAMES,
        works: PG_WORKS,
    };
    let (mut scenario, tools) = (Scenario::new("", &pg.url), Scratch::new());
    let left = server.killed(&mut scenario, &tools, PG_SLOW);
    let claims =
        format!("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = {CLASS}");
    eventually(
        || pg.run(&claims) == "0",
        || "the end of its claim".to_owned(),
    );
    let [foreign, claimed] = neighbours(&left);
    for name in [&foreign, &claimed] {
        pg.run(&format!("CREATE DATABASE {name}"));
    }
    let digest = Sha256::digest(claimed.as_bytes());
    let key = i32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    let mut living = Client::psql(&pg.server, "postgres");
    living.run(&format!("SELECT pg_advisory_lock({CLASS}, {key})"));
    server.clears(&scenario, &left, vec![foreign, claimed]);
}

#[test]
fn what_a_killed_backup_left_on_mariadb_goes_with_the_next_one() {
    let my = My::start();
    let server = Server {
        url: &my.url,
        ask: &|sql| my.run(sql),
        names: MY_NAMES,
        works: MY_WORKS,
    };
    let (mut scenario, tools) = (Scenario::new("", &my.url), Scratch::new());
    let left = server.killed(&mut scenario, &tools, MY_SLOW);
    let claim = format!("SELECT IS_FREE_LOCK('{left}')");
    eventually(
        || my.run(&claim) == "1",
        || "the end of its claim".to_owned(),
    );
    let [foreign, claimed] = neighbours(&left);
    for name in [&foreign, &claimed] {
        my.run(&format!("CREATE DATABASE {name}"));
    }
    let mut living = my.client();
    living.run(&format!("SELECT GET_LOCK('{claimed}', 0)"));
    server.clears(&scenario, &left, vec![foreign, claimed]);
}

#[test]
fn a_backup_leaves_the_scratch_database_of_a_living_one_alone() {
    let pg = Pg::start();
    Server {
        url: &pg.url,
        ask: &|sql| pg.run(sql),
        names: PG_NAMES,
        works: PG_WORKS,
    }
    .spares_the_living();
    let my = My::start();
    Server {
        url: &my.url,
        ask: &|sql| my.run(sql),
        names: MY_NAMES,
        works: MY_WORKS,
    }
    .spares_the_living();
}
