//! `aplomb waive`: adds one waiver or reservation to a file of exceptions.
//!
//! Nothing is written that the reader of such files would refuse: the file as it would be is read
//! first, against the rules of the delivery. What stands in the file already stays as it is.

mod entry;
mod questions;

use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aplomb_check::{Circumstances, Compiled, Exceptions, TimeZone, compile, read_exceptions};
use aplomb_model::{Exception, ExceptionState, Finding, Lang, Report, Source};
use aplomb_read::authored::suggest;
use aplomb_read::{Delivery, Limits};
use aplomb_report::visible;
use aplomb_standard::FileMistakes;
use chrono::{DateTime, FixedOffset, Utc};

use self::entry::Entry;
use crate::cli::{Terminal, WaiveArgs};
use crate::complaint::Complaint;
use crate::{exceptions, print, saved, standards};

/// The file beside the manifest.
const OWN_FILE: &str = "waivers.toml";
/// Findings that are told of those it covers.
const SHOWN: usize = 20;

pub(crate) fn run(args: &WaiveArgs, terminal: &Terminal) -> Result<u8, Complaint> {
    let lang = terminal.lang().unwrap_or_default();
    let delivery = Delivery::open(&args.path, None, Limits::default()).map_err(opened)?;
    let run = args.run.as_deref().map(saved::open).transpose()?.map(|saved| saved.report);
    let mut entry = Entry::of(args);
    if let Some(wanted) = &args.finding {
        entry.take(finding(run.as_ref(), wanted)?);
    }
    let path = args.file.clone().unwrap_or_else(|| own_file(&args.path));
    let text = existing(&path)?;
    entry.name(&text);
    if questions::can_be_asked() {
        questions::ask(&mut entry, lang).map_err(|error| unreadable("standard input", &error))?;
    }
    entry.complete()?;
    let rules = Rules::of(&delivery, &args.path)?;
    rules.know(&entry.rule)?;
    let added = entry.toml();
    let gap = if text.is_empty() || text.ends_with("\n\n") { "" } else { "\n" };
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    let addition = format!("{end}{gap}{added}");
    let whole = Arc::new(Source::new(path.display().to_string(), format!("{text}{addition}")));
    let exceptions = rules.read(&whole)?;
    let mut file = OpenOptions::new().append(true).create(true).open(&path);
    let written = file
        .as_mut()
        .map_err(|error| error.kind())
        .and_then(|file| file.write_all(addition.as_bytes()).map_err(|error| error.kind()));
    written.map_err(|kind| unreadable(&path.display().to_string(), &kind.into()))?;
    let told = told(&entry, &path, exceptions, run.as_ref(), &rules, lang);
    print::out(|out| out.write_all(told.as_bytes()))
        .map_err(|error| unreadable("standard output", &error))?;
    Ok(0)
}

fn own_file(delivery: &Path) -> PathBuf {
    let folder = if delivery.is_file() { delivery.parent() } else { Some(delivery) };
    folder.unwrap_or(Path::new("")).join(OWN_FILE)
}

fn existing(path: &Path) -> Result<String, Complaint> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(unreadable(&path.display().to_string(), &error)),
    }
}

fn unreadable(place: &str, error: &io::Error) -> Complaint {
    Complaint::plain(format!("{place}: {error}"))
}

fn opened(error: aplomb_read::OpenError) -> Complaint {
    match error {
        aplomb_read::OpenError::Unreadable(error) => Complaint::plain(error.to_string()),
        aplomb_read::OpenError::Manifest { source, mistakes } => {
            Complaint::mistakes([FileMistakes::new("manifest", source, mistakes)])
        }
    }
}

/// The open failure of a run that a fingerprint, or its beginning, names.
fn finding<'r>(run: Option<&'r Report>, wanted: &str) -> Result<&'r Finding, Complaint> {
    let Some(run) = run else {
        return Err(Complaint::plain(
            "`--finding` names a finding of a run; give `--run RUN.json`",
        ));
    };
    let named = |one: &&Finding| {
        one.is_open() && one.fingerprint.to_string().starts_with(&wanted.to_lowercase())
    };
    let mut found = run.results.iter().filter(named);
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => {
            Err(Complaint::plain(format!("no open finding of the run begins with `{wanted}`")))
        }
        (Some(_), Some(_)) => Err(Complaint::plain(format!(
            "several open findings of the run begin with `{wanted}`; write more of it"
        ))),
    }
}

/// The rules of a delivery, and what its exceptions are read by.
struct Rules {
    compiled: Compiled,
    zone: TimeZone,
    max_renewals: Option<u32>,
    warn_days: u32,
    now: DateTime<FixedOffset>,
}

impl Rules {
    fn of(delivery: &Delivery, path: &Path) -> Result<Self, Complaint> {
        let declared = &delivery.declared;
        let base = if path.is_file() { path.parent() } else { Some(path) };
        let base = base.unwrap_or(Path::new(""));
        let policy = standards::policy(&declared.standards, base)?;
        let selection = policy
            .apply(declared.profile.as_deref(), &[], delivery.params.as_ref())
            .map_err(|errors| {
                let said: Vec<_> = errors.iter().map(ToString::to_string).collect();
                Complaint::plain(said.join("\n"))
            })?;
        let now = Utc::now().fixed_offset();
        let compiled =
            compile(&selection, now, declared.tier).map_err(Complaint::mistakes::<FileMistakes>)?;
        let terms = &selection.terms.exceptions;
        Ok(Self {
            compiled,
            zone: exceptions::zone(delivery)?,
            max_renewals: terms.max_renewals.map(|most| most.for_tier(declared.tier)),
            warn_days: terms.warn_days.for_tier(declared.tier),
            now,
        })
    }

    /// Refuses the id of a rule that is not applied to the delivery.
    fn know(&self, id: &str) -> Result<(), Complaint> {
        let ids = || self.compiled.ids();
        if ids().any(|known| known == id) {
            return Ok(());
        }
        let near = suggest(id, ids()).map(|near| format!("; did you mean {near}?"));
        let near = near.unwrap_or_default();
        Err(Complaint::plain(format!("{id} is not among the rules applied here{near}")))
    }

    fn read(&self, source: &Arc<Source>) -> Result<Exceptions, Complaint> {
        read_exceptions(source, self.zone, &self.compiled, self.max_renewals)
            .map_err(|mistakes| Complaint::mistakes([mistakes]))
    }
}

/// What was added, where, and what it covers of a run, if one is given.
fn told(
    entry: &Entry,
    path: &Path,
    exceptions: Exceptions,
    run: Option<&Report>,
    rules: &Rules,
    lang: Lang,
) -> String {
    let (id, file) = (&entry.id, path.display());
    let mut told = match lang {
        Lang::En => format!("{id} is added to {file}\n"),
        Lang::Fr => format!("{id} est ajoutée à {file}\n"),
    };
    if let Some(run) = run {
        let covered = covered(id, exceptions, run, rules);
        told.push_str(&of_run(covered.as_ref(), run, lang));
    }
    told
}

/// The exception, applied to the results of a run.
fn covered(id: &str, exceptions: Exceptions, run: &Report, rules: &Rules) -> Option<Exception> {
    let mut results = run.results.clone();
    for result in &mut results {
        (result.accepted, result.lapsed) = (None, None);
    }
    let under = Circumstances {
        now: rules.now,
        as_of: &run.as_of,
        warn_days: rules.warn_days,
        rules: &rules.compiled,
        baseline: None,
    };
    let acceptance = exceptions.accept(&mut results, under);
    acceptance.exceptions.into_iter().find(|one| one.id == id)
}

fn of_run(exception: Option<&Exception>, run: &Report, lang: Lang) -> String {
    let as_of = &run.as_of;
    let Some(exception) = exception.filter(|one| one.state == ExceptionState::Live) else {
        let state = exception.map_or("unmatched", |one| one.state.id());
        return match lang {
            Lang::En => format!("it covers nothing of the run of {as_of} ({state})\n"),
            Lang::Fr => format!("elle ne couvre rien du contrôle du {as_of} ({state})\n"),
        };
    };
    let count = exception.covers.len();
    let mut text = match lang {
        Lang::En => format!("of the run of {as_of} it covers {count}:\n"),
        Lang::Fr => format!("du contrôle du {as_of} elle couvre {count} :\n"),
    };
    let found = run.results.iter().filter(|one| exception.covers.contains(&one.fingerprint));
    let lines = found.take(SHOWN).map(|finding| {
        let (fingerprint, subject) = (finding.fingerprint, visible(&finding.subject.name));
        format!("  {fingerprint} {subject} {}\n", visible(finding.message.get(lang)))
    });
    text.extend(lines);
    text
}
