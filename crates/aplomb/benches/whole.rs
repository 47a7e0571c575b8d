//! What a whole check costs: beside reading the same files, on one thread and on two, and as a
//! command from start to exit.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use aplomb_check::{Cause, Compiled, Estate, Settings, Unread, compile, evaluate, kind_ids};
use aplomb_model::{Node, Phrase, Subject, Tree};
use aplomb_read::{Delivery, Limits};
use aplomb_standard::{Policy, load};
use chrono::{DateTime, FixedOffset};
use criterion::{Criterion, Throughput};
use mimalloc::MiMalloc;

/// As in the command.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The sample delivery's hosts, configurations and documents, many times over, as one delivery.
fn corpus(copies: usize) -> tempfile::TempDir {
    const MANIFEST: &str = r#"
[delivery]
solution = "corpus"
tier = 2
[hosts]
facts = ["*/hosts/*.json"]
[configs]
files = ["*/configs/**"]
[[document]]
type = "DEX"
path = "*/docs/DEX-*.md"
[[document]]
type = "DAT"
path = "*/docs/DAT-*.md"
[[document]]
type = "flow-matrix"
path = "*/docs/matrice-flux.csv"
"#;
    let sample = root().join("tests/deliveries/agora-3.2.0");
    let folder = tempfile::tempdir().expect("a folder");
    for copy in 0..copies {
        for part in ["hosts", "configs", "docs"] {
            for entry in walkdir::WalkDir::new(sample.join(part)) {
                let entry = entry.expect("readable");
                if !entry.file_type().is_file() || entry.path().extension().is_some_and(binary) {
                    continue;
                }
                let below = entry.path().strip_prefix(&sample).expect("below");
                let to = folder.path().join(copy.to_string()).join(below);
                fs::create_dir_all(to.parent().expect("a folder")).expect("writable");
                if part == "hosts" {
                    copy_host(entry.path(), &to, copy);
                } else {
                    fs::copy(entry.path(), to).expect("copied");
                }
            }
        }
    }
    fs::write(folder.path().join("delivery.toml"), MANIFEST).expect("writable");
    folder
}

/// Copies a snapshot as that of another host: its name is in the file and in the file's name.
fn copy_host(from: &Path, to: &Path, copy: usize) {
    let stem = to.file_stem().expect("a name").to_string_lossy().into_owned();
    let name = format!("{stem}-{copy}");
    let (old, new) = (format!("\"host\": \"{stem}\""), format!("\"host\": \"{name}\""));
    let text = fs::read_to_string(from).expect("text");
    assert!(text.contains(&old), "{} does not name {stem}", from.display());
    fs::write(to.with_file_name(format!("{name}.json")), text.replacen(&old, &new, 1))
        .expect("writable");
}

/// A thousand snapshots: those of the sample delivery, over and over.
fn hosts() -> tempfile::TempDir {
    let manifest = "[delivery]\nsolution = \"hosts\"\n[hosts]\nfacts = [\"*.json\"]\n";
    let folder = tempfile::tempdir().expect("a folder");
    let sample = root().join("tests/deliveries/agora-3.2.0/hosts");
    let mut snapshots: Vec<_> = fs::read_dir(sample)
        .expect("snapshots")
        .map(|entry| entry.expect("readable").path())
        .collect();
    snapshots.sort();
    for (number, from) in snapshots.iter().cycle().take(1000).enumerate() {
        copy_host(from, &folder.path().join(from.file_name().expect("a name")), number);
    }
    fs::write(folder.path().join("delivery.toml"), manifest).expect("writable");
    folder
}

/// A hundred rules on hosts, of the kinds that the shipped ones are.
fn hundred_rules() -> Policy {
    const CHECKS: [&str; 5] = [
        "select = '$.os.version_id'\nexpect = { enum = ['12', '13'] }",
        "select = '$.packages[?@.name == \"telnetd\"]'\nassert = 'false'\nmissing = 'pass'",
        "select = '$.users[*]'\nassert = \"node.uid != 0 || node.name == 'root'\"",
        "select = '$.mounts[*]'\nassert = '!has(node.free_pct) || node.free_pct >= 20'",
        "assert = 'root.listening.all(one, one.port > 0)'",
    ];
    let mut text = String::from(
        "[standard]\nid = 'hosts'\nversion = '1'\ndomain = 'software'\ntitle = 'Hosts'\n",
    );
    for number in 0..100 {
        let check = CHECKS[number % CHECKS.len()];
        let _ = writeln!(
            text,
            "[rule.T-{number}]\nname = 'rule-{number}'\ntitle = 'A rule'\nseverity = 'minor'\n\
             subjects = {{ kind = 'host' }}\nremedy = 'Mend it.'\n{check}\n"
        );
    }
    let file = std::sync::Arc::new(aplomb_model::Source::new("hosts.toml", text));
    let loaded = load(vec![file], &kind_ids());
    assert!(loaded.mistakes.is_empty(), "{:?}", loaded.mistakes);
    loaded.policy
}

fn binary(extension: &std::ffi::OsStr) -> bool {
    extension == "docx" || extension == "adoc" || extension == "tf"
}

struct OnDisk(Delivery);

impl Estate for OnDisk {
    fn subjects(&self) -> &[Subject] {
        &self.0.subjects
    }

    fn delivery(&self) -> &Node {
        &self.0.node
    }

    fn read(&self, subject: &Subject) -> Result<Tree, Unread> {
        self.0.read(subject).map_err(|_| Unread {
            reason: Phrase::same("unread"),
            file: subject.path.clone(),
            position: None,
            cause: Cause::Unsupported,
        })
    }
}

fn now() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-11-23T00:00:00Z").expect("a moment")
}

fn policy() -> Policy {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(root().join("policies")).sort_by_file_name() {
        let entry = entry.expect("readable");
        if entry.path().extension().is_some_and(|extension| extension == "toml") {
            let text = fs::read_to_string(entry.path()).expect("text");
            let name = entry.path().to_string_lossy().into_owned();
            files.push(std::sync::Arc::new(aplomb_model::Source::new(name, text)));
        }
    }
    let loaded = load(files, &kind_ids());
    assert!(loaded.mistakes.is_empty());
    loaded.policy
}

fn compiled(policy: &Policy) -> Compiled {
    let selection = policy.apply(None, &[], None).expect("no profile");
    compile(&selection, now(), Some(2)).expect("no mistakes")
}

fn check(compiled: &Compiled, estate: &OnDisk) -> usize {
    evaluate(compiled, estate, Settings { now: now(), share: None, on_subject: &|| () })
        .results
        .len()
}

/// Reading and judging of one delivery, and of the same on two threads.
fn corpus_costs(criterion: &mut Criterion, name: &str, folder: &Path, compiled: &Compiled) {
    let delivery = Delivery::open(folder, None, Limits::default()).expect("valid");
    let estate = OnDisk(delivery);
    let readable = |subject: &&Subject| estate.read(subject).is_ok();
    let sizes = estate.subjects().iter().filter(readable).filter_map(|one| one.path.as_deref());
    let bytes = sizes.filter_map(|path| Some(fs::metadata(folder.join(path)).ok()?.len())).sum();
    let pool = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(8 << 20);
        pool.build().expect("threads")
    };
    let (one, two) = (pool(1), pool(2));
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10);
    group.throughput(Throughput::Bytes(bytes));
    group.bench_function("read on one thread", |bencher| {
        bencher.iter(|| one.install(|| estate.subjects().iter().filter(readable).count()));
    });
    group.bench_function("check on one thread", |bencher| {
        bencher.iter(|| one.install(|| check(compiled, &estate)));
    });
    group.bench_function("check on two threads", |bencher| {
        bencher.iter(|| two.install(|| check(compiled, &estate)));
    });
    group.finish();
}

fn in_process(criterion: &mut Criterion) {
    let policy = policy();
    let compiled = compiled(&policy);
    let copies = corpus(40);
    corpus_costs(criterion, "sample delivery, 40 times", copies.path(), &compiled);
    // At most half as much again as reading them alone.
    let (snapshots, rules) = (hosts(), hundred_rules());
    corpus_costs(
        criterion,
        "1,000 snapshots, 100 rules",
        snapshots.path(),
        &self::compiled(&rules),
    );
    // Real input by others, where it lies beside the checkout.
    let beside = root().join("../shared/corpora");
    for name in ["kubernetes", "vitam"] {
        let folder = beside.join(name);
        if folder.is_dir() {
            corpus_costs(criterion, name, &folder, &compiled);
        }
    }
    let mut group = criterion.benchmark_group("standards");
    group.bench_function("compile the shipped rules", |bencher| {
        let selection = policy.apply(None, &[], None).expect("no profile");
        bencher.iter(|| compile(&selection, now(), Some(2)));
    });
    group.finish();
}

fn commands(criterion: &mut Criterion) {
    let file = tempfile::NamedTempFile::with_suffix(".json").expect("a file");
    fs::write(file.path(), "{\"a\": 1}").expect("writable");
    let file = file.path().to_string_lossy().into_owned();
    let sample = root().join("tests/deliveries/agora-3.2.0").to_string_lossy().into_owned();
    let mut group = criterion.benchmark_group("command");
    group.sample_size(20);
    for (name, args) in [
        ("--version", &["--version"][..]),
        ("check of one file", &["check", &file, "--exit-zero"]),
        ("check of the sample delivery", &["check", &sample, "--exit-zero"]),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut command = Command::new(env!("CARGO_BIN_EXE_aplomb"));
                let status = command.args(args).stdout(Stdio::null()).status().expect("it starts");
                assert!(status.success());
            });
        });
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    in_process(&mut criterion);
    commands(&mut criterion);
    criterion.final_summary();
}
