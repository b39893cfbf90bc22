//! Processes killed a thousand times at random moments while they write: nothing acknowledged is ever missing.

mod support;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use stopover_journal::Journal;
use stopover_plan::Body;
use support::{Place, output, started};

const KILLS: u64 = 1000;
const JOURNALS: u64 = 4;
const WRITERS: u64 = 2;

const PATH: &str = "STOPOVER_TEST_KILLED_JOURNAL";
const TOKEN: &str = "STOPOVER_TEST_TOKEN";

/// Appends without end when started by a test below, else has nothing to do.
#[test]
fn a_child_appends_until_it_is_killed() {
    let Some(path) = std::env::var_os(PATH) else {
        return;
    };
    let token = std::env::var(TOKEN).expect("a token");
    let journal = Journal::open(path.as_ref()).expect("opens");
    let mut out = std::io::stdout().lock();
    writeln!(out).expect("ends the line of the test's name");
    for number in 0_u64.. {
        let text = format!("{token} {number}");
        let event = journal
            .append("s", output(text.as_str()), Some(number))
            .expect("appends");
        writeln!(out, "acknowledged {} {text}", event.seq).expect("tells");
    }
}

/// Numbers that look random and follow from a seed (Steele, Lea, Flood: Fast splittable pseudorandom number
/// generators, 2014).
struct SplitMix(u64);

impl SplitMix {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }
}

fn seed() -> u64 {
    std::env::var("STOPOVER_TEST_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
            now.map_or(1, |now| now.as_secs() ^ u64::from(now.subsec_nanos()))
        })
}

fn spawn(path: &Path, token: &str) -> Child {
    Command::new(std::env::current_exe().expect("the test binary"))
        .args([
            "a_child_appends_until_it_is_killed",
            "--exact",
            "--nocapture",
        ])
        .env(PATH, path)
        .env(TOKEN, token)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts")
}

/// Starts a writer, kills it at a random moment and returns what it had acknowledged: position and text.
fn write_and_die(path: &Path, token: &str, random: &mut SplitMix) -> Vec<(u64, String)> {
    let mut child = spawn(path, token);
    let mut lines = BufReader::new(child.stdout.take().expect("is piped")).lines();
    let mut acknowledged = Vec::new();
    let mut hear = |line: std::io::Result<String>| {
        // The last line may be cut in the middle, and then it was not told.
        if let Some(rest) = line
            .as_deref()
            .ok()
            .and_then(|line| line.strip_prefix("acknowledged "))
            && let Some((seq, text)) = rest.split_once(' ')
            && let Ok(seq) = seq.parse()
        {
            acknowledged.push((seq, text.to_owned()));
            return true;
        }
        false
    };
    // Some die before they write their first event, most after a few.
    let mut wanted = random.below(8);
    let moment = match wanted {
        0 => Duration::from_micros(random.below(12_000)),
        _ => Duration::from_micros(random.below(2_000)),
    };
    while wanted > 0 {
        let line = lines.next().expect("the child lives until it is killed");
        wanted -= u64::from(hear(line));
    }
    // The pause waits for nothing: it is the random moment.
    std::thread::sleep(moment);
    child.kill().expect("is killed");
    lines.for_each(|line| {
        hear(line);
    });
    child.wait().expect("is dead");
    acknowledged
}

/// Checks that every acknowledged event is in the journal as it was told.
fn check_present(path: &Path, acknowledged: &[(u64, String)], context: &str) {
    let journal = Journal::open(path).expect(context);
    let Some((first, _)) = acknowledged.first() else {
        return;
    };
    let events = journal.events("s", first - 1, usize::MAX).expect(context);
    for (seq, text) in acknowledged {
        let event = &events[usize::try_from(seq - first).expect("in order")];
        assert_eq!(event.seq, *seq, "{context}");
        match &event.body {
            // The text may be cut where the line was.
            Body::StepOutput { text: kept, .. } => {
                assert!(kept.starts_with(text), "{context}: {kept} is not {text}")
            }
            other => panic!("{context}: {other:?}"),
        }
    }
}

#[test]
fn killed_a_thousand_times_the_journal_opens_its_chain_is_intact_and_nothing_acknowledged_is_missing()
 {
    let seed = seed();
    std::thread::scope(|scope| {
        for number in 0..JOURNALS {
            scope.spawn(move || {
                let place = Place::new();
                place
                    .open()
                    .create_session("s", started(&["a"]))
                    .expect("starts");
                std::thread::scope(|writers| {
                    for writer in 0..WRITERS {
                        let path = &place.path;
                        writers.spawn(move || {
                            kill_again_and_again(path, seed, number * WRITERS + writer);
                        });
                    }
                });
                let verified = place.open().verify().expect("reads");
                assert!(verified.intact, "STOPOVER_TEST_SEED={seed}: {verified:?}");
            });
        }
    });
}

fn kill_again_and_again(path: &Path, seed: u64, stream: u64) {
    let mut random = SplitMix(seed ^ (stream << 56));
    let rounds = KILLS / (JOURNALS * WRITERS);
    let mut told = 0;
    for round in 0..rounds {
        let context = format!("STOPOVER_TEST_SEED={seed}, writer {stream}, round {round}");
        let token = format!("{stream}/{round}");
        let acknowledged = write_and_die(path, &token, &mut random);
        told += acknowledged.len();
        check_present(path, &acknowledged, &context);
        if round % 25 == 0 {
            let verified = Journal::open(path).and_then(|journal| journal.verify());
            assert!(verified.expect(&context).intact, "{context}");
        }
    }
    assert!(
        told as u64 > rounds,
        "most writers wrote before they died: {told}"
    );
}

/// Returns a place with a copy of the journal of which a power cut left the first `synced` bytes of its log.
fn after_a_power_cut(place: &Place, synced: u64) -> Place {
    let copy = Place::new();
    let log = |path: &Path| path.with_extension("db-wal");
    std::fs::create_dir_all(copy.path.parent().expect("a folder")).expect("made");
    std::fs::copy(&place.path, &copy.path).expect("copied");
    std::fs::copy(log(&place.path), log(&copy.path)).expect("copied");
    let file = std::fs::File::options().write(true).open(log(&copy.path));
    file.and_then(|file| file.set_len(synced)).expect("cut");
    copy
}

#[test]
fn a_power_cut_takes_at_most_the_proven_end_that_no_event_followed() {
    let place = Place::new();
    let journal = place.open();
    let log = || std::fs::metadata(place.path.with_extension("db-wal")).map_or(0, |log| log.len());
    journal
        .create_session("s", started(&["a"]))
        .expect("starts");
    let synced = log();
    journal
        .append_proven("s", output("proven"), Some(1))
        .expect("is written");
    assert!(log() > synced, "another process sees it already");
    for (left, events) in [(synced, 1), (log(), 2)] {
        let journal = after_a_power_cut(&place, left).open();
        assert_eq!(journal.head("s").expect("reads").seq, events);
        assert!(journal.verify().expect("reads").intact);
    }
    journal
        .append("s", output("next"), Some(2))
        .expect("is durable");
    let journal = after_a_power_cut(&place, log()).open();
    assert_eq!(journal.head("s").expect("reads").seq, 3);
}

#[test]
fn killed_while_it_is_created_the_journal_opens() {
    let seed = seed();
    let mut random = SplitMix(seed);
    for round in 0..40 {
        let context = format!("STOPOVER_TEST_SEED={seed}, round {round}");
        let place = Place::new();
        // There is no session to append to, so that the child ends by itself if it gets that far.
        let mut child = spawn(&place.path, "x");
        std::thread::sleep(Duration::from_micros(random.below(15_000)));
        child.kill().expect("is killed, or has ended");
        child.wait().expect("is dead");
        let journal = Journal::open(&place.path).expect(&context);
        journal.create_session("s", started(&[])).expect(&context);
        assert!(journal.verify().expect(&context).intact, "{context}");
    }
}
