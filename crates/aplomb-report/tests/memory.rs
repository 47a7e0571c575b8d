//! Writing a report takes little memory beside the report itself: formats write as they go.
#![expect(clippy::disallowed_methods, reason = "the kernel tells a process its memory in files")]

#[path = "../benches/rendering/large.rs"]
mod large;

use std::io::Write as _;
use std::{fs, io};

use aplomb_report::{FORMATS, Options};

/// Results, and what writing them may take: 200 MB for a million.
const RESULTS: usize = 100_000;
const LIMIT_KIB: u64 = 20_000;

/// A figure of this process, in KiB; `None` where the kernel tells none.
fn figure(name: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim_matches(|c: char| !c.is_ascii_digit()).parse().ok()
}

#[test]
fn formats_write_as_they_go() {
    let report = large::report(RESULTS);
    let mut measured = Vec::new();
    for format in FORMATS {
        // Makes the highest mark so far the present one.
        let reset = fs::write("/proc/self/clear_refs", "5");
        let (Ok(()), Some(before)) = (reset, figure("VmRSS:")) else {
            // Straight to the stream: a test runner keeps what passes through `print!` to itself.
            let _ = writeln!(io::stderr(), "skipped: this system tells no process its memory");
            return;
        };
        let rendered = (format.render)(&report, &Options::default(), &mut io::sink());
        rendered.expect("a sink takes all");
        let peak = figure("VmHWM:").expect("a figure");
        measured.push((format.id, peak.saturating_sub(before)));
    }
    let heavy: Vec<_> = measured.iter().filter(|(_, taken)| *taken > LIMIT_KIB).collect();
    assert!(heavy.is_empty(), "{heavy:?} of {measured:?}");
}
