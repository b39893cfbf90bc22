//! A PgBouncer in transaction mode before a throwaway PostgreSQL server.

use std::net::TcpStream;

use crate::guard::{Account, Guard, free_port};
use crate::postgres::Postgres;
use crate::programs::find;

/// A running PgBouncer that ends with the test.
#[derive(Debug)]
pub struct PgBouncer {
    _guard: Guard,
    port: u16,
}

impl PgBouncer {
    /// Starts a pool in transaction mode before `server`.
    pub fn start(server: &Postgres) -> Self {
        let account = Account::of("postgres");
        let folder = account.folder();
        let port = free_port();
        let users = folder.join("users");
        account.write(&users, "\"postgres\" \"\"\n");
        let settings = folder.join("pgbouncer.ini");
        account.write(
            &settings,
            &format!(
                "[databases]\n* = host=127.0.0.1 port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
                 listen_port = {port}\nunix_socket_dir =\nauth_type = trust\nauth_file = {}\n\
                 pool_mode = transaction\ndefault_pool_size = 5\n\
                 ignore_startup_parameters = extra_float_digits,options\n",
                server.port(),
                users.display()
            ),
        );
        let mut command = account.command(&find("pgbouncer", &[]));
        command.push(settings.into());
        let guard = Guard::over(folder, "KILL", &command);
        guard.start();
        let ready = guard.wait(|| {
            let log = guard.log();
            if log.contains("process up") {
                Ok(TcpStream::connect(("127.0.0.1", port)).is_ok())
            } else if log.contains("Address already in use") || log.contains("FATAL") {
                Err(log)
            } else {
                Ok(false)
            }
        });
        if let Err(log) = ready {
            panic!("PgBouncer did not start:\n{log}");
        }
        Self {
            _guard: guard,
            port,
        }
    }

    /// Returns the pool's TCP port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the URL of a database through the pool.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }
}
