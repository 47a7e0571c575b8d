//! `systemd-analyze cat-config` against units, systemd's own files and sysctl.d in several folders.

use std::collections::BTreeSet;

use aplomb_model::Tree;

use super::{printed, read};
use crate::run::Folder;

/// Files in all the folders that systemd looks into; what they say is where they are.
const FILES: [&str; 15] = [
    "usr/lib/systemd/system/a.service",
    "etc/systemd/system/b.service",
    "usr/lib/systemd/system/b.service",
    "usr/lib/systemd/system/a.service.d/10-x.conf",
    "run/systemd/system/a.service.d/20-x.conf",
    "etc/systemd/system/a.service.d/20-x.conf",
    "usr/local/lib/systemd/system/a.service.d/05-x.conf",
    "etc/systemd/system/b.service.d/x.conf",
    "etc/systemd/journald.conf",
    "usr/lib/systemd/journald.conf",
    "usr/lib/systemd/journald.conf.d/99.conf",
    "etc/systemd/journald.conf.d/10.conf",
    "usr/lib/sysctl.d/20-x.conf",
    "etc/sysctl.d/20-x.conf",
    "run/sysctl.d/10-y.conf",
];

/// The lines that count, in the order in which they do.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| line.contains('='))
}

/// The files whose lines a tree holds, in the order in which they are read.
fn order(tree: &Tree, names: &[&str]) -> Vec<String> {
    let mut node = &tree.documents[0];
    for name in names {
        node = node.get(name).unwrap_or_else(|| panic!("no {name}"));
    }
    let values: Vec<_> = match node.items() {
        [] => node.members().iter().map(|member| member.value.span).collect(),
        items => items.iter().map(|item| item.span).collect(),
    };
    let files = values.into_iter().map(|span| tree.sources.locate(span).source.name().to_owned());
    files.collect()
}

#[test]
fn systemd_reads_the_same_files_in_the_same_order() {
    let texts: Vec<_> = FILES
        .iter()
        .enumerate()
        .map(|(number, path)| match path {
            path if path.contains("sysctl.d") => format!("x.n{number} = {path}\n"),
            path if path.contains("journald") => format!("[Journal]\nStorage={path}\n"),
            path => format!("[Service]\nUser={path}\n"),
        })
        .collect();
    let files: Vec<_> = FILES.iter().copied().zip(texts.iter().map(String::as_str)).collect();
    let folder = Folder::new(&files);
    let root = format!("--root={}", folder.path().display());
    let mut compared = BTreeSet::new();
    for (subject, config, names) in [
        ("usr/lib/systemd/system/a.service", "systemd/system/a.service", &["Service"][..]),
        ("etc/systemd/system/b.service", "systemd/system/b.service", &["Service"]),
        ("etc/systemd/journald.conf", "systemd/journald.conf", &["Journal"]),
        ("etc/sysctl.d", "sysctl.d", &["settings"]),
    ] {
        let tree = read(folder.path(), subject);
        let told = printed("systemd-analyze", &[&root, "cat-config", config]);
        let Some(told) = told else {
            return;
        };
        let told: Vec<_> = lines(&told)
            .map(|line| line.rsplit('=').next().unwrap_or_default().trim().to_owned())
            .collect();
        assert_eq!(order(&tree, names), told, "{subject}");
        compared.insert(subject);
    }
    assert_eq!(compared.len(), 4);
}
