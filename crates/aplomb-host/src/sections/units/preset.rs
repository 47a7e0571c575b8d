//! systemd.preset(5): what the distribution and the house want enabled.

use super::super::precedence;
use crate::facts::Gaps;
use crate::host::Host;

const FOLDERS: &[&str] = &[
    "/etc/systemd/system-preset",
    "/run/systemd/system-preset",
    "/usr/local/lib/systemd/system-preset",
    "/usr/lib/systemd/system-preset",
    "/lib/systemd/system-preset",
];

/// The lines of all preset files, in the order in which they are asked.
#[derive(Debug)]
pub(super) struct Presets(Vec<(bool, String)>);

impl Presets {
    pub(super) fn read(host: &Host<'_>, gaps: &mut Gaps) -> Self {
        let mut lines = Vec::new();
        for file in precedence::files(host, gaps, FOLDERS, ".preset", &["preset"]) {
            let Some(text) = gaps.text(host, &file, &["preset"]) else { continue };
            for (_, line) in text.lines() {
                let mut words = line.split_whitespace();
                let enables = match words.next() {
                    Some("enable") => true,
                    Some("disable") => false,
                    _ => continue,
                };
                lines.extend(words.next().map(|pattern| (enables, pattern.to_owned())));
            }
        }
        Self(lines)
    }

    /// The first line that fits decides; a unit that none names is to be enabled.
    pub(super) fn of(&self, unit: &str) -> &'static str {
        let first = self.0.iter().find(|(_, pattern)| fits(pattern, unit));
        if first.is_none_or(|(enables, _)| *enables) { "enabled" } else { "disabled" }
    }
}

/// fnmatch(3) with `*` and `?`, which are all that presets use.
fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut here) = (0, 0);
    // The last `*`, and how far it has been stretched.
    let mut star: Option<(usize, usize)> = None;
    while here < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, here));
                at += 1;
            }
            Some(char) if *char == '?' || *char == name[here] => {
                at += 1;
                here += 1;
            }
            _ => match &mut star {
                Some((of_star, stretched)) => {
                    *stretched += 1;
                    (at, here) = (*of_star + 1, *stretched);
                }
                None => return false,
            },
        }
    }
    pattern.get(at..).unwrap_or_default().iter().all(|char| *char == '*')
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_fit_as_fnmatch_says() {
        for (pattern, name, expected) in [
            ("*", "a.service", true),
            ("ssh*.service", "sshd.service", true),
            ("ssh*.service", "sshd.socket", false),
            ("*a*b", "xaxxab", true),
            ("getty@.service", "getty@.service", true),
            ("?.mount", "-.mount", true),
            ("", "a", false),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }
}
