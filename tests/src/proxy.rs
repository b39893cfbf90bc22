//! A TCP proxy between client and server that can cut the line at an exact point.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// What is lost when the proxy sees the bytes it waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The server receives the request and answers; the client never sees the answer.
    Answer,
    /// The server never sees the request.
    Request,
}

/// A proxy that forwards everything until it is told to cut.
///
/// Only plain connections can be searched for bytes: the URL through the proxy must not ask for TLS.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    state: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    trap: Option<(Vec<u8>, Cut)>,
    cuts: usize,
    connections: usize,
    silent: bool,
    closed: bool,
    open: Vec<TcpStream>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread panics with the state")
    }
}

/// How one connection goes on after some bytes went through it.
enum Verdict {
    Forward,
    LoseAnswer,
    LoseRequest,
}

impl Proxy {
    /// Starts a proxy before the server on `port` of 127.0.0.1.
    pub fn before(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("127.0.0.1 has a free port");
        let own = listener.local_addr().expect("a listener has an address");
        let state = Arc::new(Shared::default());
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                if shared.lock().closed {
                    return;
                }
                if let Ok(client) = client {
                    connect(client, SocketAddr::from(([127, 0, 0, 1], port)), &shared);
                }
            }
        });
        Self {
            port: own.port(),
            state,
        }
    }

    /// Returns the port clients connect to.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Cuts the connection on which a client next sends `bytes`; once.
    pub fn cut_on(&self, bytes: impl AsRef<[u8]>, cut: Cut) {
        self.state.lock().trap = Some((bytes.as_ref().to_vec(), cut));
    }

    /// Forwards nothing more and keeps every connection open: a network that swallows all.
    pub fn fall_silent(&self) {
        self.state.lock().silent = true;
    }

    /// Forwards again what is sent from now on; bytes swallowed meanwhile are lost.
    pub fn speak_again(&self) {
        self.state.lock().silent = false;
    }

    /// Closes every open connection; new ones are taken.
    pub fn drop_connections(&self) {
        for stream in self.state.lock().open.drain(..) {
            // A connection that is gone already is what was asked for.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Returns how many connections were made so far.
    pub fn connections(&self) -> usize {
        self.state.lock().connections
    }

    /// Waits until `count` cuts have happened and returns whether they did within `patience`.
    pub fn wait_for_cuts(&self, count: usize, patience: Duration) -> bool {
        let state = self.state.lock();
        let (_state, waited) = self
            .state
            .changed
            .wait_timeout_while(state, patience, |state| state.cuts < count)
            .expect("no thread panics with the state");
        !waited.timed_out()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.lock().closed = true;
        self.drop_connections();
        // Wakes the thread that accepts, so that it sees the end.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn connect(client: TcpStream, server: SocketAddr, shared: &Arc<Shared>) {
    let Ok(server) = TcpStream::connect(server) else {
        // The client sees its connection closed, as with a server that is down.
        return;
    };
    let both = [&client, &server];
    let [Ok(client_twin), Ok(server_twin)] = both.map(TcpStream::try_clone) else {
        return;
    };
    for stream in both {
        // Small packets must not wait for each other: tests measure answers, not Nagle's algorithm.
        let _ = stream.set_nodelay(true);
    }
    {
        let mut state = shared.lock();
        state.connections += 1;
        let twins = both.map(TcpStream::try_clone);
        state.open.extend(twins.into_iter().flatten());
    }
    let lost = Arc::new(Mutex::new(false));
    let up = (Arc::clone(shared), Arc::clone(&lost));
    std::thread::spawn(move || upward(client, server, &up.0, &up.1));
    let down = Arc::clone(shared);
    std::thread::spawn(move || downward(server_twin, client_twin, &down, &lost));
}

/// Carries requests from the client to the server and looks for the trap's bytes in them.
fn upward(mut client: TcpStream, mut server: TcpStream, shared: &Shared, lost: &Mutex<bool>) {
    let mut buffer = [0_u8; 16 * 1024];
    let mut seen: Vec<u8> = Vec::new();
    while let Ok(count @ 1..) = client.read(&mut buffer) {
        let bytes = &buffer[..count];
        if shared.lock().silent {
            continue;
        }
        match judge(bytes, &mut seen, shared) {
            Verdict::Forward => {
                if server.write_all(bytes).is_err() {
                    break;
                }
            }
            Verdict::LoseAnswer => {
                *lost.lock().expect("no thread panics with the flag") = true;
                // The other direction closes the line once the server has answered.
                if server.write_all(bytes).is_err() {
                    break;
                }
            }
            Verdict::LoseRequest => {
                announce_cut(shared);
                break;
            }
        }
    }
    if !*lost.lock().expect("no thread panics with the flag") {
        let _ = client.shutdown(Shutdown::Both);
        let _ = server.shutdown(Shutdown::Both);
    }
}

/// Carries answers from the server to the client, unless they are to be lost.
fn downward(mut server: TcpStream, mut client: TcpStream, shared: &Shared, lost: &Mutex<bool>) {
    let mut buffer = [0_u8; 16 * 1024];
    while let Ok(count @ 1..) = server.read(&mut buffer) {
        if *lost.lock().expect("no thread panics with the flag") {
            // The server has answered, so it has done what it was asked. Whoever sees the line cut can see that it was.
            announce_cut(shared);
            let _ = client.shutdown(Shutdown::Both);
            let _ = server.shutdown(Shutdown::Both);
            return;
        }
        if !shared.lock().silent && client.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
}

fn announce_cut(shared: &Shared) {
    shared.lock().cuts += 1;
    shared.changed.notify_all();
}

/// Looks for the trap's bytes, also where they come in two packets, and springs the trap when they are there.
fn judge(bytes: &[u8], seen: &mut Vec<u8>, shared: &Shared) -> Verdict {
    let mut state = shared.lock();
    let Some((wanted, cut)) = &state.trap else {
        seen.clear();
        return Verdict::Forward;
    };
    seen.extend_from_slice(bytes);
    let found = seen
        .windows(wanted.len().max(1))
        .any(|window| window == wanted);
    if !found {
        let keep = wanted.len().saturating_sub(1).min(seen.len());
        seen.drain(..seen.len() - keep);
        return Verdict::Forward;
    }
    let verdict = match cut {
        Cut::Answer => Verdict::LoseAnswer,
        Cut::Request => Verdict::LoseRequest,
    };
    state.trap = None;
    seen.clear();
    verdict
}
