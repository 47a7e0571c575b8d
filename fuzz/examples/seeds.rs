//! Sorts the files of folders into `corpus/FORMAT/`, by the format each is detected as: what fuzzing
//! starts from.

use std::path::Path;
use std::{env, fs, io};

use aplomb_read::{decode, detect};

/// Larger files slow the fuzzer down more than they teach it.
const MOST: u64 = 16 * 1024;

fn main() -> io::Result<()> {
    let mut counted = 0;
    for folder in env::args().skip(1) {
        let files = walkdir::WalkDir::new(&folder).into_iter().filter_map(Result::ok);
        for file in files.filter(|file| file.file_type().is_file()) {
            if file.metadata().map_or(true, |data| data.len() > MOST) {
                continue;
            }
            let path = file.path().to_string_lossy().into_owned();
            let bytes = fs::read(file.path())?;
            let Ok(source) = decode(path.as_str(), bytes.clone()) else { continue };
            let Some(format) = detect(&path, source.text()) else { continue };
            let corpus = Path::new("corpus").join(format.id);
            fs::create_dir_all(&corpus)?;
            fs::write(corpus.join(format!("seed-{counted}")), bytes)?;
            counted += 1;
        }
    }
    eprintln!("{counted} seeds");
    Ok(())
}
