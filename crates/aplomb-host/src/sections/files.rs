use std::path::Path;

use crate::access::{FileKind, Refusal};
use crate::facts::{Collected, Facts, Gaps};
use crate::host::{Host, MOST_BYTES};
use crate::section::Section;
use crate::snapshot::hex;

pub(crate) const FILES: Section = Section {
    id: "files",
    summary: "hash, owner and permissions of configuration that everybody may read, and of the files that were asked for",
    sources: &[
        "/etc/*.conf",
        "/etc/apache2/**",
        "/etc/apache2",
        "/etc/chrony/**",
        "/etc/chrony",
        "/etc/containerd/**",
        "/etc/containerd",
        "/etc/cron.d/**",
        "/etc/cron.d",
        "/etc/docker/**",
        "/etc/docker",
        "/etc/haproxy/**",
        "/etc/haproxy",
        "/etc/httpd/**",
        "/etc/httpd",
        "/etc/keepalived/**",
        "/etc/keepalived",
        "/etc/logrotate.d/**",
        "/etc/logrotate.d",
        "/etc/mysql/**",
        "/etc/mysql",
        "/etc/nginx/**",
        "/etc/nginx",
        "/etc/nftables.d/**",
        "/etc/nftables.d",
        "/etc/php/**",
        "/etc/php",
        "/etc/postgresql/**",
        "/etc/postgresql",
        "/etc/prometheus/**",
        "/etc/prometheus",
        "/etc/redis/**",
        "/etc/redis",
        "/etc/rsyslog.d/**",
        "/etc/rsyslog.d",
        "/etc/ssh/**",
        "/etc/ssh",
        "/etc/sysctl.d/**",
        "/etc/sysctl.d",
        "/etc/systemd/**",
        "/etc/systemd",
        "/etc/tomcat/**",
        "/etc/tomcat",
        "/etc",
    ],
    is_opt_in: false,
    collect,
};

/// Folders whose files a delivery may bring.
const FOLDERS: &[&str] = &[
    "/etc/apache2",
    "/etc/chrony",
    "/etc/containerd",
    "/etc/cron.d",
    "/etc/docker",
    "/etc/haproxy",
    "/etc/httpd",
    "/etc/keepalived",
    "/etc/logrotate.d",
    "/etc/mysql",
    "/etc/nginx",
    "/etc/nftables.d",
    "/etc/php",
    "/etc/postgresql",
    "/etc/prometheus",
    "/etc/redis",
    "/etc/rsyslog.d",
    "/etc/ssh",
    "/etc/sysctl.d",
    "/etc/systemd",
    "/etc/tomcat",
];
const MOST_LEVELS: usize = 6;
const MOST_FILES: usize = 5000;
const EVERYBODY_READS: u32 = 0o004;

fn collect(host: &Host<'_>) -> Collected {
    let mut search = Search { host, gaps: Gaps::default(), items: Vec::new(), is_full: false };
    for path in host.asked() {
        search.asked(path);
    }
    for name in search.gaps.names(host, "/etc", ".conf", &[]) {
        search.file(&format!("/etc/{name}"));
    }
    for folder in FOLDERS {
        search.folder(folder, MOST_LEVELS);
    }
    if search.items.is_empty() {
        return search.gaps.nothing("/etc", "file");
    }
    search.gaps.list("/etc", "file", search.items)
}

struct Search<'a> {
    host: &'a Host<'a>,
    gaps: Gaps,
    items: Vec<Facts>,
    is_full: bool,
}

impl Search<'_> {
    /// A file that was asked for: whoever may read it, and that it is not there if it is not.
    fn asked(&mut self, path: &str) {
        let status = self.host.access().status(Path::new(path));
        match status {
            Ok(_) => self.take(path),
            Err(Refusal::Absent) => {
                self.items.push(Facts::from(path).with("path", path).with("exists", false));
            }
            Err(refusal) => self.gaps.add(path, &refusal, &[]),
        }
    }

    fn folder(&mut self, folder: &str, levels: usize) {
        let listed = match self.host.access().list(Path::new(folder)) {
            Err(Refusal::OtherKind | Refusal::Circle) => return,
            listed => self.gaps.seen(folder, &[], listed).unwrap_or_default(),
        };
        for entry in listed {
            let Ok(name) = entry.name.into_string() else { continue };
            let path = format!("{folder}/{name}");
            match entry.kind {
                FileKind::Folder if levels > 0 => self.folder(&path, levels - 1),
                FileKind::File => self.file(&path),
                _ => {}
            }
        }
    }

    /// What is kept from others stays unhashed too: a short secret could be found by its hash.
    fn file(&mut self, path: &str) {
        let status = self.host.access().status(Path::new(path));
        let is_open = status.is_ok_and(|status| {
            status.kind == FileKind::File && status.mode & EVERYBODY_READS != 0
        });
        if is_open {
            self.take(path);
        }
    }

    fn take(&mut self, path: &str) {
        if self.items.len() >= MOST_FILES {
            if !std::mem::replace(&mut self.is_full, true) {
                self.gaps.cut(path);
            }
            return;
        }
        let Ok(status) = self.host.access().status(Path::new(path)) else { return };
        let mut facts = Facts::from(path)
            .with("path", path)
            .with("exists", true)
            .with("mode", format!("{:04o}", status.mode))
            .with("uid", status.uid)
            .with("gid", status.gid)
            .with("size", status.size);
        match self.host.access().read(Path::new(path), MOST_BYTES) {
            Ok(content) if !content.is_cut => facts.put("sha256", hex(&content.bytes)),
            Ok(_) => self.gaps.add(path, &Refusal::TooMuch, &["sha256"]),
            Err(Refusal::OtherKind) => {}
            Err(refusal) => self.gaps.add(path, &refusal, &["sha256"]),
        }
        self.items.push(facts);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use crate::fixture::{Files, section};

    #[test]
    fn configuration_that_everybody_may_read_is_hashed() {
        let files = Files::new(&[
            ("/etc/chrony/chrony.conf", "abc"),
            ("/etc/nginx/secret.conf", "geheim"),
            ("/etc/nginx/sites/a.conf", ""),
            ("/etc/systemd/system/a.service", "-> /dev/null"),
            ("/etc/unlisted/x", "x"),
        ]);
        let secret = files.path().join("etc/nginx/secret.conf");
        fs::set_permissions(secret, fs::Permissions::from_mode(0o640)).expect("set");
        let (found, _) = section(files.root(), "files");
        let paths: Vec<_> =
            found.as_array().expect("a list").iter().map(|one| &one["path"]).collect();
        assert_eq!(paths, ["/etc/chrony/chrony.conf", "/etc/nginx/sites/a.conf"]);
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!((&found[0]["sha256"], &found[0]["size"]), (&abc.into(), &3.into()));
    }
}
