use serde_json::Value;

use crate::facts::{Collected, Facts, Gaps, Sourced};
use crate::host::{Host, Text, has_extension};
use crate::section::Section;

pub(crate) const CLOCK: Section = Section {
    id: "clock",
    summary: "which servers tell the time, by which daemon; whether systemd-timesyncd has heard from them",
    sources: &[
        "/etc/chrony.conf",
        "/etc/chrony/chrony.conf",
        "/etc/chrony/conf.d",
        "/etc/chrony/conf.d/*",
        "/etc/chrony/sources.d",
        "/etc/chrony/sources.d/*",
        "/etc/ntp.conf",
        "/etc/ntpsec/ntp.conf",
        "/etc/openntpd/ntpd.conf",
        "/etc/systemd/timesyncd.conf",
        "/etc/systemd/timesyncd.conf.d",
        "/etc/systemd/timesyncd.conf.d/*",
        "/run/systemd/timesync",
        "/run/systemd/timesync/synchronized",
    ],
    is_opt_in: false,
    collect,
};

/// Where systemd-timesyncd notes that it has heard from a server.
const TIMESYNC: &str = "/run/systemd/timesync";

fn collect(host: &Host<'_>) -> Collected {
    let mut found = Found { gaps: Gaps::default(), items: Vec::new(), read: Vec::new() };
    let is_conf = |name: &str| has_extension(name, "conf");
    let is_source = |name: &str| has_extension(name, "sources");
    for main in ["/etc/chrony.conf", "/etc/chrony/chrony.conf"] {
        found.directives(host, main, "chrony");
    }
    // Where chrony is not installed, folders of it are left over.
    if !found.read.is_empty() {
        found.folder(host, "/etc/chrony/conf.d", "chrony", &is_conf);
        found.folder(host, "/etc/chrony/sources.d", "chrony", &is_source);
    }
    found.directives(host, "/etc/ntp.conf", "ntp");
    found.directives(host, "/etc/ntpsec/ntp.conf", "ntpsec");
    found.directives(host, "/etc/openntpd/ntpd.conf", "openntpd");
    found.timesyncd(host);
    let mut clock = Sourced::default();
    if !found.read.is_empty() {
        let items: Vec<Value> = found.items.into_iter().map(Value::from).collect();
        clock.put("sources", items, found.read.join(" "));
    }
    if host.is_live() && host.has(TIMESYNC) {
        let path = format!("{TIMESYNC}/synchronized");
        clock.put("synchronised", host.has(&path), path);
    }
    // Of other daemons the kernel would have to be asked, by a call of its own.
    if clock.is_empty() {
        return found.gaps.nothing("/etc/chrony/chrony.conf", "file");
    }
    found.gaps.object("/etc/chrony /etc/systemd/timesyncd.conf", "file", clock)
}

struct Found {
    gaps: Gaps,
    items: Vec<Facts>,
    read: Vec<String>,
}

impl Found {
    fn text(&mut self, host: &Host<'_>, path: &str) -> Option<Text> {
        let text = self.gaps.text(host, path, &["sources"])?;
        self.read.push(path.to_owned());
        Some(text)
    }

    fn folder(
        &mut self,
        host: &Host<'_>,
        folder: &str,
        daemon: &str,
        taken: &dyn Fn(&str) -> bool,
    ) {
        for name in self.gaps.names(host, folder, "", &["sources"]) {
            if taken(&name) {
                self.directives(host, &format!("{folder}/{name}"), daemon);
            }
        }
    }

    fn source(&mut self, place: String, daemon: &str, kind: &str, server: &str) {
        let facts = Facts::from(place).with("daemon", daemon).with("kind", kind);
        self.items.push(facts.with("server", server));
    }

    /// `server NAME …`, as chrony.conf(5), ntp.conf(5) and ntpd.conf(5) write it.
    fn directives(&mut self, host: &Host<'_>, path: &str, daemon: &str) {
        let Some(text) = self.text(host, path) else { return };
        for (number, line) in text.lines() {
            let line = line.split(['#', '!', '%', ';']).next().unwrap_or_default();
            let mut words = line.split_whitespace();
            let kind = words.next().unwrap_or_default().to_ascii_lowercase();
            let kind = match kind.as_str() {
                "server" | "pool" | "peer" | "refclock" => kind.as_str(),
                "servers" => "pool",
                _ => continue,
            };
            if let Some(server) = words.next() {
                self.source(text.at(number), daemon, kind, server);
            }
        }
    }

    /// timesyncd.conf(5): a list adds up, and an empty one takes back what stands before it.
    fn timesyncd(&mut self, host: &Host<'_>) {
        const FOLDER: &str = "/etc/systemd/timesyncd.conf.d";
        let mut files = vec!["/etc/systemd/timesyncd.conf".to_owned()];
        let names = self.gaps.names(host, FOLDER, ".conf", &["sources"]);
        files.extend(names.into_iter().map(|name| format!("{FOLDER}/{name}")));
        let mut servers: Vec<(String, &str, String)> = Vec::new();
        for file in files {
            let Some(text) = self.text(host, &file) else { continue };
            for (number, line) in text.lines() {
                let Some((key, value)) = line.split_once('=') else { continue };
                let kind = match key.trim() {
                    "NTP" => "server",
                    "FallbackNTP" => "fallback",
                    _ => continue,
                };
                if value.trim().is_empty() {
                    servers.retain(|(_, of, _)| *of != kind);
                }
                let words = value.split_whitespace();
                servers.extend(words.map(|word| (text.at(number), kind, word.to_owned())));
            }
        }
        for (place, kind, server) in servers {
            self.source(place, "systemd-timesyncd", kind, &server);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::{Files, section};

    #[test]
    fn sources_are_those_of_the_daemon_that_is_there() {
        let files = Files::new(&[
            (
                "/etc/chrony/chrony.conf",
                "# server no\nserver ntp1.example iburst\npool p.example\n",
            ),
            ("/etc/chrony/sources.d/a.sources", "server ntp2.example\n"),
            ("/etc/chrony/sources.d/README", "server no\n"),
            ("/etc/systemd/timesyncd.conf", "[Time]\n#NTP=no\nNTP=a b\nNTP=\nNTP=c\n"),
            ("/run/systemd/timesync/x", ""),
        ]);
        let (clock, entry) = section(files.live(&[]), "clock");
        let servers: Vec<_> = clock["sources"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| {
                format!("{} {} {}", one["daemon"], one["kind"], one["server"]).replace('"', "")
            })
            .collect();
        let expected = [
            "chrony server ntp1.example",
            "chrony pool p.example",
            "chrony server ntp2.example",
            "systemd-timesyncd server c",
        ];
        assert_eq!(servers, expected);
        assert_eq!((&clock["synchronised"], entry.get("gaps")), (&json!(false), None));
        let (clock, _) = section(files.root(), "clock");
        assert_eq!(clock.get("synchronised"), None);
        assert_eq!(section(Files::new(&[]).root(), "clock").1["status"], "absent");
    }
}
