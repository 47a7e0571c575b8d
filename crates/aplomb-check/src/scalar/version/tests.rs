use std::cmp::Ordering;

use super::{Scheme, Version};

mod agreement;

fn read(text: &str, scheme: Scheme) -> Version {
    Version::parse(text, scheme).unwrap_or_else(|| panic!("{text} is a {} version", scheme.id()))
}

/// `a < b`, `a = b` or `a > b` a line, checked both ways.
fn check(scheme: Scheme, cases: &[&str]) {
    for case in cases {
        let [left, sign, right] = case.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{case} is not a comparison")
        };
        let wanted = match sign {
            "<" => Ordering::Less,
            "=" => Ordering::Equal,
            _ => Ordering::Greater,
        };
        let (left, right) = (read(left, scheme), read(right, scheme));
        assert_eq!(left.compare(&right), wanted, "{case}");
        assert_eq!(right.compare(&left), wanted.reverse(), "{case}, reversed");
    }
}

fn check_ascending(scheme: Scheme, versions: &[&str]) {
    for (at, left) in versions.iter().enumerate() {
        for (other, right) in versions.iter().enumerate() {
            let order = read(left, scheme).compare(&read(right, scheme));
            assert_eq!(order, at.cmp(&other), "{left} and {right}");
        }
    }
}

#[test]
fn debian_order() {
    check(
        Scheme::Debian,
        &[
            "1.0 = 1.0",
            "1.0 = 1.0-0",
            "0:1.0-1 = 1.0-1",
            "1.0-1 < 1.0-2",
            "1.9.2 < 1.12.1",
            "1:1.0 > 2.0",
            "1.0~rc1-1 < 1.0-1",
            "1.0~~ < 1.0~~a",
            "1.0~~a < 1.0~",
            "1.0~ < 1.0",
            "1.0 < 1.0a",
            "1.0a < 1.0+",
            "1.0a < 1.0.1",
            "1.0a > 1.0-1a",
            "1.0+b1 > 1.0",
            "1.0-rc1 > 1.0",
            "1.007 = 1.7",
            "1.2.3-1-1 > 1.2.3-1",
            "9.2p1-2+deb12u4 < 9.2p1-2+deb12u10",
            "16.9-1.pgdg12+1 > 16.9-1.pgdg11+1",
            "1.0.99999999999999999999 < 1.0.100000000000000000000",
        ],
    );
    check_ascending(Scheme::Debian, &["1~~", "1~~a", "1~", "1", "1a", "1.0a", "1.1", "2"]);
}

/// The cases of rpm's own `rpmvercmp` test, by what they show.
#[test]
fn rpm_order() {
    check(
        Scheme::Rpm,
        &[
            "1.0 = 1.0",
            "1.0 < 2.0",
            "2.0.1 > 2.0",
            "2.0.1a > 2.0.1",
            "5.5p1 < 5.5p2",
            "5.5p10 > 5.5p1",
            "10xyz < 10.1xyz",
            "xyz10 = xyz10",
            "xyz10 < xyz10.1",
            "xyz.4 < 8",
            "xyz.4 < 2",
            "5.5p2 < 5.6p1",
            "5.6p1 < 6.5p1",
            "6.0.rc1 > 6.0",
            "10b2 > 10a1",
            "7.4.052 = 7.4.52",
            "1.0a < 1.0aa",
            "10.0001 = 10.1",
            "10.0001 < 10.0039",
            "4.999.9 < 5.0",
            "20101121 < 20101122",
            "2_0 = 2.0",
            "1.0_ = 1.0",
            "1.0~rc1 < 1.0",
            "1.0~rc1 < 1.0~rc2",
            "1.0~rc1~git123 < 1.0~rc1",
            "1.0^ > 1.0",
            "1.0^git1 > 1.0",
            "1.0^git1 < 1.0^git2",
            "1.0^git1 < 1.01",
            "1.0^20160101 < 1.0.1",
            "1.0^20160101^git1 > 1.0^20160101",
            "1.0~rc1^git1 > 1.0~rc1",
            "1.0^git1~pre < 1.0^git1",
            "1:1.0-1 > 2.0-1",
            "0:1.0-1 = 1.0-1",
            "1.0-1.el9 < 1.0-2.el9",
            "1.0-1 > 1.0",
            "8.7p1-38.el9_4.4 > 8.7p1-38.el9_4.1",
        ],
    );
}

/// The cases of pacman's own `vercmptest`, by what they show.
#[test]
fn pacman_order() {
    check(
        Scheme::Pacman,
        &[
            "1.5.0 = 1.5.0",
            "1.5.1 > 1.5",
            "1.5.0-1 < 1.5.0-2",
            "1.5.0-2 < 1.5.1-1",
            "1.5 = 1.5-1",
            "1.5b-1 < 1.5-1",
            "1.5b < 1.5.1",
            "1.0a < 1.0alpha",
            "1.0alpha < 1.0b",
            "1.0beta < 1.0rc",
            "1.0rc < 1.0",
            "1.5.a > 1.5",
            "1.5.b > 1.5.a",
            "1.5.1 > 1.5.b",
            "1.0 > 1",
            "1.0. > 1.0",
            "1..0 > 1.0",
            "2.0 < 2_1",
            "2.0_a < 2_0.1",
            "2.0 = 2_0",
            "0:1.0 = 1.0",
            "1:1.0 > 1.1",
            "1:1.0 < 1:1.1",
            "001 = 1",
        ],
    );
}

#[test]
fn apk_order() {
    check(
        Scheme::Apk,
        &[
            "1.2.3 = 1.2.3",
            "2.34 > 0.1.0_alpha",
            "1.0 < 1.0.1",
            "1.0 < 1.0a",
            "1.0a < 1.0b",
            "1.0a < 1.0.1",
            "1.0-r0 < 1.0-r1",
            "1.0-r9 < 1.0-r10",
            "1.0 < 1.0-r0",
            "1.1_alpha < 1.1",
            "1.1_alpha2 < 1.1_alpha10",
            "1.1_alpha < 1.1_alpha1",
            "1.1_p1 > 1.1",
            "1.1_p1 > 1.1-r5",
            "1.1_rc1-r5 < 1.1-r0",
            "1.1_git20260101 < 1.1_p1",
            "1.05 < 1.1",
            "1.01 < 1.1",
            "1.010 < 1.02",
            "1.10 > 1.9",
            "1.36.1-r5 > 1.36.1-r4",
            "1.2.4_git20230717-r5 > 1.2.4-r2",
        ],
    );
    let suffixes = ["_alpha", "_beta", "_pre", "_rc", "", "_cvs", "_svn", "_git", "_hg", "_p"];
    let versions = suffixes.map(|suffix| format!("1{suffix}"));
    check_ascending(Scheme::Apk, &versions.each_ref().map(String::as_str));
}

#[test]
fn semver_precedence() {
    check_ascending(
        Scheme::Semver,
        &[
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1",
            "1.2.0",
            "1.10.0",
            "2.0.0",
        ],
    );
    check(Scheme::Semver, &["v1.2.3 = 1.2.3", "1.2.3+a = 1.2.3+b", "1.2.3-1 < 1.2.3-a"]);
}

#[test]
fn generic_order() {
    check(
        Scheme::Generic,
        &[
            "1.9.2 < 1.12.1",
            "6.10.30.00 = 6.10.30",
            "6.10.30.00 > 6.9",
            "1.2 = 1.2.0",
            "v1.2.3 = 1.2.3",
            "1:16.9 = 16.9",
            "1.0-rc1 < 1.0",
            "1.0-rc1 < 1.0-rc2",
            "1.0-beta2 < 1.0-RC1",
            "1.0~1 < 1.0",
            "3.13.0b1 < 3.13.0",
            "3.13.0a1 < 3.13.0b1",
            "1.0.2k > 1.0.2",
            "1.0.2k < 1.0.2u",
            "1.0.2u < 1.0.3",
            "1.0.0-SNAPSHOT < 1.0.0",
            "9.2p1 > 9.2",
            "8u412 < 8u422",
            "1.8.0_392 < 1.8.0_452",
            "16.9-1.pgdg12+1 > 16.9",
            "16.9-1.pgdg12+1 < 16.10",
            "24.04 > 22.04.5",
        ],
    );
}

#[test]
fn texts_that_are_no_version() {
    let cases: [(Scheme, &[&str]); 6] = [
        (Scheme::Apk, &["", "latest", "1.", "1_", "1_foo", "1-1", "1-r", "1~", "1~xyz", "1:1"]),
        (Scheme::Pacman, &["", "latest", ":1", "a:1", "1-", "1 2", "1/2", "1-1-1"]),
        (
            Scheme::Debian,
            &["", "latest", "a1", "1.0-", ":1", "x:1", "1 0", "1:", "é1", "1_0", "99999999999:1"],
        ),
        (Scheme::Rpm, &["", "latest", "n/a", "-1", "1-", ":1", "1 0", "1.0-é"]),
        (
            Scheme::Semver,
            &[
                "", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.3-01", "1.2.3-", "1.2.3+", "1..3",
                "vv1.2.3",
            ],
        ),
        (Scheme::Generic, &["", "latest", "n/a", "v", "x1", "1 2", "1,2", ":1"]),
    ];
    for (scheme, texts) in cases {
        for text in texts {
            assert_eq!(Version::parse(text, scheme), None, "{text:?} as {}", scheme.id());
        }
    }
}

#[test]
fn truncation_keeps_the_publishers_numbers() {
    for (text, scheme, parts, wanted) in [
        ("1:16.9-1.pgdg12+1", Scheme::Debian, 2, "16.9"),
        ("1.26.3-1~bookworm", Scheme::Debian, 2, "1.26"),
        ("1.26.3-1~bookworm", Scheme::Debian, 9, "1.26.3"),
        ("1:8.7p1-38.el9_4.4", Scheme::Rpm, 2, "8.7"),
        ("v1.26.3-rc.1", Scheme::Semver, 2, "1.26"),
        ("6.10.30.00", Scheme::Generic, 4, "6.10.30.00"),
        ("16", Scheme::Generic, 2, "16"),
        ("16.9", Scheme::Generic, 0, "16"),
    ] {
        let version = read(text, scheme).truncated(parts);
        assert_eq!(version.as_str(), wanted, "{text} to {parts}");
        assert_eq!(version.scheme(), Scheme::Generic);
    }
}

#[test]
fn versions_of_two_schemes_are_ordered_generically() {
    let installed = read("1:16.9-1.pgdg12+1", Scheme::Debian).truncated(2);
    assert_eq!(installed.compare(&read("16.9.0", Scheme::Semver)), Ordering::Equal);
}

#[test]
fn schemes_have_ids() {
    for scheme in Scheme::all() {
        assert_eq!(Scheme::from_id(scheme.id()), Some(scheme));
    }
    assert_eq!(Scheme::from_id("dpkg"), Some(Scheme::Debian));
    assert_eq!(Scheme::from_id("maven"), None);
}
