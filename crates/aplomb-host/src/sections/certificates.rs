use std::path::Path;

use x509_cert::der::pem;

use self::x509::describe;
use crate::access::{FileKind, Refusal};
use crate::facts::{Collected, Facts, Gaps};
use crate::host::Host;
use crate::section::Section;

mod x509;

pub(crate) const CERTIFICATES: Section = Section {
    id: "certificates",
    summary: "X.509 certificates in the usual places: names, dates, kind of key; no private key is read",
    sources: &[
        "/etc/ssl/**",
        "/etc/pki/tls/**",
        "/etc/letsencrypt/live/**",
        "/etc/nginx/**",
        "/etc/apache2/**",
        "/etc/httpd/**",
        "/etc/haproxy/**",
        "/etc/postgresql/**",
        "/etc/docker/certs.d/**",
        "/etc/kubernetes/pki/**",
        "/usr/local/share/ca-certificates/**",
        "/etc/ssl",
        "/etc/pki/tls",
        "/etc/letsencrypt/live",
        "/etc/nginx",
        "/etc/apache2",
        "/etc/httpd",
        "/etc/haproxy",
        "/etc/postgresql",
        "/etc/docker/certs.d",
        "/etc/kubernetes/pki",
        "/usr/local/share/ca-certificates",
    ],
    is_opt_in: false,
    collect,
};

const FOLDERS: &[&str] = &[
    "/etc/ssl",
    "/etc/pki/tls",
    "/etc/letsencrypt/live",
    "/etc/nginx",
    "/etc/apache2",
    "/etc/httpd",
    "/etc/haproxy",
    "/etc/postgresql",
    "/etc/docker/certs.d",
    "/etc/kubernetes/pki",
    "/usr/local/share/ca-certificates",
];
const EXTENSIONS: &[&str] = &["pem", "crt", "cer", "der", "cert"];
/// The distribution's own bundles of public authorities.
const BUNDLES: &[&str] = &[
    "ca-certificates.crt",
    "ca-bundle.crt",
    "ca-bundle.trust.crt",
    "tls-ca-bundle.pem",
    "cert.pem",
];
/// Where the distribution keeps those authorities one by one, and links to them.
const OF_DISTRIBUTION: &[&str] = &["/usr/share/ca-certificates/", "/etc/pki/ca-trust/"];

const MOST_LEVELS: usize = 6;
const MOST_FILES: usize = 5000;
/// More than any certificate file needs.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

fn collect(host: &Host<'_>) -> Collected {
    let mut search = Search { host, gaps: Gaps::default(), items: Vec::new(), files: 0 };
    let mut is_there = false;
    for folder in FOLDERS {
        is_there |= host.has(folder);
        search.folder(folder, MOST_LEVELS);
    }
    if !is_there {
        return search.gaps.nothing("/etc/ssl", "file");
    }
    search.gaps.list(&FOLDERS.join(" "), "file", search.items)
}

struct Search<'a> {
    host: &'a Host<'a>,
    gaps: Gaps,
    items: Vec<Facts>,
    files: usize,
}

impl Search<'_> {
    fn folder(&mut self, folder: &str, levels: usize) {
        let listed = self.host.access().list(Path::new(folder));
        let listed = match listed {
            // A link to a file, or one that leads in a circle.
            Err(Refusal::OtherKind | Refusal::Circle) => return,
            listed => self.gaps.seen(folder, &[], listed).unwrap_or_default(),
        };
        for entry in listed {
            let Ok(name) = entry.name.into_string() else { continue };
            let path = format!("{folder}/{name}");
            match entry.kind {
                // Private keys are kept apart; nothing in there is for us.
                FileKind::Folder if name == "private" => {}
                FileKind::Folder if levels > 0 => self.folder(&path, levels - 1),
                FileKind::File if is_certificate(&name) => self.file(&path),
                FileKind::Link if is_certificate(&name) && !self.is_of_distribution(&path) => {
                    self.file(&path);
                }
                _ => {}
            }
        }
    }

    /// Whether a link leads to a public authority, or to another name in its own folder.
    fn is_of_distribution(&self, path: &str) -> bool {
        self.host.link(path).is_some_and(|target| {
            !target.contains('/') || OF_DISTRIBUTION.iter().any(|folder| target.starts_with(folder))
        })
    }

    fn file(&mut self, path: &str) {
        self.files += 1;
        if self.files > MOST_FILES {
            if self.files == MOST_FILES + 1 {
                self.gaps.cut(path);
            }
            return;
        }
        let content = self.host.access().read(Path::new(path), MOST_BYTES);
        let Some(content) = self.gaps.seen(path, &[], content) else { return };
        if content.bytes.starts_with(b"\x30") {
            return self.certificate(path, path.to_owned(), &content.bytes);
        }
        for (line, block) in blocks(&String::from_utf8_lossy(&content.bytes)) {
            match pem::decode_vec(block.as_bytes()) {
                Ok((_, der)) => self.certificate(path, format!("{path}:{line}"), &der),
                Err(_) => self.gaps.not_understood(format!("{path}:{line}"), "it is no valid PEM"),
            }
        }
    }

    fn certificate(&mut self, path: &str, place: String, der: &[u8]) {
        match describe(der) {
            Some(facts) => self.items.push(facts.with("from", place).with("path", path)),
            None => self.gaps.not_understood(place, "it is no X.509 certificate"),
        }
    }
}

fn is_certificate(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    EXTENSIONS.contains(&extension) && !BUNDLES.contains(&name)
}

/// The certificates in a text, each with the number of its first line; whatever else stands there
/// is passed over, private keys above all.
fn blocks(text: &str) -> Vec<(usize, String)> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let mut blocks = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line == BEGIN {
            open = Some((number + 1, String::new()));
        }
        if let Some((_, block)) = &mut open {
            block.push_str(line);
            block.push('\n');
        }
        if line == END {
            blocks.extend(open.take());
        }
    }
    // One that does not end is still one that should have been read.
    blocks.extend(open);
    blocks
}

#[cfg(test)]
mod tests;
