//! Programs of every temper, run for real.

use std::sync::{Arc, Mutex};

use super::*;

fn shell(script: &str) -> Launch {
    Launch {
        program: "sh".into(),
        args: vec!["-c".into(), script.into()],
        ..Launch::default()
    }
}

async fn output_of(launch: &Launch) -> (Result<Ran, ProcessError>, String, u64) {
    let mut text = String::new();
    let mut dropped = 0;
    let ran = run(launch, std::future::pending(), &mut |_, chunk, left_out| {
        text.push_str(&chunk);
        dropped += left_out;
        Ok(())
    })
    .await;
    (ran, text, dropped)
}

fn is_gone(pid: &str) -> bool {
    let pid = nix::unistd::Pid::from_raw(pid.trim().parse().expect("a process id"));
    // A process that waits to be reaped by init has ended as well.
    nix::sys::signal::kill(pid, None).is_err()
        || std::fs::read_to_string(format!("/proc/{pid}/stat"))
            .is_ok_and(|stat| stat.contains(") Z "))
}

#[tokio::test]
async fn exit_code_output_and_environment_are_reported() {
    let mut launch = shell("echo \"$WORD $(pwd)\"; cat; echo oops >&2; exit 7");
    launch.env.insert("WORD".into(), "hello".into());
    launch.dir = Some("/usr".into());
    launch.stdin = Input::Bytes(b"input".to_vec());
    let (ran, text, dropped) = output_of(&launch).await;
    let ran = ran.expect("it ran");
    assert_eq!((ran.exit, ran.signal, dropped), (Some(7), None, 0));
    assert_eq!(text, "hello /usr\ninputoops\n");
    assert_eq!(ran.output_bytes, text.len() as u64);
}

#[tokio::test]
async fn a_program_that_does_not_exist_is_named() {
    let launch = Launch {
        program: "no-such-program-here".into(),
        ..Launch::default()
    };
    let error = output_of(&launch).await.0.expect_err("there is none");
    assert_eq!(error.problem().code, "program-not-found");
    assert!(error.to_string().contains("no-such-program-here"));
    let mut launch = shell("true");
    launch.dir = Some("/no/such/folder".into());
    let error = output_of(&launch).await.0.expect_err("no folder");
    assert_eq!(error.problem().code, "folder-not-found");
}

#[tokio::test]
async fn a_line_of_a_hundred_megabytes_is_bounded_and_hashed_whole() {
    let script = "head -c 100000000 /dev/zero | tr '\\0' x";
    let (ran, text, dropped) = output_of(&shell(script)).await;
    let ran = ran.expect("it ran");
    assert!(text.len() <= 1024 * 1024, "{}", text.len());
    assert_eq!(text.len() as u64 + dropped, 100_000_000);
    assert_eq!(ran.output_bytes, 100_000_000);
    // `head -c 100000000 /dev/zero | tr '\0' x | sha256sum`
    assert_eq!(
        ran.output_sha256,
        std::str::from_utf8(
            &std::process::Command::new("sh")
                .args(["-c", &format!("{script} | sha256sum | cut -c1-64")])
                .output()
                .expect("sha256sum is part of coreutils")
                .stdout
        )
        .expect("hexadecimal")
        .trim()
    );
}

#[tokio::test]
async fn strange_bytes_arrive_as_visible_escapes() {
    let (ran, text, _) = output_of(&shell(r"printf '\033[1mbold\000\377\\end\n'")).await;
    assert_eq!(ran.expect("it ran").exit, Some(0));
    assert_eq!(text, "\\x1b[1mbold\\0\\xff\\\\end\n");
    assert_eq!(
        unescape(&text).expect("our own"),
        b"\x1b[1mbold\0\xff\\end\n"
    );
}

#[tokio::test]
async fn a_secret_is_replaced_before_anyone_sees_it() {
    let mut launch =
        shell("printf %s \"$PART\"; sleep 0.3; printf '%s\\n' 1234; echo \"$PART\"1234 >&2");
    launch.env.insert("PART".into(), "canary-".into());
    launch.secrets = vec!["canary-1234".into()];
    let (ran, text, _) = output_of(&launch).await;
    let ran = ran.expect("it ran");
    assert_eq!(text, "***\n***\n");
    assert!(!ran.tail.contains("canary"));
    assert!(!format!("{launch:?}").contains("canary"));
}

#[tokio::test]
async fn text_is_found_also_in_output_that_is_not_kept() {
    let mut launch = shell("seq 1 200000; echo Ran 21 tests; seq 1 200000");
    launch.wanted = Some("Ran 21 tests".into());
    let (ran, text, _) = output_of(&launch).await;
    assert_eq!(ran.expect("it ran").found, Some(true));
    assert!(!text.contains("Ran 21"));
    launch.wanted = Some("Ran 22 tests".into());
    assert_eq!(
        output_of(&launch).await.0.expect("it ran").found,
        Some(false)
    );
}

#[tokio::test]
async fn a_timeout_ends_the_program_and_its_grandchildren() {
    let mut launch = shell("sleep 600 & echo $!; wait");
    // Long enough for a busy machine to start both.
    launch.timeout = Some(Duration::from_secs(5));
    let (ran, text, _) = output_of(&launch).await;
    let error = ran.expect_err("too long");
    assert_eq!(error.problem().code, "timed-out");
    assert!(matches!(error, ProcessError::TimedOut { ran, .. } if ran.signal == Some(15)));
    assert!(is_gone(&text));
}

#[tokio::test]
async fn a_program_deaf_to_the_polite_signal_is_killed_with_its_grandchildren() {
    let launch = shell(
        "trap '' TERM; (trap '' TERM; sleep 600 & wait; sleep 600) & echo $!; while :; do sleep 1; done",
    );
    let said = Arc::new(Mutex::new(String::new()));
    let (heard, mut first) = (said.clone(), Some(()));
    let (send, receive) = tokio::sync::oneshot::channel::<()>();
    let mut send = Some(send);
    let cancel = async {
        let _ = receive.await;
    };
    let error = run(&launch, cancel, &mut |_, chunk, _| {
        heard.lock().expect("one thread").push_str(&chunk);
        if first.take().is_some() {
            let _ = send.take().expect("sent once").send(());
        }
        Ok(())
    })
    .await
    .expect_err("cancelled");
    assert!(matches!(error, ProcessError::Cancelled { ran, .. } if ran.signal == Some(9)));
    assert!(is_gone(&said.lock().expect("one thread")));
}

#[tokio::test]
async fn a_program_that_leaves_something_running_has_ended() {
    let (ran, text, _) = output_of(&shell("sleep 600 & echo $!")).await;
    let ran = ran.expect("it ran");
    assert_eq!(ran.exit, Some(0));
    assert!(!is_gone(&text), "what it left running was meant to stay");
    let pid = nix::unistd::Pid::from_raw(text.trim().parse().expect("a process id"));
    nix::sys::signal::kill(pid, Signal::SIGKILL).expect("it is ours");
}

#[tokio::test]
async fn output_that_cannot_be_recorded_ends_the_program() {
    let launch = shell("echo $$ >&2; exec sleep 600");
    let mut pid = String::new();
    let error = run(&launch, std::future::pending(), &mut |_, chunk, _| {
        pid = chunk;
        Err(RecordError {
            doing: "written",
            source: "disk full".into(),
        })
    })
    .await
    .expect_err("not recorded");
    assert_eq!(error.problem().code, "journal-not-written");
    assert!(is_gone(&pid));
}

#[tokio::test]
async fn an_interactive_program_without_a_terminal_is_refused_or_gets_it() {
    let mut launch = shell("true");
    launch.interactive = Interactive::InheritTerminal;
    let ran = output_of(&launch).await.0;
    if terminal::is_here() {
        assert_eq!(ran.expect("it ran").exit, Some(0));
    } else {
        assert_eq!(ran.expect_err("refused").problem().code, "no-terminal");
    }
}
