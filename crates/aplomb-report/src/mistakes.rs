//! Mistakes of authors, in standards and manifests, drawn over their source.

use std::error::Error;
use std::fmt::{self, Write as _};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, Severity,
    SourceCode, SourceSpan,
};

use crate::{Options, visible};

/// Draws a diagnostic for a terminal: message, source excerpt with labels, help.
///
/// Opening somebody's standard is safe, also when it is wrong: whatever of its text is quoted, in the
/// excerpt or in a message, comes with control characters made visible.
pub fn render_diagnostic(diagnostic: &dyn Diagnostic, options: &Options) -> String {
    let theme = match (options.ascii, options.color) {
        (false, true) => GraphicalTheme::unicode(),
        (false, false) => GraphicalTheme::unicode_nocolor(),
        (true, true) => GraphicalTheme::ascii(),
        (true, false) => GraphicalTheme::none(),
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(options.width)
        .with_links(false)
        .tab_width(4);
    let harmless = Harmless::of(diagnostic, None, 0);
    let mut drawn = String::new();
    if handler.render_report(&mut drawn, &harmless).is_err() {
        // A label that lies outside its source cannot be drawn; what it says must not get lost.
        drawn.clear();
        harmless.write_plainly(&mut drawn);
    }
    drawn
}

/// Causes and related diagnostics nest; ours never do so deeper than this.
const MAX_DEPTH: usize = 8;

/// A copy of a diagnostic whose texts are safe to show.
#[derive(Debug)]
struct Harmless {
    message: String,
    code: Option<String>,
    severity: Option<Severity>,
    help: Option<String>,
    url: Option<String>,
    labels: Vec<LabeledSpan>,
    source: Option<NamedSource<String>>,
    related: Vec<Harmless>,
    cause: Option<Box<Harmless>>,
}

impl Harmless {
    fn of(diagnostic: &dyn Diagnostic, parent: Option<&dyn SourceCode>, depth: usize) -> Self {
        let text = |display: Box<dyn fmt::Display + '_>| visible(&display.to_string());
        let code = diagnostic.source_code().or(parent);
        let labels = diagnostic.labels().into_iter().flatten().map(|label| {
            let said = label.label().map(visible);
            if label.primary() {
                LabeledSpan::new_primary_with_span(said, *label.inner())
            } else {
                LabeledSpan::new_with_span(said, *label.inner())
            }
        });
        let deeper = depth + 1;
        let related = diagnostic.related().into_iter().flatten();
        let related = related.take_while(|_| deeper < MAX_DEPTH);
        let cause = diagnostic.diagnostic_source().filter(|_| deeper < MAX_DEPTH);
        Self {
            message: visible(&diagnostic.to_string()),
            code: diagnostic.code().map(text),
            severity: diagnostic.severity(),
            help: diagnostic.help().map(text),
            url: diagnostic.url().map(text),
            labels: labels.collect(),
            source: code.and_then(harmless_source),
            related: related.map(|other| Self::of(other, code, deeper)).collect(),
            cause: cause.map(|cause| Box::new(Self::of(cause, code, deeper))),
        }
    }

    fn write_plainly(&self, out: &mut String) {
        for text in [Some(&self.message), self.help.as_ref()].into_iter().flatten() {
            writeln!(out, "{text}").expect("a string takes all that is written");
        }
        for other in &self.related {
            other.write_plainly(out);
        }
    }
}

impl fmt::Display for Harmless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Harmless {}

impl Diagnostic for Harmless {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        boxed(self.code.as_deref())
    }

    fn severity(&self) -> Option<Severity> {
        self.severity
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        boxed(self.help.as_deref())
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        boxed(self.url.as_deref())
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        if self.related.is_empty() {
            return None;
        }
        let related = self.related.iter();
        Some(Box::new(related.map(|other| other as &dyn Diagnostic)))
    }

    fn diagnostic_source(&self) -> Option<&dyn Diagnostic> {
        self.cause.as_deref().map(|cause| cause as &dyn Diagnostic)
    }
}

fn boxed<'a>(text: Option<&'a str>) -> Option<Box<dyn fmt::Display + 'a>> {
    text.map(|text| Box::new(text) as Box<dyn fmt::Display>)
}

/// The whole source with every hidden character replaced by as many bytes, so that spans hold.
fn harmless_source(code: &dyn SourceCode) -> Option<NamedSource<String>> {
    let everything = code.read_span(&SourceSpan::from((0, 0)), 0, usize::MAX).ok()?;
    let name = visible::line(everything.name().unwrap_or_default());
    let text = str::from_utf8(everything.data()).ok()?;
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => safe.push(c),
            _ if visible::is_hidden(c) => {
                let marks = ["?", "??", "\u{fffd}", "\u{fffd}?"];
                safe.push_str(marks.get(c.len_utf8() - 1).copied().unwrap_or("?"));
            }
            _ => safe.push(c),
        }
    }
    Some(NamedSource::new(name, safe))
}

#[cfg(test)]
mod tests;
