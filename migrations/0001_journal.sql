-- The journal: sessions, their events, and what is kept beside them.
-- Times are Unix milliseconds. Forward only: a later change is a later file.

PRAGMA application_id = 1400139638; -- "Stov"

-- One row a session. Everything after `id` follows from its events and is kept current with each of them.
CREATE TABLE session (
    number INTEGER PRIMARY KEY AUTOINCREMENT, -- order of creation; a number neither here nor in `pruned` was removed
    id TEXT NOT NULL UNIQUE CHECK (id <> ''),
    plan TEXT NOT NULL,
    plan_path TEXT NOT NULL,
    plan_hash TEXT NOT NULL,
    mode TEXT NOT NULL,
    environment TEXT NOT NULL,
    started_by TEXT NOT NULL,
    host TEXT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT,
    started_at_ms INTEGER NOT NULL,
    finished_at_ms INTEGER,
    duration_ms INTEGER NOT NULL,
    runner_pid INTEGER,
    runner_host TEXT,
    seq INTEGER NOT NULL, -- number of events
    head BLOB NOT NULL -- hash of the last one
) STRICT;

-- `place` is session.number * 2^32 + seq: the events of a session lie together, and the newest session grows at the end.
CREATE TABLE event (
    place INTEGER PRIMARY KEY,
    session INTEGER GENERATED ALWAYS AS (place >> 32) VIRTUAL,
    seq INTEGER GENERATED ALWAYS AS (place & 4294967295) VIRTUAL,
    at_ms INTEGER NOT NULL,
    mono_ms INTEGER,
    kind TEXT NOT NULL,
    body TEXT NOT NULL, -- JSON
    hash BLOB NOT NULL -- SHA-256 over the hash before it and this row
) STRICT;

-- Finished sessions that retention removed; their numbers and heads stay.
CREATE TABLE pruned (
    number INTEGER PRIMARY KEY,
    session TEXT NOT NULL UNIQUE,
    seq INTEGER NOT NULL,
    head BLOB NOT NULL,
    finished_at_ms INTEGER,
    pruned_at_ms INTEGER NOT NULL
) STRICT;

-- The plan as it was run.
CREATE TABLE plan (
    hash TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    text TEXT NOT NULL,
    saved_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE plan_file (
    hash TEXT NOT NULL REFERENCES plan (hash) ON DELETE CASCADE,
    name TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (hash, name)
) STRICT;

CREATE TABLE trusted (
    hash TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    trusted_by TEXT NOT NULL,
    trusted_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE recent_plan (
    path TEXT PRIMARY KEY,
    opened_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Connections as JSON, which has no place for a secret.
CREATE TABLE connection (
    name TEXT PRIMARY KEY,
    settings TEXT NOT NULL,
    saved_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
