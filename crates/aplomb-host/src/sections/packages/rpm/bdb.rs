//! `Packages`: a hash table of Berkeley DB, as its `db_page.h` describes it.
//!
//! Pages of one size, the first of which says what the file is. A page of a hash table holds keys
//! and values in turn, at places that an index at its beginning names; a value that is too long for
//! it begins on a page of its own and goes on from page to page. Numbers are as the machine that
//! wrote the file has them.

use std::borrow::Cow;

use super::{Damage, Each, four};

const MAGIC: u32 = 0x0006_1561;
const PAGE_HEADER: usize = 26;

/// Types of pages: a hash table's, unsorted and sorted, and what goes on from another page.
const HASH_UNSORTED: u8 = 2;
const OVERFLOW: u8 = 7;
const HASH: u8 = 13;

/// Types of items: on the page, or on pages of their own.
const HERE: u8 = 1;
const ELSEWHERE: u8 = 3;

/// Gives each package's number and header.
pub(super) fn each_blob(file: &[u8], each: Each<'_>) -> Result<(), Damage> {
    let database = Database::open(file)?;
    let mut taken = vec![false; database.pages];
    for page in 1..database.pages {
        let page = database.page(page).ok_or("the database is cut short")?;
        if matches!(page[25], HASH | HASH_UNSORTED) {
            database.items(page, &mut taken, each)?;
        }
    }
    Ok(())
}

struct Database<'a> {
    file: &'a [u8],
    page_size: usize,
    pages: usize,
    is_swapped: bool,
}

impl<'a> Database<'a> {
    fn open(file: &'a [u8]) -> Result<Self, Damage> {
        let magic = four(file, 12).map(u32::from_le_bytes);
        let is_swapped = magic == Some(MAGIC.swap_bytes());
        if magic != Some(MAGIC) && !is_swapped {
            return Err("this is no hash table of Berkeley DB");
        }
        let database = Self { file, page_size: 0, pages: 0, is_swapped };
        let number = |at| database.number(file, at).ok_or("the database is cut short");
        let page_size = number(20)? as usize;
        let last = number(32)? as usize;
        if file.get(24) != Some(&0) {
            return Err("the database is encrypted");
        }
        if !(512..=65_536).contains(&page_size) || !page_size.is_power_of_two() {
            return Err("the database's size of a page is none");
        }
        // One that says it is longer than the file is cut short, which is found at its end.
        let pages = (last + 1).min(file.len() / page_size + 1);
        Ok(Self { page_size, pages, ..database })
    }

    fn page(&self, number: usize) -> Option<&'a [u8]> {
        let start = number.checked_mul(self.page_size)?;
        self.file.get(start..start.checked_add(self.page_size)?)
    }

    fn number(&self, bytes: &[u8], at: usize) -> Option<u32> {
        let number = u32::from_le_bytes(four(bytes, at)?);
        Some(if self.is_swapped { number.swap_bytes() } else { number })
    }

    fn short(&self, bytes: &[u8], at: usize) -> Option<usize> {
        let two = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        let number = u16::from_le_bytes(two);
        Some(usize::from(if self.is_swapped { number.swap_bytes() } else { number }))
    }

    /// The packages on a page of the table.
    fn items(&self, page: &'a [u8], taken: &mut [bool], each: Each<'_>) -> Result<(), Damage> {
        const WRONG: Damage = "a page of the database is damaged";
        let count = self.short(page, 20).ok_or(WRONG)?;
        for pair in 0..count / 2 {
            let key = self.item(page, 2 * pair).ok_or(WRONG)?;
            let value = self.item(page, 2 * pair + 1).ok_or(WRONG)?;
            let [HERE, key @ ..] = key else { return Err(WRONG) };
            let package = self.number(key, 0).ok_or(WRONG)?;
            // Under zero stands the number of the next package.
            if package == 0 {
                continue;
            }
            let value = match value {
                [HERE, value @ ..] => Cow::Borrowed(value),
                [ELSEWHERE, ..] => self.elsewhere(value, taken)?.into(),
                _ => return Err(WRONG),
            };
            each(package, &value);
        }
        Ok(())
    }

    /// An item on a page. They are put there from the end, each before the one before.
    fn item(&self, page: &'a [u8], index: usize) -> Option<&'a [u8]> {
        let place = |index: usize| self.short(page, PAGE_HEADER + 2 * index);
        let end = if index == 0 { page.len() } else { place(index - 1)? };
        page.get(place(index)?..end)
    }

    /// A value on pages of its own: its first page and its length.
    fn elsewhere(&self, item: &[u8], taken: &mut [bool]) -> Result<Vec<u8>, Damage> {
        let cut = "a value of the database is cut short";
        let mut next = self.number(item, 4).ok_or(cut)? as usize;
        let size = self.number(item, 8).ok_or(cut)? as usize;
        let mut value = Vec::new();
        while value.len() < size {
            let page = self.page(next).ok_or(cut)?;
            // A page belongs to one value.
            if page[25] != OVERFLOW || taken.get(next).copied().unwrap_or(true) {
                return Err("a value of the database leads astray");
            }
            taken[next] = true;
            let here = self.short(page, 22).ok_or(cut)?;
            value.extend_from_slice(page.get(PAGE_HEADER..PAGE_HEADER + here).ok_or(cut)?);
            next = self.number(page, 16).ok_or(cut)? as usize;
        }
        value.truncate(size);
        Ok(value)
    }
}
