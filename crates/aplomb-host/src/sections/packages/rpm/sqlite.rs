//! `rpmdb.sqlite`: one table of a database of `SQLite`, read by its published file format
//! (*Database File Format*, sections 1, 2 and 4).
//!
//! Only what such a table needs: pages, trees of tables, records, and the write-ahead log. No
//! index, no lock, no SQL; and no library in C that hostile files would be handed to.

mod log;
mod record;

use std::borrow::Cow;

use self::log::Log;
use self::record::{Value, varint};
use super::{Damage, Each, big_endian, big_endian_short};

const MAGIC: &[u8] = b"SQLite format 3\0";
/// The header of the database, before the first page's own.
const FILE_HEADER: usize = 100;

/// Types of pages of a table: those that lead to others, and those that hold rows.
const INTERIOR: u8 = 5;
const LEAF: u8 = 13;

/// Levels of a tree, of which `SQLite` itself never makes as many.
const MOST_LEVELS: usize = 20;

const CUT: Damage = "the database is cut short";
const WRONG: Damage = "a page of the database is damaged";

/// Gives the id and the second column of each row of `table`, where that is a blob: its first
/// column is the id. `log` is the content of the write-ahead log; empty where there is none.
pub(super) fn each_blob(
    file: &[u8],
    log: &[u8],
    table: &str,
    each: Each<'_>,
) -> Result<(), Damage> {
    let database = Database::open(file, log)?;
    let root = database.root_of(table)?.ok_or("the database has no table of packages")?;
    database.rows(root, &mut |id, row| {
        let Some(Value::Blob(blob)) = record::columns(row, 2).ok_or(WRONG)?.pop() else {
            return Err("a row of the database is none of rpm");
        };
        each(u32::try_from(id).unwrap_or_default(), blob);
        Ok(())
    })
}

struct Database<'a> {
    file: &'a [u8],
    log: Log<'a>,
    page_size: usize,
    /// Bytes of a page that the database itself uses.
    usable: usize,
    pages: usize,
}

/// What is done with a row: its id and its record.
type Row<'r> = &'r mut dyn FnMut(i64, &[u8]) -> Result<(), Damage>;

impl<'a> Database<'a> {
    fn open(file: &'a [u8], log: &'a [u8]) -> Result<Self, Damage> {
        let log = Log::read(log)?;
        // The first page, and the header in it, may be in the log alone.
        let header = log.page(1).unwrap_or(file);
        if !header.starts_with(MAGIC) {
            return Err("this is no database of SQLite");
        }
        let page_size = match big_endian_short(header, 16).ok_or(CUT)? {
            1 => 65_536,
            size => size,
        };
        if page_size < 512 || !page_size.is_power_of_two() {
            return Err("the database's size of a page is none");
        }
        if log.page_size().is_some_and(|size| size != page_size) {
            return Err("the write-ahead log is that of another database");
        }
        let reserved = usize::from(*header.get(20).ok_or(CUT)?);
        // SQLite takes no less.
        let usable =
            page_size.checked_sub(reserved).filter(|usable| *usable >= 480).ok_or(WRONG)?;
        // Zero: nothing was written yet.
        if !matches!(big_endian(header, 56), Some(0 | 1)) {
            return Err("the text in the database is not UTF-8");
        }
        let pages = log.pages().unwrap_or(file.len() / page_size);
        Ok(Self { file, log, page_size, usable, pages })
    }

    /// A page, counted from 1, as the last committed change left it.
    fn page(&self, number: usize) -> Result<&'a [u8], Damage> {
        if number == 0 || number > self.pages {
            return Err(CUT);
        }
        let of_file = || {
            let start = (number - 1).checked_mul(self.page_size)?;
            self.file.get(start..start.checked_add(self.page_size)?)
        };
        self.log.page(number).or_else(of_file).ok_or(CUT)
    }

    /// The first page of a table, by the table of tables.
    fn root_of(&self, table: &str) -> Result<Option<usize>, Damage> {
        let mut root = None;
        self.rows(1, &mut |_, row| {
            // Type, name, name of the table, first page.
            let columns = record::columns(row, 4).ok_or(WRONG)?;
            if let [Value::Text(b"table"), Value::Text(name), _, Value::Int(page)] = columns[..]
                && name == table.as_bytes()
            {
                root = Some(usize::try_from(page).map_err(|_| WRONG)?);
            }
            Ok(())
        })?;
        Ok(root)
    }

    /// The rows of the table whose tree begins on page `root`, in the order of their ids.
    fn rows(&self, root: usize, row: Row<'_>) -> Result<(), Damage> {
        // No page is part of a tree twice: what leads in a circle, or has many ways to one place,
        // is damaged.
        let mut taken = Taken(vec![false; self.pages.min(self.file.len() + self.log.len()) + 1]);
        let mut ahead = vec![(root, 0)];
        while let Some((number, level)) = ahead.pop() {
            taken.take(number)?;
            let page = self.page(number)?;
            let start = if number == 1 { FILE_HEADER } else { 0 };
            let cells = big_endian_short(page, start + 3).ok_or(WRONG)?;
            let (kind, index) = match page.get(start) {
                Some(&INTERIOR) if level < MOST_LEVELS => (INTERIOR, start + 12),
                Some(&LEAF) => (LEAF, start + 8),
                _ => return Err(WRONG),
            };
            let cell = |at: usize| {
                let place = big_endian_short(page, index + 2 * at)?;
                page.get(place..)
            };
            if kind == LEAF {
                for at in 0..cells {
                    let (id, record) = self.row(cell(at).ok_or(WRONG)?, &mut taken)?;
                    row(id, &record)?;
                }
                continue;
            }
            let last = big_endian(page, start + 8).ok_or(WRONG)?;
            ahead.push((last as usize, level + 1));
            for at in (0..cells).rev() {
                let child = cell(at).and_then(|cell| big_endian(cell, 0)).ok_or(WRONG)?;
                ahead.push((child as usize, level + 1));
            }
        }
        Ok(())
    }

    /// The id and the record in a cell, with what goes on elsewhere of it.
    fn row<'c>(&self, cell: &'c [u8], taken: &mut Taken) -> Result<(i64, Cow<'c, [u8]>), Damage> {
        let (size, cell) = varint(cell).ok_or(WRONG)?;
        let (id, cell) = varint(cell).ok_or(WRONG)?;
        let size = usize::try_from(size).map_err(|_| WRONG)?;
        // How much of a long record stays on the page: section 1.6 of the format.
        let most = self.usable - 35;
        if size <= most {
            return Ok((id, cell.get(..size).ok_or(WRONG)?.into()));
        }
        let least = (self.usable - 12) * 32 / 255 - 23;
        let fitting = least + (size - least) % (self.usable - 4);
        let here = if fitting <= most { fitting } else { least };
        let mut record = cell.get(..here).ok_or(WRONG)?.to_vec();
        let mut next = big_endian(cell, here).ok_or(WRONG)? as usize;
        while record.len() < size {
            taken.take(next)?;
            let page = self.page(next)?;
            let more = (size - record.len()).min(self.usable - 4);
            record.extend_from_slice(page.get(4..4 + more).ok_or(WRONG)?);
            next = big_endian(page, 0).ok_or(WRONG)? as usize;
        }
        Ok((id, record.into()))
    }
}

/// Which pages were come by.
struct Taken(Vec<bool>);

impl Taken {
    fn take(&mut self, page: usize) -> Result<(), Damage> {
        match self.0.get_mut(page) {
            Some(taken) if !*taken => {
                *taken = true;
                Ok(())
            }
            Some(_) => Err("a page of the database is in use twice"),
            None => Err(CUT),
        }
    }
}
