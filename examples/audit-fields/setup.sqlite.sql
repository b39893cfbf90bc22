-- The database before the migration, for SQLite. Run it on an empty database:
--
--   sqlite3 game.db < setup.sqlite.sql
--
-- It makes 10,000 rows in each table. For another size, say so first:
--
--   CREATE TABLE example_size (size INTEGER NOT NULL);
--   INSERT INTO example_size VALUES (100000);

CREATE TABLE IF NOT EXISTS example_size (size INTEGER NOT NULL);
INSERT INTO example_size SELECT 10000 WHERE NOT EXISTS (SELECT * FROM example_size);

CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  username TEXT NOT NULL UNIQUE,
  email TEXT NOT NULL
);
CREATE TABLE campaigns (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  owner_id INTEGER NOT NULL REFERENCES users (id),
  started_at TEXT NOT NULL
);
CREATE TABLE characters (
  id INTEGER PRIMARY KEY,
  campaign_id INTEGER NOT NULL REFERENCES campaigns (id),
  player_owner_id INTEGER NOT NULL REFERENCES users (id),
  name TEXT NOT NULL,
  level INTEGER NOT NULL
);
CREATE TABLE items (
  id INTEGER PRIMARY KEY,
  campaign_id INTEGER NOT NULL REFERENCES campaigns (id),
  name TEXT NOT NULL,
  weight_g INTEGER NOT NULL
);
CREATE TABLE locations (
  id INTEGER PRIMARY KEY,
  campaign_id INTEGER NOT NULL REFERENCES campaigns (id),
  parent_id INTEGER REFERENCES locations (id),
  name TEXT NOT NULL
);
CREATE TABLE site_setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TEMP TABLE number (n INTEGER PRIMARY KEY);
INSERT INTO number
WITH RECURSIVE size (s) AS (SELECT * FROM example_size),
  counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted, size WHERE n < s)
SELECT n FROM counted;

-- The multipliers are primes: owners, campaigns and rows are spread, and the same on every run.
INSERT INTO users
SELECT n, 'player' || n, 'player' || n || '@example.org' FROM number;

INSERT INTO campaigns
SELECT n, 'Campaign ' || n, 1 + (n * 7919) % s,
  datetime('2020-01-01 00:00:00', '+' || (n % 1500) || ' days')
FROM number, (SELECT max(n) AS s FROM number);

INSERT INTO characters
SELECT n, 1 + (n * 104729) % s, 1 + (n * 1299709) % s, 'Character ' || n, 1 + n % 20
FROM number, (SELECT max(n) AS s FROM number);

INSERT INTO items
SELECT n, 1 + (n * 15485863) % s, 'Item ' || n, 10 * (1 + n % 400)
FROM number, (SELECT max(n) AS s FROM number);

INSERT INTO locations
SELECT n, 1 + (n * 32452843) % s, CASE WHEN n > 10 THEN n / 10 END, 'Location ' || n
FROM number, (SELECT max(n) AS s FROM number);

INSERT INTO site_setting VALUES ('maintenance', 'off');

CREATE INDEX campaigns_owner ON campaigns (owner_id);
CREATE INDEX characters_campaign ON characters (campaign_id);
CREATE INDEX characters_player_owner ON characters (player_owner_id);
CREATE INDEX items_campaign ON items (campaign_id);
CREATE INDEX locations_campaign ON locations (campaign_id);

DROP TABLE number;
DROP TABLE example_size;
