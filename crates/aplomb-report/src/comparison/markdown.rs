//! For a comment on a merge request: the counts, what is worse, and the rest folded.

use std::io::{self, Write};

use aplomb_model::{Change, ChangeKind, Comparison, Lang};

use super::{cause, head, turn, verdicts, words};
use crate::formats::markdown::page::Page;
use crate::formats::markdown::{LARGE, SMALL};
use crate::markdown::{code, prose};
use crate::{Options, sentence, visible};

/// Characters of what is said of one finding.
const MAX_SAID: usize = 500;

pub(super) fn render(
    comparison: &Comparison,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let lang = options.lang;
    let mut buffered = io::BufWriter::new(out);
    let limit = if options.verbose { LARGE } else { SMALL };
    let mut page = Page::new(&mut buffered, lang, limit);
    let worse = if comparison.is_worse() { words::WORSE } else { words::NOT_WORSE };
    let colon = crate::words::colon(lang);
    let (worse, verdicts) = (page.say(worse), verdicts(comparison, lang));
    page.add(&format!("## {worse}{colon}{verdicts}\n\n{}\n", head(comparison, lang, short)))?;
    let kinds = ChangeKind::ALL.map(|kind| (page.say(words::heading(kind)), comparison.of(kind)));
    let rows = kinds.map(|(heading, changes)| {
        format!("| {} | {} |\n", heading.to_lowercase(), changes.count())
    });
    page.add(&format!("\n| | |\n| --- | ---: |\n{}", rows.concat()))?;
    if !options.quiet {
        let grounds = comparison.grounds.iter().map(|one| said(&cause(one, lang)));
        page.folded(words::GROUNDS, comparison.grounds.len(), grounds)?;
        for kind in ChangeKind::ALL {
            section(&mut page, comparison, kind)?;
        }
    }
    page.end()?;
    buffered.flush()
}

fn section(page: &mut Page<'_>, comparison: &Comparison, kind: ChangeKind) -> io::Result<()> {
    let lang = page.lang;
    let count = comparison.of(kind).count();
    let mut items = comparison.of(kind).map(|change| item(change, lang));
    if matches!(kind, ChangeKind::Persisting | ChangeKind::Fixed) {
        return page.folded(words::heading(kind), count, items);
    }
    let heading = page.say(words::heading(kind));
    if count == 0 || !page.add(&format!("\n### {heading} ({count})\n\n"))? {
        page.leave_out(count);
        return Ok(());
    }
    let mut told = 0;
    while let Some(item) = items.next()
        && page.add(&format!("- {item}\n"))?
    {
        told += 1;
    }
    page.leave_out(count - told);
    Ok(())
}

/// A change in a line: what is demanded of what, what is found, what it was, and why.
fn item(change: &Change, lang: Lang) -> String {
    let finding = &change.finding;
    let rule = &finding.rule;
    let severity = crate::words::severity(rule.severity).get(lang);
    let colon = crate::words::colon(lang);
    let (id, name) = (short(&rule.id), short(&rule.name));
    let (subject, found) = (short(&finding.subject.name), said(&sentence::found(finding, lang)));
    let mut item = format!("**{severity}** {id} {name} · {subject}{colon}{found}");
    if let Some(turn) = turn(change, lang) {
        item = format!("{item}<br>{}{colon}{}", words::TURN.get(lang), said(&turn));
    }
    let causes: Vec<_> = change.causes.iter().map(|one| said(&cause(one, lang))).collect();
    if !causes.is_empty() {
        let causes = causes.join(&format!(", {} ", words::AND_OR.get(lang)));
        item = format!("{item}<br>{}{colon}{causes}", words::CAUSE.get(lang));
    }
    item
}

fn said(text: &str) -> String {
    prose(&visible::cut(visible::joined(text), MAX_SAID))
}

fn short(text: &str) -> String {
    code(&visible::cut(visible::joined(text), MAX_SAID))
}
