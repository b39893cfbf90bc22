-- The database before the migration, for MariaDB. Run it on an empty database:
--
--   mariadb -e 'CREATE DATABASE game' && mariadb game < setup.mariadb.sql
--
-- It makes 10,000 rows in each table. For another size, say so first:
--
--   CREATE TABLE example_size (size int NOT NULL);
--   INSERT INTO example_size VALUES (100000);

CREATE TABLE IF NOT EXISTS example_size (size int NOT NULL);
INSERT INTO example_size SELECT 10000 FROM DUAL WHERE NOT EXISTS (SELECT * FROM example_size);

CREATE TABLE users (
  id bigint PRIMARY KEY,
  username varchar(150) NOT NULL UNIQUE,
  email varchar(254) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
CREATE TABLE campaigns (
  id bigint PRIMARY KEY,
  name varchar(100) NOT NULL,
  owner_id bigint NOT NULL,
  started_at datetime NOT NULL,
  KEY campaigns_owner (owner_id),
  CONSTRAINT campaigns_owner_fk FOREIGN KEY (owner_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
CREATE TABLE characters (
  id bigint PRIMARY KEY,
  campaign_id bigint NOT NULL,
  player_owner_id bigint NOT NULL,
  name varchar(100) NOT NULL,
  level int NOT NULL,
  KEY characters_campaign (campaign_id),
  KEY characters_player_owner (player_owner_id),
  CONSTRAINT characters_campaign_fk FOREIGN KEY (campaign_id) REFERENCES campaigns (id),
  CONSTRAINT characters_player_owner_fk FOREIGN KEY (player_owner_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
CREATE TABLE items (
  id bigint PRIMARY KEY,
  campaign_id bigint NOT NULL,
  name varchar(100) NOT NULL,
  weight_g int NOT NULL,
  KEY items_campaign (campaign_id),
  CONSTRAINT items_campaign_fk FOREIGN KEY (campaign_id) REFERENCES campaigns (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
CREATE TABLE locations (
  id bigint PRIMARY KEY,
  campaign_id bigint NOT NULL,
  parent_id bigint NULL,
  name varchar(100) NOT NULL,
  KEY locations_campaign (campaign_id),
  KEY locations_parent (parent_id),
  CONSTRAINT locations_campaign_fk FOREIGN KEY (campaign_id) REFERENCES campaigns (id),
  CONSTRAINT locations_parent_fk FOREIGN KEY (parent_id) REFERENCES locations (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
CREATE TABLE site_setting (
  name varchar(100) PRIMARY KEY,
  value varchar(100) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

SET SESSION max_recursive_iterations = 100000000;
CREATE TABLE example_number (n bigint PRIMARY KEY) ENGINE=InnoDB;
INSERT INTO example_number
WITH RECURSIVE size (s) AS (SELECT * FROM example_size),
  counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted, size WHERE n < s)
SELECT n FROM counted;
SET @s = (SELECT max(n) FROM example_number);

-- The multipliers are primes: owners, campaigns and rows are spread, and the same on every run.
INSERT INTO users
SELECT n, concat('player', n), concat('player', n, '@example.org') FROM example_number ORDER BY n;

INSERT INTO campaigns
SELECT n, concat('Campaign ', n), 1 + (n * 7919) % @s,
  timestampadd(DAY, n % 1500, '2020-01-01 00:00:00')
FROM example_number ORDER BY n;

INSERT INTO characters
SELECT n, 1 + (n * 104729) % @s, 1 + (n * 1299709) % @s, concat('Character ', n), 1 + n % 20
FROM example_number ORDER BY n;

INSERT INTO items
SELECT n, 1 + (n * 15485863) % @s, concat('Item ', n), 10 * (1 + n % 400)
FROM example_number ORDER BY n;

INSERT INTO locations
SELECT n, 1 + (n * 32452843) % @s, CASE WHEN n > 10 THEN n DIV 10 END, concat('Location ', n)
FROM example_number ORDER BY n;

INSERT INTO site_setting VALUES ('maintenance', 'off');

DROP TABLE example_number;
DROP TABLE example_size;
