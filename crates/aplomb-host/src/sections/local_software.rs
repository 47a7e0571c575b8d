use std::path::Path;

use crate::access::FileKind;
use crate::facts::{Collected, Facts, Gaps};
use crate::host::Host;
use crate::section::Section;

pub(crate) const LOCAL_SOFTWARE: Section = Section {
    id: "local_software",
    summary: "software that no package manager brought: programs in /usr/local, and what lies in /opt",
    sources: &[
        "/usr/local/bin",
        "/usr/local/bin/*",
        "/usr/local/sbin",
        "/usr/local/sbin/*",
        "/opt",
        "/opt/*",
    ],
    is_opt_in: false,
    collect,
};

fn collect(host: &Host<'_>) -> Collected {
    let mut gaps = Gaps::default();
    let mut items = Vec::new();
    let mut is_there = false;
    for folder in ["/usr/local/bin", "/usr/local/sbin", "/opt"] {
        let listed = host.access().list(Path::new(folder));
        let Some(entries) = gaps.seen(folder, &[], listed) else { continue };
        is_there = true;
        for entry in entries {
            let Ok(name) = entry.name.into_string() else { continue };
            let path = format!("{folder}/{name}");
            let status = host.access().status(Path::new(&path));
            let Some(status) = gaps.seen(&path, &[], status) else { continue };
            let kind = match entry.kind {
                FileKind::Folder => "folder",
                FileKind::File => "file",
                FileKind::Link => "link",
                _ => continue,
            };
            let facts = Facts::from(path.as_str())
                .with("path", path.as_str())
                .with("kind", kind)
                .with("mode", format!("{:04o}", status.mode))
                .with("uid", status.uid)
                .with_known("target", host.link(&path));
            items.push(facts);
        }
    }
    if !is_there {
        return gaps.nothing("/usr/local", "file");
    }
    gaps.list("/usr/local/bin /usr/local/sbin /opt", "file", items)
}

#[cfg(test)]
mod tests {
    use crate::fixture::{Files, section};

    #[test]
    fn programs_and_trees_are_told() {
        let files = Files::new(&[
            ("/usr/local/bin/tool", "x"),
            ("/usr/local/bin/other", "-> /opt/agora/bin/other"),
            ("/opt/agora/bin/other", "x"),
            ("/usr/local/share/doc", "x"),
        ]);
        let (found, _) = section(files.root(), "local_software");
        let rows: Vec<_> = found
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| format!("{} {}", one["path"], one["kind"]).replace('"', ""))
            .collect();
        assert_eq!(
            rows,
            ["/usr/local/bin/other link", "/usr/local/bin/tool file", "/opt/agora folder"]
        );
        assert_eq!(section(Files::new(&[]).root(), "local_software").1["status"], "absent");
    }
}
