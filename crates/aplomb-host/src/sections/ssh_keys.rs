use data_encoding::{BASE64, BASE64_NOPAD};
use sha2::{Digest, Sha256};

use crate::access::FileKind;
use crate::facts::{Collected, Facts, Gaps};
use crate::host::Host;
use crate::section::Section;

pub(crate) const AUTHORIZED_KEYS: Section = Section {
    id: "authorized_keys",
    summary: "keys that open accounts over SSH: kind, size, options and fingerprint, never the key",
    sources: &["/etc/passwd", "/**/.ssh/authorized_keys", "/**/.ssh/authorized_keys2"],
    is_opt_in: false,
    collect: authorized,
};

pub(crate) const HOST_KEYS: Section = Section {
    id: "host_keys",
    summary: "keys by which the SSH server is known: kind, size, fingerprint, and who may read the private ones",
    sources: &["/etc/ssh", "/etc/ssh/*"],
    is_opt_in: false,
    collect: of_host,
};

const SSH: &str = "/etc/ssh";
/// Keys of one file above this number are not looked at.
const MOST_KEYS: usize = 10_000;

/// The files that `sshd_config(5)` looks into unless it is told otherwise.
fn authorized(host: &Host<'_>) -> Collected {
    const PASSWD: &str = "/etc/passwd";
    let passwd = match host.text(PASSWD) {
        Ok(passwd) => passwd,
        Err(refusal) => return Collected::refused(PASSWD, "file", &refusal),
    };
    let mut gaps = Gaps::default();
    let mut items = Vec::new();
    for (_, line) in passwd.lines() {
        let fields: Vec<&str> = line.split(':').collect();
        let [name, _, _, _, _, home, _] = fields.as_slice() else { continue };
        if !home.starts_with('/') || home.starts_with("/proc") || home.starts_with("/sys") {
            continue;
        }
        for file in ["authorized_keys", "authorized_keys2"] {
            let path = format!("{}/.ssh/{file}", home.trim_end_matches('/'));
            let Some(text) = gaps.text(host, &path, &[]) else { continue };
            for (number, line) in text.lines() {
                let line = line.trim();
                if line.is_empty() || line.starts_with('#') {
                    continue;
                }
                if items.len() >= MOST_KEYS {
                    gaps.cut(&path);
                    break;
                }
                match key(line) {
                    Some((options, key)) => items.push(
                        key.with("from", text.at(number))
                            .with("user", *name)
                            .with("options", options),
                    ),
                    None => gaps.not_understood(text.at(number), "it is no public key"),
                }
            }
        }
    }
    gaps.list("/etc/passwd ~/.ssh/authorized_keys", "file", items)
}

fn of_host(host: &Host<'_>) -> Collected {
    let mut gaps = Gaps::default();
    let listed = host.access().list(std::path::Path::new(SSH));
    let Some(entries) = gaps.seen(SSH, &[], listed) else {
        return gaps.nothing(SSH, "file");
    };
    let mut items = Vec::new();
    for entry in entries {
        let Ok(name) = entry.name.into_string() else { continue };
        let Some(stem) = name.strip_suffix(".pub") else { continue };
        if entry.kind != FileKind::File || !stem.starts_with("ssh_host_") {
            continue;
        }
        let path = format!("{SSH}/{name}");
        let Some(text) = gaps.text(host, &path, &[]) else { continue };
        let Some((_, key)) = text.body.lines().next().and_then(self::key) else {
            gaps.not_understood(path, "it is no public key");
            continue;
        };
        let private = format!("{SSH}/{stem}");
        let status = host.access().status(std::path::Path::new(&private));
        let status = gaps.seen(&private, &["mode", "uid", "gid"], status);
        let mode = status.map(|status| format!("{:04o}", status.mode));
        let facts = key
            .with("from", path)
            .with("path", private)
            .with_known("mode", mode)
            .with_known("uid", status.map(|status| status.uid))
            .with_known("gid", status.map(|status| status.gid));
        items.push(facts);
    }
    gaps.list(SSH, "file", items)
}

/// Options and key of a line; of options only the names, for a command may hold anything.
fn key(line: &str) -> Option<(Vec<String>, Facts)> {
    let words = words(line);
    let at = words.iter().position(|word| is_kind(word))?;
    let kind = words.get(at)?;
    let blob = BASE64.decode(words.get(at + 1)?.as_bytes()).ok();
    let blob = blob.or_else(|| BASE64_NOPAD.decode(words.get(at + 1)?.as_bytes()).ok())?;
    let options = words.get(..at)?.concat();
    let options = split(&options, ',');
    let options = options
        .into_iter()
        .map(|option| option.split('=').next().unwrap_or_default().to_ascii_lowercase());
    let options = options.filter(|option| !option.is_empty()).collect();
    let fingerprint = format!("SHA256:{}", BASE64_NOPAD.encode(&Sha256::digest(&blob)));
    let facts = Facts::default()
        .with("type", kind.as_str())
        .with_known("bits", bits(&blob))
        .with("fingerprint", fingerprint);
    Some((options, facts))
}

fn is_kind(word: &str) -> bool {
    ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-sha2-"].iter().any(|kind| word.starts_with(kind))
}

fn words(line: &str) -> Vec<String> {
    line.split_whitespace()
        .fold((Vec::new(), false), |(mut words, is_quoted): (Vec<String>, bool), word| {
            match words.last_mut().filter(|_| is_quoted) {
                Some(last) => {
                    last.push(' ');
                    last.push_str(word);
                }
                None => words.push(word.to_owned()),
            }
            let quotes = word.replace("\\\"", "").matches('"').count();
            (words, is_quoted ^ (quotes % 2 == 1))
        })
        .0
}

/// The parts between separators that are not quoted.
fn split(text: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut is_quoted = false;
    for char in text.chars() {
        is_quoted ^= char == '"';
        if char == separator && !is_quoted {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(char);
        }
    }
    parts
}

/// The size of a key in the wire format of RFC 4253: of RSA its modulus, of DSA its prime, of the
/// others what their curve says.
fn bits(blob: &[u8]) -> Option<u64> {
    let (kind, rest) = string(blob)?;
    match kind {
        b"ssh-rsa" => {
            string(rest).and_then(|(_, rest)| string(rest)).map(|(modulus, _)| width(modulus))
        }
        b"ssh-dss" => string(rest).map(|(prime, _)| width(prime)),
        b"ssh-ed25519"
        | b"sk-ssh-ed25519@openssh.com"
        | b"ecdsa-sha2-nistp256"
        | b"sk-ecdsa-sha2-nistp256@openssh.com" => Some(256),
        b"ssh-ed448" => Some(456),
        b"ecdsa-sha2-nistp384" => Some(384),
        b"ecdsa-sha2-nistp521" => Some(521),
        _ => None,
    }
}

fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = bytes.get(..4)?.try_into().ok().map(u32::from_be_bytes)?;
    let end = usize::try_from(length).ok()?.checked_add(4)?;
    Some((bytes.get(4..end)?, bytes.get(end..)?))
}

fn width(number: &[u8]) -> u64 {
    let significant = number.iter().skip_while(|byte| **byte == 0);
    let first = significant.clone().next().map_or(0, |byte| u64::from(byte.leading_zeros()));
    (significant.count() as u64 * 8).saturating_sub(first)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use serde_json::json;

    use crate::fixture::{Files, section};

    // Made with ssh-keygen; its fingerprint is what `ssh-keygen -l` prints.
    const ED25519: &str = include_str!("ssh_keys/ed25519.pub");
    const RSA: &str = include_str!("ssh_keys/rsa.pub");
    const ED25519_FINGERPRINT: &str = include_str!("ssh_keys/ed25519.fingerprint");
    const RSA_FINGERPRINT: &str = include_str!("ssh_keys/rsa.fingerprint");

    #[test]
    fn keys_are_told_by_kind_size_and_fingerprint() {
        let authorized = format!(
            "# c\n{ED25519}\nfrom=\"192.0.2.0/24, a b\",command=\"x --password geheim\",no-pty {RSA}nonsense\n"
        );
        let files = Files::new(&[
            ("/etc/passwd", "root:x:0:0::/root:/bin/sh\nnone:x:1:1::/:/bin/sh\n"),
            ("/root/.ssh/authorized_keys", &authorized),
            ("/etc/ssh/ssh_host_rsa_key.pub", RSA),
            ("/etc/ssh/ssh_host_rsa_key", "geheim"),
            ("/etc/ssh/ssh_config", "Host *\n"),
        ]);
        let private = files.path().join("etc/ssh/ssh_host_rsa_key");
        fs::set_permissions(private, fs::Permissions::from_mode(0o640)).expect("set");
        let (keys, entry) = section(files.root(), "authorized_keys");
        let path = "/root/.ssh/authorized_keys";
        assert_eq!(
            keys,
            json!([
                {"from": format!("{path}:2"), "user": "root", "type": "ssh-ed25519", "bits": 256,
                    "options": [], "fingerprint": ED25519_FINGERPRINT.trim()},
                {"from": format!("{path}:4"), "user": "root", "type": "ssh-rsa", "bits": 3072,
                    "options": ["from", "command", "no-pty"], "fingerprint": RSA_FINGERPRINT.trim()},
            ])
        );
        assert_eq!(entry["gaps"][0]["from"], format!("{path}:5"));
        let (keys, _) = section(files.root(), "host_keys");
        assert_eq!((&keys[0]["mode"], &keys[0]["bits"]), (&json!("0640"), &json!(3072)));
        assert_eq!(keys[0]["path"], "/etc/ssh/ssh_host_rsa_key");
    }
}
