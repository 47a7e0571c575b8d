//! End to end: the command as its users meet it, and what the repository promises of itself.

mod agora;
mod agree;
mod agreement;
mod browser;
mod collect;
mod compared;
mod corpora;
mod demands;
mod diff;
mod exceptions;
mod exit_codes;
mod false_green;
mod hostile;
mod inspect;
mod output;
mod outputs;
mod page;
mod policies;
mod readme;
mod references;
mod repository;
mod run;
mod saved;
mod schemas;
mod validators;
