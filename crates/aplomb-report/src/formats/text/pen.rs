use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use aplomb_model::{DiagnosticLevel, Lang, Severity, Verdict};

use crate::words::Words;
use crate::{Options, columns, visible};

/// What lines are drawn with.
pub(crate) struct Glyphs {
    pub(crate) top: &'static str,
    pub(crate) branch: &'static str,
    pub(crate) bottom: &'static str,
    pub(crate) note: &'static str,
    pub(crate) last_note: &'static str,
    pub(crate) bar: char,
    pub(crate) dot: char,
    pub(crate) gap: &'static str,
    pub(crate) under: char,
    pub(crate) tee: char,
    pub(crate) hook: &'static str,
    pub(crate) hook_left: &'static str,
    pub(crate) block_first: &'static str,
    pub(crate) block_inside: &'static str,
    pub(crate) block_last: &'static str,
    pub(crate) ellipsis: &'static str,
    pub(crate) separator: &'static str,
    pub(crate) rule: char,
}

static UNICODE: Glyphs = Glyphs {
    top: "╭─[",
    branch: "├─[",
    bottom: "╰─",
    note: "├─ ",
    last_note: "╰─ ",
    bar: '│',
    dot: '·',
    gap: "⋮",
    under: '─',
    tee: '┬',
    hook: "╰── ",
    hook_left: " ──╯",
    block_first: "╭ ",
    block_inside: "│ ",
    block_last: "╰ ",
    ellipsis: "…",
    separator: " · ",
    rule: '─',
};

static ASCII: Glyphs = Glyphs {
    top: ",-[",
    branch: "|-[",
    bottom: "`-",
    note: "|- ",
    last_note: "`- ",
    bar: '|',
    dot: ':',
    gap: ":",
    under: '^',
    tee: '^',
    hook: "`-- ",
    hook_left: " --'",
    block_first: ", ",
    block_inside: "| ",
    block_last: "` ",
    ellipsis: "...",
    separator: " - ",
    rule: '-',
};

/// Writes laid-out and coloured lines.
pub(crate) struct Pen<'a> {
    out: &'a mut dyn Write,
    pub(crate) options: &'a Options,
    pub(crate) glyphs: &'static Glyphs,
    pub(crate) width: usize,
    begun: bool,
}

pub(crate) const PLAIN: Style = Style::new();
pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const FAINT: Style = Style::new().dimmed();

/// Longer than this is no message any more.
const MAX_LINES: usize = 20;
const MAX_PATH: usize = 240;
/// Narrower than this nothing can be laid out.
const MIN_WIDTH: usize = 40;

impl<'a> Pen<'a> {
    pub(crate) fn new(out: &'a mut dyn Write, options: &'a Options) -> Self {
        Self {
            out,
            options,
            glyphs: if options.ascii { &ASCII } else { &UNICODE },
            width: options.width.max(MIN_WIDTH),
            begun: false,
        }
    }

    pub(crate) const fn lang(&self) -> Lang {
        self.options.lang
    }

    pub(crate) const fn say(&self, words: Words) -> &'static str {
        words.get(self.options.lang)
    }

    /// The text in a style, where colour is wanted.
    pub(crate) fn paint(&self, style: Style, text: &str) -> String {
        if !self.options.color || text.is_empty() || style.is_plain() {
            return text.to_owned();
        }
        format!("{}{text}{}", style.render(), style.render_reset())
    }

    /// One line as it is.
    pub(crate) fn line(&mut self, line: &str) -> io::Result<()> {
        self.begun = true;
        writeln!(self.out, "{line}")
    }

    /// An empty line between two parts; none at the very beginning.
    pub(crate) fn gap(&mut self) -> io::Result<()> {
        if self.begun { writeln!(self.out) } else { Ok(()) }
    }

    /// Somebody's text, wrapped, the first line after `first` and each other after `rest`.
    pub(crate) fn paragraph(
        &mut self,
        first: &str,
        rest: &str,
        style: Style,
        text: &str,
    ) -> io::Result<()> {
        let room = self.width.saturating_sub(columns::width(rest));
        let paragraphs = visible::lines(text).filter(|line| !line.trim().is_empty());
        let wrapped = paragraphs.flat_map(|line| columns::wrap(&line, room));
        let mut prefix = first;
        for part in columns::shortened(wrapped, MAX_LINES, self.glyphs.ellipsis) {
            let painted = self.paint(style, &part);
            self.line(&format!("{prefix}{painted}"))?;
            prefix = rest;
        }
        Ok(())
    }

    /// A key in a narrow column and its text: `  do    close the port`.
    pub(crate) fn keyed(&mut self, key: &str, text: &str) -> io::Result<()> {
        let column = match self.lang() {
            Lang::En => 6,
            Lang::Fr => 7,
        };
        let key = columns::pad_right(key, column);
        let first = format!("  {}", self.paint(BOLD, &key));
        self.paragraph(&first, &" ".repeat(column + 2), PLAIN, text)
    }

    /// `left` and, at the right edge, `right`; on a line of its own where both do not fit. `right`
    /// loses its beginning where it is wider than the page.
    pub(crate) fn sides(&mut self, left: (&str, &str), right: &str) -> io::Result<()> {
        let (plain, painted) = left;
        let right = columns::keep_end(right, self.width - 2, self.glyphs.ellipsis);
        let (used, needed) = (columns::width(plain), columns::width(&right));
        let styled = self.paint(BOLD, &right);
        if used + 2 + needed <= self.width {
            let blank = " ".repeat(self.width - used - needed);
            return self.line(&format!("{painted}{blank}{styled}"));
        }
        if used <= self.width {
            self.line(painted)?;
        } else {
            for part in columns::wrap(plain, self.width) {
                let part = self.paint(BOLD, &part);
                self.line(&part)?;
            }
        }
        let blank = " ".repeat(self.width - needed);
        self.line(&format!("{blank}{styled}"))
    }
}

/// The path of a file, whole so that it can be opened, unless it is longer than any path.
pub(crate) fn path(file: &str) -> String {
    columns::keep_end(&visible::line(file), MAX_PATH, "...")
}

pub(crate) const fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Blocker => AnsiColor::Red.on_default().bold(),
        Severity::Major => AnsiColor::Red.on_default(),
        Severity::Minor => AnsiColor::Yellow.on_default(),
        Severity::Info => AnsiColor::Cyan.on_default(),
    }
}

pub(crate) const fn level_style(level: DiagnosticLevel) -> Style {
    match level {
        DiagnosticLevel::Error => AnsiColor::Red.on_default().bold(),
        DiagnosticLevel::Warning => AnsiColor::Yellow.on_default().bold(),
        DiagnosticLevel::Note => AnsiColor::Cyan.on_default(),
    }
}

pub(crate) const fn verdict_style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Conforming => AnsiColor::Green.on_default().bold(),
        Verdict::ConformingWithMinorReservations | Verdict::ConformingWithMajorReservations => {
            AnsiColor::Yellow.on_default().bold()
        }
        Verdict::Undetermined => AnsiColor::Magenta.on_default().bold(),
        Verdict::NonConforming => AnsiColor::Red.on_default().bold(),
    }
}
