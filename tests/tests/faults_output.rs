//! What comes from outside is kept and shown harmless; what must not be seen is seen nowhere.

use std::fs::{File, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use stopover_engine::process::unescape;
use stopover_plan::event::{Body, Outcome};
use stopover_plan::session::Session;
use stopover_tests::scenario::{Ended, Scenario, plan_head};
use stopover_tests::{MariaDb, Postgres, Scratch};

/// Writes the report in every format and returns the texts with their suffixes.
fn reports(scenario: &Scenario) -> Vec<(&'static str, String)> {
    ["html", "md", "json", "csv"]
        .into_iter()
        .map(|suffix| {
            let file = scenario.scratch.join(&format!("report.{suffix}"));
            let path = file.display().to_string();
            scenario.ask(&["report", "last", "-o", &path]).expect(0);
            (
                suffix,
                String::from_utf8(std::fs::read(file).unwrap()).unwrap(),
            )
        })
        .collect()
}

/// Returns the control characters of a text that a terminal would obey.
fn obeyed(text: &str) -> Vec<char> {
    text.chars()
        .filter(|c| c.is_control() && !matches!(c, '\n' | '\t' | '\r'))
        .collect()
}

/// Asserts that nothing the program prints of the session, and no report, holds a control character.
fn assert_harmless(scenario: &Scenario, run: &Ended) {
    let mut texts = vec![("run", run.out.clone()), ("run's errors", run.err.clone())];
    for verb in ["show", "events", "sessions"] {
        texts.push((verb, scenario.ask(&[verb]).expect(0).out));
        texts.push((verb, scenario.ask(&["--json", verb]).expect(0).out));
    }
    texts.extend(reports(scenario));
    for (what, text) in texts {
        assert!(obeyed(&text).is_empty(), "{what}: {text:?}");
    }
}

#[test]
fn output_that_is_no_text_is_kept_byte_for_byte_and_shown_escaped() {
    let (_, url) = Postgres::shared().fresh();
    let plan = format!(
        "{}\n[[step]]\nid = \"emit\"\ncommand = [\"sh\", \"emit.sh\"]\n",
        plan_head("postgresql")
    );
    let scenario = Scenario::new(&plan, &url);
    scenario.scratch.write(
        "emit.sh",
        r"printf 'bad \377\376 nul \000 red \033[31m bell \007 back \\x1b é\n'",
    );
    let ended = scenario.run(&[]).expect(0);
    let text: String = scenario
        .events()
        .iter()
        .filter_map(|event| match &event.body {
            Body::StepOutput { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(
        unescape(&text).as_deref(),
        Some(b"bad \xff\xfe nul \x00 red \x1b[31m bell \x07 back \\x1b \xc3\xa9\n".as_slice()),
        "{text:?}"
    );
    assert!(ended.out.contains("bad \\xff\\xfe nul"), "{}", ended.out);
    assert_harmless(&scenario, &ended);
}

#[test]
fn messages_and_values_of_a_database_reach_no_terminal_unescaped() {
    let (_, url) = Postgres::shared().fresh();
    let evil = "chr(27) || '[2J' || chr(7) || 'gone'";
    let plan = format!(
        "{}\n[[step]]\nid = \"look\"\n[[step.check]]\nid = \"evil\"\ntitle = \"Evil\"\nseverity = \"warning\"\n\
         sql = \"SELECT {evil}\"\nexpect = \"x\"\n\n\
         [[step]]\nid = \"raise\"\nsql = \"DO $$ BEGIN RAISE EXCEPTION '%', {evil}; END $$\"\n",
        plan_head("postgresql")
    );
    let scenario = Scenario::new(&plan, &url);
    let ended = scenario.run(&[]).expect(1).says("gone");
    assert_harmless(&scenario, &ended);
    let session = scenario.session();
    assert_eq!(session.outcome, Some(Outcome::Failed));
}

/// Ends the watch, also where the test fails meanwhile.
struct EndOfWatch<'a>(&'a AtomicBool);

impl Drop for EndOfWatch<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// The real tools in a folder of their own. Each writes down its name and its arguments, and one of them then stands
/// until it is let go, so that it can be looked at however quick it is.
struct Tools {
    folder: Scratch,
    standing: PathBuf,
    go: File,
}

impl Tools {
    fn with_standing(tool: &str) -> Self {
        let folder = Scratch::new();
        let at = folder.path().display();
        let postgres =
            ["pg_dump", "pg_restore", "psql"].map(|name| (name, Postgres::program(name)));
        let mariadb = ["mariadb-dump", "mariadb"].map(|name| (name, MariaDb::program(name)));
        for (name, real) in postgres.into_iter().chain(mariadb) {
            let stand = match name == tool {
                true => format!("test \"$1\" = --version || read -r go < '{at}/go'\n"),
                false => String::new(),
            };
            let script = format!(
                "#!/bin/sh\necho {name} \"$@\" >> '{at}/arguments'\n{stand}exec '{}' \"$@\"\n",
                real.display()
            );
            let path = folder.write(&format!("tools/{name}"), script);
            std::fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
        }
        let pipe = folder.join("go");
        mkfifo(&pipe, Mode::S_IRWXU).unwrap();
        // Open for both directions it blocks nobody, and what is written stays until it is read.
        let go = File::options().read(true).write(true).open(pipe).unwrap();
        Self {
            standing: folder.join("tools").join(tool),
            folder,
            go,
        }
    }

    /// Returns what each tool wrote, one a line.
    fn arguments(&self) -> String {
        std::fs::read_to_string(self.folder.join("arguments")).unwrap()
    }
}

/// Reads the arguments of every process of this machine until `done`, and lets the standing tool go once it is seen;
/// returns whether it was, and those arguments in which the canary is.
fn watch_arguments(canary: &str, tools: &Tools, done: &AtomicBool) -> (bool, Vec<String>) {
    let standing = tools.standing.display().to_string();
    let mut seen = false;
    let mut leaks = Vec::new();
    while !done.load(Ordering::SeqCst) {
        for entry in std::fs::read_dir("/proc").unwrap().flatten() {
            let Ok(bytes) = std::fs::read(entry.path().join("cmdline")) else {
                continue;
            };
            let line = String::from_utf8_lossy(&bytes).replace('\0', " ");
            if line.contains(canary) {
                leaks.push(line);
            } else if !seen && line.contains(&standing) && !line.contains("--version") {
                seen = true;
                (&tools.go).write_all(b"\n").unwrap();
            }
        }
        std::thread::yield_now();
    }
    (seen, leaks)
}

/// Returns the files below a folder that hold the canary.
fn files_with(canary: &str, folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files_with(canary, &path, found);
        } else {
            let bytes = std::fs::read(&path).unwrap_or_default();
            let canary = canary.as_bytes();
            if bytes.windows(canary.len()).any(|window| window == canary) {
                found.push(path.display().to_string());
            }
        }
    }
}

/// A plan that makes everything speak of its password: a backup, a program, a value and an error.
fn talkative_plan(engine: &str, suffix: &str, fail: &str) -> String {
    format!(
        "{}\n[[step]]\nid = \"backup\"\nbackup = {{ file = \"before.{suffix}\", restore_check = true }}\n\n\
         [[step]]\nid = \"talk\"\nidempotent = true\n\
         command = [\"sh\", \"-c\", \"echo I know $MAIN_PASSWORD; echo and $MAIN_PASSWORD >&2\"]\n\n\
         [[step]]\nid = \"look\"\n[[step.check]]\nid = \"secret\"\ntitle = \"Secret\"\nseverity = \"warning\"\n\
         sql = \"SELECT value FROM setting\"\nexpect = \"nothing\"\n\n\
         [[step]]\nid = \"fail\"\nsql = \"{fail}\"\n",
        plan_head(engine)
    )
}

/// Runs a talkative scenario and searches everything it leaves and shows.
fn search_everywhere(canary: &str, mut scenario: Scenario, url_with_password: &str, tool: &str) {
    // The password is in the environment of the programs, not in their arguments.
    scenario.set("MAIN_PASSWORD", canary);
    scenario.set("STOPOVER_LOG", "trace");
    let tools = Tools::with_standing(tool);
    let folder = tools.folder.join("tools").display().to_string();
    scenario.set("STOPOVER_PG_BIN", &folder);
    scenario.set("STOPOVER_MYSQL_BIN", &folder);
    let done = AtomicBool::new(false);
    let (ended, (seen, leaks)) = std::thread::scope(|scope| {
        let watch = scope.spawn(|| watch_arguments(canary, &tools, &done));
        let end = EndOfWatch(&done);
        let ended = scenario.run(&[]);
        // A detached runner is told the password, too.
        scenario
            .run(&["--detach", "--only", "talk", "look"])
            .expect(0);
        scenario.wait("the end of the detached session", |events| {
            Session::fold(events).outcome == Some(Outcome::Succeeded)
        });
        drop(end);
        (ended, watch.join().unwrap())
    });
    let ended = ended.expect(1).says("cannot connect with *** as given");
    assert_eq!(leaks, Vec::<String>::new());
    let arguments = tools.arguments();
    assert!(seen, "{tool} was never seen: {arguments}");
    assert!(!arguments.contains(canary), "{arguments}");
    let second = {
        // Given in the address it works too, and is seen no further than there.
        scenario.url = url_with_password.to_owned();
        scenario.run(&["--only", "talk", "look", "fail"]).expect(1)
    };
    let shown = scenario.ask(&["show"]).expect(0);
    let events = scenario.ask(&["--json", "events"]).expect(0);
    let mut texts = vec![
        ("run", ended),
        ("second run", second),
        ("show", shown),
        ("events", events),
    ];
    texts.push(("sessions", scenario.ask(&["--json", "sessions"]).expect(0)));
    for (what, ended) in &texts {
        assert!(!ended.out.contains(canary), "{what}: {}", ended.out);
        assert!(!ended.err.contains(canary), "{what}: {}", ended.err);
    }
    assert!(texts[0].1.out.contains("I know ***"), "{}", texts[0].1.out);
    for (suffix, text) in reports(&scenario) {
        // Markdown escapes the stars.
        assert!(
            suffix == "csv" || text.replace('\\', "").contains("I know ***"),
            "{suffix}: the program's output is there"
        );
        assert!(!text.contains(canary), "{suffix}");
    }
    // The journal with its log, the plan, the reports and what the backup wrote beside its file.
    let mut found = Vec::new();
    files_with(canary, scenario.scratch.path(), &mut found);
    found.retain(|file| !file.contains("before."));
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn a_password_on_postgresql_is_in_no_file_no_output_and_no_arguments() {
    // Each test has its own: either watches the arguments of every process of the machine.
    const CANARY: &str = "canary9f3apostgresql";
    let server = Postgres::shared();
    let (name, _) = server.fresh();
    server.run(
        &name,
        &format!(
            "CREATE TABLE setting (value text); INSERT INTO setting VALUES ('{CANARY}'); \
             CREATE FUNCTION boom() RETURNS void LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'cannot connect with {CANARY} as given'; END $$"
        ),
    );
    let with_password = server.url_with_password(&name, CANARY);
    let without = with_password.replace(&format!(":{CANARY}"), "");
    let plan = talkative_plan("postgresql", "dump", "SELECT boom()");
    let scenario = Scenario::new(&plan, &without);
    search_everywhere(CANARY, scenario, &with_password, "pg_dump");
}

#[test]
fn a_password_on_mariadb_is_in_no_file_no_output_and_no_arguments() {
    const CANARY: &str = "canary9f3amariadb";
    let server = MariaDb::shared();
    let (name, _) = server.fresh();
    server.run(
        &name,
        &format!(
            "CREATE TABLE setting (value varchar(50)); INSERT INTO setting VALUES ('{CANARY}'); \
             CREATE PROCEDURE boom() SIGNAL SQLSTATE '45000' \
             SET MESSAGE_TEXT = 'cannot connect with {CANARY} as given'"
        ),
    );
    let with_password = server.url_with_password(&name, CANARY);
    let without = with_password.replace(&format!(":{CANARY}"), "");
    let plan = talkative_plan("mysql", "sql", "CALL boom()");
    let scenario = Scenario::new(&plan, &without);
    search_everywhere(CANARY, scenario, &with_password, "mariadb-dump");
}
