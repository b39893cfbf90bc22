//! The terminal door from outside: every command of its contract with its JSON fields, exit codes and words.

mod attended;
mod backups;
mod bad_input;
mod bad_words;
mod demonstration;
mod door;
mod history;
mod journal;
mod people;
mod plan_commands;
mod plans;
mod refusals;
mod reports;
mod running;
mod taking_up;
mod terminal;
mod words;
