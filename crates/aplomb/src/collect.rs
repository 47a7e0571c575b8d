//! `aplomb collect`: the facts of a host, recorded into a snapshot.

use std::fmt::Write as _;
use std::path::Path;
use std::time::SystemTime;

use aplomb_host::{
    Access, HEADER_SOURCES, Live, Order, Refusal, RootDirectory, SECTIONS, Section, Snapshot,
    by_id, collect, import, importer,
};
use aplomb_model::{Lang, Phrase};
use chrono::{DateTime, SecondsFormat, Utc};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use crate::cli::{CollectArgs, Terminal};
use crate::complaint::Complaint;
use crate::{print, single_file};

pub(crate) fn run(args: &CollectArgs, terminal: &Terminal) -> Result<u8, Complaint> {
    let lang = terminal.lang().unwrap_or_default();
    let complain = |phrase: Phrase| Complaint::plain(phrase.get(lang));
    let sections = chosen(&args.sections, args.explain).map_err(complain)?;
    if args.explain {
        return explain(&sections, args.root.is_some());
    }
    let snapshot = if args.from.is_empty() {
        record(args.root.as_deref(), sections, &args.hashed).map_err(complain)?
    } else {
        imported(args, sections, lang)?
    };
    let text = snapshot.to_text();
    match &args.output {
        Some(file) => std::fs::write(file, as_named(file, text)).map_err(|error| {
            let file = file.display();
            complain(Phrase::new(
                format!("{file}: it cannot be written: {error}; name another file"),
                format!("{file} : écriture impossible ({error}) ; indiquer un autre fichier"),
            ))
        })?,
        None => show(&text)?,
    }
    Ok(0)
}

/// Records this machine, or the one with this root directory, as it is now.
pub(crate) fn record(
    root: Option<&Path>,
    sections: Vec<&'static Section>,
    files: &[String],
) -> Result<Snapshot, Phrase> {
    let access: Box<dyn Access> = match root {
        Some(folder) => {
            let opened = RootDirectory::open(folder);
            Box::new(opened.map_err(|refusal| cannot_open(folder, &refusal))?)
        }
        None => Box::new(Live),
    };
    Ok(collect(access.as_ref(), &order(sections, files, &moment(SystemTime::now()))))
}

/// The sections that are recorded where none is asked for.
pub(crate) fn usual_sections() -> Vec<&'static Section> {
    SECTIONS.iter().filter(|section| !section.is_opt_in).collect()
}

fn order<'a>(
    sections: Vec<&'static Section>,
    files: &'a [String],
    captured_at: &'a str,
) -> Order<'a> {
    Order { sections, files, captured_at, version: env!("CARGO_PKG_VERSION") }
}

fn moment(time: SystemTime) -> String {
    DateTime::<Utc>::from(time).to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// What other tools recorded. Where no file says when, the oldest was written then.
fn imported(
    args: &CollectArgs,
    sections: Vec<&'static Section>,
    lang: Lang,
) -> Result<Snapshot, Complaint> {
    let mut files = Vec::new();
    let mut oldest = SystemTime::now();
    for (tool, path) in &args.from {
        let shown = path.display();
        let text = single_file::text(path)
            .map_err(|refused| Complaint::plain(refused.told(&shown.to_string(), lang)))?;
        let written = path.metadata().and_then(|found| found.modified());
        oldest = written.map_or(oldest, |written| written.min(oldest));
        let Some(importer) = importer(tool) else { continue };
        let read = importer.read(text.text());
        files.push(read.map_err(|why| Complaint::plain(format!("{shown}: {}", why.0.get(lang))))?);
    }
    let captured_at = moment(oldest);
    import(files, args.host.as_deref(), &order(sections, &[], &captured_at))
        .map_err(|why| Complaint::plain(why.0.get(lang)))
}

/// The bytes of a file by its name: compressed where it ends in `.zst`.
fn as_named(file: &Path, text: String) -> Vec<u8> {
    if file.extension().is_some_and(|extension| extension == "zst") {
        compress_to_vec(text.as_bytes(), CompressionLevel::Fastest)
    } else {
        text.into_bytes()
    }
}

fn show(text: &str) -> Result<(), Complaint> {
    let printed = print::out(|out| out.write_all(text.as_bytes()));
    printed.map_err(|error| Complaint::plain(format!("standard output: {error}")))
}

/// The sections asked for, in their own order; without any, those that are not opt-in, or all where
/// they are only explained.
fn chosen(ids: &[String], is_explained: bool) -> Result<Vec<&'static Section>, Phrase> {
    if let Some(unknown) = ids.iter().find(|id| by_id(id).is_none()) {
        let known: Vec<_> = SECTIONS.iter().map(|section| section.id).collect();
        let known = known.join(", ");
        return Err(Phrase::new(
            format!("there is no section `{unknown}`; there are {known}"),
            format!("la section « {unknown} » n'existe pas ; il y a {known}"),
        ));
    }
    let wanted = |section: &&Section| {
        ids.iter().any(|id| id == section.id)
            || ids.is_empty() && (is_explained || !section.is_opt_in)
    };
    Ok(SECTIONS.iter().filter(wanted).collect())
}

fn cannot_open(folder: &Path, refusal: &Refusal) -> Phrase {
    let folder = folder.display();
    match refusal {
        Refusal::Denied => Phrase::new(
            format!("{folder}: entering it is not permitted; use an account that may"),
            format!("{folder} : l'accès n'est pas permis ; utiliser un compte qui en a le droit"),
        ),
        Refusal::Absent | Refusal::OtherKind => Phrase::new(
            format!("{folder} is not a folder; name the root directory of the host"),
            format!("{folder} n'est pas un dossier ; indiquer le répertoire racine de l'hôte"),
        ),
        other => Phrase::new(
            format!("{folder} cannot be opened: {other}"),
            format!("{folder} ne peut pas être ouvert ; message du système : {other}"),
        ),
    }
}

/// What each section would use. A root directory has neither a running kernel nor its files.
fn explain(sections: &[&Section], is_root_directory: bool) -> Result<u8, Complaint> {
    let is_used = |source: &&&str| {
        let of_kernel = source.starts_with("/proc/") || source.starts_with("/sys/");
        !(is_root_directory && (of_kernel || source.ends_with("(2)")))
    };
    let mut text = String::from("header  whose facts these are, and when they were recorded\n");
    let sources = |sources: &[&str], text: &mut String| {
        for source in sources.iter().filter(is_used) {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "    {source}");
        }
    };
    sources(HEADER_SOURCES, &mut text);
    for section in sections {
        let opt_in = if section.is_opt_in { " [only with --sections]" } else { "" };
        let _ = writeln!(text, "{}  {}{opt_in}", section.id, section.summary);
        sources(section.sources, &mut text);
    }
    show(&text)?;
    Ok(0)
}
