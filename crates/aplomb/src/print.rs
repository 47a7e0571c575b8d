//! The only place that writes to the terminal.

use std::io::{self, IsTerminal, Write};

use aplomb_report::visible;

/// Writes to standard output. That whoever reads it has gone away is no error of ours.
pub(crate) fn out(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let written = write(&mut out).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Writes text to standard error, with whatever would act on a terminal made visible: it quotes
/// arguments and files.
pub(crate) fn warn(text: &str) {
    warn_drawn(&visible(text));
}

/// Writes a question to standard error, and stays on its line.
pub(crate) fn ask(text: &str) {
    let _ = write!(io::stderr(), "{text}");
}

/// Writes to standard error what was drawn for a terminal, and made visible before that.
pub(crate) fn warn_drawn(text: &str) {
    // Nobody is left to tell that nobody can be told.
    let _ = writeln!(io::stderr(), "{text}");
}

pub(crate) fn stdout_is_terminal() -> bool {
    io::stdout().is_terminal()
}

pub(crate) fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// The columns to fill: the terminal's, within reason; 80 where there is no terminal.
pub(crate) fn width() -> usize {
    if !stdout_is_terminal() {
        return 80;
    }
    let columns = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    columns.map_or(80, |columns: usize| columns.clamp(60, 120))
}
