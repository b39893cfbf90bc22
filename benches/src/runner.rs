//! A thousand small SQL steps on PostgreSQL beside a bare session that runs the same statements.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use stopover_tests::{Postgres, Scratch};

use crate::figures::Times;
use crate::programs::{stopover, succeed};

const STEPS: usize = 1_000;
const PAIRS: usize = 7;

/// What the steps do.
struct Load {
    what: &'static str,
    before: &'static str,
    statement: fn(usize) -> String,
}

const LOADS: [Load; 2] = [
    Load {
        what: "CREATE TABLE",
        before: "SELECT 1",
        statement: |step| {
            format!("CREATE TABLE t{step} (id bigint PRIMARY KEY, name text NOT NULL)")
        },
    },
    Load {
        what: "INSERT of one row",
        before: "CREATE TABLE t (id bigint PRIMARY KEY, name text NOT NULL)",
        statement: |step| format!("INSERT INTO t (id, name) VALUES ({step}, 'row {step}')"),
    },
];

fn plan(load: &Load) -> String {
    let mut text =
        String::from("format = 1\nname = \"Thousand\"\n\n[target.main]\nengine = \"postgresql\"\n");
    for step in 0..STEPS {
        let _ = write!(
            text,
            "\n[[step]]\nid = \"s{step}\"\nsql = \"{}\"\n",
            (load.statement)(step)
        );
    }
    text
}

/// Each statement in a transaction of its own.
fn bare(load: &Load) -> String {
    (0..STEPS).fold(String::new(), |mut text, step| {
        let _ = writeln!(text, "{};", (load.statement)(step));
        text
    })
}

/// Each statement in a transaction with a row that proves it, as a step of ours.
fn marked(load: &Load) -> String {
    let mut text = String::from(
        "CREATE TABLE mark (session text, step text, direction text, run int, statement int, \
         at timestamp NOT NULL DEFAULT now(), PRIMARY KEY (session, step, direction, run, statement));\n",
    );
    for step in 0..STEPS {
        let _ = writeln!(
            text,
            "BEGIN;\n{};\nINSERT INTO mark VALUES ('session', 's{step}', 'forward', 1, -1);\nCOMMIT;",
            (load.statement)(step)
        );
    }
    text
}

fn psql(pg: &Postgres, database: &str, file: &Path) {
    succeed(
        pg.client("psql")
            .args(["-qX", "-v", "ON_ERROR_STOP=1", "-d", database, "-f"])
            .arg(file),
    );
}

/// Two lines appended to a file and brought to the disk for every step, as the journal does: what it costs alone.
fn two_syncs_a_step(file: &Path) {
    let mut file = std::fs::File::create(file).expect("the folder can be written");
    for _ in 0..2 * STEPS {
        file.write_all(&[b'x'; 400]).expect("there is room");
        file.sync_data().expect("the disk answers");
    }
}

fn measure(load: &Load) {
    // Durable as a server in use is: the bare session pays for its commits, too.
    let pg = Postgres::start_with(&[("fsync", "on"), ("synchronous_commit", "on")]);
    let folder = Scratch::new();
    let plan = folder.write("thousand.plan.toml", plan(load));
    let bare = folder.write("bare.sql", bare(load));
    let marked = folder.write("marked.sql", marked(load));
    let [mut floor, mut proven, mut syncs, mut ours] = std::array::from_fn(|_| Times::default());
    for pair in 0..PAIRS {
        let fresh = |what: &str| {
            let name = format!("{what}{pair}");
            let url = pg.database(&name);
            pg.run(&name, load.before);
            (name, url)
        };
        let (name, _) = fresh("bare");
        floor.take(|| psql(&pg, &name, &bare));
        let (_, url) = fresh("ours");
        let journal = folder.join(&format!("journal{pair}.db"));
        ours.take(|| {
            succeed(
                Command::new(stopover())
                    .env("STOPOVER_JOURNAL", &journal)
                    .args(["--json", "run", "--trust", "--bind", &format!("main={url}")])
                    .arg(&plan),
            );
        });
        let (name, _) = fresh("marked");
        proven.take(|| psql(&pg, &name, &marked));
        syncs.take(|| two_syncs_a_step(&folder.join("syncs")));
    }
    let parts = STEPS as f64;
    let least = floor.median();
    println!(
        " {STEPS} steps, each {}; ms a step, whole processes",
        load.what
    );
    floor.print("psql session, a transaction a statement", parts, None, "");
    proven.print(
        "psql session, each with a mark in its transaction",
        parts,
        Some(least),
        "",
    );
    syncs.print(
        "two appends with fdatasync, and nothing else",
        parts,
        Some(least),
        "",
    );
    ours.print("stopover run", parts, Some(least), "goal 1.5x");
}

/// Prints the figures.
pub(crate) fn bench() {
    for load in &LOADS {
        measure(load);
    }
}
