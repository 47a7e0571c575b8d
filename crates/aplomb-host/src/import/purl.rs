//! Package URLs: how bills of materials name the packages of a host.

use aplomb_model::Node;

use crate::facts::Facts;

/// Types of package URLs, and the managers whose packages they are.
const MANAGERS: &[(&str, &str)] =
    &[("deb", "dpkg"), ("rpm", "rpm"), ("apk", "apk"), ("alpm", "pacman")];

/// The package of a host that a package URL (`pkg:deb/debian/bash@5.2-1?arch=amd64`) names; `None`
/// where it names something else, such as a library of an application. `place` is where it stands.
pub(super) fn package(purl: &str, place: String) -> Option<Facts> {
    let rest = purl.strip_prefix("pkg:")?.trim_start_matches('/');
    let rest = rest.split('#').next().unwrap_or(rest);
    let (path, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
    let (kind, path) = path.split_once('/')?;
    let manager = MANAGERS.iter().find(|(known, _)| kind.eq_ignore_ascii_case(known))?.1;
    let (path, version) = path.rsplit_once('@')?;
    let name = decoded(path.rsplit('/').next()?);
    let qualifier = |key: &str| {
        let pairs = qualifiers.split('&').filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find(|(name, _)| *name == key).map(|(_, value)| decoded(value))
    };
    let mut version = decoded(version);
    // rpm's epoch stands apart; zero says nothing.
    if let Some(epoch) = qualifier("epoch").filter(|epoch| epoch != "0" && !version.contains(':')) {
        version = format!("{epoch}:{version}");
    }
    let source = qualifier("upstream").map(|upstream| source(&upstream));
    if name.is_empty() || version.is_empty() {
        return None;
    }
    Some(
        Facts::from(place)
            .with("name", name)
            .with("version", version)
            .with("manager", manager)
            .with_known("arch", qualifier("arch"))
            .with_known("source", source),
    )
}

/// The name in `glibc`, `glibc@2.36-9` or `glibc-2.34-60.el9.src.rpm`.
fn source(upstream: &str) -> String {
    let name = upstream.split('@').next().unwrap_or(upstream);
    match name.strip_suffix(".src.rpm") {
        Some(file) => file.rsplitn(3, '-').nth(2).unwrap_or(file).to_owned(),
        None => name.to_owned(),
    }
}

/// What percent signs stand for. What is no UTF-8 then is as it was.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let escaped = digits.filter(|_| byte == b'%');
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(escaped) => {
                bytes.push(escaped);
                rest = &after[2..];
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// The text of a member; none where it is empty or says that nothing is known.
pub(super) fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    node.get(key)?.as_str().filter(|text| !matches!(*text, "" | "NOASSERTION" | "NONE"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn packages_are_named_as_their_managers_name_them() {
        let value = |purl: &str| package(purl, "x:1".to_owned()).map_or(Value::Null, Value::from);
        assert_eq!(
            value(
                "pkg:deb/debian/libc6@2.36-9%2Bdeb12u10?arch=amd64&upstream=glibc&distro=debian-12"
            ),
            json!({"from": "x:1", "name": "libc6", "version": "2.36-9+deb12u10", "manager": "dpkg",
                "arch": "amd64", "source": "glibc"})
        );
        let rpm = value(
            "pkg:rpm/centos/openssl-libs@3.0.7-6.el9?arch=x86_64&epoch=1&upstream=openssl-3.0.7-6.el9.src.rpm",
        );
        assert_eq!((&rpm["version"], &rpm["source"]), (&json!("1:3.0.7-6.el9"), &json!("openssl")));
        assert_eq!(value("pkg:apk/alpine/musl@1.2.5-r0")["manager"], "apk");
        assert_eq!(value("pkg:deb/debian/a@1%3A2-3")["version"], "1:2-3");
        for other in
            ["", "pkg:npm/left-pad@1", "pkg:deb/debian/a", "pkg:deb", "pkg:deb/@1", "deb/a@1"]
        {
            assert_eq!(value(other), Value::Null, "{other}");
        }
        assert_eq!(value("pkg:deb/x/%ff@%zz")["name"], "%ff");
    }
}
