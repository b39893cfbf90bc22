// The types of the border, generated from src-tauri/src/view.rs. Do not edit: see the test `the_types_of_the_window_are_current`.

export type Problem = { 
/**
 * Stable kebab-case word.
 */
code: string, 
/**
 * Names the object and says what happened to it.
 */
message: string, 
/**
 * Starts with a verb; empty when there is nothing to do.
 */
hint: string, 
/**
 * Line in the plan file, from 1.
 */
line: number | null, 
/**
 * Column, from 1.
 */
column: number | null, };

export type Opening = { 
/**
 * Plan named on the command line.
 */
plan: string | null, 
/**
 * Journal file.
 */
journal: string, 
/**
 * Set when the journal was damaged: that it was set aside, and where.
 */
set_aside: Problem | null, 
/**
 * Operating system's user.
 */
user: string, 
/**
 * Version of this program.
 */
version: string, 
/**
 * Addresses named on the command line, proposed at the start sheet.
 */
binds: Array<Bind>, };

export type Bind = { 
/**
 * Target id.
 */
target: string, 
/**
 * Name of a saved connection; empty when `url` is given.
 */
connection: string, 
/**
 * Address, when no saved connection is used.
 */
url: string, };

export type RecentPlan = { 
/**
 * Path, absolute.
 */
path: string, 
/**
 * When it was last opened.
 */
opened_at_ms: number, 
/**
 * False when there is no file any more.
 */
exists: boolean, 
/**
 * Name of the plan; missing where it has none or cannot be read.
 */
name: string | null, };

export type Plan = { 
/**
 * Path, absolute.
 */
path: string, 
/**
 * SHA-256 of the plan file and of the files it names.
 */
hash: string, 
/**
 * True when this content was shown and trusted.
 */
trusted: boolean, 
/**
 * Name.
 */
name: string, 
/**
 * Prose.
 */
summary: string, 
/**
 * Time zone of local times.
 */
timezone: string, 
/**
 * What the clocks of that zone show, from some time before the plan to some time after it.
 */
clock: Array<ZoneOffset>, 
/**
 * Planned start.
 */
start_at_ms: number | null, 
/**
 * Planned start as written.
 */
start: string | null, 
/**
 * Planned duration of the whole; a step without an estimate takes no time in it.
 */
duration_ms: number, 
/**
 * What is wrong with the file.
 */
problems: Array<Problem>, 
/**
 * Where its elements begin in the file; empty while there are no problems to be placed.
 */
places: Array<Place>, 
/**
 * Databases it acts on.
 */
targets: Array<Target>, 
/**
 * Groups of steps.
 */
phases: Array<Phase>, 
/**
 * Maintenance windows.
 */
windows: Array<Window>, 
/**
 * Steps in file order.
 */
steps: Array<Step>, 
/**
 * Line of the file each of them begins at, from 1.
 */
step_lines: Array<number>, 
/**
 * Steps of the critical path, in order.
 */
critical_path: Array<string>, 
/**
 * Step after which there is no way back.
 */
point_of_no_return: string | null, 
/**
 * Checklists.
 */
checklists: Array<Checklist>, 
/**
 * Risks.
 */
risks: Array<Risk>, 
/**
 * Success criteria.
 */
criteria: Array<Criterion>, 
/**
 * Troubleshooting cards.
 */
cards: Array<Card>, };

export type ZoneOffset = { 
/**
 * When it begins; the first of a list holds for all time before, too.
 */
from_at_ms: number, 
/**
 * East of UTC.
 */
offset_ms: number, 
/**
 * Abbreviation, e.g. `CET`.
 */
name: string, };

export type Place = { 
/**
 * Key of its sort: `step`, `phase`, `risk`, …
 */
sort: string, 
/**
 * Id.
 */
id: string, 
/**
 * Line, from 1.
 */
line: number, };

export type Target = { 
/**
 * Id.
 */
id: string, 
/**
 * Engine.
 */
engine: Engine, 
/**
 * Prose.
 */
summary: string, 
/**
 * Name the database must have.
 */
database: string | null, 
/**
 * Saved connection the plan proposes.
 */
connection: string | null, };

export type Engine = "postgresql" | "mysql" | "sqlite";

export type Environment = "development" | "staging" | "production";

export type Phase = { 
/**
 * Id.
 */
id: string, 
/**
 * Heading.
 */
title: string, 
/**
 * Prose.
 */
summary: string, 
/**
 * Phases that must end first.
 */
after: Array<string>, 
/**
 * Planned start as written.
 */
start: string | null, 
/**
 * Planned duration as written.
 */
duration_ms: number | null, 
/**
 * Planned start.
 */
start_ms: number | null, 
/**
 * Planned end.
 */
finish_ms: number | null, };

export type Window = { 
/**
 * Id.
 */
id: string, 
/**
 * Heading.
 */
title: string, 
/**
 * Opening as written.
 */
opens: string | null, 
/**
 * Steps that must fit into it.
 */
steps: Array<string>, 
/**
 * Opening.
 */
opens_ms: number | null, 
/**
 * How long it is open.
 */
length_ms: number, 
/**
 * What must fit into it: its steps, or the whole plan when it names none.
 */
needed_ms: number | null, 
/**
 * False when it does not fit.
 */
fits: boolean | null, 
/**
 * Latest moment to start the rollback.
 */
start_rollback_by_ms: number | null, };

export type Step = { 
/**
 * Id.
 */
id: string, 
/**
 * Heading.
 */
title: string, 
/**
 * Kind key.
 */
kind: string, 
/**
 * Phase.
 */
phase: string | null, 
/**
 * Predecessors.
 */
after: Array<string>, 
/**
 * True when `after` is written; else it follows the step above it.
 */
after_written: boolean, 
/**
 * Target.
 */
target: string | null, 
/**
 * Project it runs in.
 */
project: string | null, 
/**
 * Earliest start as written.
 */
start: string | null, 
/**
 * Planned duration as written.
 */
estimate_ms: number | null, 
/**
 * Longest time it may run.
 */
timeout_ms: number | null, 
/**
 * Planned start.
 */
start_ms: number | null, 
/**
 * Planned end.
 */
finish_ms: number | null, 
/**
 * How much later it may end.
 */
slack_ms: number | null, 
/**
 * True on the critical path.
 */
critical: boolean, 
/**
 * Who answers for it.
 */
owner: string | null, 
/**
 * Prose.
 */
notes: string, 
/**
 * True when the application is down while it runs.
 */
downtime: boolean, 
/**
 * True when there is no way back after it.
 */
point_of_no_return: boolean, 
/**
 * True when the file says it destroys data.
 */
destructive: boolean, 
/**
 * True when it may be repeated after a crash.
 */
idempotent: boolean, 
/**
 * Step whose effect it ends.
 */
finally_for: string | null, 
/**
 * What it does.
 */
does: Array<Passage>, 
/**
 * What takes it back; empty: nothing does.
 */
undo: Array<Passage>, 
/**
 * Its checks.
 */
checks: Array<Check>, };

export type Passage = { 
/**
 * What it is, in words.
 */
label: string, 
/**
 * The text, bounded.
 */
text: string, 
/**
 * True for SQL and command lines.
 */
code: boolean, 
/**
 * Characters left out.
 */
left_out: number, 
/**
 * Language it is written in.
 */
language: Language, 
/**
 * File it is read from.
 */
file: string | null, 
/**
 * Where it stands in its step, as an edit names it; empty when it is not one text of the plan file.
 */
path: Array<string>, 
/**
 * Line ends and spaces that follow it in the file.
 */
tail: string, 
/**
 * The text an edit begins with, where more is shown than that: a program without its folder and environment.
 */
written: string | null, 
/**
 * Keys beside the text.
 */
details: Array<Detail>, };

export type Detail = { 
/**
 * What it is, in words.
 */
label: string, 
/**
 * Where it stands in its step, as an edit names it; empty when it cannot be edited here.
 */
path: Array<string>, 
/**
 * How it is typed.
 */
form: DetailForm, 
/**
 * What is there, as a person types it; empty where nothing is.
 */
text: string, 
/**
 * What holds where nothing is.
 */
absent: string, 
/**
 * Words it is chosen from, besides the absent one.
 */
options: Array<string>, 
/**
 * Names and values.
 */
pairs: Array<Pair>, 
/**
 * Key that goes when this one is set, because there can be only one of the two.
 */
instead: Array<string> | null, };

export type DetailForm = "text" | "path" | "whole" | "yes" | "duration" | "choice" | "list" | "backup_step" | "target" | "pairs";

export type Pair = { 
/**
 * Name.
 */
name: string, 
/**
 * Value; missing when it looks like a secret.
 */
value: string | null, };

export type KindChange = { 
/**
 * Keys of the new kind that get what the old one has; empty for the whole.
 */
keeps: Array<string>, 
/**
 * Keys that go, as the file spells them.
 */
goes: Array<string>, 
/**
 * Keys the new kind cannot do without and that have nothing yet.
 */
needs: Array<string>, };

export type Language = "sql" | "shell" | "prose";

export type Side = "does" | "undo";

export type Check = { 
/**
 * Id.
 */
id: string, 
/**
 * What it asserts.
 */
title: string, 
/**
 * True when a failure is only reported.
 */
warning: boolean, 
/**
 * Target.
 */
target: string | null, 
/**
 * True when it runs a program.
 */
command: boolean, 
/**
 * What is evaluated.
 */
test: string, 
/**
 * What must come out.
 */
expected: string, 
/**
 * Key of what it evaluates: `sql`, `equal`, `snapshot`, `not_null`, …
 */
key: string, 
/**
 * The text at that key, when it is one text that can be edited.
 */
written: string | null, 
/**
 * Where it stands in its step, as an edit names it.
 */
path: Array<string>, 
/**
 * What it evaluates, where that is not one text: two queries, a program.
 */
parts: Array<Passage>, 
/**
 * Keys beside what it evaluates.
 */
details: Array<Detail>, };

export type Checklist = { 
/**
 * Id.
 */
id: string, 
/**
 * Heading.
 */
title: string, 
/**
 * Step that waits for it.
 */
before: string | null, 
/**
 * Items.
 */
items: Array<Item>, };

export type Item = { 
/**
 * Id.
 */
id: string, 
/**
 * What is ticked.
 */
title: string, 
/**
 * Who is to tick it.
 */
owner: string | null, 
/**
 * Check that ticks it.
 */
check: string | null, 
/**
 * When it is due; missing while the start is not known.
 */
due_at_ms: number | null, 
/**
 * When it is due as the file has it: `-2h`, `30m` or a time.
 */
due: string | null, 
/**
 * When it is due after the start, negative before it; missing for a time of its own.
 */
due_from_start_ms: number | null, 
/**
 * How many different people must sign it.
 */
signatures: number, };

export type Risk = { 
/**
 * Id.
 */
id: string, 
/**
 * What may happen.
 */
title: string, 
/**
 * What is done about it.
 */
mitigation: string, 
/**
 * Steps that mitigate it.
 */
steps: Array<string>, };

export type Criterion = { 
/**
 * Id.
 */
id: string, 
/**
 * What must hold.
 */
title: string, 
/**
 * Check that shows it.
 */
check: string | null, 
/**
 * Item that shows it.
 */
item: string | null, };

export type Card = { 
/**
 * Id.
 */
id: string, 
/**
 * What goes wrong.
 */
issue: string, 
/**
 * How it shows.
 */
symptoms: Array<string>, 
/**
 * What to do.
 */
solution: string, 
/**
 * Steps it belongs to; empty: all.
 */
steps: Array<string>, };

export type Tls = "disable" | "prefer" | "require" | "verify-ca" | "verify-full";

export type Secret = { "kind": "keychain" } | { "kind": "environment", "name": string } | { "kind": "pg_pass" } | { "kind": "service", "name": string } | { "kind": "prompt" } | { "kind": "none" };

export type Connection = { 
/**
 * Name.
 */
name: string, 
/**
 * Engine.
 */
engine: Engine, 
/**
 * Host.
 */
host: string, 
/**
 * Port.
 */
port: number, 
/**
 * Unix socket.
 */
socket: string | null, 
/**
 * User.
 */
user: string, 
/**
 * Database, or file.
 */
database: string, 
/**
 * Encryption.
 */
tls: Tls, 
/**
 * File of the certificate authority.
 */
tls_ca: string | null, 
/**
 * SSH host.
 */
ssh: string | null, 
/**
 * Where the password is.
 */
secret: Secret, 
/**
 * Environment.
 */
environment: Environment, 
/**
 * True: every write is refused.
 */
read_only: boolean, };

export type SavedConnection = { 
/**
 * The connection.
 */
connection: Connection, 
/**
 * Its address without password.
 */
url: string, 
/**
 * True when this window holds its password in memory.
 */
password_in_memory: boolean, };

export type TakenApart = { 
/**
 * The connection.
 */
connection: Connection, 
/**
 * Password that stood in the address.
 */
password: string | null, };

export type Tested = { 
/**
 * True when it can be used.
 */
ok: boolean, 
/**
 * Facts, each a label and a value.
 */
facts: Array<Fact>, 
/**
 * What is wrong: `host`, `port`, `tls`, `authentication`, `database`, `privilege`, …
 */
part: string | null, 
/**
 * The problem and how to mend it.
 */
problem: Problem | null, };

export type Fact = { 
/**
 * Label.
 */
label: string, 
/**
 * Value.
 */
value: string, };

export type RelationKind = "table" | "partitioned" | "view" | "materialized_view" | "foreign";

export type Relation = { 
/**
 * Schema; empty where the engine has none.
 */
schema: string, 
/**
 * Name.
 */
name: string, 
/**
 * What it is.
 */
kind: RelationKind, 
/**
 * Rows, where anything is known of them.
 */
rows: number | null, 
/**
 * True when they were counted rather than estimated.
 */
rows_counted: boolean, 
/**
 * Size with indexes.
 */
bytes: number | null, };

export type Relations = { 
/**
 * In order of schema and name.
 */
relations: Array<Relation>, 
/**
 * True when there are more.
 */
cut: boolean, 
/**
 * True when sizes are those of the last analysis.
 */
sizes_estimated: boolean, };

export type TableColumn = { 
/**
 * Name.
 */
name: string, 
/**
 * Type.
 */
kind: string, 
/**
 * True when it may be NULL.
 */
nullable: boolean, 
/**
 * Default, as SQL.
 */
default: string | null, 
/**
 * True when it is generated.
 */
generated: boolean, 
/**
 * Comment.
 */
comment: string, 
/**
 * What keys it is part of: `primary`, `foreign`, `unique`.
 */
keys: Array<ConstraintKind>, };

export type TableIndex = { 
/**
 * Name.
 */
name: string, 
/**
 * Method.
 */
method: string, 
/**
 * Columns.
 */
columns: Array<string>, 
/**
 * No two rows equal.
 */
unique: boolean, 
/**
 * The primary key's.
 */
primary: boolean, 
/**
 * Why queries do not use it.
 */
unusable: string | null, 
/**
 * Condition of a partial one.
 */
condition: string | null, 
/**
 * Size.
 */
bytes: number | null, };

export type ConstraintKind = "primary" | "unique" | "foreign" | "check" | "exclusion";

export type TableConstraint = { 
/**
 * Name; may be empty.
 */
name: string, 
/**
 * What it demands.
 */
kind: ConstraintKind, 
/**
 * What it says, as SQL.
 */
definition: string, 
/**
 * False when rows that were there before were not checked.
 */
validated: boolean, };

export type TableDetail = { 
/**
 * Columns.
 */
columns: Array<TableColumn>, 
/**
 * Indexes.
 */
indexes: Array<TableIndex>, 
/**
 * Constraints.
 */
constraints: Array<TableConstraint>, 
/**
 * Tables that refer to it.
 */
referenced_by: Array<string>, 
/**
 * Query of a view, or the statement it was created with.
 */
definition: string | null, };

export type Touched = { 
/**
 * Schema, where it is named.
 */
schema: string | null, 
/**
 * Name.
 */
name: string, 
/**
 * Steps that name it, in plan order.
 */
steps: Array<string>, };

export type TouchedTarget = { 
/**
 * Target id.
 */
target: string, 
/**
 * Engine.
 */
engine: Engine, 
/**
 * Connection the plan names for it.
 */
connection: string | null, 
/**
 * Database the plan names for it.
 */
database: string | null, 
/**
 * Tables.
 */
tables: Array<Touched>, };

export type ImportSource = { "kind": "environment" } | { "kind": "env_file", "path": string } | { "kind": "pg_pass" } | { "kind": "services" } | { "kind": "my_cnf" };

export type ImportProposal = { 
/**
 * What tells it from the others.
 */
key: string, 
/**
 * The connection, as it would be reached.
 */
connection: Connection, 
/**
 * Its address without password.
 */
url: string, 
/**
 * Where it stands in its source.
 */
origin: string, 
/**
 * True when the source holds a password that would go into the keychain, or stay in memory where there is none.
 */
holds_password: boolean, 
/**
 * Name of a saved connection to the same address.
 */
saved_as: string | null, };

export type ImportFound = { 
/**
 * What was read.
 */
places: Array<string>, 
/**
 * Connections.
 */
proposals: Array<ImportProposal>, 
/**
 * What cannot be a connection, and why.
 */
left_out: Array<string>, };

export type ImportChoice = { 
/**
 * Its key.
 */
key: string, 
/**
 * Name to save it under.
 */
name: string, 
/**
 * Database, where the source names none.
 */
database: string, 
/**
 * Environment.
 */
environment: Environment, };

export type Imported = { 
/**
 * All saved connections.
 */
saved: Array<SavedConnection>, 
/**
 * Connections whose password is in memory only, since there is no keychain.
 */
in_memory: Array<string>, };

export type ResultColumn = { 
/**
 * Name.
 */
name: string, 
/**
 * Type as the engine calls it; may be empty.
 */
kind: string, };

export type QueryResult = { 
/**
 * Number of the run; pages of an older one are refused.
 */
run: number, 
/**
 * Columns; none when no row came.
 */
columns: Array<ResultColumn>, 
/**
 * Rows that are kept.
 */
rows: number, 
/**
 * True when there were more than are kept.
 */
cut: boolean, 
/**
 * True when rows and values are all there.
 */
whole: boolean, 
/**
 * Memory they take.
 */
bytes: number, 
/**
 * Statements that returned rows, or might have; the result is the last one's.
 */
result_sets: number, 
/**
 * How long it took.
 */
elapsed_ms: number, };

export type QueryProgress = { 
/**
 * Rows so far.
 */
rows: number, 
/**
 * Their bytes.
 */
bytes: number, 
/**
 * Statement that runs, from 1; 0 while connecting.
 */
statement: number, };

export type CutValue = { 
/**
 * Row in the page.
 */
row: number, 
/**
 * Column.
 */
column: number, 
/**
 * True length in bytes.
 */
bytes: number, };

export type QueryPage = { 
/**
 * First row.
 */
first: number, 
/**
 * Rows; `null` is NULL.
 */
rows: Array<Array<string | null>>, 
/**
 * Values that are shown cut.
 */
cut: Array<CutValue>, };

export type QueryValue = { 
/**
 * Text; `null` is NULL.
 */
text: string | null, 
/**
 * True length in bytes.
 */
bytes: number, 
/**
 * True when that is all of it.
 */
whole: boolean, };

export type CellSpan = { 
/**
 * First row.
 */
first_row: number, 
/**
 * Last row, included.
 */
last_row: number, 
/**
 * First column.
 */
first_column: number, 
/**
 * Last column, included.
 */
last_column: number, 
/**
 * True: names of the columns above.
 */
names: boolean, };

export type Copied = { 
/**
 * Fields between tabs, or the one value.
 */
text: string, 
/**
 * False when it was too much, or a value was cut.
 */
whole: boolean, };

export type Exported = { 
/**
 * Where.
 */
file: string, 
/**
 * Rows.
 */
rows: number, 
/**
 * Bytes.
 */
bytes: number, };

export type Start = { 
/**
 * Plan file.
 */
plan_path: string, 
/**
 * Bindings of its targets.
 */
binds: Array<Bind>, 
/**
 * True: the person saw what will run and trusts it.
 */
trust: boolean, 
/**
 * What was typed to confirm production.
 */
confirm: string | null, 
/**
 * Why it runs without a rehearsal.
 */
reason: string | null, 
/**
 * Session of a lost journal to go on with, after what its targets have marked as done.
 */
adopt: string | null, 
/**
 * True: nobody watches; a failure ends the session after its `finally_for` steps.
 */
unattended: boolean, };

export type Resume = { 
/**
 * Session.
 */
session: string, 
/**
 * True: the plan as it is now is accepted.
 */
accept_change: boolean, 
/**
 * True: server processes of the earlier runner are ended.
 */
end_orphans: boolean, 
/**
 * Passwords typed again for targets that were bound to an address.
 */
passwords: Array<TargetPassword>, };

export type TargetPassword = { 
/**
 * Target id.
 */
target: string, 
/**
 * Password; kept in memory only.
 */
password: string, };

export type Request = { "kind": "pause" } | { "kind": "resume" } | { "kind": "abort" } | { "kind": "rollback" } | { "kind": "retry", 
/**
 * Step.
 */
step: string, } | { "kind": "skip", 
/**
 * Step.
 */
step: string, 
/**
 * Why.
 */
reason: string, } | { "kind": "approve", 
/**
 * Step.
 */
gate: string, 
/**
 * Remark.
 */
note: string, 
/**
 * Who approves.
 */
by: string, } | { "kind": "sign", 
/**
 * Item or step.
 */
item: string, 
/**
 * Remark.
 */
note: string, 
/**
 * File kept as evidence.
 */
evidence: string | null, 
/**
 * Who signs.
 */
by: string, } | { "kind": "settle", 
/**
 * Step.
 */
step: string, 
/**
 * True: it was applied.
 */
applied: boolean, 
/**
 * How the person knows.
 */
note: string, } | { "kind": "answer_finally", 
/**
 * True: run them.
 */
accepted: boolean, };

export type Mode = "rehearsal" | "live";

export type State = "running" | "paused" | "waiting" | "failed" | "unknown" | "rolling_back" | "interrupted" | "finished";

export type Outcome = "succeeded" | "failed" | "aborted" | "rolled_back" | "partly_rolled_back";

export type Status = "waiting" | "running" | "paused" | "interrupted" | "unknown" | "succeeded" | "failed" | "skipped" | "undone";

export type SessionLine = { 
/**
 * Id.
 */
id: string, 
/**
 * Plan's name.
 */
plan: string, 
/**
 * Plan file.
 */
plan_path: string, 
/**
 * Mode.
 */
mode: Mode, 
/**
 * Environment.
 */
environment: Environment, 
/**
 * Who started it.
 */
by: string, 
/**
 * State.
 */
state: State, 
/**
 * How it ended.
 */
outcome: Outcome | null, 
/**
 * Start.
 */
started_at_ms: number, 
/**
 * End.
 */
finished_at_ms: number | null, 
/**
 * Time in which a runner lived.
 */
duration_ms: number, };

export type Binding = { 
/**
 * Target id.
 */
target: string, 
/**
 * Engine.
 */
engine: Engine, 
/**
 * Address without password.
 */
url: string, 
/**
 * Saved connection.
 */
connection: string | null, 
/**
 * Environment.
 */
environment: Environment, 
/**
 * Server's version.
 */
server_version: string, 
/**
 * Database.
 */
database: string, 
/**
 * Database user.
 */
database_user: string, };

export type Signature = { 
/**
 * Item or step.
 */
item: string, 
/**
 * Who.
 */
by: string, 
/**
 * When.
 */
at_ms: number, 
/**
 * Remark.
 */
note: string, 
/**
 * Name of the evidence.
 */
evidence: string | null, };

export type EndingKind = "abort" | "rollback" | "close" | "leave";

export type Ending = { 
/**
 * What was asked.
 */
kind: EndingKind, 
/**
 * Who asked.
 */
by: string, 
/**
 * When.
 */
at_ms: number, };

export type SessionHead = { 
/**
 * The line of History.
 */
id: string, 
/**
 * Plan's name.
 */
plan: string, 
/**
 * Plan file.
 */
plan_path: string, 
/**
 * Hash of the plan.
 */
plan_hash: string, 
/**
 * Mode.
 */
mode: Mode, 
/**
 * Environment.
 */
environment: Environment, 
/**
 * Bound targets.
 */
bindings: Array<Binding>, 
/**
 * Who started it.
 */
by: string, 
/**
 * Where.
 */
host: string, 
/**
 * Version of the program.
 */
program: string, 
/**
 * Why production runs without a rehearsal.
 */
reason: string | null, 
/**
 * State.
 */
state: State, 
/**
 * How it ended.
 */
outcome: Outcome | null, 
/**
 * Start.
 */
started_at_ms: number, 
/**
 * End.
 */
finished_at_ms: number | null, 
/**
 * Time in which a runner lived.
 */
duration_ms: number, 
/**
 * When `duration_ms` was true.
 */
as_of_at_ms: number, 
/**
 * Signatures, in order.
 */
signatures: Array<Signature>, 
/**
 * `finally_for` steps that are offered.
 */
finally_offered: Array<string>, 
/**
 * True once a rollback was started.
 */
rolling_back: boolean, 
/**
 * Steps that ran and have no undo.
 */
without_undo: Array<string>, 
/**
 * A pause is asked for.
 */
pause_requested: boolean, 
/**
 * An abort is asked for.
 */
abort_requested: boolean, 
/**
 * A rollback is asked for.
 */
rollback_requested: boolean, 
/**
 * What people asked about its end, in order.
 */
endings: Array<Ending>, 
/**
 * Last position.
 */
seq: number, };

export type Progress = { 
/**
 * Done.
 */
done: number, 
/**
 * Of; 0 when unknown.
 */
total: number, 
/**
 * Unit.
 */
unit: string, };

export type CheckResult = { 
/**
 * Check id.
 */
id: string, 
/**
 * What it asserts.
 */
title: string, 
/**
 * `pass`, `fail` or `not_tested`.
 */
result: string, 
/**
 * True when a failure is only reported.
 */
warning: boolean, 
/**
 * Expected.
 */
expected: string, 
/**
 * Found.
 */
found: string, 
/**
 * Duration.
 */
elapsed_ms: number, };

export type Artifact = { 
/**
 * `backup`, `database` or `file`.
 */
what: string, 
/**
 * Path or name.
 */
path: string, 
/**
 * Size.
 */
bytes: number, 
/**
 * SHA-256.
 */
sha256: string, };

export type OtherRun = { 
/**
 * How it was left.
 */
status: Status, 
/**
 * Start.
 */
started_at_ms: number, 
/**
 * End; missing when nobody saw it.
 */
finished_at_ms: number | null, 
/**
 * Duration.
 */
elapsed_ms: number | null, };

export type Settlement = { 
/**
 * True: it was applied.
 */
applied: boolean, 
/**
 * Who said so.
 */
by: string, 
/**
 * When.
 */
at_ms: number, 
/**
 * How the person knows.
 */
note: string, 
/**
 * True when it is about the undo.
 */
back: boolean, };

export type SessionStep = { 
/**
 * Id.
 */
id: string, 
/**
 * Heading.
 */
title: string, 
/**
 * Kind key.
 */
kind: string, 
/**
 * Phase.
 */
phase: string | null, 
/**
 * Predecessors.
 */
after: Array<string>, 
/**
 * Planned duration.
 */
estimate_ms: number | null, 
/**
 * Step whose effect it ends.
 */
finally_for: string | null, 
/**
 * What it does, redacted.
 */
detail: string, 
/**
 * True when it can be taken back.
 */
has_undo: boolean, 
/**
 * Status.
 */
status: Status, 
/**
 * True when the last start was of its undo.
 */
back: boolean, 
/**
 * Attempts.
 */
attempts: number, 
/**
 * Start of the last run.
 */
started_at_ms: number | null, 
/**
 * Where `duration_ms` of the session stood at the start of the last run.
 */
started_ms: number | null, 
/**
 * End of the last run.
 */
finished_at_ms: number | null, 
/**
 * Position of the event that ended it, which orders a rollback; 0 when it did not end.
 */
ended_seq: number, 
/**
 * Duration of the last forward run.
 */
elapsed_ms: number | null, 
/**
 * Duration of the undo.
 */
undo_elapsed_ms: number | null, 
/**
 * Last run in the other direction: of a step that is taken back, its run forward.
 */
other_run: OtherRun | null, 
/**
 * Rows changed.
 */
rows: number | null, 
/**
 * Exit code.
 */
exit: number | null, 
/**
 * Why it was skipped.
 */
skip_reason: string | null, 
/**
 * Who skipped it.
 */
skipped_by: string | null, 
/**
 * Why it failed or is unknown.
 */
problem: Problem | null, 
/**
 * Card that matches.
 */
card: string | null, 
/**
 * What people said of its unknown outcomes, in order.
 */
settlements: Array<Settlement>, 
/**
 * Who said that its last run ended well, where nobody saw it end.
 */
told_by: string | null, 
/**
 * Statement in flight.
 */
statement: string | null, 
/**
 * Its position, from 0.
 */
statement_index: number | null, 
/**
 * Number of statements.
 */
statements_total: number | null, 
/**
 * How many of them are known to be done.
 */
statements_done: number, 
/**
 * How far it is.
 */
progress: Progress | null, 
/**
 * Results of its checks.
 */
checks: Array<CheckResult>, 
/**
 * What it left behind.
 */
artifacts: Array<Artifact>, 
/**
 * Approvals of a gate.
 */
approvals: Array<Signature>, 
/**
 * How many it needs.
 */
approvals_needed: number, 
/**
 * What it waits for.
 */
waits_for: string | null, };

export type Session = { 
/**
 * The session.
 */
head: SessionHead, 
/**
 * Its steps.
 */
steps: Array<SessionStep>, 
/**
 * The plan; missing when the journal does not have it.
 */
plan: Plan | null, 
/**
 * How long ago `duration_ms` of the head was true.
 */
age_ms: number, };

export type Tone = "plain" | "output" | "good" | "look" | "bad";

export type LogLine = { 
/**
 * Position of its event.
 */
seq: number, 
/**
 * When.
 */
at_ms: number, 
/**
 * Step.
 */
step: string | null, 
/**
 * How it reads.
 */
tone: Tone, 
/**
 * What happened.
 */
text: string, };

export type Watched = { 
/**
 * The session without its steps.
 */
head: SessionHead, 
/**
 * Steps that changed.
 */
steps: Array<SessionStep>, 
/**
 * New lines of the log; the oldest are left out when there are too many.
 */
log: Array<LogLine>, 
/**
 * How many lines were left out.
 */
dropped: number, 
/**
 * How long ago `duration_ms` of the head was true, by the window's own clock.
 */
age_ms: number, 
/**
 * Set when the watch cannot go on.
 */
problem: Problem | null, };

export type Written = { 
/**
 * File.
 */
file: string, 
/**
 * Size.
 */
bytes: number, 
/**
 * SHA-256.
 */
sha256: string, };

export type Existing = "keep" | "replace";

export type Filter = { 
/**
 * Only sessions of this plan file.
 */
plan_path: string | null, 
/**
 * Only sessions of this environment.
 */
environment: Environment | null, 
/**
 * Only sessions that ended like this.
 */
end: End | null, 
/**
 * Only sessions started at or after this moment.
 */
from_at_ms: number | null, 
/**
 * Only sessions started before this moment.
 */
until_at_ms: number | null, 
/**
 * Only sessions with this text in their id, plan, file, person or host.
 */
search: string, };

export type End = "unfinished" | "succeeded" | "failed" | "aborted" | "rolled_back" | "partly_rolled_back";

export type PlanRun = { 
/**
 * Plan file.
 */
path: string, 
/**
 * Its name when it was run last.
 */
name: string, 
/**
 * How many sessions it has.
 */
sessions: number, };

export type Past = { 
/**
 * Step id.
 */
step: string, 
/**
 * How many runs are known.
 */
runs: number, 
/**
 * Shortest.
 */
least_ms: number, 
/**
 * Median.
 */
median_ms: number, 
/**
 * Longest.
 */
most_ms: number, };

export type Comparison = { 
/**
 * The session the other is measured by.
 */
left: SessionLine, 
/**
 * The other.
 */
right: SessionLine, 
/**
 * Rows changed by all steps of the left one.
 */
left_rows: number, 
/**
 * Rows changed by all steps of the right one.
 */
right_rows: number, 
/**
 * Steps of either: those that ended otherwise first, then those that differ most in duration.
 */
steps: Array<ComparedStep>, 
/**
 * Checks of either, those that differ first.
 */
checks: Array<ComparedCheck>, };

export type Ran = { 
/**
 * Status.
 */
status: Status, 
/**
 * True when the last run was of its undo.
 */
back: boolean, 
/**
 * Duration of the last forward run.
 */
elapsed_ms: number | null, 
/**
 * Rows changed.
 */
rows: number | null, 
/**
 * Attempts.
 */
attempts: number, };

export type ComparedStep = { 
/**
 * Step id.
 */
id: string, 
/**
 * Heading.
 */
title: string, 
/**
 * What it came to on the left.
 */
left: Ran | null, 
/**
 * What it came to on the right.
 */
right: Ran | null, 
/**
 * How much longer it took on the right; negative when it was faster.
 */
difference_ms: number | null, };

export type FoundBy = { 
/**
 * `pass`, `fail` or `not_tested`.
 */
result: string, 
/**
 * What was found.
 */
found: string, };

export type ComparedCheck = { 
/**
 * Step id.
 */
step: string, 
/**
 * What it asserts.
 */
title: string, 
/**
 * What it found on the left.
 */
left: FoundBy | null, 
/**
 * What it found on the right.
 */
right: FoundBy | null, 
/**
 * True when it ended alike.
 */
alike: boolean, };

export type Setting = string | number | boolean | Array<string>;

export type Sort = "plan" | "step" | "phase" | "window" | "checklist" | "risk" | "criterion" | "card" | "target";

export type Edit = { "do": "set", 
/**
 * Sort of the element.
 */
sort: Sort, 
/**
 * Its id; empty for the plan; `checklist/item` for an item.
 */
id: string, 
/**
 * Keys that lead to the value; numbers count list elements from 0.
 */
path: Array<string>, 
/**
 * The value.
 */
value: Setting | null, } | { "do": "add_step", 
/**
 * Its id.
 */
id: string, 
/**
 * Its heading.
 */
title: string, 
/**
 * Step it comes after in the file; `null`: the last.
 */
after: string | null, 
/**
 * Its other values.
 */
values: Array<[Array<string>, Setting]>, } | { "do": "remove_step", 
/**
 * Its id.
 */
id: string, } | { "do": "move_step", 
/**
 * Its id.
 */
id: string, 
/**
 * Step it comes after in the file; `null`: none.
 */
after: string | null, } | { "do": "rename_step", 
/**
 * Its id.
 */
id: string, 
/**
 * Its new id.
 */
to: string, } | { "do": "set_kind", 
/**
 * Its id.
 */
id: string, 
/**
 * The kind's key.
 */
to: string, 
/**
 * Values below that key.
 */
values: Array<[Array<string>, Setting]>, } | { "do": "add_edge", 
/**
 * The one waited for.
 */
before: string, 
/**
 * The one that waits.
 */
id: string, } | { "do": "remove_edge", 
/**
 * The one waited for.
 */
before: string, 
/**
 * The one that waits.
 */
id: string, } | { "do": "add", 
/**
 * Its sort.
 */
sort: Sort, 
/**
 * Its id.
 */
id: string, 
/**
 * Its values.
 */
values: Array<[Array<string>, Setting]>, } | { "do": "remove", 
/**
 * Its sort.
 */
sort: Sort, 
/**
 * Its id; `checklist/item` for an item.
 */
id: string, } | { "do": "add_item", 
/**
 * The checklist.
 */
checklist: string, 
/**
 * The item's id.
 */
id: string, 
/**
 * What is to be ticked.
 */
title: string, } | { "do": "set_estimate", 
/**
 * The step.
 */
id: string, 
/**
 * The duration in milliseconds.
 */
ms: number | null, } | { "do": "set_start", 
/**
 * The step; `null`: the plan.
 */
id: string | null, 
/**
 * Local time in the plan's zone, e.g. `2026-12-05T01:00:00`.
 */
at: string | null, };

export type Edited = { 
/**
 * Counts what the window is told of plan files; an older message than the last is passed over.
 */
turn: number, 
/**
 * The plan; of its steps only those that are new or changed, when `kept` tells of the others.
 */
plan: Plan, 
/**
 * What stays of the steps as the window has them.
 */
kept: Kept | null, 
/**
 * What undo would take back, in words.
 */
undoable: string | null, 
/**
 * What redo would do again, in words.
 */
redoable: string | null, 
/**
 * Set when nothing was written, because it would take away what was changed outside.
 */
clash: Clash | null, 
/**
 * True when what was changed outside was joined with the change.
 */
merged: boolean, };

export type Kept = { 
/**
 * Hash of the plan they are kept of. A window that has another one reads the plan whole.
 */
since: string, 
/**
 * Where they go; between them stand the steps that are told.
 */
runs: Array<Run>, };

export type Run = { 
/**
 * Index of the first in the new list.
 */
to: number, 
/**
 * Index of the first in the list before.
 */
from: number, 
/**
 * How many they are.
 */
count: number, };

export type Clash = { 
/**
 * The change made here, in words.
 */
what: string, 
/**
 * What it changes, as lines.
 */
mine: Array<DiffLine>, 
/**
 * What was changed outside, as lines.
 */
theirs: Array<DiffLine>, 
/**
 * Name of the file that "Save mine beside" would write.
 */
beside: string, };

export type DiffLine = { 
/**
 * What happened to it.
 */
sign: DiffSign, 
/**
 * Line number, from 1, in the text after the change; before it for a removed line.
 */
line: number, 
/**
 * The line, bounded.
 */
text: string, };

export type DiffSign = "same" | "added" | "removed" | "gap";

export type Choice = "theirs" | "mine" | "beside";

export type PlanSeen = { "kind": "changed", 
/**
 * As it is now.
 */
now: Edited, } | { "kind": "gone", 
/**
 * Why, and the next move.
 */
problem: Problem, };

export type PlanWatch = { 
/**
 * Number of the watcher.
 */
watcher: number, 
/**
 * What undo would take back, in words.
 */
undoable: string | null, 
/**
 * What redo would do again, in words.
 */
redoable: string | null, 
/**
 * Set when a person is still to be asked about two changes.
 */
clash: Clash | null, };

export type NewPlan = { 
/**
 * File to write; never one that is there.
 */
path: string, 
/**
 * Name of the plan.
 */
name: string, 
/**
 * Engine of its target.
 */
engine: Engine, 
/**
 * What it starts with.
 */
template: Template, };

export type Template = "guided" | "empty";
