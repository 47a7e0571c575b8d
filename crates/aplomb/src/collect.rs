//! `aplomb collect`: the facts of a host, recorded into a snapshot.

use std::fmt::Write as _;
use std::path::Path;

use aplomb_host::{
    Access, HEADER_SOURCES, Live, Order, Refusal, RootDirectory, SECTIONS, Section, by_id, collect,
};
use aplomb_model::Phrase;
use chrono::{SecondsFormat, Utc};

use crate::cli::{CollectArgs, Terminal};
use crate::complaint::Complaint;
use crate::print;

pub(crate) fn run(args: &CollectArgs, terminal: &Terminal) -> Result<u8, Complaint> {
    let lang = terminal.lang().unwrap_or_default();
    let complain = |phrase: Phrase| Complaint::plain(phrase.get(lang));
    let sections = chosen(&args.sections, args.explain).map_err(complain)?;
    if args.explain {
        return explain(&sections, args.root.is_some());
    }
    let access: Box<dyn Access> = match &args.root {
        Some(folder) => Box::new(
            RootDirectory::open(folder)
                .map_err(|refusal| complain(cannot_open(folder, &refusal)))?,
        ),
        None => Box::new(Live),
    };
    let captured_at = Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true);
    let version = env!("CARGO_PKG_VERSION");
    let order = Order { sections, files: &args.hashed, captured_at: &captured_at, version };
    let text = collect(access.as_ref(), &order).to_text();
    match &args.output {
        Some(file) => std::fs::write(file, text).map_err(|error| {
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
