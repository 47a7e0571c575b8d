//! Real input by others, where it lies beside the checkout.

use serde_json::Value;

use crate::run::{aplomb_in, root};

fn corpus(name: &str) -> Option<std::path::PathBuf> {
    let path = root().parent()?.join("shared/corpora").join(name);
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: {} is not there", path.display());
    None
}

/// The manuals of VITAM name eleven timers, of which three are shipped; two more are shipped and
/// in no list; none of the nine alerts has a runbook. (A count by hand that looks for names in
/// small letters misses `vitam-metadata-purge-transfers-SIP` and finds ten and seven.)
#[test]
fn vitam_documents_timers_that_do_not_exist() {
    let Some(path) = corpus("vitam") else {
        return;
    };
    let path = path.to_str().expect("UTF-8");
    let ran = aplomb_in(
        &root(),
        &[
            "check",
            path,
            "--manifest=tests/deliveries/vitam/delivery.toml",
            "--standard=tests/deliveries/vitam/vitam.toml",
            "--as-of=2023-12-12",
            "--format=json",
        ],
    );
    assert_eq!(ran.code, 1, "{}", ran.err);
    let report: Value = serde_json::from_str(&ran.out).expect("JSON");
    let results = report["results"].as_array().expect("a list");
    let keys = |rule: &str| {
        let of_rule = results.iter().filter(|one| one["rule"] == rule);
        assert!(of_rule.clone().all(|one| one["outcome"] == "fail"), "{rule}");
        let messages = of_rule.filter_map(|one| one["message"].as_str());
        let mut keys: Vec<_> =
            messages.filter_map(|message| message.split_whitespace().next()).collect();
        keys.sort_unstable();
        keys.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        keys("VITAM-1"),
        [
            "vitam-metadata-audit-mongodb-es",
            "vitam-metadata-computed-inherited-rules",
            "vitam-metadata-purge-dip",
            "vitam-metadata-purge-transfers-sip",
            "vitam-metadata-reconstruction",
            "vitam-metadata-store-graph",
            "vitam-offer-log-compaction",
            "vitam-storage-log-traceability",
        ]
    );
    assert_eq!(
        keys("VITAM-2"),
        ["vitam-curator-metricbeat-indexes", "vitam-curator-packetbeat-indexes"]
    );
    assert_eq!(keys("VITAM-3").len(), 9);
}

#[test]
fn every_manifest_of_the_kubernetes_corpus_is_read() {
    let Some(path) = corpus("kubernetes") else {
        return;
    };
    let path = path.to_str().expect("UTF-8");
    let ran = aplomb_in(&root(), &["check", path, "--standard=aplomb:containers", "--format=json"]);
    let report: Value = serde_json::from_str(&ran.out).expect("JSON");
    let diagnostics = report["diagnostics"].as_array().expect("a list");
    let unread: Vec<_> = diagnostics.iter().filter(|one| one["code"] == "unreadable").collect();
    assert!(unread.is_empty(), "{unread:#?}");
    let judged = report["results"].as_array().expect("a list").len();
    assert!(judged > 300, "{judged}");
}
