//! `[Install]`: what `systemctl enable` would do.

use super::index::{instance, instance_of};
use super::settings::Settings;

/// What a unit asks for when it is enabled.
#[derive(Debug, Default)]
pub(super) struct Install {
    pub(super) aliases: Vec<String>,
    pub(super) default_instance: Option<String>,
    pub(super) has_wants: bool,
    pub(super) has_also: bool,
}

impl Install {
    pub(super) fn of(name: &str, settings: &Settings) -> Self {
        let words = |key| {
            let lines = settings.all("Install", key);
            lines.flat_map(str::split_whitespace).map(|word| specified(word, name))
        };
        let wants = ["WantedBy", "RequiredBy", "UpheldBy"];
        Self {
            aliases: words("Alias").collect(),
            default_instance: settings
                .last("Install", "DefaultInstance")
                .map(|word| specified(word, name)),
            has_wants: wants.iter().any(|key| words(key).next().is_some()),
            has_also: words("Also").next().is_some(),
        }
    }

    /// Whether enabling would make a link.
    pub(super) fn has_rules(&self) -> bool {
        self.has_wants || !self.aliases.is_empty()
    }

    /// Whether a link of this name is one that enabling `unit` would make.
    pub(super) fn knows(&self, unit: &str, link: &str) -> bool {
        let default = self.default_instance.as_deref();
        let is_default =
            || unit.contains("@.") && default.is_some_and(|name| instance_of(unit, name) == link);
        link == unit || self.aliases.iter().any(|alias| alias == link) || is_default()
    }
}

/// The specifiers of systemd.unit(5) that the name alone resolves.
fn specified(word: &str, name: &str) -> String {
    if !word.contains('%') {
        return word.to_owned();
    }
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let prefix = stem.split('@').next().unwrap_or(stem);
    let mut out = String::new();
    let mut chars = word.chars();
    while let Some(char) = chars.next() {
        match (char, (char == '%').then(|| chars.next()).flatten()) {
            ('%', Some('i')) => out.push_str(instance(name).unwrap_or_default()),
            ('%', Some('n')) => out.push_str(name),
            ('%', Some('N')) => out.push_str(stem),
            ('%', Some('p')) => out.push_str(prefix),
            ('%', Some('%')) => out.push('%'),
            ('%', Some(other)) => out.extend(['%', other]),
            _ => out.push(char),
        }
    }
    out
}
