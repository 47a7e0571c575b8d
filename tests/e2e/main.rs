//! End to end: the command as its users meet it, and what the repository promises of itself.

mod agora;
mod agreement;
mod collect;
mod corpora;
mod exit_codes;
mod hostile;
mod inspect;
mod output;
mod policies;
mod repository;
mod run;
mod schemas;
