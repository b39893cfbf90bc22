//! The test of a connection: what is wrong, where, and the mend.

use stopover_engine::Place;
use stopover_tests::{MariaDb, Postgres, Scratch};

use crate::{CANARY, report};

#[tokio::test]
async fn the_test_of_a_connection_says_what_is_wrong() {
    let (pg, my) = (Postgres::shared(), MariaDb::shared());
    let (pg_name, pg_url) = pg.fresh();
    let (my_name, my_url) = my.fresh();
    for sql in [
        "CREATE ROLE poor LOGIN",
        "CREATE DATABASE closed",
        "REVOKE CONNECT ON DATABASE closed FROM public",
    ] {
        pg.run("postgres", sql);
    }
    my.run(
        "",
        &format!("CREATE USER poor@'%'; GRANT SELECT ON {my_name}.* TO poor@'%'"),
    );
    let right = [
        pg.url_with_password(&pg_name, CANARY),
        my.url_with_password(&my_name, CANARY),
    ];
    let folder = Scratch::new();
    let junk = folder.write(
        "junk",
        "no database at all, but long enough to be taken for one by its size. ".repeat(20),
    );
    let nobody = stopover_tests::free_port();

    let mut cases: Vec<(String, Place, &str)> = right
        .iter()
        .map(|url| {
            (
                url.replace(CANARY, "wrong-password"),
                Place::Authentication,
                "Correct the password",
            )
        })
        .collect();
    cases.extend([
        (pg.url("nowhere"), Place::Database, "Correct the database"),
        (my.url("nowhere"), Place::Database, "Correct the database"),
        (
            pg.url_as("poor", "closed"),
            Place::Privilege,
            "Grant CONNECT",
        ),
        (
            my.url_as("poor", "mysql"),
            Place::Privilege,
            "Grant privileges",
        ),
        (
            pg.url_on(nobody, &pg_name),
            Place::Port,
            "Check that the server runs",
        ),
        (
            my.url_on(nobody, &my_name),
            Place::Port,
            "Check that the server runs",
        ),
        (
            pg.url_on(my.port(), &pg_name),
            Place::Port,
            "Correct the port",
        ),
        (
            format!("postgres://a:{CANARY}@no-such-host.invalid/b"),
            Place::Host,
            "Correct the host",
        ),
        (
            format!("{pg_url}?sslmode=require"),
            Place::Tls,
            "Turn TLS on",
        ),
        (
            format!("{my_url}?sslmode=require"),
            Place::Tls,
            "Turn TLS on",
        ),
        (
            format!("sqlite:{}", folder.join("none").display()),
            Place::File,
            "Correct the path",
        ),
        (
            format!("sqlite:{}", junk.display()),
            Place::File,
            "Name an SQLite",
        ),
        (
            format!("sqlite:{}", folder.path().display()),
            Place::File,
            "Name an SQLite",
        ),
    ]);
    for (url, place, hint) in cases {
        let report = report(&url).await;
        assert!(!report.ok, "{url}");
        assert_eq!(report.place, Some(place), "{url}: {report:?}");
        let problem = report.problem.clone().unwrap();
        assert!(problem.hint.starts_with(hint), "{url}: {problem}");
        let shown = format!("{report:?}");
        assert!(
            !shown.contains(CANARY) && !shown.contains("wrong-password"),
            "{shown}"
        );
    }

    for url in right.iter().map(String::as_str).chain([
        pg_url.as_str(),
        &my_url,
        &pg.socket_url(&pg_name),
        &my.socket_url(&my_name),
    ]) {
        let report = report(url).await;
        assert!(report.ok && report.warnings.is_empty(), "{url}: {report:?}");
        assert!(!format!("{report:?}").contains(CANARY));
    }
    for url in [pg.url_as("poor", &pg_name), my.url_as("poor", &my_name)] {
        let report = report(&url).await;
        assert!(report.ok, "{url}: {report:?}");
        assert!(
            report
                .warnings
                .iter()
                .any(|warning| warning.code == "cannot-create"),
            "{url}: {report:?}"
        );
    }
}

#[tokio::test]
async fn a_certificate_is_checked_as_far_as_asked() {
    let (pg, my) = (Postgres::start_with_tls(), MariaDb::start_with_tls());
    for (url, authority) in [
        (pg.database("shop"), pg.authority()),
        (my.database("shop"), my.authority()),
    ] {
        let authority = authority.display();
        let local = url.replace("127.0.0.1", "localhost");
        for (url, passes) in [
            (format!("{url}?sslmode=require"), true),
            (format!("{url}?sslmode=verify-ca"), false),
            (
                format!("{url}?sslmode=verify-ca&sslrootcert={authority}"),
                true,
            ),
            (
                format!("{local}?sslmode=verify-full&sslrootcert={authority}"),
                true,
            ),
            (
                format!("{url}?sslmode=verify-full&sslrootcert=/nowhere/ca.crt"),
                false,
            ),
        ] {
            let report = report(&url).await;
            assert_eq!(report.ok, passes, "{url}: {report:?}");
            if passes {
                assert!(
                    report
                        .tls
                        .is_some_and(|version| version.starts_with("TLSv1")),
                    "{url}"
                );
            } else {
                assert_eq!(report.place, Some(Place::Tls), "{url}");
            }
        }
        let plain = report(&format!("{url}?sslmode=disable")).await;
        assert_eq!((plain.ok, plain.tls), (true, None));
    }
}
