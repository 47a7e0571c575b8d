//! Versions are ordered as the package managers order them: held against dpkg, rpm and libalpm
//! where those are installed.

use std::cmp::Ordering;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Command;

use super::{Scheme, Version};

/// Pieces that versions are put together from, so that most pairs differ in what the rules are
/// about, and not in the first number.
struct Pieces {
    scheme: Scheme,
    epochs: &'static [&'static str],
    firsts: &'static [&'static str],
    others: &'static [&'static str],
    ends: &'static [&'static str],
}

const DEBIAN: Pieces = Pieces {
    scheme: Scheme::Debian,
    epochs: &["", "", "", "0:", "1:"],
    firsts: &["1", "1.0", "01", "2", "1.10"],
    others: &["", "~", "~rc1", "+", "+b1", ".", ".0", "a", "-1", "~~", "z", "00", "-rc", ":1"],
    ends: &["", "-0", "-1", "-1~bpo", "-1+deb12u10", "-1+deb12u9"],
};

const RPM: Pieces = Pieces {
    scheme: Scheme::Rpm,
    epochs: &["", "", "", "0:", "1:"],
    firsts: &["1", "1.0", "01", "2", "1.10", "a1"],
    others: &["", "", "~", "~rc1", "^", "^git1", ".", "_", ".0", "a", "~^", "^~", "z", "00", "+"],
    ends: &["-1", "-1", "-1.", "-2", "-1.el9", "-1~a", "-1^a"],
};

const PACMAN: Pieces = Pieces {
    scheme: Scheme::Pacman,
    epochs: &["", "", "", "0:", "1:"],
    firsts: &["1", "1.0", "01", "2", "1.10", "r12"],
    others: &["", ".", "_", "..", ".0", "a", "rc", "+", "z", "00", ".a", "b1", "~", "^"],
    ends: &["", "-1", "-2", "-1.1"],
};

const PAIRS: usize = 800;

impl Pieces {
    /// Pairs of versions, the same in every run.
    fn pairs(&self) -> Vec<(String, String)> {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut choose = |from: &[&'static str]| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            from[(state % from.len() as u64) as usize]
        };
        let mut version = || {
            let parts = [
                choose(self.epochs),
                choose(self.firsts),
                choose(self.others),
                choose(self.others),
                choose(self.ends),
            ];
            parts.concat()
        };
        let is_one = |text: &String| Version::parse(text, self.scheme).is_some();
        let pairs = std::iter::repeat_with(|| (version(), version()));
        pairs.filter(|(left, right)| is_one(left) && is_one(right)).take(PAIRS).collect()
    }

    fn compare(&self, left: &str, right: &str) -> Ordering {
        let version = |text| Version::parse(text, self.scheme).expect("a version");
        version(left).compare(&version(right))
    }

    /// Compares with what a tool says of all pairs: a number a line, below zero where the left one
    /// is older.
    fn agree(&self, theirs: &str) {
        let pairs = self.pairs();
        let lines: Vec<_> = theirs.lines().collect();
        assert_eq!(lines.len(), pairs.len(), "{theirs}");
        let mut seen = std::collections::BTreeSet::new();
        for ((left, right), line) in pairs.iter().zip(lines) {
            let sign: i32 = line.trim().parse().expect("a number");
            seen.insert(sign.signum());
            let ours = self.compare(left, right);
            assert_eq!(ours, sign.cmp(&0), "{left} and {right}, {}", self.scheme.id());
        }
        assert_eq!(seen.len(), 3, "all orders occur");
    }
}

fn skipped(why: &str) {
    // Straight to the stream: a test runner keeps what passes through `eprint!` to itself.
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// What a command prints; `None`, having said so, where it cannot be run.
#[expect(clippy::disallowed_methods, reason = "what is compared with is asked")]
fn output(program: &str, args: &[&str]) -> Option<String> {
    match Command::new(program).args(args).output() {
        Ok(output) if output.status.success() => {
            Some(String::from_utf8(output.stdout).expect("text"))
        }
        Ok(output) => {
            skipped(&format!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim()));
            None
        }
        Err(error) => {
            skipped(&format!("{program}: {error}"));
            None
        }
    }
}

#[test]
fn debian_versions_are_ordered_as_dpkg_orders_them() {
    // One shell for all: a process for each pair would take longer than the comparison.
    let mut script = String::new();
    for (left, right) in DEBIAN.pairs() {
        let _ = writeln!(
            script,
            "if dpkg --compare-versions '{left}' lt '{right}'; then echo -1; \
             elif dpkg --compare-versions '{left}' eq '{right}'; then echo 0; else echo 1; fi"
        );
    }
    if output("dpkg", &["--version"]).is_some()
        && let Some(theirs) = output("sh", &["-c", &script])
    {
        DEBIAN.agree(&theirs);
    }
}

#[test]
fn rpm_versions_are_ordered_as_rpm_orders_them() {
    let pairs = RPM.pairs().into_iter();
    let calls = pairs.map(|(left, right)| format!("print(rpm.vercmp('{left}','{right}')..'\\n')"));
    let script = format!("%{{lua:{}}}", calls.collect::<Vec<_>>().join(" "));
    if let Some(theirs) = output("rpm", &["--eval", &script]) {
        RPM.agree(theirs.trim_end());
    }
}

#[test]
fn pacman_versions_are_ordered_as_libalpm_orders_them() {
    let pairs = PACMAN.pairs().into_iter().map(|(left, right)| format!("('{left}','{right}')"));
    let script = format!(
        "import ctypes, ctypes.util\n\
         alpm = ctypes.CDLL(ctypes.util.find_library('alpm') or 'libalpm.so.13')\n\
         for left, right in [{}]:\n    \
         print(alpm.alpm_pkg_vercmp(left.encode(), right.encode()))",
        pairs.collect::<Vec<_>>().join(",")
    );
    if let Some(theirs) = output("python3", &["-c", &script]) {
        PACMAN.agree(&theirs);
    }
}
