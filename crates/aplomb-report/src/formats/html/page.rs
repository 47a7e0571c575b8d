use std::io::{self, Write};

use aplomb_model::Lang;

use crate::visible;
use crate::words::Words;

/// Writes markup and texts, and keeps them apart.
///
/// Markup is what stands in this program: tags and names of attributes are `'static`. Everything
/// else goes through [`Page::text`] or an attribute's value, which escape, so that no text of what
/// was judged can become markup.
pub(super) struct Page<'a> {
    out: &'a mut dyn Write,
    pub(super) lang: Lang,
    /// Tell everything, leave nothing out.
    pub(super) verbose: bool,
}

/// A name of ours and a text of anybody's.
pub(super) type Attribute<'a> = (&'static str, &'a str);

impl<'a> Page<'a> {
    pub(super) fn new(out: &'a mut dyn Write, lang: Lang, verbose: bool) -> Self {
        Self { out, lang, verbose }
    }

    pub(super) fn say(&self, words: Words) -> &'static str {
        words.get(self.lang)
    }

    /// Markup as it is.
    pub(super) fn markup(&mut self, markup: &'static str) -> io::Result<()> {
        self.out.write_all(markup.as_bytes())
    }

    /// An opening tag.
    pub(super) fn open(
        &mut self,
        tag: &'static str,
        attributes: &[Attribute<'_>],
    ) -> io::Result<()> {
        self.markup("<")?;
        self.markup(tag)?;
        for (name, value) in attributes {
            self.markup(" ")?;
            self.markup(name)?;
            self.markup("=\"")?;
            self.text(value)?;
            self.markup("\"")?;
        }
        self.markup(">")
    }

    /// A closing tag.
    pub(super) fn close(&mut self, tag: &'static str) -> io::Result<()> {
        self.markup("</")?;
        self.markup(tag)?;
        self.markup(">")
    }

    /// An element that holds a text.
    pub(super) fn element(
        &mut self,
        tag: &'static str,
        attributes: &[Attribute<'_>],
        text: &str,
    ) -> io::Result<()> {
        self.open(tag, attributes)?;
        self.text(text)?;
        self.close(tag)
    }

    /// Text on one line, harmless: hidden characters by their numbers, the others escaped.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        let shown = visible::line(text);
        let mut rest = &*shown;
        while let Some(at) = rest.find(['&', '<', '>', '"', '\'', '`']) {
            let (before, from) = rest.split_at(at);
            self.out.write_all(before.as_bytes())?;
            let mut characters = from.chars();
            self.markup(match characters.next() {
                Some('&') => "&amp;",
                Some('<') => "&lt;",
                Some('>') => "&gt;",
                Some('"') => "&quot;",
                Some('\'') => "&#39;",
                _ => "&#96;",
            })?;
            rest = characters.as_str();
        }
        self.out.write_all(rest.as_bytes())
    }

    /// Text over several lines, in elements of their own.
    pub(super) fn lines(
        &mut self,
        tag: &'static str,
        attributes: &[Attribute<'_>],
        text: &str,
    ) -> io::Result<()> {
        self.open(tag, attributes)?;
        for (index, line) in text.lines().enumerate() {
            if index > 0 {
                self.markup("<br>")?;
            }
            self.prose(line)?;
        }
        self.close(tag)?;
        self.markup("\n")
    }

    /// Text in which backquotes, where they come in pairs, hold code.
    fn prose(&mut self, text: &str) -> io::Result<()> {
        if text.matches('`').count() % 2 == 1 {
            return self.text(text);
        }
        for (index, part) in text.split('`').enumerate() {
            if index % 2 == 1 {
                self.element("code", &[], part)?;
            } else {
                self.text(part)?;
            }
        }
        Ok(())
    }

    /// A term and what there is to say about it.
    pub(super) fn fact(&mut self, term: Words, text: &str) -> io::Result<()> {
        self.markup("<div>")?;
        self.element("dt", &[], self.say(term))?;
        self.lines("dd", &[], text)?;
        self.markup("</div>")
    }

    /// A fact, where it is known.
    pub(super) fn known(&mut self, term: Words, text: Option<&str>) -> io::Result<()> {
        text.map_or(Ok(()), |text| self.fact(term, text))
    }

    /// Opens a table that scrolls by itself where the window is too narrow for it, by keyboard too.
    pub(super) fn scrolled(&mut self, labelled_by: &'static str) -> io::Result<()> {
        let label = ("aria-labelledby", labelled_by);
        self.open("div", &[("class", "scrolled"), ("role", "group"), ("tabindex", "0"), label])?;
        self.open("table", &[label])?;
        self.markup("\n")
    }

    /// The head of a table.
    pub(super) fn columns(&mut self, headings: &[Words]) -> io::Result<()> {
        self.markup("<thead><tr>")?;
        for heading in headings {
            self.element("th", &[("scope", "col")], self.say(*heading))?;
        }
        self.markup("</tr></thead>\n")
    }

    /// The beginning of a part of the page, with its heading.
    pub(super) fn section(
        &mut self,
        id: &'static str,
        title: Words,
        count: Option<usize>,
    ) -> io::Result<()> {
        self.markup("\n")?;
        self.open("section", &[("id", id), ("aria-labelledby", &format!("{id}-title"))])?;
        self.open("h2", &[("id", &format!("{id}-title"))])?;
        self.text(self.say(title))?;
        if let Some(count) = count {
            self.markup(" ")?;
            self.element("span", &[("class", "count")], &count.to_string())?;
        }
        self.markup("</h2>\n")
    }
}
