use std::fs;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::fixture::{Files, section};

// `fixtures/make` makes them with rpm, SQLite and Berkeley DB.
const SQLITE: &[u8] = include_bytes!("fixtures/rpmdb.sqlite");
const LOG: &[u8] = include_bytes!("fixtures/rpmdb.sqlite-wal");
const NDB: &[u8] = include_bytes!("fixtures/Packages.db");
const BERKELEY: &[u8] = include_bytes!("fixtures/Packages");

/// The packages, and how the section came about, of a host with these files.
fn recorded(files: &[(&str, &[u8])]) -> (Value, Value) {
    let host = Files::new(&[]);
    for (path, bytes) in files {
        let path = host.path().join(&path[1..]);
        fs::create_dir_all(path.parent().expect("below the root")).expect("made");
        fs::write(path, bytes).expect("written");
    }
    section(host.root(), "packages")
}

fn expected(path: &str) -> Vec<Value> {
    let package = |number: u32, name: &str, version: &str| {
        json!({"from": format!("{path}#{number}"), "name": name, "version": version,
            "arch": "noarch", "source": name, "manager": "rpm",
            "installed": "2026-11-28T04:28:45Z"})
    };
    let mut plain = package(3, "plain", "1.0-1");
    plain["vendor"] = "Société Exemple".into();
    plain["signed_by"] = "8a2f9e02d4603b61".into();
    vec![
        package(1, "with-epoch", "1:2.4.6-97.el9"),
        package(2, "pre-release", "3.0~rc1-0.1"),
        plain,
        package(4, "last", "1.2^20260101-5"),
    ]
}

fn by_number(mut packages: Value) -> Vec<Value> {
    let mut packages = packages.as_array_mut().map(std::mem::take).unwrap_or_default();
    packages.sort_by_key(|package| package["from"].to_string());
    packages
}

#[test]
fn each_kind_of_database_says_the_same() {
    let folder = "/usr/lib/sysimage/rpm";
    for (name, files) in [
        ("rpmdb.sqlite", &[("rpmdb.sqlite", SQLITE), ("rpmdb.sqlite-wal", LOG)][..]),
        ("Packages.db", &[("Packages.db", NDB)]),
        ("Packages", &[("Packages", BERKELEY)]),
    ] {
        let files: Vec<_> =
            files.iter().map(|(name, bytes)| (format!("{folder}/{name}"), *bytes)).collect();
        let files: Vec<_> = files.iter().map(|(path, bytes)| (path.as_str(), *bytes)).collect();
        let (packages, entry) = recorded(&files);
        let path = format!("{folder}/{name}");
        assert_eq!(by_number(packages), expected(&path));
        assert_eq!(entry, json!({"status": "collected", "source": path, "method": "file"}));
    }
}

#[test]
fn what_is_committed_to_the_log_alone_counts() {
    let count = |log: &[u8]| {
        let files = [("/var/lib/rpm/rpmdb.sqlite", SQLITE), ("/var/lib/rpm/rpmdb.sqlite-wal", log)];
        let (packages, entry) = recorded(&files);
        (packages.as_array().map_or(0, Vec::len), entry["gaps"].clone())
    };
    assert_eq!(count(LOG), (4, Value::Null));
    assert_eq!(count(b""), (3, Value::Null), "nothing is left to be written back");
    assert_eq!(count(&[0; 32]), (3, Value::Null), "begun and not used");
    // The last frame makes the change a commit: without all of it there is none.
    assert_eq!(count(&LOG[..LOG.len() - 1]), (3, Value::Null));
    let mut torn = LOG.to_vec();
    torn[100] ^= 1;
    assert_eq!(count(&torn), (3, Value::Null), "a frame with a wrong checksum ends the log");
    let mut unreadable = LOG.to_vec();
    unreadable[5] ^= 1;
    let (packages, gaps) = count(&unreadable);
    assert_eq!(packages, 0);
    assert_eq!(gaps[0]["reason"], "the write-ahead log is damaged");
}

#[test]
fn what_is_not_whole_is_said() {
    let path = "/var/lib/rpm/rpmdb.sqlite";
    let journal: &[u8] = &[0xd9, 0xd5, 0x05, 0xf9];
    for (files, gap) in [
        (vec![(path, &SQLITE[..9_000])], path),
        (vec![(path, SQLITE), ("/var/lib/rpm/rpmdb.sqlite-journal", journal)], path),
        (vec![(path, SQLITE), ("/var/lib/rpm/Packages", BERKELEY)], "/var/lib/rpm/Packages"),
        (
            vec![("/usr/lib/sysimage/rpm/Packages", BERKELEY), (path, SQLITE)],
            "/usr/lib/sysimage/rpm/Packages",
        ),
        (vec![("/var/lib/rpm/Packages.db", &NDB[..14_000])], "/var/lib/rpm/Packages.db"),
        (vec![("/var/lib/rpm/Packages", &BERKELEY[..11_000])], "/var/lib/rpm/Packages"),
    ] {
        let (_, entry) = recorded(&files);
        let from = entry["gaps"][0]["from"].as_str().unwrap_or_default();
        assert!(from.starts_with(gap), "{gap}: {entry}");
    }
    let (packages, entry) = recorded(&[(path, b"SQLite format 3\0")]);
    assert_eq!((packages, &entry["status"]), (json!([]), &json!("collected")));
    assert_eq!(entry["gaps"][0]["from"], path);
}

#[test]
fn a_folder_that_is_a_link_to_the_other_is_read_once() {
    let files = Files::new(&[("/var/lib/rpm", "-> ../../usr/lib/sysimage/rpm")]);
    let folder = files.path().join("usr/lib/sysimage/rpm");
    fs::create_dir_all(&folder).expect("made");
    fs::write(folder.join("Packages.db"), NDB).expect("written");
    let (packages, entry) = section(files.root(), "packages");
    assert_eq!(packages.as_array().map(Vec::len), Some(4));
    assert!(entry["gaps"].is_null(), "{entry}");
}

#[test]
fn the_key_is_the_one_that_the_signature_names() {
    // Version 3, old header of one byte of length.
    let mut third = vec![0x88, 19, 3, 5, 0, 0, 0, 0, 0];
    third.extend([1, 2, 3, 4, 5, 6, 7, 8, 17, 2, 9, 9]);
    assert_eq!(signature::key_id(&third).as_deref(), Some("0102030405060708"));
    // Version 4, the issuer among what is not hashed, new header.
    let mut fourth = vec![0xc2, 20, 4, 0, 22, 8, 0, 0, 0, 10, 9, 16];
    fourth.extend([0xaa, 0xbb, 0, 0, 0, 0, 0, 1]);
    assert_eq!(signature::key_id(&fourth).as_deref(), Some("aabb000000000001"));
    // Version 4, a fingerprint.
    let mut print = vec![0x88, 31, 4, 0, 22, 8, 0, 23, 22, 33, 4];
    print.extend(1..=20);
    assert_eq!(signature::key_id(&print).as_deref(), Some("0d0e0f1011121314"));
    // Something else: a key.
    assert_eq!(signature::key_id(&[0x98, 4, 4, 0, 0, 0]), None);
}

#[test]
fn sources_are_named_without_version_and_release() {
    assert_eq!(source_of("glibc-2.34-60.el9.src.rpm").as_deref(), Some("glibc"));
    assert_eq!(source_of("a-b-c-1-2.nosrc.rpm").as_deref(), Some("a-b-c"));
    assert_eq!(source_of("(none)"), None);
}

/// A file with some bytes changed, and its end cut off.
fn damaged(file: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    let places = prop::collection::vec((0..file.len(), any::<u8>()), 0..12);
    (places, 0..=file.len()).prop_map(|(places, end)| {
        let mut bytes = file.to_vec();
        for (place, byte) in places {
            bytes[place] = byte;
        }
        // Most files whole: what is cut off is rarely all that is wrong.
        bytes.truncate(if end % 4 == 0 { end } else { bytes.len() });
        bytes
    })
}

/// Reads all headers of a database, whatever they say; how many there were.
fn read_all(read: impl FnOnce(Each<'_>) -> Result<(), Damage>) -> usize {
    let mut count = 0;
    let mut each = |_: u32, header: &[u8]| {
        count += 1;
        if let Some(header) = Header::read(header) {
            package(&header);
        }
    };
    // What it says of a damaged file matters less than that it comes back.
    let _ = read(&mut each);
    count
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn damaged_databases_are_survived(
        sqlite in damaged(SQLITE), log in damaged(LOG), ndb in damaged(NDB), bdb in damaged(BERKELEY),
    ) {
        // A package takes more than ten bytes of any database.
        let most = (sqlite.len() + log.len()) / 4;
        prop_assert!(read_all(|each| sqlite::each_blob(&sqlite, &log, "Packages", each)) <= most);
        prop_assert!(read_all(|each| sqlite::each_blob(SQLITE, &log, "Packages", each)) <= most);
        prop_assert!(read_all(|each| ndb::each_blob(&ndb, each)) <= ndb.len() / 16);
        prop_assert!(read_all(|each| bdb::each_blob(&bdb, each)) <= bdb.len() / 4);
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Some(header) = Header::read(&bytes) {
            package(&header);
        }
        let mut few = vec![0, 0, 0, 2, 0, 0, 0, 8];
        few.extend(&bytes);
        if let Some(header) = Header::read(&few) {
            package(&header);
        }
        signature::key_id(&bytes);
    }
}
