//! Connection URLs: what is read, what is refused, and that no password escapes.

use proptest::prelude::*;
use stopover_plan::connection::{Connection, SecretRef, Tls, parse_url};
use stopover_plan::model::{Engine, Environment};

fn read(url: &str) -> Connection {
    parse_url(url)
        .unwrap_or_else(|problem| panic!("{url}: {problem}"))
        .0
}

fn refused(url: &str, says: &str) {
    let problem = parse_url(url).expect_err(url);
    let text = problem.to_string();
    assert!(text.contains(says), "{url}: {text}");
    assert!(!problem.hint.is_empty(), "{url}: {text}");
}

#[test]
fn a_full_url_is_read() {
    let (connection, secret) = parse_url(
        "postgresql://ana%40corp:p%40ss%2Fw%3Ard@db.example.org:6432/shop%20live?sslmode=verify-full&sslrootcert=/etc/ca.pem&ssh=jump@bastion:2222&environment=production&read_only=true",
    )
    .expect("valid");
    assert_eq!(
        connection,
        Connection {
            name: "shop live".into(),
            engine: Engine::Postgresql,
            host: "db.example.org".into(),
            port: 6432,
            socket: None,
            user: "ana@corp".into(),
            database: "shop live".into(),
            tls: Tls::VerifyFull,
            tls_ca: Some("/etc/ca.pem".into()),
            ssh: Some("jump@bastion:2222".into()),
            secret: SecretRef::Prompt,
            environment: Environment::Production,
            read_only: true,
        }
    );
    assert_eq!(secret.expect("given").expose(), "p@ss/w:rd");
    let json = serde_json::to_string(&connection).expect("plain data");
    assert!(!json.contains("p@ss") && !connection.url().contains("p%40ss"));
    assert_eq!(
        serde_json::from_str::<Connection>(&json).expect("reads back"),
        connection
    );
}

#[test]
fn what_a_url_leaves_out_takes_its_default() {
    let connection = read("postgres:///shop");
    assert_eq!(
        (connection.host.as_str(), connection.port),
        ("localhost", 5432)
    );
    assert_eq!(connection.secret, SecretRef::PgPass);
    assert_eq!(
        (connection.tls, connection.environment),
        (Tls::Prefer, Environment::Development)
    );
    let connection = read("MariaDB://root:@127.0.0.1/shop");
    assert_eq!((connection.engine, connection.port), (Engine::Mysql, 3306));
    assert_eq!(connection.secret, SecretRef::None);
    assert_eq!(connection.user, "root");
}

#[test]
fn hosts_may_be_ipv6_addresses_and_sockets() {
    let connection = read("postgres://u@[fe80::1%25eth0]:5433/d");
    assert_eq!(
        (connection.host.as_str(), connection.port),
        ("fe80::1%eth0", 5433)
    );
    assert_eq!(read("mysql://[::1]/d").host, "::1");
    for url in ["postgres://u@/d?host=/run/pg", "postgres://u@%2Frun%2Fpg/d"] {
        let connection = read(url);
        assert_eq!(connection.socket.as_deref(), Some("/run/pg"));
        assert_eq!(connection.host, "");
    }
}

#[test]
fn a_service_may_name_everything() {
    let connection = read("postgres://?service=shop");
    assert_eq!(connection.secret, SecretRef::Service("shop".into()));
    assert_eq!(
        (connection.host.as_str(), connection.database.as_str()),
        ("", "")
    );
    refused("mysql://h/d?service=x", "unknown key `service`");
}

#[test]
fn sqlite_files_are_named_by_path() {
    for (url, path) in [
        ("sqlite:shop.db", "shop.db"),
        ("sqlite:/var/a%20b.db", "/var/a b.db"),
        ("sqlite:///var/x.db", "/var/x.db"),
        ("sqlite://x.db?environment=staging", "x.db"),
        ("sqlite:./100%.db", "./100%.db"),
    ] {
        assert_eq!(read(url).database, path);
    }
    assert_eq!(read("sqlite:/var/x.db").name, "x.db");
    refused("sqlite::memory:", "in memory");
    refused("sqlite://:memory:", "in memory");
    refused("sqlite:file:x?mode=memory", "in memory");
    refused("sqlite:", "no SQLite file");
    refused("sqlite:x.db?sslmode=require", "unknown key `sslmode`");
}

#[test]
fn unusable_urls_are_refused_with_a_hint() {
    refused("", "no known engine");
    refused("shop", "no known engine");
    refused("oracle://h/d", "no known engine");
    refused("postgres:h/d", "no //");
    refused("postgres://h", "names no database");
    refused("postgres://h:99999/d", "port");
    refused("postgres://h:0/d", "port");
    refused("postgres://[::1/d", "closing bracket");
    refused("postgres://a,b/d", "more than one host");
    refused("postgres://u@-oProxyCommand=x/d", "not a host name");
    refused("postgres://h/d?ssh=-oProxyCommand=x", "ssh host");
    refused("postgres://h/d?ssh=u@-oProxyCommand", "ssh host");
    refused("postgres://h/d?ssh=a%20b", "ssh host");
    refused("postgres://h/d?sslmode=maybe", "sslmode");
    refused("postgres://h/d?environment=prod", "environment");
    refused("postgres://h/d?colour=red", "unknown key `colour`");
    refused("postgres://h/%ff", "not UTF-8");
    refused("postgres://h/d%00", "control character");
    refused(&format!("postgres://h/{}", "x".repeat(9_000)), "8 KiB");
}

#[test]
fn a_refusal_repeats_no_part_of_a_password() {
    for url in [
        "postgres://u:canary/x@h/d",
        "postgres://u:canary?x@h/d",
        "postgres://u:12?canary=@h/d",
        "postgres://u:canary#@h:x/d",
        "postgres://u:canary@h:canary/d",
        "postgres://u:canary%ff@h/d",
        "postgres://u:canary%00@h/d",
        "postgres://u:can@canary@h/d?sslmode=canary",
        "postgres:u:canary@h/d",
        "canary://u:canary@h/d",
        "postgres://h/d?password=canary&service=x",
    ] {
        let shown = match parse_url(url) {
            Err(problem) => format!("{problem:?}"),
            Ok((connection, secret)) => format!("{connection:?} {} {secret:?}", connection.url()),
        };
        assert!(!shown.contains("canary"), "{url}: {shown}");
    }
}

fn word() -> impl Strategy<Value = String> {
    "[^\\p{Cc}]{1,20}"
}

fn host() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9][a-z0-9.-]{0,20}",
        Just("::1".into()),
        Just("fe80::1%ab0".into())
    ]
}

prop_compose! {
    fn server()(
        engine in prop_oneof![Just(Engine::Postgresql), Just(Engine::Mysql)],
        host in host(),
        port in 1_u16..,
        socket in proptest::option::of("/[^\\p{Cc}]{1,20}"),
        user in "[^\\p{Cc}]{0,20}",
        database in word(),
        tls in prop_oneof![Just(Tls::Disable), Just(Tls::Prefer), Just(Tls::Require), Just(Tls::VerifyCa), Just(Tls::VerifyFull)],
        tls_ca in proptest::option::of(word()),
        ssh in proptest::option::of("[a-z]{1,5}@[a-z]{1,9}(:[1-9]{1,4})?"),
        environment in prop_oneof![Just(Environment::Development), Just(Environment::Staging), Just(Environment::Production)],
        read_only in any::<bool>(),
        service in proptest::option::of(word()),
    ) -> Connection {
        let secret = match (engine, service) {
            (Engine::Postgresql, Some(service)) => SecretRef::Service(service),
            (Engine::Postgresql, None) => SecretRef::PgPass,
            _ => SecretRef::None,
        };
        let host = if socket.is_some() { String::new() } else { host };
        Connection { name: database.clone(), engine, host, port, socket, user, database, tls, tls_ca, ssh, secret, environment, read_only }
    }
}

proptest! {
    #[test]
    fn a_connection_reads_back_from_its_url(connection in server()) {
        let (read, secret) = parse_url(&connection.url()).expect("its own URL");
        prop_assert_eq!(secret, None);
        prop_assert_eq!(read, connection);
    }

    #[test]
    fn a_file_reads_back_from_its_url(path in "[^\\p{Cc}]{1,30}") {
        prop_assume!(path != ":memory:" && !path.starts_with("file:"));
        let mut connection = read("sqlite:x");
        connection.database.clone_from(&path);
        prop_assert_eq!(read(&connection.url()).database, path);
    }

    #[test]
    fn nothing_makes_the_parser_panic(scheme in "(postgres|mysql|sqlite|x)?(:|://|//)?", rest in "[\\PC\\x00]{0,60}") {
        let _ = parse_url(&format!("{scheme}{rest}"));
    }

    #[test]
    fn any_password_is_read_and_never_shown(password in "[a-zA-Z0-9!@:/?#%&= é]{8,30}") {
        let escaped = percent_encoding::utf8_percent_encode(&password, percent_encoding::NON_ALPHANUMERIC);
        let (connection, secret) = parse_url(&format!("mysql://u:{escaped}@h/d")).expect("escaped");
        let shown = format!("{connection:?}{secret:?}{}", connection.url());
        prop_assert!(!shown.contains(&password));
        let secret = secret.expect("given");
        prop_assert_eq!(secret.expose(), password);
        prop_assert_eq!(connection.secret, SecretRef::Prompt);
    }
}
