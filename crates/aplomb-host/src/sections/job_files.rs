use std::collections::BTreeMap;
use std::path::Path;

use crate::access::FileKind;
use crate::facts::{Collected, Facts, Gaps};
use crate::host::Host;
use crate::section::Section;

pub(crate) const JOB_FILES: Section = Section {
    id: "job_files",
    summary: "who owns and may write the tables of cron, their folders, and the programs that jobs of root start",
    sources: &[
        "/etc/crontab",
        "/etc/cron.allow",
        "/etc/cron.deny",
        "/etc/at.allow",
        "/etc/at.deny",
        "/etc/cron.d",
        "/etc/cron.d/*",
        "/etc/cron.hourly",
        "/etc/cron.hourly/*",
        "/etc/cron.daily",
        "/etc/cron.daily/*",
        "/etc/cron.weekly",
        "/etc/cron.weekly/*",
        "/etc/cron.monthly",
        "/etc/cron.monthly/*",
        "/var/spool/cron",
        "/var/spool/cron/crontabs",
        // The first word of a command that is a path.
        "/**",
    ],
    is_opt_in: false,
    collect,
};

const FOLDERS: &[&str] = &[
    "/etc/cron.d",
    "/etc/cron.hourly",
    "/etc/cron.daily",
    "/etc/cron.weekly",
    "/etc/cron.monthly",
];
const OTHERS: &[&str] = &[
    "/etc/crontab",
    "/etc/cron.allow",
    "/etc/cron.deny",
    "/etc/at.allow",
    "/etc/at.deny",
    "/var/spool/cron",
    "/var/spool/cron/crontabs",
];
const MOST_FILES: usize = 5000;

fn collect(host: &Host<'_>) -> Collected {
    let mut gaps = Gaps::default();
    let mut paths: BTreeMap<String, &str> = BTreeMap::new();
    for path in OTHERS {
        paths.insert((*path).to_owned(), "table");
    }
    for folder in FOLDERS {
        paths.insert((*folder).to_owned(), "folder");
        for name in gaps.names(host, folder, "", &[]) {
            if !name.starts_with('.') {
                let kind = if *folder == "/etc/cron.d" { "table" } else { "program" };
                paths.insert(format!("{folder}/{name}"), kind);
            }
        }
    }
    for table in ["/etc/crontab".to_owned()].into_iter().chain(tables(&paths)) {
        for program in programs(host, &mut gaps, &table) {
            paths.entry(program).or_insert("program");
        }
    }
    if paths.len() > MOST_FILES {
        gaps.cut("/etc/cron.d");
    }
    let mut items = Vec::new();
    for (path, kind) in paths.into_iter().take(MOST_FILES) {
        let status = host.access().status(Path::new(&path));
        let Some(status) = gaps.seen(&path, &[], status) else { continue };
        // Whoever may write what a link leads to is told of the target, where that is a job file.
        if status.kind == FileKind::Link {
            continue;
        }
        let kind = if status.kind == FileKind::Folder { "folder" } else { kind };
        let facts = Facts::from(path.as_str())
            .with("path", path.as_str())
            .with("kind", kind)
            .with("mode", format!("{:04o}", status.mode))
            .with("uid", status.uid)
            .with("gid", status.gid)
            .with("others_write", status.mode & 0o002 != 0)
            .with("group_writes", status.mode & 0o020 != 0);
        items.push(facts);
    }
    if items.is_empty() {
        return gaps.nothing("/etc/crontab", "file");
    }
    gaps.list("/etc/crontab /etc/cron.d /var/spool/cron", "lstat(2)", items)
}

fn tables(paths: &BTreeMap<String, &str>) -> Vec<String> {
    let tables = paths.keys().filter(|path| path.starts_with("/etc/cron.d/"));
    tables.cloned().collect()
}

/// The programs that the lines of a table start as root, where they are named by a path.
fn programs(host: &Host<'_>, gaps: &mut Gaps, table: &str) -> Vec<String> {
    let Some(text) = gaps.text(host, table, &[]) else { return Vec::new() };
    let programs = text.lines().filter_map(|(_, line)| {
        let line = line.trim();
        if line.starts_with('#') {
            return None;
        }
        let times = if line.starts_with('@') { 1 } else { 5 };
        let mut words = line.split_whitespace().skip(times);
        let program = words.next().filter(|user| *user == "root").and_then(|_| words.next())?;
        (program.starts_with('/') && !program.contains("..")).then(|| program.to_owned())
    });
    programs.collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use crate::fixture::{Files, section};

    #[test]
    fn programs_of_root_that_others_may_write_are_told() {
        let files = Files::new(&[
            ("/etc/crontab", "# c\n17 * * * * root cd / && x\n"),
            (
                "/etc/cron.d/dump",
                "SHELL=/bin/sh\n0 2 * * * root /usr/local/bin/dump.sh -v\n@daily me /home/me/x\n",
            ),
            ("/usr/local/bin/dump.sh", "x"),
            ("/home/me/x", "x"),
            ("/etc/cron.daily/a", "x"),
        ]);
        let script = files.path().join("usr/local/bin/dump.sh");
        fs::set_permissions(script, fs::Permissions::from_mode(0o777)).expect("set");
        let (found, _) = section(files.root(), "job_files");
        let rows: Vec<_> = found
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| {
                format!("{} {} {}", one["path"], one["kind"], one["others_write"]).replace('"', "")
            })
            .collect();
        let expected = [
            "/etc/cron.d folder false",
            "/etc/cron.d/dump table false",
            "/etc/cron.daily folder false",
            "/etc/cron.daily/a program false",
            "/etc/crontab table false",
            "/usr/local/bin/dump.sh program true",
        ];
        assert_eq!(rows, expected);
    }
}
