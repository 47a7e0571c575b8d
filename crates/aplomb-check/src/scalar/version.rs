use std::cmp::Ordering;

mod apk;
mod debian;
mod generic;
mod pacman;
mod rpm;
mod semver;

/// The rules versions are ordered by. Two versions are comparable only under the same rules:
/// `1.0-rc1` is above `1.0` for Debian and below it for Semantic Versioning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// `[epoch:]upstream[-revision]` ordered as dpkg does (deb-version(7)).
    Debian,
    /// `[epoch:]version[-release]` ordered as rpm does (rpm-version(7)).
    Rpm,
    /// `number{.number}[letter]{_suffix[number]}[~hash][-rNumber]` ordered as apk does
    /// (apk-package(5)).
    Apk,
    /// `[epoch:]version[-release]` ordered as pacman does (vercmp(8)).
    Pacman,
    /// Semantic Versioning 2.0.0; a leading `v` is tolerated.
    Semver,
    /// The number a product's publisher gives it, as people write it: see [`Version::compare`].
    Generic,
}

impl Scheme {
    /// The scheme of an id: `debian`, `rpm`, `apk`, `pacman`, `semver` or `generic`. `dpkg` is
    /// another name of `debian`: what a package is managed by says how its version is ordered.
    pub fn from_id(id: &str) -> Option<Self> {
        let id = if id == "dpkg" { "debian" } else { id };
        Self::all().into_iter().find(|scheme| scheme.id() == id)
    }

    /// The id it is written by.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Debian => "debian",
            Self::Rpm => "rpm",
            Self::Apk => "apk",
            Self::Pacman => "pacman",
            Self::Semver => "semver",
            Self::Generic => "generic",
        }
    }

    /// Every scheme.
    pub const fn all() -> [Self; 6] {
        [Self::Debian, Self::Rpm, Self::Apk, Self::Pacman, Self::Semver, Self::Generic]
    }
}

/// A version, kept as it was written, with the scheme it is ordered by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    text: Box<str>,
    scheme: Scheme,
}

impl Version {
    /// Reads a version; `None` where the text is none under that scheme (`latest`, `n/a`). Blanks
    /// around it are dropped.
    pub fn parse(text: &str, scheme: Scheme) -> Option<Self> {
        let text = text.trim();
        let valid = match scheme {
            Scheme::Debian => debian::is_valid(text),
            Scheme::Rpm => rpm::is_valid(text),
            Scheme::Apk => apk::is_valid(text),
            Scheme::Pacman => pacman::is_valid(text),
            Scheme::Semver => semver::is_valid(text),
            Scheme::Generic => generic::is_valid(text),
        };
        valid.then(|| Self { text: text.into(), scheme })
    }

    /// The version as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The scheme it was read under.
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Which of two versions is newer, by their scheme. Versions of different schemes are ordered
    /// by [`Scheme::Generic`], the only reading they share.
    ///
    /// The generic order ignores an epoch and a leading `v`; compares the dotted numbers as
    /// numbers, absent ones counting as zero (`1.9.2` < `1.12.1`, `6.10` = `6.10.0`); then what
    /// follows: `~` and pre-release words (`alpha`, `beta`, `rc`, `snapshot` …) stand below
    /// nothing, other letters above (`1.0.2k`), and a further number above those (`9.6p1-2`).
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        let (left, right) = (&*self.text, &*other.text);
        if self.scheme != other.scheme {
            return generic::compare(left, right);
        }
        match self.scheme {
            Scheme::Debian => debian::compare(left, right),
            Scheme::Rpm => rpm::compare(left, right),
            Scheme::Apk => apk::compare(left, right),
            Scheme::Pacman => pacman::compare(left, right),
            Scheme::Semver => semver::compare(left, right),
            Scheme::Generic => generic::compare(left, right),
        }
    }

    /// The publisher's version to `parts` numbers, under [`Scheme::Generic`]: no epoch, no revision
    /// of a distribution, no pre-release (`1:16.9-1.pgdg12+1` to two parts is `16.9`). A version
    /// with fewer numbers keeps those it has.
    #[must_use]
    pub fn truncated(&self, parts: usize) -> Self {
        Self { text: generic::numbers_to(&self.text, parts.max(1)).into(), scheme: Scheme::Generic }
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// Splits `epoch:rest`; without a colon the epoch is empty.
fn split_epoch(text: &str) -> (&str, &str) {
    text.split_once(':').unwrap_or(("", text))
}

/// Orders two runs of digits by the number they write, of any length.
fn compare_digits(left: &str, right: &str) -> Ordering {
    let left = left.trim_start_matches('0');
    let right = right.trim_start_matches('0');
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// The length of the longest beginning of `text` whose bytes all satisfy `belongs`.
fn run(text: &str, belongs: impl Fn(u8) -> bool) -> usize {
    text.bytes().take_while(|b| belongs(*b)).count()
}

#[cfg(test)]
mod tests;
