//! What programs make of includes against what their readers do: nginx, sudo, `postgres`.

use aplomb_model::Node;
use aplomb_read::{by_id, read_text};

use super::{printed, read};
use crate::run::{Folder, skipped};

/// `nginx -T` prints every file it reads, once each, in the order in which it does.
#[test]
fn nginx_includes_the_same_files() {
    let folder = Folder::new(&[
        (
            "nginx.conf",
            "pid nginx.pid;\nerror_log stderr;\nevents { }\nhttp {\n  include conf.d/*.conf;\n  \
             include \"sites/[ab]\";\n  include none/*.conf;\n}\n",
        ),
        ("conf.d/20.conf", "server_tokens off;\n"),
        ("conf.d/10.conf", "include snippets/x; # again\n"),
        ("conf.d/.hidden.conf", "nonsense"),
        ("sites/a", "server { listen 127.0.0.1:18081; include snippets/y; }\n"),
        ("sites/b", "server { listen 127.0.0.1:18082; include snippets/y; }\n"),
        ("sites/c", "nonsense"),
        ("snippets/x", "gzip on;\n"),
        ("snippets/y", "root /nowhere;\n"),
        ("none/readme", ""),
    ]);
    let own = folder.path().to_str().expect("UTF-8");
    let prefix = format!("{own}/");
    let told = printed("nginx", &["-T", "-p", &prefix, "-c", "nginx.conf"])
        .or_else(|| printed("/usr/sbin/nginx", &["-T", "-p", &prefix, "-c", "nginx.conf"]));
    let Some(told) = told else {
        return;
    };
    let files = told.lines().filter_map(|line| {
        let path = line.strip_prefix("# configuration file ")?.strip_suffix(':')?;
        path.strip_prefix(&prefix)
    });
    let tree = read(folder.path(), "nginx.conf");
    let ours: Vec<_> = tree.sources.iter().map(|source| source.name()).collect();
    assert_eq!(ours, files.collect::<Vec<_>>());
    assert!(tree.gaps.is_empty());
}

/// `postgres -C` says what a setting comes to.
#[test]
fn postgres_takes_the_same_values() {
    let folder = Folder::new(&[
        (
            "postgresql.conf",
            "port = 5433\nMax_Connections 50\nwork_mem = '8192' # c\ninclude_dir 'conf.d'\n\
             include 'more.conf'\ninclude_if_exists = 'none.conf'\nport = 5434\nlog_timezone='UTC'\n\
             shared_buffers = 128\n",
        ),
        ("conf.d/20.conf", "work_mem = 16384\ncluster_name = 'it''s'\n"),
        ("conf.d/10.conf", "work_mem = 32768\nmax_connections = 60\ninclude '../deep.conf'\n"),
        ("conf.d/x.txt", "nonsense nonsense"),
        ("deep.conf", "huge_pages = off\n"),
        ("more.conf", "max_connections = 70\nport = 1\n"),
        ("postgresql.auto.conf", "# Do not edit\nshared_buffers = '256'\n"),
    ]);
    let own = folder.path().to_str().expect("UTF-8");
    let tree = read(folder.path(), "postgresql.conf");
    assert_eq!(tree.gaps.len(), 1, "none.conf");
    let effective = tree.documents[0].get("effective").expect("always");
    let names =
        ["port", "max_connections", "work_mem", "cluster_name", "huge_pages", "shared_buffers"];
    for name in names {
        let Some(told) = printed("postgres", &["-C", name, "-D", own]) else {
            return;
        };
        let ours = effective.get(name).and_then(Node::as_str);
        assert_eq!(ours, Some(told.trim()), "{name}");
    }
}

/// `visudo -c` accepts and refuses the same texts.
#[test]
fn visudo_takes_the_same_lines() {
    let lines = [
        ("root ALL=(ALL:ALL) ALL", true),
        ("%wheel ALL=(ALL) NOPASSWD: /bin/a, !/bin/b", true),
        ("a ALL = /bin/a \"b c\"", true),
        ("a b c", false),
        ("User_Alias ADMINS = a, b : OPS = c", true),
        ("User_Alias admins = a", false),
        ("Defaults env_reset, !insults, passwd_tries=3", true),
        ("Defaults:a !requiretty", true),
        ("Defaults secure_path=\"/bin:/usr/bin\"", true),
        ("Cmnd_Alias X = /bin/a \\\n  , /bin/b", true),
        ("a ALL=(b) NOPASSWD: SETENV: /bin/a", true),
        ("a ALL=(b) NOSUCHTAG: /bin/a", false),
        ("a ALL=", false),
        ("# a comment\n\na ALL=ALL", true),
        ("#1000 ALL=ALL", true),
        ("a ALL=(:g) /bin/a", true),
        ("a ALL=(ALL /bin/a", false),
        ("a, b ALL, !x = /bin/a : y = /bin/b", true),
        ("Runas_Alias DB = postgres, #26", true),
        ("Host_Alias NET = 192.0.2.0/24, 2001:db8::/32", true),
        ("a ALL=/bin/a\\, b", true),
        ("Defaults", false),
        ("a ALL=sudoedit /etc/x", true),
        ("a ALL=relative/path", false),
    ];
    let folder = Folder::new(&[]);
    let reader = by_id("sudoers").expect("built in");
    let path = folder.path().join("sudoers");
    let name = path.to_str().expect("UTF-8");
    let check = |text: &str| {
        std::fs::write(&path, format!("{text}\n")).expect("a file");
        let run = |program: &str| {
            std::process::Command::new(program).args(["-c", "-q", "-f", name]).output()
        };
        run("visudo").or_else(|_| run("/usr/sbin/visudo")).map(|output| output.status.success())
    };
    match check("root ALL=ALL") {
        Ok(true) => {}
        Ok(false) => return skipped("visudo refuses everything here"),
        Err(error) => return skipped(&format!("visudo: {error}")),
    }
    for (text, is_valid) in lines {
        let theirs = check(text).expect("it ran before");
        let ours = read_text("sudoers", &format!("{text}\n"), reader).is_ok();
        assert_eq!((ours, theirs), (is_valid, is_valid), "{text}");
    }
    // An alias of one file counts in the others.
    let folder = Folder::new(&[
        ("etc/sudoers", "User_Alias A = a\n@includedir /etc/sudoers.d\nA ALL=ALL\n"),
        ("etc/sudoers.d/one", "A ALL=(root) /bin/one\n"),
        ("etc/sudoers.d/two.bak", "nonsense"),
        ("etc/sudoers.d/three~", "nonsense"),
    ]);
    let tree = read(folder.path(), "etc/sudoers");
    let rules = tree.documents[0].get("effective").and_then(|node| node.get("rules"));
    let users =
        rules.expect("rules").items().iter().map(|rule| {
            rule.get("users").and_then(|users| users.items()[0].as_str()).expect("a user")
        });
    assert_eq!(users.collect::<Vec<_>>(), ["a", "a"]);
}
