//! `aplomb check`.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use aplomb_check::{
    Circumstances, Gated, PART, Planning, Settings, asked, basis, compile, conclude, conclude_new,
    doubts_of, evaluate, gate, in_order, plan,
};
use aplomb_model::{
    Basis, Delivery as Head, Diagnostic, DiagnosticLevel, GateState, Lang, Part, Phrase, Report,
    Share, Source, StandardUsed,
};
use aplomb_read::{Delivery, Limits, OpenError};
use aplomb_standard::{ApplyError, FileMistakes, Policy, Selection};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, SecondsFormat, Utc};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::{CheckArgs, Terminal};
use crate::complaint::{Complaint, UNDETERMINED};
use crate::estate::OnDisk;
use crate::{collect, exceptions, outputs, print, saved, standards};

/// Stack of a working thread, in bytes: trees may be as deep as the readers allow.
const STACK: usize = 8 * 1024 * 1024;
/// A run shorter than this shows no progress.
const SHORT: Duration = Duration::from_secs(1);

pub(crate) fn run(args: &CheckArgs, terminal: &Terminal) -> Result<u8, Complaint> {
    let (now, as_of) = as_of(args.as_of.as_deref())?;
    let mut delivery = open(args, terminal.lang().unwrap_or_default())?;
    let policy = policy(args, &delivery)?;
    let precious = precious(args, &delivery, &policy);
    outputs::refuse_overwriting(&args.rendering, &precious)?;
    let profile = profile(args, &mut delivery, &policy);
    let selection = policy
        .apply(profile.as_deref(), &args.params, delivery.params.as_ref())
        .map_err(|errors| cannot_apply(errors, args, &delivery))?;
    let report = in_pool(args.jobs, || judge(args, &delivery, &selection, now, as_of))??;
    let lang = terminal.lang().unwrap_or(match delivery.declared.lang {
        Some("fr") => Lang::Fr,
        _ => Lang::En,
    });
    outputs::emit(&args.rendering, terminal, lang, &report)?;
    Ok(exit_code(args.exit_zero, report.gate.state()))
}

fn open(args: &CheckArgs, lang: Lang) -> Result<Delivery, Complaint> {
    if args.is_of_host() {
        return host(args.root.as_deref(), lang);
    }
    let path = named(&args.path, "name a delivery's folder, or files to judge as they are")?;
    let manifest = args.manifest.as_deref();
    let manifest = manifest.map(|path| named(path, "name the manifest's file")).transpose()?;
    Delivery::open(path, manifest, Limits::default()).map_err(|error| match error {
        OpenError::Unreadable(error) => {
            let at_fault = manifest.filter(|_| path.is_dir()).unwrap_or(path);
            Complaint::plain(format!("{}: {error}", at_fault.display()))
        }
        OpenError::Manifest { source, mistakes } => {
            Complaint::mistakes([FileMistakes::new("manifest", source, mistakes)])
        }
    })
}

/// A host as the only subject, recorded now and never written: what is judged is the snapshot that
/// `aplomb collect` would write, and places in it are told as in that file.
fn host(root: Option<&Path>, lang: Lang) -> Result<Delivery, Complaint> {
    let snapshot = collect::record(root, collect::usual_sections(), &[])
        .map_err(|phrase| Complaint::plain(phrase.get(lang)))?;
    let name = snapshot.host();
    let source = Source::new(format!("{name}.json"), snapshot.to_text());
    Ok(Delivery::of_host(name, source, Limits::default()))
}

/// A path that was given, if there is anything.
fn named<'a>(path: &'a Path, instead: &str) -> Result<&'a Path, Complaint> {
    match path.metadata() {
        Ok(_) => Ok(path),
        Err(error) => {
            let shown = path.display();
            Err(Complaint::plain(format!("`{shown}` cannot be opened: {error}; {instead}")))
        }
    }
}

/// The files that a run reads, and what they are to it: no report may be written over them.
fn precious(
    args: &CheckArgs,
    delivery: &Delivery,
    policy: &Policy,
) -> Vec<(&'static str, PathBuf)> {
    let folder = folder(&args.path);
    let own_waivers = delivery.waivers().and_then(Result::ok);
    let own_waivers = own_waivers.map(|source| folder.join(source.name()));
    let waivers = args.waivers.iter().cloned().chain(own_waivers);
    let base = standards::base(args);
    let standards = standards::sources(policy).map(|source| base.join(source.name()));
    // The snapshot of a host that is recorded to be judged is no file.
    let subjects = delivery.subjects.iter().filter(|_| !args.is_of_host());
    let subjects = subjects.filter_map(|subject| subject.path.as_deref());
    let subjects = subjects.map(|path| folder.join(path));
    let manifest = args.manifest.iter().cloned();
    let named = manifest.map(|path| ("the manifest", path));
    named
        .chain(waivers.map(|path| ("the waivers", path)))
        .chain(args.baseline.iter().map(|path| ("the baseline", path.clone())))
        .chain(standards.map(|path| ("a standard it judges by", path)))
        .chain(subjects.map(|path| ("which is judged", path)))
        .collect()
}

/// The folder that the paths of what is judged are relative to.
fn folder(path: &Path) -> &Path {
    if path.is_file() { path.parent().unwrap_or(path) } else { path }
}

/// The profile to apply: the command's, else the manifest's. One that the manifest names comes
/// with the standards it was written for: where the command says to judge by others that do not
/// have it, there is none, and the report says so.
fn profile(args: &CheckArgs, delivery: &mut Delivery, policy: &Policy) -> Option<String> {
    let declared = delivery.declared.profile.clone();
    let name = args.profile.clone().or(declared)?;
    if args.profile.is_some() || args.standards.is_empty() || policy.profile(&name).is_some() {
        return Some(name);
    }
    delivery.diagnostics.push(Diagnostic {
        level: DiagnosticLevel::Warning,
        code: "profile-not-applied".into(),
        message: Phrase::new(
            format!(
                "the manifest names the profile `{name}`, which the standards of the command \
                 line do not have; it was judged without a profile"
            ),
            format!(
                "le manifeste nomme le profil `{name}`, que les référentiels de la ligne de \
                 commande n'ont pas ; le jugement s'est fait sans profil"
            ),
        ),
        file: delivery.manifest().map(|manifest| manifest.name().to_owned()),
        position: None,
    });
    None
}

fn judge(
    args: &CheckArgs,
    delivery: &Delivery,
    selection: &Selection<'_>,
    now: DateTime<FixedOffset>,
    as_of: String,
) -> Result<Report, Complaint> {
    let declared = &delivery.declared;
    let saved = args.baseline.as_deref().map(saved::open).transpose()?;
    let compiled =
        compile(selection, now, declared.tier).map_err(Complaint::mistakes::<FileMistakes>)?;
    let terms = &selection.terms;
    let zone = exceptions::zone(delivery)?;
    let renewals = terms.exceptions.max_renewals.map(|most| most.for_tier(declared.tier));
    let mut exceptions = exceptions::given(&args.waivers, delivery, &compiled, zone, renewals)?;
    let estate = OnDisk::new(delivery);
    let progress = Progress::new(delivery.subjects.len(), args.rendering.quiet);
    let mut evaluation = evaluate(
        &compiled,
        &estate,
        Settings { now, share: args.part, on_subject: &|| progress.step() },
    );
    progress.finish();
    let mut diagnostics = delivery.diagnostics.clone();
    let odd = exceptions.add_suppressions(&mut evaluation, &terms.exceptions, declared.tier, zone);
    diagnostics.extend(odd);
    let (mut results, selecting) = (evaluation.results, evaluation.selecting);
    let baseline = saved.as_ref().map(|saved| &saved.report);
    let acceptance = exceptions.accept(
        &mut results,
        Circumstances {
            now,
            as_of: &as_of,
            warn_days: terms.exceptions.warn_days.for_tier(declared.tier),
            rules: &compiled,
            baseline,
        },
    );
    let exceptions = acceptance.exceptions;
    diagnostics.extend(acceptance.diagnostics);
    let head = head(delivery);
    let standards = used(selection);
    if let Some(run) = baseline {
        let most = terms.gate.baseline_days.for_tier(declared.tier);
        diagnostics.extend(doubts_of(run, &head, &standards, selection.profile, now, most));
    }
    let included = estate.included();
    diagnostics.retain(|one| !is_included(one, &included));
    diagnostics.extend(selection.diagnostics.iter().cloned());
    diagnostics.extend(compiled.diagnostics.iter().cloned());
    diagnostics.extend(evaluation.diagnostics);
    diagnostics.extend(args.part.map(part_only));
    let diagnostics = in_order(diagnostics);
    let part = args.part.map(|share| Part { share, selecting });
    let basis = Basis { part, ..basis(selection, &compiled, declared.tier, estate.used()) };
    let (rules, subjects) = (compiled.len(), basis.subjects.len());
    let (verdict, summary) = conclude(&results, &diagnostics, rules, subjects, basis.tolerance);
    // What the baseline holds already does not gate; the verdict stays what it is.
    let (of_new, gating) = conclude_new(&results, &diagnostics, &summary, basis.tolerance);
    let actions = plan(
        &results,
        &exceptions,
        Planning {
            terms: &terms.plan,
            now,
            zone,
            rules: &compiled,
            subjects: &delivery.subjects,
            delivery: &delivery.node,
            baseline,
        },
    );
    let gate = gate(
        asked(&terms.gate, args.fail_on.map(Into::into), declared.tier),
        Gated {
            verdict: of_new,
            summary: &gating,
            whole: &summary,
            results: &results,
            exceptions: &exceptions,
            actions: &actions,
            baseline: acceptance.baseline.as_ref(),
        },
    );
    Ok(Report {
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        as_of,
        delivery: head,
        standards,
        profile: selection.profile.map(str::to_owned),
        basis,
        verdict,
        gate,
        baseline: acceptance.baseline,
        summary,
        results,
        exceptions,
        actions,
        diagnostics,
    })
}

fn head(delivery: &Delivery) -> Head {
    let declared = &delivery.declared;
    Head {
        id: declared.solution.clone(),
        version: declared.version.clone(),
        environment: declared.environment.clone(),
        tier: declared.tier,
    }
}

/// That the report is a part only, which is not conforming by itself.
fn part_only(share: Share) -> Diagnostic {
    Diagnostic {
        level: DiagnosticLevel::Error,
        code: PART.into(),
        message: Phrase::new(
            format!("this is part {share} of a run: `aplomb merge` joins it with the others"),
            format!("ceci est la part {share} d'un contrôle : `aplomb merge` la joint aux autres"),
        ),
        file: None,
        position: None,
    }
}

/// A file that a document includes was judged with the document.
fn is_included(one: &Diagnostic, included: &[String]) -> bool {
    one.code == "unclaimed" && one.file.as_ref().is_some_and(|file| included.contains(file))
}

fn used(selection: &Selection<'_>) -> Vec<StandardUsed> {
    let deciding = selection.deciding().into_iter();
    let mut used: Vec<StandardUsed> = deciding
        .map(|standard| StandardUsed {
            id: standard.id.clone(),
            version: standard.version.clone(),
            digest: standard.digest.clone(),
        })
        .collect();
    used.sort_by(|a, b| a.id.cmp(&b.id));
    used
}

/// What is judged by: what the command names, else what the manifest names, else all built-in
/// standards.
fn policy(args: &CheckArgs, delivery: &Delivery) -> Result<Policy, Complaint> {
    let named =
        if args.standards.is_empty() { &delivery.declared.standards } else { &args.standards };
    standards::policy(named, standards::base(args))
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

/// What was asked for and cannot be: mistakes of the manifest are shown in it.
fn cannot_apply(errors: Vec<ApplyError>, args: &CheckArgs, delivery: &Delivery) -> Complaint {
    let manifest = delivery.manifest().map_or("the manifest", |manifest| manifest.name());
    let mut mistakes = Vec::new();
    let mut sentences = Vec::new();
    for error in errors {
        match error {
            ApplyError::Manifest(mistake) => mistakes.push(mistake),
            ApplyError::UnknownProfile(phrase) => {
                let origin = if args.profile.is_some() { "--profile" } else { manifest };
                sentences.push(format!("{origin}: {}", phrase.en));
            }
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

/// How a run ends that came to this.
pub(crate) const fn exit_code(exit_zero: bool, gate: GateState) -> u8 {
    match gate {
        _ if exit_zero => 0,
        GateState::Green => 0,
        GateState::Red => 1,
        GateState::Undetermined => UNDETERMINED,
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
