use std::fs;
use std::os::unix::fs::symlink;

use super::*;
use crate::access::FileKind;

fn host() -> (tempfile::TempDir, RootDirectory) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("outside"), "outside").expect("written");
    let root = folder.path().join("root");
    fs::create_dir_all(root.join("etc/inner")).expect("made");
    fs::create_dir_all(root.join("proc")).expect("made");
    fs::write(root.join("proc/version"), "of another machine").expect("written");
    fs::write(root.join("etc/a"), "inside").expect("written");
    let opened = RootDirectory::open(&root).expect("it opens");
    (folder, opened)
}

fn text(host: &RootDirectory, path: &str) -> Result<String, Refusal> {
    let content = host.read(Path::new(path), 100)?;
    Ok(String::from_utf8(content.bytes).expect("text"))
}

#[test]
fn links_lead_where_the_host_would_go() {
    let (folder, host) = host();
    let root = folder.path().join("root");
    symlink("/etc/a", root.join("absolute")).expect("a link");
    symlink("../../../../etc/a", root.join("etc/inner/up")).expect("a link");
    symlink("/etc", root.join("folder")).expect("a link");
    symlink("/outside", root.join("out")).expect("a link");
    symlink("../outside", root.join("out2")).expect("a link");
    symlink(folder.path().join("outside"), root.join("out3")).expect("a link");
    for inside in ["/absolute", "/etc/inner/up", "/folder/a", "/../../etc/a", "etc/./a"] {
        assert_eq!(text(&host, inside).as_deref(), Ok("inside"), "{inside}");
    }
    for outside in ["/out", "/out2", "/out3", "/../outside", "/folder/../../outside", "/etc/a/b"] {
        assert_eq!(text(&host, outside), Err(Refusal::Absent), "{outside}");
    }
    assert_eq!(host.status(Path::new("/out")).expect("a link").kind, FileKind::Link);
    assert_eq!(host.link(Path::new("/absolute")), Ok(PathBuf::from("/etc/a")));
    assert_eq!(host.link(Path::new("/etc/a")), Err(Refusal::OtherKind));
}

#[test]
fn circles_and_what_is_no_file_are_refused() {
    let (folder, host) = host();
    let root = folder.path().join("root");
    symlink("b", root.join("a")).expect("a link");
    symlink("a", root.join("b")).expect("a link");
    symlink("growing/x/x", root.join("growing")).expect("a link");
    assert_eq!(text(&host, "/a"), Err(Refusal::Circle));
    assert_eq!(text(&host, "/growing"), Err(Refusal::Circle));
    assert_eq!(text(&host, "/etc"), Err(Refusal::OtherKind));
    assert_eq!(host.list(Path::new("/etc/a")), Err(Refusal::OtherKind));
    let pipe = root.join("pipe");
    let fifo =
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, FileType::Fifo, Mode::from_raw_mode(0o600), 0);
    fifo.expect("a pipe");
    assert_eq!(text(&host, "/pipe"), Err(Refusal::OtherKind));
}

#[test]
fn what_only_a_running_host_has_is_not_looked_at() {
    let (folder, host) = host();
    symlink("../proc/version", folder.path().join("root/etc/link")).expect("a link");
    assert_eq!(text(&host, "/etc/link"), Err(Refusal::Unsupported));
    assert_eq!(text(&host, "/proc/version"), Err(Refusal::Unsupported));
    assert_eq!(host.list(Path::new("/sys/class")), Err(Refusal::Unsupported));
    assert_eq!(host.space(Path::new("/")), Err(Refusal::Unsupported));
    assert_eq!(host.running(), None);
}

#[test]
fn reading_is_bounded_and_lists_are_sorted() {
    let (folder, host) = host();
    fs::write(folder.path().join("root/etc/long"), "x".repeat(200)).expect("written");
    let content = host.read(Path::new("/etc/long"), 100).expect("a file");
    assert!(content.is_cut && content.bytes.len() == 100);
    assert!(!host.read(Path::new("/etc/long"), 200).expect("a file").is_cut);
    let names = host.list(Path::new("/etc")).expect("a folder");
    let names: Vec<_> = names.iter().map(|entry| (entry.name.to_str(), entry.kind)).collect();
    let expected = [("a", FileKind::File), ("inner", FileKind::Folder), ("long", FileKind::File)];
    assert_eq!(names, expected.map(|(name, kind)| (Some(name), kind)));
}
