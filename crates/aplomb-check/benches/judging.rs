//! How fast nodes are selected and judged: nodes a second, over one snapshot-like tree.

use std::hint::black_box;
use std::sync::Arc;

use aplomb_check::{Expression, Path, Schema, SchemaOptions, Scope};
use aplomb_model::{Source, Tree};
use aplomb_read::{by_id, read_text};
use chrono::{DateTime, FixedOffset};
use criterion::{Criterion, Throughput};

/// Packages in the tree.
const NODES: u64 = 10_000;

fn tree(format: &str, text: &str) -> Tree {
    let source = Arc::new(Source::new("bench", text));
    let format = by_id(format).expect("built in");
    read_text(source.name(), source.text(), format).expect("well-formed")
}

fn packages() -> Tree {
    let one = |n: u64| {
        let auto = n.is_multiple_of(3);
        format!(
            r#"{{"name": "pkg-{n}", "version": "1:{n}.9-1+deb12u4", "arch": "amd64", "auto": {auto}}}"#
        )
    };
    let all: Vec<_> = (0..NODES).map(one).collect();
    tree("json", &format!(r#"{{"packages": [{}]}}"#, all.join(",\n")))
}

fn now() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-11-23T00:00:00Z").expect("a moment")
}

fn selection(criterion: &mut Criterion) {
    let tree = packages();
    let root = &tree.documents[0];
    let mut group = criterion.benchmark_group("select");
    group.throughput(Throughput::Elements(NODES));
    for path in [
        "$.packages[*].version",
        "$..version",
        "$.packages[?@.auto == false].name",
        "$.packages[?match(@.name, 'pkg-[0-9]+5')]",
    ] {
        let compiled = Path::parse(path).expect("well-formed");
        group.bench_function(path, |bencher| bencher.iter(|| compiled.select(black_box(root))));
    }
    let compiled = Path::parse("$.packages[*].version").expect("well-formed");
    group.bench_function("$.packages[*].version with locations", |bencher| {
        bencher.iter(|| compiled.locate(black_box(root)));
    });
    group.finish();
}

fn demands(criterion: &mut Criterion) {
    let tree_of = packages();
    let root = &tree_of.documents[0];
    let mut group = criterion.benchmark_group("select and expect");
    group.throughput(Throughput::Elements(NODES));
    for (path, schema) in [
        ("$.packages[*].arch", "enum = ['amd64', 'all']"),
        ("$.packages[*].name", "type = 'string'\nminLength = 1\nmaxLength = 80"),
        ("$.packages[*].version", "format = 'debian-version'"),
        ("$.packages[*]", "required = ['name', 'version']\nproperties.auto.type = 'boolean'"),
    ] {
        let select = Path::parse(path).expect("well-formed");
        let written = tree("toml", schema);
        let expect = Schema::compile(&written.documents[0], &SchemaOptions { now: now().to_utc() });
        let expect = expect.expect("a schema");
        let name = format!("{path} {}", schema.replace('\n', ", "));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let nodes = select.select(black_box(root)).expect("within bounds");
                assert!(nodes.iter().all(|node| expect.is_valid(node)));
            });
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("select and assert");
    group.throughput(Throughput::Elements(NODES));
    let select = Path::parse("$.packages[*]").expect("well-formed");
    for expression in [
        "node.arch == 'amd64'",
        "node.name.startsWith('pkg-') && node.version != ''",
        "version(node.version, 'debian') < version('1:99999', 'debian')",
    ] {
        let assert = Expression::compile_condition(expression, &["node"]).expect("well-formed");
        group.bench_function(expression, |bencher| {
            bencher.iter(|| {
                let nodes = select.select(black_box(root)).expect("within bounds");
                let scope = Scope::new(now());
                assert!(
                    nodes.iter().all(|node| assert.holds(&scope.with("node", node)) == Ok(true))
                );
            });
        });
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    selection(&mut criterion);
    demands(&mut criterion);
    criterion.final_summary();
}
