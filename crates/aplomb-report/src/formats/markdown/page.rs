use std::io::{self, Write};

use aplomb_model::Lang;

use crate::words::{self, Words};

/// Bytes kept for the lines that close what was opened and tell what was left out.
const RESERVE: usize = 600;

/// Writes paragraphs as long as there is room.
pub(crate) struct Page<'a> {
    out: &'a mut dyn Write,
    pub(crate) lang: Lang,
    room: usize,
    left_out: usize,
}

impl<'a> Page<'a> {
    pub(crate) fn new(out: &'a mut dyn Write, lang: Lang, limit: usize) -> Self {
        Self { out, lang, room: limit.saturating_sub(RESERVE), left_out: 0 }
    }

    pub(crate) fn say(&self, words: Words) -> &'static str {
        words.get(self.lang)
    }

    /// Writes a text whole, or nothing of it where there is no room; says which.
    pub(crate) fn add(&mut self, text: &str) -> io::Result<bool> {
        let fits = text.len() <= self.room;
        if fits {
            self.room -= text.len();
            write!(self.out, "{text}")?;
        } else {
            // What follows is less important, and must not take the place.
            self.room = 0;
        }
        Ok(fits)
    }

    /// Counts findings that found no room.
    pub(crate) const fn leave_out(&mut self, findings: usize) {
        self.left_out += findings;
    }

    /// A list under a heading that folds it.
    pub(crate) fn folded(
        &mut self,
        heading: Words,
        count: usize,
        items: impl Iterator<Item = String>,
    ) -> io::Result<()> {
        let heading = self.say(heading);
        let opening = format!("\n<details><summary>{heading} ({count})</summary>\n\n");
        if count == 0 || !self.add(&opening)? {
            return Ok(());
        }
        for item in items {
            if !self.add(&format!("- {item}\n"))? {
                self.close("- …\n")?;
                break;
            }
        }
        self.close("\n</details>\n")
    }

    /// Says what was left out.
    pub(crate) fn end(mut self) -> io::Result<()> {
        if self.left_out > 0 {
            let counted = words::counted(self.left_out, words::LEFT_OUT, self.lang);
            let all = self.say(words::IN_FULL);
            self.close(&format!("\n**{counted}**, {all}.\n"))?;
        }
        Ok(())
    }

    /// A line for which room was kept.
    fn close(&mut self, text: &str) -> io::Result<()> {
        write!(self.out, "{text}")
    }
}
