//! Plans to take pictures of.

use std::fmt::Write as _;
use std::path::Path;

/// A plan and the name of its pictures.
pub(crate) struct Named {
    pub(crate) of: &'static str,
    pub(crate) text: String,
    /// True when a session of it comes to a failing check.
    pub(crate) fails: bool,
}

const HEAD: &str = "format = 1\nname = \"NAME\"\ntimezone = \"Europe/Berlin\"\nstart = 2026-12-05T01:00:00\n\
    [target.main]\nengine = \"sqlite\"\n";

/// Returns a name of 200 characters.
pub(crate) fn long() -> String {
    let long = "A name as long as names get when people put the whole story into them, ".repeat(3);
    long[..200].to_owned()
}

/// Returns all of them, the quick ones first.
pub(crate) fn all() -> Vec<Named> {
    let long = &*long();
    vec![
        Named {
            of: "0-steps",
            text: HEAD.replace("NAME", "Nothing yet"),
            fails: false,
        },
        Named {
            of: "12-steps",
            text: dozen("Audit fields", |title| title.to_owned()),
            fails: true,
        },
        Named {
            of: "long-names",
            text: dozen(long, |title| {
                format!("{title}: {}", &long[title.len() + 2..])
            }),
            fails: true,
        },
        Named {
            of: "hostile",
            text: dozen("<img src=x onerror=alert(1)> \u{202e}desrever", |title| {
                format!("{title} <b>\u{202e}live</b> \u{1f469}\u{200d}\u{1f680}&amp;")
            }),
            fails: true,
        },
        Named {
            of: "broken",
            text: format!(
                "{}[[step]]\nid = \"\u{1f680}\"\ntitle = \"<img src=x onerror=alert(1)>\"\nsql = \"SELECT 1\"\n\
                 [[step]]\nid = \"a\"\nsql = \"SELECT 1\"\nafter = [\"b\"]\n[[step]]\nid = \"b\"\nsqll = 1\n\
                 [[step]]\nid = \"a\"\nmanual = 3\nestimate = \"soon\"\nafter = [\"nobody\"]\n\
                 [[phase]]\nid = \"p\"\n[[phase]]\nid = \"p\"\n[[checklist]]\nid = \"l\"\n[[checklist]]\nid = \"l\"\n\
                 [[window]]\nid = \"w\"\nopens = 2026-12-05T01:00:00\nlength = \"1h\"\n\
                 [[window]]\nid = \"w\"\nopens = 2026-12-05T01:00:00\nlength = \"1h\"\n",
                HEAD.replace("NAME", "Full of mistakes")
            ),
            fails: false,
        },
        Named {
            of: "5000-steps",
            text: many(5_000),
            fails: true,
        },
    ]
}

/// Returns a plan on SQLite of these steps, or of one.
pub(crate) fn small(name: &str, steps: &str) -> String {
    let one = "[[step]]\nid = \"add\"\ntitle = \"Add a row\"\nsql = \"INSERT INTO t VALUES (4)\"\n";
    let steps = if steps.is_empty() { one } else { steps };
    format!("format = 1\nname = \"{name}\"\n[target.main]\nengine = \"sqlite\"\n{steps}")
}

/// Steps that find what they expect the first time and a row too many the second.
pub(crate) const COUNTED: &str = r#"
[[step]]
id = "add"
title = "Add a row"
sql = "INSERT INTO t VALUES (4)"
[[step]]
id = "fill"
title = "Fill the rest"
sql = "UPDATE t SET n = n + 1"
[[step]]
id = "verify"
title = "Four rows are there"
[[step.check]]
id = "four"
title = "Four rows"
sql = "SELECT count(*) FROM t"
expect = 4
[[step.check]]
id = "none"
title = "No row is negative"
sql = "SELECT count(*) FROM t WHERE n < 0"
expect = 0
"#;

/// A change of a table that MariaDB cannot take back.
pub(crate) const COLUMN: &str = r#"
format = 1
name = "A column more"
[target.main]
engine = "mysql"
[[step]]
id = "column"
title = "Add the column"
sql = { lock_timeout = "300s", text = "ALTER TABLE t ADD COLUMN note varchar(20)" }
[[step]]
id = "fill"
title = "Fill it"
after = ["column"]
sql = "UPDATE t SET note = 'seen'"
"#;

/// A database with tables of every kind of trouble for those who show them.
pub(crate) const SHOP: &str = "\
    CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL UNIQUE, age int DEFAULT 7 CHECK (age > 0)); \
    CREATE TABLE orders (id int PRIMARY KEY, user_id bigint REFERENCES users (id), title text, note text, \
      amount numeric(12, 2), placed timestamptz, tags text[], more jsonb); \
    CREATE INDEX orders_of_a_user ON orders (user_id, placed DESC) WHERE note IS NOT NULL; \
    CREATE TABLE \"<img src=x onerror=alert(1)>\" (a int); \
    CREATE TABLE \"\u{202e}sdrawkcab\u{202c} \u{1f680}\" (\"a column whose name is as long as the server allows it to be\" int); \
    CREATE VIEW open_orders AS SELECT * FROM orders WHERE note IS NULL; \
    INSERT INTO users SELECT n, n || '@example.org' FROM generate_series(1, 300) n; \
    INSERT INTO orders SELECT n, n % 300 + 1, 'order ' || n, \
      CASE n % 5 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN '<img src=x onerror=alert(1)>' \
        WHEN 3 THEN repeat('long ', 60) ELSE E'\\u202edesrever\\u202c' END, \
      n * 1.5, timestamptz '2026-11-01' + n * interval '1 minute', ARRAY['a', 'b'], \
      jsonb_build_object('n', n) FROM generate_series(1, 2000) n; \
    ANALYZE";

/// A plan that waits twice for the other end of a pipe, once for an approval and once for signatures.
pub(crate) fn held(first: &Path, second: &Path) -> String {
    format!(
        r#"
format = 1
name = "Pictures of the shop into the new store"
timezone = "Europe/Berlin"
start = 2026-12-05T01:00:00
[target.main]
engine = "sqlite"
[[window]]
id = "night"
title = "Night of Saturday"
opens = 2026-12-05T01:00:00
length = "2h"
[[phase]]
id = "before"
title = "Before"
[[phase]]
id = "change"
title = "Change"
[[phase]]
id = "after"
title = "After"
[[step]]
id = "look"
title = "Look at the database"
phase = "before"
estimate = "2m"
check = {{ id = "one", title = "There is a row", sql = "SELECT count(*) FROM t", expect = 1 }}
[[step]]
id = "columns"
title = "Add the columns"
phase = "before"
estimate = "5m"
sql = "ALTER TABLE t ADD COLUMN store text; UPDATE t SET store = 'old'"
undo = {{ sql = "ALTER TABLE t DROP COLUMN store" }}
[[step]]
id = "copy"
title = "Copy the pictures"
phase = "change"
estimate = "40m"
command = ["cat", "{first}"]
[[step]]
id = "go"
title = "Go or no-go"
phase = "change"
estimate = "5m"
gate = {{ question = "Are all pictures there, and is the application closed?", approvers = ["ana", "jo"] }}
[[step]]
id = "rest"
title = "Copy the rest"
phase = "change"
estimate = "10m"
downtime = true
idempotent = true
command = ["cat", "{second}"]
[[step]]
id = "switch"
title = "Switch to the new store"
phase = "change"
estimate = "1m"
downtime = true
sql = "UPDATE t SET store = 'new'"
undo = {{ sql = "UPDATE t SET store = 'old'" }}
[[step]]
id = "open"
title = "Open the application"
phase = "after"
estimate = "5m"
manual = "Log in, open an order and look at its pictures."
[[checklist]]
id = "ready"
title = "Ready to open"
before = "open"
[[checklist.item]]
id = "seen"
title = "Ten orders with pictures were looked at"
owner = "ana"
due = "-10m"
[[checklist.item]]
id = "told"
title = "The call centre was told"
due = "30m"
[[risk]]
title = "Copying takes longer than the window"
mitigation = "Copy what is old in the days before."
[[criterion]]
title = "There is a row"
check = "look/one"
"#,
        first = first.display(),
        second = second.display(),
    )
}

/// Twelve steps of most kinds in three phases, with a checklist, a window, risks and a criterion.
fn dozen(name: &str, titled: impl Fn(&str) -> String) -> String {
    let mut text = HEAD.replace("NAME", name);
    text.push_str("[[phase]]\nid = \"before\"\ntitle = \"Before\"\n[[phase]]\nid = \"change\"\ntitle = \"Change\"\n");
    text.push_str("[[phase]]\nid = \"after\"\ntitle = \"After\"\n");
    text.push_str("[[window]]\nid = \"night\"\ntitle = \"Night\"\nopens = 2026-12-05T01:00:00\nlength = \"2h\"\n");
    let steps = [
        (
            "preflight",
            "Look at the database",
            "before",
            "check = { id = \"one\", title = \"There is a row\", sql = \"SELECT count(*) FROM t\", expect = 1 }",
            "2m",
        ),
        (
            "backup",
            "Back up the database",
            "before",
            "backup = \"before.sqlite3\"",
            "20m",
        ),
        (
            "maintenance-on",
            "Close the application",
            "change",
            "sql = \"INSERT INTO t VALUES (2)\"\nundo = { sql = \"DELETE FROM t WHERE n = 2\" }",
            "1m",
        ),
        (
            "columns",
            "Add the columns",
            "change",
            "sql = \"ALTER TABLE t ADD COLUMN created_by text; ALTER TABLE t ADD COLUMN modified_by text\"\ndowntime = true",
            "5m",
        ),
        (
            "fill",
            "Fill the columns",
            "change",
            "sql = \"UPDATE t SET created_by = 'ana'\"\ndowntime = true",
            "25m",
        ),
        (
            "flag",
            "Switch writing to the new columns",
            "change",
            "flag = { name = \"audit\", stage = \"live\", sql = \"SELECT 1\" }",
            "1m",
        ),
        (
            "verify",
            "No row is without an owner",
            "change",
            "check = { id = \"owners\", title = \"No row is without an owner\", sql = \"SELECT count(*) FROM t WHERE n = 1\", expect = 0 }",
            "3m",
        ),
        (
            "look",
            "Look at the application",
            "change",
            "manual = \"Log in, open a character and look who created it.\"\nowner = \"ana\"",
            "5m",
        ),
        (
            "drop",
            "Drop the old columns",
            "change",
            "sql = \"SELECT 1\"\ndestructive = true\npoint_of_no_return = true",
            "2m",
        ),
        (
            "go",
            "Go or no-go",
            "after",
            "gate = { question = \"May the application be opened?\", approvals = 2 }",
            "5m",
        ),
        (
            "maintenance-off",
            "Open the application",
            "after",
            "sql = \"DELETE FROM t WHERE n = 2\"\nfinally_for = \"maintenance-on\"",
            "1m",
        ),
        (
            "soak",
            "Watch it for a while",
            "after",
            "wait = \"30m\"",
            "30m",
        ),
    ];
    for (id, title, phase, does, estimate) in steps {
        let title = titled(title);
        let step = format!(
            "[[step]]\nid = \"{id}\"\ntitle = \"{title}\"\nphase = \"{phase}\"\nestimate = \"{estimate}\"\n{does}\n"
        );
        text.push_str(&step);
    }
    let told = titled("Everyone was told");
    let room = titled("The disk has room for twice the database");
    let slow = titled("Filling takes longer than the window");
    write!(
        text,
        "[[checklist]]\nid = \"ready\"\ntitle = \"Ready\"\nbefore = \"look\"\n\
         [[checklist.item]]\nid = \"told\"\ntitle = \"{told}\"\nowner = \"ana\"\ndue = \"-2h\"\nsignatures = 2\n\
         [[checklist.item]]\nid = \"room\"\ntitle = \"{room}\"\ndue = \"30m\"\n\
         [[risk]]\ntitle = \"{slow}\"\nmitigation = \"Fill in batches, days before.\"\n\
         [[criterion]]\ntitle = \"No row is without an owner\"\ncheck = \"verify/owners\"\n\
         [[card]]\nissue = \"Rows without an owner\"\nsymptoms = [\"expected 0\"]\nsolution = \"Fill them by hand.\"\n"
    )
    .expect("a text takes text");
    text
}

/// So many steps in twenty phases, each after the one before and every seventh also after an earlier one.
fn many(count: usize) -> String {
    let mut text = HEAD.replace("NAME", "Five thousand steps");
    for phase in 0..20 {
        write!(
            text,
            "[[phase]]\nid = \"p{phase}\"\ntitle = \"Phase {}\"\n",
            phase + 1
        )
        .expect("a text takes text");
    }
    text.push_str(
        "[[step]]\nid = \"first\"\ntitle = \"Nothing stands in the way\"\nphase = \"p0\"\n",
    );
    text.push_str("check = { id = \"c\", title = \"Nothing stands in the way\", sql = \"SELECT count(*) FROM t\", expect = 0 }\n");
    for step in 1..count {
        let phase = step * 20 / count;
        let before = match step % 7 {
            0 => format!("after = [\"s{}\", \"s{}\"]\n", step - 1, step - 6),
            1 if step > 7 => format!("after = [\"s{}\"]\n", step - 3),
            _ => String::new(),
        };
        write!(
            text,
            "[[step]]\nid = \"s{step}\"\ntitle = \"Change table {step}\"\nphase = \"p{phase}\"\n\
             estimate = \"{}s\"\n{before}sql = \"UPDATE t SET n = n WHERE n = {step}\"\n",
            step % 50 + 5
        )
        .expect("a text takes text");
    }
    text
}
