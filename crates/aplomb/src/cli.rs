//! The command line.

use std::path::PathBuf;

use aplomb_model::{Lang, Share};
use aplomb_read::authored::suggest;
use clap::{Args, Parser, Subcommand, ValueEnum, value_parser};
use clap_complete::Shell;

/// Judge a delivery to production against declared standards.
///
/// A delivery is a folder: hosts (fact snapshots), configuration files and documents, named by its
/// `delivery.toml`. Standards are rules in TOML; a set of them is built in. One verdict comes out,
/// with proof: what was found, where, which standard asks for it and what to do.
#[derive(Debug, Parser)]
#[command(name = "aplomb", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "\
Exit codes:
  0   conforming, with or without reservations
  1   non-conforming
  2   the command, a standard or a manifest is wrong
  3   undetermined: something needed could not be evaluated, or nothing was checked
  70  a defect of aplomb")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) terminal: Terminal,
}

/// How to talk to whoever looks on.
#[derive(Debug, Args)]
pub(crate) struct Terminal {
    /// When to colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: ColorWhen,
    /// Language of the report: en or fr [default: the manifest's or the saved run's, else en]
    #[arg(long, global = true, value_name = "LANG")]
    lang: Option<LangArg>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ColorWhen {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LangArg {
    En,
    Fr,
}

impl Terminal {
    /// Whether to colour what goes to a stream; `auto` asks whether it is a terminal, and heeds
    /// `NO_COLOR`.
    pub(crate) fn color(&self, is_terminal: bool) -> bool {
        match self.color {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => {
                is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        }
    }

    /// The language asked for.
    pub(crate) fn lang(&self) -> Option<Lang> {
        self.lang.map(|lang| match lang {
            LangArg::En => Lang::En,
            LangArg::Fr => Lang::Fr,
        })
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Judge a delivery, or plain files and folders
    Check(CheckArgs),
    /// Render a saved run again, in any format and language
    Report(ReportArgs),
    /// Join the reports of parts into that of the whole
    Merge(MergeArgs),
    /// Record the facts of a host into a snapshot
    Collect(CollectArgs),
    /// Compare two saved runs, or two snapshots of hosts: what changed, and why
    Diff(DiffArgs),
    /// Add a waiver or a reservation to a file of exceptions
    Waive(WaiveArgs),
    /// Show what a rule will see of a file
    Inspect(InspectArgs),
    /// List rules, standards, profiles, check kinds, formats and outputs
    List(ListArgs),
    /// Explain a rule, a check kind or a format in full
    Explain(ExplainArgs),
    /// Print a JSON Schema of what people write or what aplomb emits
    Schema(SchemaArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
}

/// Arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  aplomb check                                 the delivery in this folder
  aplomb check delivery/ --as-of 2026-11-23    as of a date, for a report that can be made again
  aplomb check app.yaml --standard house/      plain files by a house's own standards
  aplomb check --live                          this machine; --root DIR: one that does not run
  aplomb check --output json=run.json          a report for people, and one for machines
  aplomb check --baseline run.json             only what that run does not hold yet gates")]
pub(crate) struct CheckArgs {
    /// The delivery: a folder with a `delivery.toml`; or a file or folder to judge as it is
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Judge this machine, as far as this account may look
    #[arg(long, conflicts_with_all = ["path", "manifest", "root"])]
    pub(crate) live: bool,
    /// Judge the host whose root directory this is: a mounted image, a chroot
    #[arg(long, value_name = "DIR", conflicts_with_all = ["path", "manifest"])]
    pub(crate) root: Option<PathBuf>,
    /// Judge PATH by this manifest, which lies elsewhere, in place of its own
    #[arg(long, value_name = "FILE")]
    pub(crate) manifest: Option<PathBuf>,
    /// Judge by this standard: a file, a folder, `aplomb:*` for all that are built in, or
    /// `aplomb:ID` for one. May be repeated [default: the manifest's, else aplomb:*]
    #[arg(long = "standard", value_name = "STANDARD")]
    pub(crate) standards: Vec<String>,
    /// Apply this profile [default: the manifest's, if it names one]
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Set a parameter. May be repeated
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) params: Vec<(String, String)>,
    /// Apply the waivers and reservations of this file. May be repeated [default: the delivery's
    /// `waivers.toml`, if there is one]
    #[arg(long, value_name = "FILE")]
    pub(crate) waivers: Vec<PathBuf>,
    /// Compare with this saved run (of `--output json=FILE`): open findings that it holds already
    /// are told as known, and do not gate
    #[arg(long, value_name = "RUN.json")]
    pub(crate) baseline: Option<PathBuf>,
    /// Judge share K of N only: its subjects, and the rules over several subjects that fall to it.
    /// `aplomb merge` joins the N reports (`--output json=FILE`) into that of the whole run
    #[arg(long, value_name = "K/N", value_parser = share)]
    pub(crate) part: Option<Share>,
    /// Judge as of this date (2026-11-23) or time (2026-11-23T08:00:00+01:00) [default: now]
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<String>,
    #[command(flatten)]
    pub(crate) rendering: Rendering,
    /// The mildest verdict that exits with 1 [default: the `[gate]` of the standards and the
    /// profile, else non-conforming]
    #[arg(long, value_name = "VERDICT")]
    pub(crate) fail_on: Option<FailOn>,
    /// Report without gating: exit with 0 whatever the verdict
    #[arg(long)]
    pub(crate) exit_zero: bool,
    /// Threads to work with, 1 to 256 [default: one a processor]
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=256))]
    pub(crate) jobs: Option<u16>,
}

/// How a report is told, and where to.
#[derive(Debug, Args)]
pub(crate) struct Rendering {
    /// Format of the report on standard output
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = output_format)]
    pub(crate) format: String,
    /// Also write the report in a format to a file. May be repeated
    #[arg(long = "output", value_name = "FORMAT=FILE", value_parser = output)]
    pub(crate) outputs: Vec<(String, PathBuf)>,
    /// Print the summary and the verdict only, and no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// Print what passed and what did not apply, too
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

impl CheckArgs {
    /// Whether a host is recorded to be judged, and no file is read.
    pub(crate) const fn is_of_host(&self) -> bool {
        self.live || self.root.is_some()
    }
}

/// Arguments of `report`.
#[derive(Debug, Args)]
#[command(after_help = "\
Ends with 0 once the report is written, whatever its verdict: `check` is what gates.

Examples:
  aplomb check --output json=run.json --quiet  save a run
  aplomb report run.json --lang fr             read it, in either language
  aplomb report run.json --output html=r.html  or in any format, as if it were told at once")]
pub(crate) struct ReportArgs {
    /// The run: what `--output json=FILE` saved. `-` is standard input
    #[arg(value_name = "RUN.json")]
    pub(crate) run: PathBuf,
    #[command(flatten)]
    pub(crate) rendering: Rendering,
}

/// The mildest verdict that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// An open blocker, or too many open majors
    NonConforming,
    /// The same, or major reservations
    MajorReservations,
    /// The same, or minor reservations
    MinorReservations,
}

impl From<FailOn> for aplomb_standard::FailOn {
    fn from(asked: FailOn) -> Self {
        match asked {
            FailOn::NonConforming => Self::NonConforming,
            FailOn::MajorReservations => Self::MajorReservations,
            FailOn::MinorReservations => Self::MinorReservations,
        }
    }
}

/// Arguments of `collect`.
#[derive(Debug, Args)]
#[command(after_help = "\
Nothing on the host is changed, nothing of it is run, and nothing is sent. Of passwords and keys \
only what they are is recorded, never what they say.

Examples:
  aplomb collect --output db01.json            this machine, as far as this account may look
  aplomb collect --root /mnt/image             a host that does not run: a mounted image, a chroot
  aplomb collect --output db01.json.zst        compressed; every command reads it as it is
  aplomb collect --sections os,packages        some sections only
  aplomb collect --from ansible=setup.json     what another tool recorded (`aplomb list importers`)
  aplomb collect --explain                     what would be read, without reading it")]
pub(crate) struct CollectArgs {
    /// Record the host whose root directory this is, in place of this machine
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    /// Record these sections only [default: all but those that --explain marks]
    #[arg(long, value_name = "SECTION", value_delimiter = ',')]
    pub(crate) sections: Vec<String>,
    /// Record the hash of this file too, or that it is not there: an absolute path on the host. May
    /// be repeated
    #[arg(long = "hash", value_name = "FILE", value_parser = absolute)]
    pub(crate) hashed: Vec<String>,
    /// Write the snapshot to this file in place of standard output; one named `*.zst` is compressed
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Take the facts from what another tool recorded, in place of a host: `ansible=setup.json`.
    /// May be repeated, for several files on one host
    #[arg(long = "from", value_name = "TOOL=FILE", value_parser = from, conflicts_with = "root")]
    pub(crate) from: Vec<(String, PathBuf)>,
    /// The name of the host that the files of --from are about [default: what they say]
    #[arg(long, value_name = "NAME", requires = "from")]
    pub(crate) host: Option<String>,
    /// List every file, folder and system call that would be used, and use none
    #[arg(long)]
    pub(crate) explain: bool,
}

/// Arguments of `merge`.
#[derive(Debug, Args)]
#[command(after_help = "\
Parts of one run (`check --part K/N`) give back the run, to the byte, in whatever order they are \
named: none may be missing or there twice, and all must be of the same delivery, standards, \
parameters, date and version of aplomb.

Runs over different groups of hosts of one solution, each judged by itself, give their union: a rule \
over several subjects was judged within each group, and of two results for the same the worse stands.

Ends as `check` does on the whole.

Examples:
  aplomb check --part 1/2 --as-of 2026-11-23 --output json=1.json --exit-zero   on one machine
  aplomb check --part 2/2 --as-of 2026-11-23 --output json=2.json --exit-zero   on another
  aplomb merge 1.json 2.json --output json=run.json --output html=report.html")]
pub(crate) struct MergeArgs {
    /// The reports: what `--output json=FILE` saved
    #[arg(required = true, value_name = "RUN.json")]
    pub(crate) runs: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) rendering: Rendering,
    /// Report without gating: exit with 0 whatever the verdict
    #[arg(long)]
    pub(crate) exit_zero: bool,
}

/// Arguments of `diff`.
#[derive(Debug, Args)]
#[command(after_help = "\
Two saved runs: findings are told apart by their fingerprints. Each change names what may have caused \
it: the target, the standard, parameters, exceptions, the tool; time where nothing else that is \
recorded bears on it.

Two snapshots: items of a list are matched by what they are (a package by its name and architecture, \
an account by its name, a mount by its path), not by where they stand. What one of the two could not \
see is not compared, and is said.

Exit codes:
  0  nothing is worse; of snapshots: both say the same
  1  something changed; of runs, for the worse: a finding is new, worsened or no longer evaluated
     (info aside), or the verdict is worse
  2  one of the files cannot be read, or they cannot be compared

Examples:
  aplomb diff last.json run.json                    what became of each finding, and why
  aplomb diff last.json run.json --format markdown  for a comment on a merge request
  aplomb diff db01-monday.json db01-tuesday.json    which facts of a host changed")]
pub(crate) struct DiffArgs {
    /// The earlier file: a saved run (`check --output json=FILE`), or a snapshot of a host
    pub(crate) before: PathBuf,
    /// The later file
    pub(crate) after: PathBuf,
    /// `text` for people; `json` for machines (`aplomb schema report-diff`, `aplomb schema diff`);
    /// of runs also `markdown`, for a merge request
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: DiffFormat,
    /// Of runs: print the counts and the verdicts only
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// Of runs: print what persists in full, too, and leave nothing out
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    Text,
    Markdown,
    Json,
}

impl DiffFormat {
    /// What the format is called.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Json => "json",
        }
    }
}

/// Arguments of `waive`.
#[derive(Debug, Args)]
#[command(after_help = "\
Nothing is written that `check` would refuse; what stands in the file already stays as it is. On a \
terminal, what is missing is asked for.

Examples:
  aplomb waive SW-012 --subject prd-db01 --reason 'root until the migration' --requester b.sauval \\
    --approver s.gardien --approver-role RSSI --expires 2027-03-31
  aplomb waive --run run.json --finding 8bfc0e2a --reason 'fixed in 3.3' --requester b.sauval \\
    --approver s.gardien --approver-role RSSI --owner d.base --due 2027-01-31")]
pub(crate) struct WaiveArgs {
    /// Id of the rule [default: that of the finding]
    pub(crate) rule: Option<String>,
    /// Name of the subject, exactly as in reports [default: that of the finding]
    #[arg(long, value_name = "NAME")]
    pub(crate) subject: Option<String>,
    /// Narrow it to findings with this identity, as reports give it: `flow=F05`. May be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) scope: Vec<(String, String)>,
    /// Why the rule cannot be kept
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// What is accepted thereby
    #[arg(long, value_name = "TEXT")]
    pub(crate) risk: Option<String>,
    /// What is done instead, or meanwhile
    #[arg(long, value_name = "TEXT")]
    pub(crate) measure: Option<String>,
    /// Who asks
    #[arg(long, value_name = "NAME")]
    pub(crate) requester: Option<String>,
    /// Who approves: somebody else
    #[arg(long, value_name = "NAME")]
    pub(crate) approver: Option<String>,
    /// In which role
    #[arg(long, value_name = "ROLE")]
    pub(crate) approver_role: Option<String>,
    /// From when on it holds
    #[arg(long, value_name = "DATE")]
    pub(crate) granted: Option<String>,
    /// Until when it holds: makes it a waiver
    #[arg(long, value_name = "DATE", conflicts_with_all = ["due", "owner"])]
    pub(crate) expires: Option<String>,
    /// Until when it is mended: makes it a reservation
    #[arg(long, value_name = "DATE")]
    pub(crate) due: Option<String>,
    /// Who mends it, for a reservation
    #[arg(long, value_name = "NAME")]
    pub(crate) owner: Option<String>,
    /// Its id [default: the number after the last of its kind in the file]
    #[arg(long, value_name = "ID")]
    pub(crate) id: Option<String>,
    /// The delivery it is for
    #[arg(long = "delivery", value_name = "PATH", default_value = ".")]
    pub(crate) path: PathBuf,
    /// The file to add it to [default: the delivery's `waivers.toml`]
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// A saved run: to take a finding from, and to tell what it covers of
    #[arg(long, value_name = "RUN.json")]
    pub(crate) run: Option<PathBuf>,
    /// The open finding of the run that it is for: a fingerprint, or its beginning
    #[arg(long, value_name = "FINGERPRINT", requires = "run")]
    pub(crate) finding: Option<String>,
}

/// Arguments of `inspect`.
#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// The file; what it includes must lie in its folder or below, or below the folder that `etc`
    /// lies in. It is read with its drop-ins. `-` is standard input, whose format `--as` must say
    #[arg(requires_if("-", "read_as"))]
    pub(crate) file: PathBuf,
    /// `json`: the plain value, a stream of several documents as JSON lines. `tree`: every node
    /// with its position and its text as written
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "json",
        default_value_if("effective", "true", "tree")
    )]
    pub(crate) format: InspectFormat,
    /// Show only what this RFC 9535 path selects, one value a line
    #[arg(long, value_name = "JSONPATH")]
    pub(crate) select: Option<String>,
    /// Read as this format instead of the detected one
    #[arg(long = "as", value_name = "FORMAT", value_parser = input_format)]
    pub(crate) read_as: Option<String>,
    /// Show what takes effect, with the line that says so and those it shadows; as text, or as
    /// JSON with `--format json`
    #[arg(long, conflicts_with = "select")]
    pub(crate) effective: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InspectFormat {
    Json,
    Tree,
}

/// Arguments of `list`.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// What to list
    #[arg(default_value = "rules")]
    pub(crate) what: Listed,
    /// Standards to list from, as for `check` [default: aplomb:*]
    #[arg(long = "standard", value_name = "STANDARD")]
    pub(crate) standards: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Listed {
    Rules,
    Standards,
    Profiles,
    Params,
    Kinds,
    Functions,
    Formats,
    Importers,
    Outputs,
    Schemas,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// A rule (`SW-061` or `listening-ports-documented`), a check kind, a format or an importer
    pub(crate) id: String,
    /// Standards to look in, as for `check` [default: aplomb:*]
    #[arg(long = "standard", value_name = "STANDARD")]
    pub(crate) standards: Vec<String>,
}

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// Which schema: standard, delivery, waivers, host-facts, report or diff
    pub(crate) name: String,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    pub(crate) shell: Shell,
}

fn share(text: &str) -> Result<Share, String> {
    let share = text
        .split_once('/')
        .and_then(|(number, of)| Share::new(number.parse().ok()?, of.parse().ok()?));
    share.ok_or_else(|| format!("write it as K/N, from 1/N to N/N, N at most {}", Share::MOST))
}

/// A path on a host, from its root.
fn absolute(path: &str) -> Result<String, String> {
    let is_plain = path.starts_with('/') && !path.split('/').any(|name| name == "..");
    is_plain.then(|| path.to_owned()).ok_or_else(|| "a path begins with / and has no ..".to_owned())
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

fn output_format(text: &str) -> Result<String, String> {
    if aplomb_report::by_id(text).is_some() {
        return Ok(text.to_owned());
    }
    let known: Vec<_> = aplomb_report::FORMATS.iter().map(|format| format.id).collect();
    Err(format!("there are {}", known.join(", ")))
}

fn from(text: &str) -> Result<(String, PathBuf), String> {
    let (tool, file) = text.split_once('=').ok_or("write it as TOOL=FILE")?;
    if aplomb_host::importer(tool).is_none() {
        let known: Vec<_> = aplomb_host::IMPORTERS.iter().map(|importer| importer.id).collect();
        return Err(format!("there is no importer `{tool}`; there are {}", known.join(", ")));
    }
    if file.is_empty() {
        return Err("the file's name is missing".into());
    }
    Ok((tool.to_owned(), PathBuf::from(file)))
}

fn input_format(text: &str) -> Result<String, String> {
    if aplomb_read::by_id(text).is_some() {
        return Ok(text.to_owned());
    }
    let known = aplomb_read::FORMATS.iter().map(|format| format.id);
    Err(match suggest(text, known.clone()) {
        Some(near) => format!("there is no such format; did you mean `{near}`?"),
        None => {
            format!("there is no such format; there are {}", known.collect::<Vec<_>>().join(", "))
        }
    })
}

fn output(text: &str) -> Result<(String, PathBuf), String> {
    let (format, file) = text.split_once('=').ok_or("write it as FORMAT=FILE")?;
    if file.is_empty() {
        return Err("the file's name is missing".into());
    }
    if file == "-" {
        return Err("standard output is `--format`; `--output` writes to files".into());
    }
    Ok((output_format(format)?, PathBuf::from(file)))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
