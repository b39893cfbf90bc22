//! The terminal door: the binary `stopover`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is the door that talks to the terminal"
)]

mod args;
mod bind;
mod commands;
mod output;
mod prompt;
mod watch;
mod words;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, Verb};
use crate::output::Output;

fn main() -> ExitCode {
    if let Some(code) = stopover_runner::main_if_runner() {
        return code;
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("STOPOVER_LOG"))
        .with_writer(std::io::stderr)
        .init();
    let out = Output::new(cli.json, cli.quiet);
    let journal = cli.journal.unwrap_or_else(stopover_runner::default_journal);
    if matches!(cli.verb, Verb::Run(_) | Verb::Sessions(_)) {
        match stopover_runner::set_aside_if_damaged(&journal) {
            Ok(told) => told.iter().for_each(|problem| out.warning(problem)),
            Err(trouble) => {
                out.trouble(&trouble);
                return ExitCode::from(trouble.exit_code());
            }
        }
    }
    let result = match cli.verb {
        Verb::Init(args) => commands::init::run(&out, &args),
        Verb::Check(args) => commands::check::run(&out, &journal, &args),
        Verb::Schedule(args) => commands::schedule::run(&out, &args),
        Verb::Run(args) => commands::run::run(&out, &journal, &args),
        Verb::Resume(args) => commands::control::resume(&out, &journal, &args),
        Verb::Pause(args) => commands::control::pause(&out, &journal, &args),
        Verb::Abort(args) => commands::control::abort(&out, &journal, &args),
        Verb::Rollback(args) => commands::control::rollback(&out, &journal, &args),
        Verb::Retry(args) => commands::control::retry(&out, &journal, &args),
        Verb::Skip(args) => commands::control::skip(&out, &journal, &args),
        Verb::Settle(args) => commands::control::settle(&out, &journal, &args),
        Verb::Approve(args) => commands::control::approve(&out, &journal, &args),
        Verb::Sign(args) => commands::control::sign(&out, &journal, &args),
        Verb::Finally(args) => commands::control::answer_finally(&out, &journal, &args),
        Verb::Sessions(args) => commands::history::sessions(&out, &journal, &args),
        Verb::Show(args) => commands::history::show(&out, &journal, &args),
        Verb::Events(args) => commands::history::events(&out, &journal, &args),
        Verb::Report(args) => commands::report::run(&out, &journal, &args),
        Verb::Backup(args) => commands::backup::back_up(&out, &args),
        Verb::Restore(args) => commands::backup::restore(&out, &args),
        Verb::Inspect(args) => commands::inspect::run(&out, &args),
        Verb::Journal(args) => commands::journal::run(&out, &journal, &args),
        Verb::Demo(args) => commands::demo::run(&out, &journal, &args),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(trouble) => {
            out.trouble(&trouble);
            ExitCode::from(trouble.exit_code())
        }
    }
}
