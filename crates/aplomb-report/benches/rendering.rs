//! How fast reports are written: results a second, by format.

#[path = "rendering/large.rs"]
mod large;

use std::hint::black_box;
use std::io;

use aplomb_report::{FORMATS, Options};
use criterion::{Criterion, Throughput};

/// Results of the report.
const RESULTS: usize = 20_000;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let report = large::report(RESULTS);
    let options = Options::default();
    let mut group = criterion.benchmark_group("render");
    group.throughput(Throughput::Elements(RESULTS as u64)).sample_size(20);
    for format in FORMATS {
        group.bench_function(format.id, |bencher| {
            bencher.iter(|| (format.render)(black_box(&report), &options, &mut io::sink()));
        });
    }
    group.finish();
    criterion.final_summary();
}
