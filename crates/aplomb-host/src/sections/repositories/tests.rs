use serde_json::json;

use crate::fixture::{Files, section};

#[test]
fn sources_of_apt_are_read_in_both_forms() {
    let files = Files::new(&[
        (
            "/etc/apt/sources.list",
            "# c\ndeb http://deb.debian.org/debian bookworm main contrib # c\n\
            deb [trusted=yes arch=amd64] http://u:geheim@mirror/x ./\n",
        ),
        (
            "/etc/apt/sources.list.d/pgdg.sources",
            "Types: deb deb-src\nURIs: https://apt.postgresql.org/pub\nSuites: bookworm-pgdg\n\
            Components: main\nSigned-By: /usr/share/keyrings/pgdg.gpg\n\n\
            # c\nTypes: deb\nURIs: https://old\nSuites: a/\nEnabled: no\nSigned-By:\n -----BEGIN\n .\n",
        ),
        ("/etc/apt/sources.list.d/x.list.save", "deb http://no no no\n"),
    ]);
    let (found, _) = section(files.root(), "repositories");
    let list = "/etc/apt/sources.list";
    let sources = "/etc/apt/sources.list.d/pgdg.sources";
    let pgdg = |kind: &str| {
        json!({"from": format!("{sources}:1"), "manager": "apt", "kind": kind, "enabled": true,
            "uri": "https://apt.postgresql.org/pub", "suite": "bookworm-pgdg", "signed": true,
            "components": ["main"], "signed_by": "/usr/share/keyrings/pgdg.gpg"})
    };
    let expected = json!([
        {"from": format!("{list}:2"), "manager": "apt", "kind": "deb", "enabled": true,
            "uri": "http://deb.debian.org/debian", "suite": "bookworm", "signed": true,
            "components": ["main", "contrib"]},
        {"from": format!("{list}:3"), "manager": "apt", "kind": "deb", "enabled": true,
            "uri": "http://u:***@mirror/x", "suite": "./", "signed": false, "components": []},
        pgdg("deb"),
        pgdg("deb-src"),
        {"from": format!("{sources}:8"), "manager": "apt", "kind": "deb", "enabled": false,
            "uri": "https://old", "suite": "a/", "signed": true, "components": [],
            "signed_by": "inline"},
    ]);
    assert_eq!(found, expected);
    let files = Files::new(&[("/etc/apt/sources.list", "deb http://a b c\nbad\n")]);
    let (_, entry) = section(files.root(), "repositories");
    assert_eq!(entry["gaps"][0]["from"], list);
}

#[test]
fn apt_may_be_told_to_take_anything() {
    let files = Files::new(&[
        ("/etc/apt/sources.list", "deb http://a b c\n"),
        ("/etc/apt/apt.conf.d/99x", "APT::Get::AllowUnauthenticated \"true\";\n"),
    ]);
    assert_eq!(section(files.root(), "repositories").0[0]["signed"], false);
    let without = Files::new(&[("/etc/apt/apt.conf.d/99x", "x\n")]);
    assert_eq!(section(without.root(), "repositories").1["status"], "absent");
}

#[test]
fn a_repository_of_yum_says_less_than_its_main_file() {
    let files = Files::new(&[
        ("/etc/dnf/dnf.conf", "[main]\ngpgcheck=1\n"),
        (
            "/etc/yum.repos.d/a.repo",
            "[base]\nname=x\nbaseurl=https://a/\n  https://b/\n[off]\nenabled=0\ngpgcheck = 0\n\
            metalink=https://m\nrepo_gpgcheck=1\n",
        ),
        ("/etc/apk/repositories", "# c\nhttps://dl-cdn/alpine/v3.20/main\n@edge https://e/x\n"),
    ]);
    let (found, _) = section(files.root(), "repositories");
    let expected = json!([
        {"from": "/etc/yum.repos.d/a.repo:1", "manager": "yum", "id": "base", "enabled": true,
            "uri": "https://a/ https://b/", "signed": true},
        {"from": "/etc/yum.repos.d/a.repo:5", "manager": "yum", "id": "off", "enabled": false,
            "uri": "https://m", "signed": false, "metadata_signed": true},
        {"from": "/etc/apk/repositories:2", "manager": "apk", "enabled": true, "signed": true,
            "uri": "https://dl-cdn/alpine/v3.20/main"},
        {"from": "/etc/apk/repositories:3", "manager": "apk", "enabled": true, "signed": true,
            "uri": "https://e/x", "id": "edge"},
    ]);
    assert_eq!(found, expected);
}
