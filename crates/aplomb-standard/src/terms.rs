use aplomb_model::{Mistake, Node, Severity};
use aplomb_read::authored::{Table, choice, wrong_value};

use crate::ByTier;
use crate::tiers::{Change, count, severity};

/// What a house settles beside its rules: when a delivery passes, which exceptions count, and how
/// corrective actions are planned.
///
/// Stated in `[gate]`, `[exceptions]` and `[plan]` of policy files, and in the same tables of a
/// profile, which are put over those. A delivery states none of it: who is judged does not say when
/// it passes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Terms {
    /// `[gate]`.
    pub gate: GateTerms,
    /// `[exceptions]`.
    pub exceptions: ExceptionTerms,
    /// `[plan]`.
    pub plan: PlanTerms,
}

/// The conditions of passing, by tier; what is not stated and has no default is not asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct GateTerms {
    /// The mildest verdict that does not pass.
    pub fail_on: ByTier<FailOn>,
    /// Open failures of major rules up to which a delivery still conforms with reservations.
    pub max_open_majors: ByTier<u32>,
    /// Open failures of minor rules.
    pub max_open_minors: Option<ByTier<u32>>,
    /// Blocker and major rules without a result up to which there still is a verdict.
    pub max_not_evaluated: ByTier<u32>,
    /// Least share of evaluated among applicable results.
    pub min_coverage: Option<ByTier<f64>>,
    /// Least share of passes among evaluated results.
    pub min_conformity: Option<ByTier<f64>>,
    /// Severities of which the baseline must hold every open finding; empty where it is not asked.
    pub no_new: Vec<Severity>,
    /// Days after which a baseline is too old to say much.
    pub baseline_days: ByTier<u32>,
    /// Accepted findings.
    pub max_waived: Option<ByTier<u32>>,
    /// Exceptions whose time is over.
    pub max_expired: Option<ByTier<u32>>,
    /// Corrective actions past their due date.
    pub max_overdue: Option<ByTier<u32>>,
}

/// The mildest verdict that does not pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailOn {
    /// An open blocker, or too many open majors.
    #[default]
    NonConforming,
    /// The same, or major reservations.
    MajorReservations,
    /// The same, or minor reservations.
    MinorReservations,
}

impl FailOn {
    /// All of them.
    pub const ALL: [Self; 3] =
        [Self::NonConforming, Self::MajorReservations, Self::MinorReservations];

    /// The word used in policies and on the command line.
    pub const fn id(self) -> &'static str {
        match self {
            Self::NonConforming => "non-conforming",
            Self::MajorReservations => "major-reservations",
            Self::MinorReservations => "minor-reservations",
        }
    }
}

/// What holds for waivers, reservations and suppressions.
#[derive(Clone, Debug, PartialEq)]
pub struct ExceptionTerms {
    /// Days before its end at which an exception is warned of.
    pub warn_days: ByTier<u32>,
    /// How often an exception may be renewed; as often as one likes where not stated.
    pub max_renewals: Option<ByTier<u32>>,
    /// The gravest severity that a comment in what is judged may except from; `None` for none.
    pub suppressions: ByTier<Option<Severity>>,
}

/// How corrective actions are planned.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanTerms {
    /// Days for a finding of each severity; a blocker without any is due before go-live, an
    /// information never.
    pub due_days: [Option<u32>; 4],
    /// What an hour of work costs.
    pub hourly_rate: Option<f64>,
    /// In what.
    pub currency: String,
}

impl Default for GateTerms {
    fn default() -> Self {
        Self {
            fail_on: ByTier::same(FailOn::NonConforming),
            max_open_majors: ByTier::same(0),
            max_open_minors: None,
            max_not_evaluated: ByTier::same(0),
            min_coverage: None,
            min_conformity: None,
            no_new: Vec::new(),
            baseline_days: ByTier::same(90),
            max_waived: None,
            max_expired: None,
            max_overdue: None,
        }
    }
}

impl Default for ExceptionTerms {
    fn default() -> Self {
        Self {
            warn_days: ByTier::same(30),
            max_renewals: None,
            // A blocker is not silenced by a word of who is judged.
            suppressions: ByTier::same(Some(Severity::Major)),
        }
    }
}

impl Default for PlanTerms {
    fn default() -> Self {
        let due_days = [None, Some(30), Some(90), None];
        Self { due_days, hourly_rate: None, currency: "EUR".to_owned() }
    }
}

impl PlanTerms {
    /// Days for a finding of a severity.
    pub const fn due_days(&self, severity: Severity) -> Option<u32> {
        self.due_days[severity as usize]
    }
}

/// Terms as one place states them, to be put over others.
#[derive(Clone, Debug, Default)]
pub(crate) struct TermsChange {
    fail_on: Option<Change<FailOn>>,
    max_open_majors: Option<Change<u32>>,
    max_open_minors: Option<Change<u32>>,
    max_not_evaluated: Option<Change<u32>>,
    min_coverage: Option<Change<f64>>,
    min_conformity: Option<Change<f64>>,
    no_new: Option<Vec<Severity>>,
    baseline_days: Option<Change<u32>>,
    max_waived: Option<Change<u32>>,
    max_expired: Option<Change<u32>>,
    max_overdue: Option<Change<u32>>,
    warn_days: Option<Change<u32>>,
    max_renewals: Option<Change<u32>>,
    suppressions: Option<Change<Option<Severity>>>,
    due_days: [Option<u32>; 4],
    hourly_rate: Option<f64>,
    currency: Option<String>,
}

impl TermsChange {
    /// Decodes `[gate]`, `[exceptions]` and `[plan]` within a table.
    pub(crate) fn read(within: &mut Table<'_, '_>) -> Self {
        let mut change = Self::default();
        if let Some(mut gate) = within.table("gate") {
            change.fail_on = by_tier(&mut gate, "fail-on", fail_on);
            change.max_open_majors = by_tier(&mut gate, "max-open-majors", count);
            change.max_open_minors = by_tier(&mut gate, "max-open-minors", count);
            change.max_not_evaluated = by_tier(&mut gate, "max-not-evaluated", count);
            change.min_coverage = by_tier(&mut gate, "min-coverage", rate);
            change.min_conformity = by_tier(&mut gate, "min-conformity", rate);
            change.no_new = severities(&mut gate, "no-new");
            change.baseline_days = by_tier(&mut gate, "baseline-days", count);
            change.max_waived = by_tier(&mut gate, "max-waived", count);
            change.max_expired = by_tier(&mut gate, "max-expired", count);
            change.max_overdue = by_tier(&mut gate, "max-overdue", count);
            gate.finish();
        }
        if let Some(mut exceptions) = within.table("exceptions") {
            change.warn_days = by_tier(&mut exceptions, "warn-days", count);
            change.max_renewals = by_tier(&mut exceptions, "max-renewals", count);
            change.suppressions = by_tier(&mut exceptions, "suppressions", up_to);
            exceptions.finish();
        }
        if let Some(mut plan) = within.table("plan") {
            if let Some(mut days) = plan.table("due-days") {
                change.due_days = Severity::ALL.map(|severity| {
                    let read = count(days.node(severity.id())?);
                    read.map_err(|mistake| days.mistake(mistake)).ok()
                });
                days.finish();
            }
            change.hourly_rate = plan.node("hourly-rate").and_then(|node| {
                let rate = node.as_f64().filter(|rate| rate.is_finite() && *rate >= 0.0);
                if rate.is_none() {
                    plan.mistake(wrong_value(node, "an amount from 0"));
                }
                rate
            });
            change.currency = plan.text("currency").map(str::to_owned);
            plan.finish();
        }
        change
    }
}

impl Terms {
    /// Puts what one place states over what holds so far.
    pub(crate) fn change(&mut self, change: &TermsChange) {
        let Self { gate, exceptions, plan } = self;
        put(&mut gate.fail_on, change.fail_on);
        put(&mut gate.max_open_majors, change.max_open_majors);
        put_or_begin(&mut gate.max_open_minors, change.max_open_minors, u32::MAX);
        put(&mut gate.max_not_evaluated, change.max_not_evaluated);
        put_or_begin(&mut gate.min_coverage, change.min_coverage, 0.0);
        put_or_begin(&mut gate.min_conformity, change.min_conformity, 0.0);
        if let Some(severities) = &change.no_new {
            gate.no_new.clone_from(severities);
        }
        put(&mut gate.baseline_days, change.baseline_days);
        put_or_begin(&mut gate.max_waived, change.max_waived, u32::MAX);
        put_or_begin(&mut gate.max_expired, change.max_expired, u32::MAX);
        put_or_begin(&mut gate.max_overdue, change.max_overdue, u32::MAX);
        put(&mut exceptions.warn_days, change.warn_days);
        put_or_begin(&mut exceptions.max_renewals, change.max_renewals, u32::MAX);
        put(&mut exceptions.suppressions, change.suppressions);
        for (days, changed) in plan.due_days.iter_mut().zip(change.due_days) {
            *days = changed.or(*days);
        }
        plan.hourly_rate = change.hourly_rate.or(plan.hourly_rate);
        if let Some(currency) = &change.currency {
            plan.currency.clone_from(currency);
        }
    }
}

fn put<T: Copy>(value: &mut ByTier<T>, change: Option<Change<T>>) {
    if let Some(change) = change {
        *value = value.changed(&change);
    }
}

/// The same for what has no value so far: tiers that are not named have one that asks nothing.
fn put_or_begin<T: Copy>(value: &mut Option<ByTier<T>>, change: Option<Change<T>>, nothing: T) {
    if let Some(change) = change {
        *value = Some(value.unwrap_or(ByTier::same(nothing)).changed(&change));
    }
}

fn by_tier<T: Copy>(
    table: &mut Table<'_, '_>,
    key: &str,
    value: impl Fn(&Node) -> Result<T, Mistake>,
) -> Option<Change<T>> {
    let node = table.node(key)?;
    let what = format!("`{key}` of {}", table.what());
    Change::read(node, &what, value, table.mistakes())
}

fn fail_on(node: &Node) -> Result<FailOn, Mistake> {
    let word = choice(node, &FailOn::ALL.map(FailOn::id))?;
    let found = FailOn::ALL.into_iter().find(|one| one.id() == word);
    Ok(found.unwrap_or_default())
}

/// A severity, or `none`.
fn up_to(node: &Node) -> Result<Option<Severity>, Mistake> {
    let [blocker, major, minor, info] = Severity::ALL.map(Severity::id);
    choice(node, &["none", info, minor, major, blocker]).map(Severity::from_id)
}

fn rate(node: &Node) -> Result<f64, Mistake> {
    let rate = node.as_f64().filter(|rate| (0.0..=1.0).contains(rate));
    rate.ok_or_else(|| wrong_value(node, "a share from 0 to 1").with_help("80 % is written `0.8`"))
}

fn severities(table: &mut Table<'_, '_>, key: &str) -> Option<Vec<Severity>> {
    table.node(key)?;
    let mut severities = Vec::new();
    for node in table.list(key) {
        match severity(node) {
            Ok(severity) => severities.push(severity),
            Err(mistake) => table.mistake(mistake),
        }
    }
    severities.sort_unstable();
    severities.dedup();
    Some(severities)
}
