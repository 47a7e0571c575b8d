//! `aplomb check`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use aplomb_check::{Settings, VerdictLimits, compile, conclude, evaluate};
use aplomb_model::{Delivery as Head, Diagnostic, Lang, Report, StandardUsed, Verdict};
use aplomb_read::{Delivery, Limits, OpenError};
use aplomb_report::Options;
use aplomb_standard::{ApplyError, FileMistakes, Policy, Selection};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, SecondsFormat, Utc};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::{CheckArgs, FailOn, Terminal};
use crate::complaint::{Complaint, UNDETERMINED};
use crate::estate::OnDisk;
use crate::{exceptions, print, standards};

/// Stack of a working thread, in bytes: trees may be as deep as the readers allow.
const STACK: usize = 8 * 1024 * 1024;
/// A run shorter than this shows no progress.
const SHORT: Duration = Duration::from_secs(1);

pub(crate) fn run(args: &CheckArgs, terminal: &Terminal) -> Result<u8, Complaint> {
    let (now, as_of) = as_of(args.as_of.as_deref())?;
    let delivery = Delivery::open(&args.path, args.manifest.as_deref(), Limits::default())
        .map_err(cannot_open)?;
    let policy = policy(args, &delivery)?;
    let profile = args.profile.as_deref().or(delivery.declared.profile.as_deref());
    let selection = policy
        .apply(profile, &args.params, delivery.params.as_ref())
        .map_err(|errors| cannot_apply(errors, &delivery))?;
    let report = in_pool(args.jobs, || judge(args, &delivery, &selection, now, as_of))??;
    let lang = terminal.lang().unwrap_or(match delivery.declared.lang {
        Some("fr") => Lang::Fr,
        _ => Lang::En,
    });
    emit(args, terminal, lang, &report)?;
    Ok(exit_code(args, report.verdict))
}

fn judge(
    args: &CheckArgs,
    delivery: &Delivery,
    selection: &Selection<'_>,
    now: DateTime<FixedOffset>,
    as_of: String,
) -> Result<Report, Complaint> {
    let declared = &delivery.declared;
    let compiled =
        compile(selection, now, declared.tier).map_err(Complaint::mistakes::<FileMistakes>)?;
    let exceptions = exceptions::given(&args.waivers, delivery, &compiled)?;
    let estate = OnDisk::new(delivery);
    let progress = Progress::new(delivery.subjects.len(), args.quiet);
    let evaluation =
        evaluate(&compiled, &estate, Settings { now, on_subject: &|| progress.step() });
    progress.finish();
    let mut results = evaluation.results;
    let (exceptions, of_exceptions) = exceptions.accept(&mut results, now);
    let mut diagnostics = delivery.diagnostics.clone();
    diagnostics.extend(of_exceptions);
    let included = estate.included();
    diagnostics.retain(|one| !is_included(one, &included));
    diagnostics.extend(selection.diagnostics.iter().cloned());
    diagnostics.extend(compiled.diagnostics.iter().cloned());
    diagnostics.extend(evaluation.diagnostics);
    diagnostics.sort_by(|a, b| order(a).cmp(&order(b)));
    let limits = VerdictLimits {
        open_majors: selection.limits.max_open_majors.for_tier(declared.tier) as usize,
        unevaluated: selection.limits.max_not_evaluated.for_tier(declared.tier) as usize,
    };
    let (verdict, summary) =
        conclude(&results, &diagnostics, compiled.len(), delivery.subjects.len(), limits);
    Ok(Report {
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        as_of,
        delivery: Head {
            id: declared.solution.clone(),
            version: declared.version.clone(),
            environment: declared.environment.clone(),
            tier: declared.tier,
        },
        standards: used(selection),
        profile: selection.profile.map(str::to_owned),
        verdict,
        summary,
        results,
        exceptions,
        diagnostics,
    })
}

fn order(one: &Diagnostic) -> impl Ord + '_ {
    (one.level, &one.file, one.position, one.code, &one.message.en)
}

/// A file that a document includes was judged with the document.
fn is_included(one: &Diagnostic, included: &[String]) -> bool {
    one.code == "unclaimed" && one.file.as_ref().is_some_and(|file| included.contains(file))
}

fn used(selection: &Selection<'_>) -> Vec<StandardUsed> {
    let mut used: Vec<StandardUsed> = Vec::new();
    for standard in selection.rules.iter().map(|rule| rule.standard) {
        if !used.iter().any(|one| one.id == standard.id) {
            used.push(StandardUsed {
                id: standard.id.clone(),
                version: standard.version.clone(),
                digest: standard.digest.clone(),
            });
        }
    }
    used.sort_by(|a, b| a.id.cmp(&b.id));
    used
}

/// What is judged by: what the command names, else what the manifest names, else all built-in
/// standards. The manifest's paths are relative to the delivery.
fn policy(args: &CheckArgs, delivery: &Delivery) -> Result<Policy, Complaint> {
    if args.standards.is_empty() {
        let base = match &args.manifest {
            Some(manifest) => manifest.parent(),
            None if args.path.is_file() => args.path.parent(),
            None => Some(args.path.as_path()),
        };
        let base = base.unwrap_or(Path::new("."));
        return standards::policy(&delivery.declared.standards, base);
    }
    standards::policy(&args.standards, Path::new(""))
}

/// The moment judged as of, and how the report names it. A date alone is its first instant, in
/// UTC.
fn as_of(given: Option<&str>) -> Result<(DateTime<FixedOffset>, String), Complaint> {
    let Some(text) = given else {
        let now = Utc::now();
        let shown = now.to_rfc3339_opts(SecondsFormat::Secs, true);
        return Ok((now.fixed_offset(), shown));
    };
    let date = text.parse::<NaiveDate>();
    let moment = match date {
        Ok(date) => Some(date.and_time(NaiveTime::MIN).and_utc().fixed_offset()),
        Err(_) => DateTime::parse_from_rfc3339(text).ok(),
    };
    moment.map(|moment| (moment, text.to_owned())).ok_or_else(|| {
        Complaint::plain(format!(
            "`--as-of {text}` is no date; write 2026-11-23 or 2026-11-23T08:00:00+01:00"
        ))
    })
}

fn cannot_open(error: OpenError) -> Complaint {
    match error {
        OpenError::Unreadable(error) => Complaint::plain(error.to_string()),
        OpenError::Manifest { source, mistakes } => {
            Complaint::mistakes([FileMistakes::new("manifest", source, mistakes)])
        }
    }
}

/// What was asked for and cannot be: mistakes of the manifest are shown in it.
fn cannot_apply(errors: Vec<ApplyError>, delivery: &Delivery) -> Complaint {
    let mut mistakes = Vec::new();
    let mut sentences = Vec::new();
    for error in errors {
        match error {
            ApplyError::Manifest(mistake) => mistakes.push(mistake),
            other => sentences.push(other.to_string()),
        }
    }
    match delivery.manifest() {
        Some(manifest) if sentences.is_empty() => {
            Complaint::mistakes([FileMistakes::new("manifest", manifest.clone(), mistakes)])
        }
        _ => Complaint::plain(sentences.join("\n")),
    }
}

/// Runs on as many threads as were asked for.
fn in_pool<T: Send>(jobs: Option<u16>, work: impl FnOnce() -> T + Send) -> Result<T, Complaint> {
    let threads = jobs.map_or(0, usize::from);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build();
    let pool =
        pool.map_err(|error| Complaint::plain(format!("no threads to work with: {error}")))?;
    Ok(pool.install(work))
}

/// Writes the report everywhere it was asked for. Files are written before standard output, so
/// that a closed pipe does not cost them.
fn emit(
    args: &CheckArgs,
    terminal: &Terminal,
    lang: Lang,
    report: &Report,
) -> Result<(), Complaint> {
    let options = |color: bool, width: usize| Options {
        lang,
        width,
        color,
        quiet: args.quiet,
        verbose: args.verbose,
        ..Options::default()
    };
    for (id, path) in &args.outputs {
        let Some(format) = aplomb_report::by_id(id) else {
            continue;
        };
        let write = || -> io::Result<()> {
            let mut file = BufWriter::new(File::create(path)?);
            (format.render)(report, &options(false, 80), &mut file)?;
            file.flush()
        };
        write().map_err(|error| cannot_write(&path.display().to_string(), &error))?;
    }
    let Some(format) = aplomb_report::by_id(&args.format) else {
        return Ok(());
    };
    let color = terminal.color(print::stdout_is_terminal());
    let options = options(color, print::width());
    print::out(|out| (format.render)(report, &options, out))
        .map_err(|error| cannot_write("standard output", &error))
}

fn cannot_write(place: &str, error: &io::Error) -> Complaint {
    Complaint::plain(format!("the report cannot be written to {place}: {error}"))
}

fn exit_code(args: &CheckArgs, verdict: Verdict) -> u8 {
    let fails = match args.fail_on {
        FailOn::NonConforming => verdict == Verdict::NonConforming,
        FailOn::MajorReservations => {
            matches!(verdict, Verdict::NonConforming | Verdict::ConformingWithMajorReservations)
        }
        FailOn::MinorReservations => {
            !matches!(verdict, Verdict::Conforming | Verdict::Undetermined)
        }
    };
    match verdict {
        _ if args.exit_zero => 0,
        _ if fails => 1,
        Verdict::Undetermined => UNDETERMINED,
        _ => 0,
    }
}

/// A bar on standard error, once a run has taken long enough for one to wonder.
struct Progress {
    bar: ProgressBar,
    started: Instant,
    shown: Mutex<bool>,
}

impl Progress {
    fn new(subjects: usize, quiet: bool) -> Self {
        let bar =
            ProgressBar::with_draw_target(Some(subjects as u64), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {eta}") {
            bar.set_style(style);
        }
        Self {
            bar,
            started: Instant::now(),
            // One that must not be shown counts as shown.
            shown: Mutex::new(quiet || !print::stderr_is_terminal()),
        }
    }

    fn step(&self) {
        self.bar.inc(1);
        if self.started.elapsed() > SHORT
            && let Ok(mut shown) = self.shown.lock()
            && !*shown
        {
            *shown = true;
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
