//! The database of rpm: one header a package, in a file of one of three kinds.

mod bdb;
mod header;
mod ndb;
mod signature;
mod sqlite;

use std::path::Path;

use self::header::Header;
use super::{Found, Package};
use crate::access::Refusal;
use crate::calendar;
use crate::host::Host;

/// Where rpm keeps its database: the second since Fedora 36 and in openSUSE.
const FOLDERS: [&str; 2] = ["/var/lib/rpm", "/usr/lib/sysimage/rpm"];

/// What the database is called, by who keeps it, in the order in which rpm looks for it.
const FILES: [(&str, Kind); 3] =
    [("rpmdb.sqlite", Kind::Sqlite), ("Packages.db", Kind::Ndb), ("Packages", Kind::BerkeleyDb)];

/// Bytes of a database above which it is cut: headers name every file of every package.
const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// How often a database that changes while it is read is read again.
const ATTEMPTS: usize = 3;

#[derive(Clone, Copy)]
enum Kind {
    Sqlite,
    Ndb,
    BerkeleyDb,
}

/// What is wrong with a database.
type Damage = &'static str;

/// Takes the number and the header of each package.
type Each<'a> = &'a mut dyn FnMut(u32, &[u8]);

pub(super) fn collect(host: &Host<'_>, found: &mut Found) {
    let mut is_read = false;
    for folder in FOLDERS.into_iter().filter(|folder| !is_the_other(host, folder)) {
        let names = found.gaps.names(host, folder, "", &[]);
        for (name, kind) in FILES.iter().filter(|(name, _)| names.iter().any(|one| one == name)) {
            let path = format!("{folder}/{name}");
            if is_read {
                let reason = "a second database of rpm; which of the two counts is not known";
                found.gaps.not_understood(path, reason);
                continue;
            }
            is_read = true;
            database(host, &path, *kind, found);
        }
    }
}

/// Whether a folder is only a link to the other one.
fn is_the_other(host: &Host<'_>, folder: &str) -> bool {
    let target = host.link(folder);
    target.is_some_and(|target| {
        FOLDERS.iter().any(|other| *other != folder && target.ends_with(&other[1..]))
    })
}

fn database(host: &Host<'_>, path: &str, kind: Kind, found: &mut Found) {
    let Some(Files { database, log, is_cut }) = found.gaps.seen(path, &[], files(host, path, kind))
    else {
        return;
    };
    if is_cut {
        found.gaps.cut(path);
    }
    found.came_from(path);
    if matches!(kind, Kind::Sqlite) && has_interrupted_change(host, path) {
        let reason = "a change was interrupted, and rpm has yet to roll it back";
        found.gaps.not_understood(format!("{path}-journal"), reason);
    }
    let mut add = |number: u32, header: &[u8]| {
        let place = format!("{path}#{number}");
        match Header::read(header).map(|header| package(&header)) {
            Some(package) => found.add(place, "rpm", package),
            None => found.gaps.not_understood(place, "a header that is not one of rpm"),
        }
    };
    let read = match kind {
        Kind::Sqlite => sqlite::each_blob(&database, &log, "Packages", &mut add),
        Kind::Ndb => ndb::each_blob(&database, &mut add),
        Kind::BerkeleyDb => bdb::each_blob(&database, &mut add),
    };
    if let Err(damage) = read {
        found.gaps.not_understood(path.to_owned(), damage);
    }
}

/// A database as it stands on the host.
struct Files {
    database: Vec<u8>,
    /// The write-ahead log of `SQLite`: committed changes that the database itself has not yet.
    log: Vec<u8>,
    is_cut: bool,
}

/// Reads a database and its log. One whose log changes meanwhile is read again.
fn files(host: &Host<'_>, path: &str, kind: Kind) -> Result<Files, Refusal> {
    let read = |path: &str| host.access().read(Path::new(path), MOST_BYTES);
    if !matches!(kind, Kind::Sqlite) {
        let content = read(path)?;
        return Ok(Files { database: content.bytes, log: Vec::new(), is_cut: content.is_cut });
    }
    let log = || match read(&format!("{path}-wal")) {
        Err(Refusal::Absent) => Ok((Vec::new(), false)),
        other => other.map(|content| (content.bytes, content.is_cut)),
    };
    let mut before = log()?;
    for _ in 0..ATTEMPTS {
        let content = read(path)?;
        let after = log()?;
        if before == after {
            let is_cut = content.is_cut || after.1;
            return Ok(Files { database: content.bytes, log: after.0, is_cut });
        }
        before = after;
    }
    Err(Refusal::Failed("the database changes while it is read".to_owned()))
}

/// Whether there is a rollback journal that is in use: one that is not begins with zeros, or is
/// empty.
fn has_interrupted_change(host: &Host<'_>, path: &str) -> bool {
    let journal = host.access().read(Path::new(&format!("{path}-journal")), 8);
    journal.is_ok_and(|journal| journal.bytes.iter().any(|byte| *byte != 0))
}

/// Tags of a header, as rpm's `rpmtag.h` numbers them.
mod tag {
    pub(super) const NAME: u32 = 1000;
    pub(super) const VERSION: u32 = 1001;
    pub(super) const RELEASE: u32 = 1002;
    pub(super) const EPOCH: u32 = 1003;
    pub(super) const INSTALLTIME: u32 = 1008;
    pub(super) const VENDOR: u32 = 1011;
    pub(super) const ARCH: u32 = 1022;
    pub(super) const SOURCERPM: u32 = 1044;
    /// Signatures over the header, then those over header and payload.
    pub(super) const SIGNATURES: [u32; 4] = [268, 267, 259, 262];
}

fn package(header: &Header<'_>) -> Package {
    let text = |tag| header.text(tag).filter(|text| !text.is_empty());
    let epoch = header.int(tag::EPOCH).map_or(String::new(), |epoch| format!("{epoch}:"));
    let version = text(tag::VERSION).zip(text(tag::RELEASE));
    let version = version.map(|(version, release)| format!("{epoch}{version}-{release}"));
    let installed = header.int(tag::INSTALLTIME).map(i64::from);
    let mut signatures = tag::SIGNATURES.iter().filter_map(|tag| header.bytes(*tag));
    Package {
        name: text(tag::NAME).unwrap_or_default(),
        version: version.unwrap_or_default(),
        arch: text(tag::ARCH),
        source: text(tag::SOURCERPM).and_then(|file| source_of(&file)),
        installed: installed.and_then(calendar::moment),
        vendor: text(tag::VENDOR),
        signed_by: signatures.find_map(signature::key_id),
        state: None,
    }
}

/// The name in `name-version-release.src.rpm`.
fn source_of(file: &str) -> Option<String> {
    let whole = file.strip_suffix(".rpm")?;
    let whole = whole.strip_suffix(".src").or_else(|| whole.strip_suffix(".nosrc"))?;
    whole.rsplitn(3, '-').nth(2).map(str::to_owned)
}

/// A number of four bytes at a place, the most significant first.
fn big_endian(bytes: &[u8], at: usize) -> Option<u32> {
    four(bytes, at).map(u32::from_be_bytes)
}

/// The same, the least significant first.
fn little_endian(bytes: &[u8], at: usize) -> Option<u32> {
    four(bytes, at).map(u32::from_le_bytes)
}

fn four(bytes: &[u8], at: usize) -> Option<[u8; 4]> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok()
}

/// The number of two bytes at a place, the most significant first.
fn big_endian_short(bytes: &[u8], at: usize) -> Option<usize> {
    let two: [u8; 2] = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
    Some(usize::from(u16::from_be_bytes(two)))
}

#[cfg(test)]
mod tests;
