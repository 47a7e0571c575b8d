//! Real input by others, where it lies beside the checkout.

use std::collections::BTreeMap;

use aplomb_read::{Delivery, Limits, ReadErrorKind};
use serde_json::Value;

use crate::run::{aplomb_in, root, skipped};

fn corpus(name: &str) -> Option<std::path::PathBuf> {
    let path = root().parent()?.join("shared/corpora").join(name);
    if path.is_dir() {
        return Some(path);
    }
    skipped(&format!("{} is not there", path.display()));
    None
}

/// Judges the corpus where it lies; by rule, what its findings name.
fn vitam(path: &std::path::Path) -> BTreeMap<String, Vec<String>> {
    let ran = aplomb_in(
        &root(),
        &[
            "check".as_ref(),
            path.as_os_str(),
            "--manifest=tests/deliveries/vitam/delivery.toml".as_ref(),
            "--standard=tests/deliveries/vitam/standard".as_ref(),
            "--as-of=2023-12-12".as_ref(),
            "--format=json".as_ref(),
        ],
    );
    assert_eq!(ran.code, 1, "{}", ran.err);
    let report: Value = serde_json::from_str(&ran.out).expect("JSON");
    let diagnostics = report["diagnostics"].as_array().expect("a list").iter();
    let codes: Vec<_> = diagnostics.map(|diagnostic| &diagnostic["code"]).collect();
    assert_eq!(codes, ["excluded"]);
    let mut found = BTreeMap::<String, Vec<String>>::new();
    for result in report["results"].as_array().expect("a list") {
        assert_eq!(result["outcome"], "fail", "{result:#}");
        let message = result["message"].as_str().expect("a text");
        let key = message.split_whitespace().next().expect("it begins with what it is about");
        let rule = result["rule"].as_str().expect("an id").to_owned();
        found.entry(rule).or_default().push(key.to_owned());
    }
    for keys in found.values_mut() {
        keys.sort_unstable();
    }
    found
}

/// The operations manual lists eleven timers, of which three are shipped. Counts made by hand with
/// a pattern of small letters find ten and seven: they miss the one that ends in `SIP`.
#[test]
fn vitam_documents_timers_that_do_not_exist() {
    let Some(path) = corpus("vitam") else {
        return;
    };
    let found = vitam(&path);
    assert_eq!(
        found["VITAM-1"],
        [
            "vitam-metadata-audit-mongodb-es.timer",
            "vitam-metadata-computed-inherited-rules.timer",
            "vitam-metadata-purge-dip.timer",
            "vitam-metadata-purge-transfers-SIP.timer",
            "vitam-metadata-reconstruction.timer",
            "vitam-metadata-store-graph.timer",
            "vitam-offer-log-compaction.timer",
            "vitam-storage-log-traceability.timer",
        ]
    );
}

#[test]
fn vitam_ships_timers_that_no_list_names() {
    let Some(path) = corpus("vitam") else {
        return;
    };
    assert_eq!(
        vitam(&path)["VITAM-2"],
        ["vitam-curator-metricbeat-indexes", "vitam-curator-packetbeat-indexes",]
    );
}

#[test]
fn vitam_has_alerts_without_a_page_of_instructions() {
    let Some(path) = corpus("vitam") else {
        return;
    };
    assert_eq!(
        vitam(&path)["VITAM-3"],
        [
            "DriveWorkerKO",
            "FunctionalAdministrationReconstruction",
            "HighCPUUsage",
            "HighMemoryUsage",
            "IngestPauseFatal",
            "InstanceDown",
            "LogbookOperationReconstruction",
            "MetadataReconstruction",
            "OutOfDiskSpace",
        ]
    );
}

/// Every file of the H5BP configurations reads, and those that they include with them.
#[test]
fn h5bp_reads_as_nginx() {
    let Some(path) = corpus("nginx") else {
        return;
    };
    let mut folders = vec![path.join("h5bp")];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "conf") {
                let ran = aplomb_in(
                    &root(),
                    &["inspect".as_ref(), "--as=nginx".as_ref(), path.as_os_str()],
                );
                assert_eq!(ran.code, 0, "{}: {}", path.display(), ran.err);
                // Files of the site's own are not of the corpus, and its tests are run from elsewhere.
                let missing = |line: &str| line.contains("says was not delivered");
                assert!(ran.err.lines().all(missing), "{}: {}", path.display(), ran.err);
                count += 1;
            }
        }
    }
    assert!(count > 20, "{count} files");
}

/// How many files of a folder each reader reads; under `""`, what no reader is for. Whatever fails is
/// told with its reason.
fn read_all(path: &std::path::Path) -> (BTreeMap<String, usize>, Vec<String>) {
    let delivery = Delivery::open(path, None, Limits::default()).expect("a folder");
    let mut read = BTreeMap::new();
    let mut failed = Vec::new();
    for subject in &delivery.subjects {
        let format = subject.format.clone().unwrap_or_default();
        match delivery.read(subject) {
            Ok(_) => *read.entry(format).or_default() += 1,
            Err((error, _)) if error.kind == ReadErrorKind::Unsupported => {
                *read.entry(String::new()).or_default() += 1;
            }
            Err((error, _)) => failed.push(format!("{}: {error}", subject.id.name)),
        }
    }
    (read, failed)
}

#[test]
fn every_file_of_the_corpora_is_read() {
    for (name, expected) in [
        ("kubernetes", &[("yaml", 367)][..]),
        ("dockerfiles", &[("dockerfile", 62)]),
        ("terraform", &[("hcl", 47)]),
    ] {
        let Some(path) = corpus(name) else { continue };
        let (read, failed) = read_all(&path);
        let read: Vec<_> = read.iter().map(|(format, count)| (format.as_str(), *count)).collect();
        assert!(failed.is_empty(), "{name}: {failed:#?}");
        assert_eq!(read, expected, "{name}");
    }
}
