//! The only place that writes to the terminal.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use aplomb_report::visible;

/// Whether we were started with standard output closed. The runtime opens `/dev/null` in its
/// place before `main`, where all that is written would be lost without an error.
static STDOUT_WAS_CLOSED: AtomicBool = AtomicBool::new(false);

/// Runs before `main`, and so does nothing but look.
#[cfg(unix)]
#[ctor::ctor]
fn look_at_stdout() {
    let closed = rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err();
    STDOUT_WAS_CLOSED.store(closed, Ordering::Relaxed);
}

/// Writes to standard output. That whoever reads it has gone away is no error of ours; that there
/// never was any is one.
pub(crate) fn out(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    if STDOUT_WAS_CLOSED.load(Ordering::Relaxed) {
        return Err(io::Error::other("it is closed"));
    }
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
