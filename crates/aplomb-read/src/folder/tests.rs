use super::*;

fn delivery(files: &[(&str, &[u8])]) -> (tempfile::TempDir, Root) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, bytes) in files {
        let path = folder.path().join("root").join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, bytes).expect("a file");
    }
    let root = Root::open(folder.path().join("root")).expect("the folder is there");
    (folder, root)
}

fn kind(result: Result<impl Sized, ReadError>) -> ReadErrorKind {
    result.err().expect("refused").kind
}

fn walked(root: &Root) -> (Vec<String>, Vec<(String, ReadErrorKind)>) {
    let (files, left_out) = root.walk(&Limits::default());
    (
        files.into_iter().map(|entry| entry.path).collect(),
        left_out.into_iter().map(|(path, error)| (path, error.kind)).collect(),
    )
}

#[test]
fn a_walk_lists_everything_but_git_in_order() {
    let (_guard, root) = delivery(&[
        ("b.json", b"{}"),
        ("a/z.yaml", b"a: 1"),
        ("a/.hidden", b"x"),
        ("a-b", b"x"),
        (".gitignore", b"*"),
        (".git/config", b"x"),
        ("c/.git", b"x"),
    ]);
    let (files, left_out) = root.walk(&Limits::default());
    let paths: Vec<_> = files.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(paths, [".gitignore", "a-b", "a/.hidden", "a/z.yaml", "b.json"]);
    assert_eq!(files[3].size, 4);
    assert_eq!(left_out, []);
}

#[test]
fn reading_stays_inside_the_root() {
    let (guard, root) = delivery(&[("a/b.txt", "é".as_bytes())]);
    fs::write(guard.path().join("secret"), "x").expect("a file");
    let source = root.read("a/./../a/b.txt").expect("inside");
    assert_eq!((source.name(), source.text()), ("a/b.txt", "é"));
    assert_eq!(kind(root.read("../secret")), ReadErrorKind::OutsideRoot);
    assert_eq!(kind(root.read("a/../../root/a/b.txt")), ReadErrorKind::OutsideRoot);
    assert_eq!(kind(root.read("/etc/passwd")), ReadErrorKind::OutsideRoot);
    assert_eq!(kind(root.read("a")), ReadErrorKind::Unreadable);
    assert_eq!(kind(root.read("none")), ReadErrorKind::Unreadable);
    assert_eq!(kind(root.read("a/b.txt/c")), ReadErrorKind::Unreadable);
    assert_eq!(kind(root.read("a\0b")), ReadErrorKind::Unreadable);
}

#[test]
fn patterns_name_files_inside_the_root() {
    let (guard, root) = delivery(&[
        ("etc/main.conf", b"x"),
        ("etc/d/b.conf", b"x"),
        ("etc/d/a.conf", b"x"),
        ("etc/d/.hidden.conf", b"x"),
        ("etc/d/c.conf/inner.conf", b"x"),
        ("etc/e/{a}.txt", b"x"),
    ]);
    fs::write(guard.path().join("secret.conf"), "x").expect("a file");
    let from = "etc/main.conf";
    assert_eq!(root.matching(from, "d/*.conf"), ["etc/d/a.conf", "etc/d/b.conf"]);
    assert_eq!(root.matching(from, "d/.*"), ["etc/d/.hidden.conf"]);
    assert_eq!(root.matching(from, "*/*/inner.conf"), ["etc/d/c.conf/inner.conf"]);
    assert_eq!(root.matching(from, "?/[!b].*"), ["etc/d/a.conf"]);
    assert_eq!(root.matching(from, "e/{a}.*"), ["etc/e/{a}.txt"]);
    assert_eq!(root.matching(from, "d/a.conf"), ["etc/d/a.conf"]);
    assert_eq!(root.matching(from, "../../*.conf"), Vec::<String>::new());
    assert_eq!(root.matching(from, "/etc/*"), Vec::<String>::new());
    assert_eq!(root.matching(from, "none/*"), Vec::<String>::new());
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(guard.path(), guard.path().join("root/out")).expect("a link");
        assert_eq!(root.matching("", "out/*.conf"), Vec::<String>::new());
        assert_eq!(root.matching("", "*/*.conf"), ["etc/main.conf"]);
    }
    let opened = root.open("", "etc/d/a.conf").expect("as it was named");
    assert_eq!(opened.name(), "etc/d/a.conf");
}

#[test]
fn includes_are_relative_to_the_file() {
    let (_guard, root) = delivery(&[("docs/a.rst", b""), ("docs/t/x.csv", b"t"), ("y.csv", b"y")]);
    let open = |path| Files::open(&root, "docs/a.rst", path);
    assert_eq!(open("t/x.csv").expect("inside").name(), "docs/t/x.csv");
    assert_eq!(open("../y.csv").expect("inside").name(), "y.csv");
    assert_eq!(kind(open("../../y.csv")), ReadErrorKind::OutsideRoot);
    assert_eq!(kind(open("/y.csv")), ReadErrorKind::OutsideRoot);
}

#[test]
fn the_size_limit_holds() {
    let (_guard, root) = delivery(&[("a", b"12345")]);
    let limits = Limits { bytes: 4, ..Limits::default() };
    assert_eq!(kind(root.with_limits(limits).read("a")), ReadErrorKind::Limit);
}

#[test]
fn a_root_must_be_a_folder() {
    let (guard, _root) = delivery(&[("a", b"")]);
    assert_eq!(kind(Root::open(guard.path().join("none"))), ReadErrorKind::Unreadable);
    assert_eq!(kind(Root::open(guard.path().join("root/a"))), ReadErrorKind::Unreadable);
}

#[test]
fn folders_nested_too_deep_are_said() {
    let (_guard, root) = delivery(&[("a/b/c", b"")]);
    let limits = Limits { depth: 1, ..Limits::default() };
    let (files, left_out) = root.walk(&limits);
    assert_eq!(files, []);
    assert_eq!(left_out[0].0, "a");
}

#[cfg(unix)]
mod links {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn links_are_followed_only_inside_and_forward() {
        let (guard, root) = delivery(&[("real/x", b"x"), ("real/deep/y", b"y"), ("z", b"z")]);
        let base = guard.path().join("root");
        fs::write(guard.path().join("secret"), "x").expect("a file");
        let link = |target: &str, at: &str| symlink(target, base.join(at)).expect("a link");
        link("real", "current");
        link("../z", "real/z");
        link("..", "real/deep/up");
        link(".", "self");
        link("loop-b", "loop-a");
        link("loop-a", "loop-b");
        link("nowhere", "dangling");
        link("../secret", "leak");
        link("/etc", "etc");
        let (files, left_out) = walked(&root);
        assert_eq!(
            files,
            ["current/deep/y", "current/x", "current/z", "real/deep/y", "real/x", "real/z", "z"]
        );
        assert_eq!(
            left_out,
            [
                ("current/deep/up", ReadErrorKind::Limit),
                ("dangling", ReadErrorKind::Unreadable),
                ("etc", ReadErrorKind::OutsideRoot),
                ("leak", ReadErrorKind::OutsideRoot),
                ("loop-a", ReadErrorKind::Unreadable),
                ("loop-b", ReadErrorKind::Unreadable),
                ("real/deep/up", ReadErrorKind::Limit),
                ("self", ReadErrorKind::Limit),
            ]
            .map(|(path, kind)| (path.to_owned(), kind))
        );
        assert_eq!(kind(root.read("leak")), ReadErrorKind::OutsideRoot);
        assert_eq!(root.read("current/x").expect("inside").name(), "current/x");
    }

    #[test]
    fn two_folders_that_link_to_each_other_end() {
        let (guard, root) = delivery(&[("a/x", b"x"), ("b/y", b"y")]);
        let base = guard.path().join("root");
        symlink("../b", base.join("a/b")).expect("a link");
        symlink("../a", base.join("b/a")).expect("a link");
        let (files, left_out) = walked(&root);
        assert_eq!(files, ["a/b/y", "a/x", "b/a/x", "b/y"]);
        let places: Vec<_> = left_out.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(places, ["a/b/a", "b/a/b"]);
    }

    #[test]
    fn what_is_no_file_is_never_opened() {
        let (guard, root) = delivery(&[("a", b"x")]);
        let base = guard.path().join("root");
        let _socket = UnixListener::bind(base.join("socket")).expect("a socket");
        fs::write(base.join(OsStr::from_bytes(b"bad\xff")), "x").expect("a file");
        let (files, left_out) = walked(&root);
        assert_eq!(files, ["a"]);
        assert_eq!(left_out.len(), 2);
        assert_eq!(left_out[0].0, "bad\u{fffd}");
        assert_eq!(kind(root.read("socket")), ReadErrorKind::Unreadable);
    }
}
