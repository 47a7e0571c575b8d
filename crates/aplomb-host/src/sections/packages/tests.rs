use serde_json::json;

use crate::fixture::{Files, section};

#[test]
fn dpkg_packages_are_those_whose_files_are_there() {
    let status = "\
Package: bash\nEssential: yes\nStatus: install ok installed\nArchitecture: amd64\n\
Source: bash (5.2.15-2)\nVersion: 5.2.15-2+b9\nDescription: a shell\n Version: 1\n .\n more\n\n\
Package: gone\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 1\n\n\n\
Package: held\nStatus: hold ok installed\nArchitecture: all\nVersion: 1:2~rc1-3\n\n\
Package: broken\nStatus: install reinstreq half-installed\nArchitecture: all\nVersion: 4\n";
    let (packages, entry) =
        section(Files::new(&[("/var/lib/dpkg/status", status)]).root(), "packages");
    let expected = json!([
        {"from": "/var/lib/dpkg/status:1", "name": "bash", "version": "5.2.15-2+b9",
            "arch": "amd64", "source": "bash", "manager": "dpkg"},
        {"from": "/var/lib/dpkg/status:18", "name": "held", "version": "1:2~rc1-3",
            "arch": "all", "manager": "dpkg", "state": "hold"},
        {"from": "/var/lib/dpkg/status:23", "name": "broken", "version": "4",
            "arch": "all", "manager": "dpkg", "state": "half-installed"},
    ]);
    assert_eq!(packages, expected);
    assert_eq!(entry["source"], "/var/lib/dpkg/status");
}

#[test]
fn images_without_dpkg_have_a_file_a_package() {
    let files = Files::new(&[
        (
            "/var/lib/dpkg/status.d/base",
            "Package: base-files\nVersion: 12.4\nArchitecture: amd64\n",
        ),
        ("/var/lib/dpkg/status.d/base.md5sums", "Package: no\nVersion: 1\n"),
    ]);
    let (packages, _) = section(files.root(), "packages");
    assert_eq!(packages.as_array().map(Vec::len), Some(1));
    assert_eq!(packages[0]["from"], "/var/lib/dpkg/status.d/base:1");
}

#[test]
fn apk_and_pacman_are_read() {
    let installed = "C:Q1abc=\nP:musl\nV:1.2.4-r2\nA:x86_64\no:musl\nF:lib\nR:ld.so\n\n\
        C:Q1\nP:busybox\nV:1.36.1-r5\nA:x86_64\no:busybox\n\n";
    let (packages, _) =
        section(Files::new(&[("/lib/apk/db/installed", installed)]).root(), "packages");
    assert_eq!(packages[1]["name"], "busybox");
    assert_eq!(packages[1]["version"], "1.36.1-r5");
    assert_eq!(packages[1]["from"], "/lib/apk/db/installed:10");
    let desc =
        "%NAME%\nzlib\n\n%VERSION%\n1:1.3-1\n\n%BASE%\nzlib\n\n%DESC%\n%NAME%\n\n%ARCH%\nx86_64\n";
    let files = Files::new(&[
        ("/var/lib/pacman/local/zlib-1:1.3-1/desc", desc),
        ("/var/lib/pacman/local/ALPM_DB_VERSION", "9\n"),
    ]);
    let (packages, _) = section(files.root(), "packages");
    let expected = json!([{"from": "/var/lib/pacman/local/zlib-1:1.3-1/desc:2", "name": "zlib",
        "version": "1:1.3-1", "arch": "x86_64", "source": "zlib", "manager": "pacman"}]);
    assert_eq!(packages, expected);
}

#[test]
fn what_cannot_be_read_is_no_empty_list() {
    let (packages, entry) = section(Files::new(&[]).root(), "packages");
    assert!(packages.is_null());
    assert_eq!(entry["status"], "absent");
    let files = Files::new(&[("/var/lib/dpkg/status", "")]);
    let (packages, entry) = section(files.live(&["/var/lib/dpkg/status"]), "packages");
    assert!(packages.is_null());
    assert_eq!(entry["status"], "denied");
}

#[test]
fn damaged_databases_are_survived_and_told() {
    let status = "Package: a\nStatus: installed\n\n:\n\0\nVersion\n\nPackage:\nVersion: 1\n\
        Status: install ok installed\n\nPackage: ok\nVersion: 2\nStatus: install ok installed";
    let (packages, entry) =
        section(Files::new(&[("/var/lib/dpkg/status", status)]).root(), "packages");
    assert_eq!(packages.as_array().map(Vec::len), Some(1));
    let places: Vec<_> =
        entry["gaps"].as_array().expect("gaps").iter().map(|gap| gap["from"].as_str()).collect();
    let lines = ["1", "4", "8"].map(|line| format!("/var/lib/dpkg/status:{line}"));
    assert_eq!(places, lines.iter().map(|line| Some(line.as_str())).collect::<Vec<_>>());
}

#[test]
fn a_package_of_dpkg_was_installed_when_its_list_was_written() {
    let status = "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2\n\
        Multi-Arch: same\n\nPackage: bash\nStatus: install ok installed\nArchitecture: amd64\n\
        Version: 5\nMulti-Arch: foreign\n";
    let files = Files::new(&[
        ("/var/lib/dpkg/status", status),
        ("/var/lib/dpkg/info/libc6:amd64.list", "/.\n"),
        ("/var/lib/dpkg/info/bash.list", "/.\n"),
    ]);
    for (name, day) in [("libc6:amd64", 1), ("bash", 2)] {
        let list = files.path().join(format!("var/lib/dpkg/info/{name}.list"));
        let moment = std::time::UNIX_EPOCH + std::time::Duration::from_secs(day * 86_400);
        let list = std::fs::File::options().write(true).open(list).expect("a file");
        list.set_modified(moment).expect("set");
    }
    let (packages, _) = section(files.root(), "packages");
    assert_eq!(packages[0]["installed"], "1970-01-02T00:00:00Z");
    assert_eq!(packages[1]["installed"], "1970-01-03T00:00:00Z");
}
