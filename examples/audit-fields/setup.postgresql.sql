-- The database before the migration, for PostgreSQL. Run it on an empty database:
--
--   createdb game && psql -v ON_ERROR_STOP=1 -d game -f setup.postgresql.sql
--
-- It makes 10,000 rows in each table. For another size, say so first:
--
--   CREATE TABLE example_size (size integer NOT NULL);
--   INSERT INTO example_size VALUES (100000);

CREATE TABLE IF NOT EXISTS example_size (size integer NOT NULL);
INSERT INTO example_size SELECT 10000 WHERE NOT EXISTS (SELECT * FROM example_size);

CREATE TABLE users (
  id bigint PRIMARY KEY,
  username text NOT NULL UNIQUE,
  email text NOT NULL
);
CREATE TABLE campaigns (
  id bigint PRIMARY KEY,
  name text NOT NULL,
  owner_id bigint NOT NULL REFERENCES users (id),
  started_at timestamptz NOT NULL
);
CREATE TABLE characters (
  id bigint PRIMARY KEY,
  campaign_id bigint NOT NULL REFERENCES campaigns (id),
  player_owner_id bigint NOT NULL REFERENCES users (id),
  name text NOT NULL,
  level integer NOT NULL
);
CREATE TABLE items (
  id bigint PRIMARY KEY,
  campaign_id bigint NOT NULL REFERENCES campaigns (id),
  name text NOT NULL,
  weight_g integer NOT NULL
);
CREATE TABLE locations (
  id bigint PRIMARY KEY,
  campaign_id bigint NOT NULL REFERENCES campaigns (id),
  parent_id bigint REFERENCES locations (id),
  name text NOT NULL
);
CREATE TABLE site_setting (
  name text PRIMARY KEY,
  value text NOT NULL
);

-- The multipliers are primes: owners, campaigns and rows are spread, and the same on every run.
INSERT INTO users
SELECT n, 'player' || n, 'player' || n || '@example.org'
FROM (SELECT * FROM example_size) AS size (s), generate_series(1, s) AS n;

INSERT INTO campaigns
SELECT n, 'Campaign ' || n, 1 + (n * 7919::bigint) % s,
  timestamptz '2020-01-01 00:00:00+00' + (n % 1500) * interval '24 hours'
FROM (SELECT * FROM example_size) AS size (s), generate_series(1, s) AS n;

INSERT INTO characters
SELECT n, 1 + (n * 104729::bigint) % s, 1 + (n * 1299709::bigint) % s, 'Character ' || n, 1 + n % 20
FROM (SELECT * FROM example_size) AS size (s), generate_series(1, s) AS n;

INSERT INTO items
SELECT n, 1 + (n * 15485863::bigint) % s, 'Item ' || n, 10 * (1 + n % 400)
FROM (SELECT * FROM example_size) AS size (s), generate_series(1, s) AS n;

INSERT INTO locations
SELECT n, 1 + (n * 32452843::bigint) % s, CASE WHEN n > 10 THEN n / 10 END, 'Location ' || n
FROM (SELECT * FROM example_size) AS size (s), generate_series(1, s) AS n;

INSERT INTO site_setting VALUES ('maintenance', 'off');

CREATE INDEX campaigns_owner ON campaigns (owner_id);
CREATE INDEX characters_campaign ON characters (campaign_id);
CREATE INDEX characters_player_owner ON characters (player_owner_id);
CREATE INDEX items_campaign ON items (campaign_id);
CREATE INDEX locations_campaign ON locations (campaign_id);

DROP TABLE example_size;
ANALYZE;
