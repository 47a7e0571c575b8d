use aplomb_model::{Lang, Node, Phrase, Span};
use aplomb_read::authored::Table;

/// A text in a language of rules (an expression, a selection), and where it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The text, TOML's escapes resolved.
    pub text: String,
    /// The value in the file, with its quotes.
    pub span: Span,
}

impl Written {
    /// The text under `key`.
    pub(crate) fn read(table: &mut Table<'_, '_>, key: &str) -> Option<Self> {
        let text = table.text(key)?.to_owned();
        let span = table.node(key)?.span;
        Some(Self { text, span })
    }

    /// The texts of a list, or one text.
    pub(crate) fn read_all(table: &mut Table<'_, '_>, key: &str) -> Vec<Self> {
        table.text_or_texts(key);
        let nodes = table.one_or_many(key).iter();
        nodes
            .filter_map(|node| {
                let text = node.as_str()?.to_owned();
                let span = node.span;
                Some(Self { text, span })
            })
            .collect()
    }
}

/// A phrase of a text in the author's language and its translation; without one, the text serves
/// in both languages.
pub(crate) fn phrase(author: Lang, text: &str, translation: Option<&str>) -> Phrase {
    let Some(translation) = translation else {
        return Phrase::same(text);
    };
    match author {
        Lang::En => Phrase::new(text, translation),
        Lang::Fr => Phrase::new(translation, text),
    }
}

/// The table of a table that says its texts again in the other language: `fr = { title = "…" }`.
pub(crate) struct Translation<'a> {
    author: Lang,
    node: Option<&'a Node>,
    asked: Vec<String>,
}

impl<'a> Translation<'a> {
    /// The translations within `table`, whose own texts are in the language `author`.
    pub(crate) fn of(table: &mut Table<'a, '_>, author: Lang) -> Self {
        let other = match author {
            Lang::En => "fr",
            Lang::Fr => "en",
        };
        Self { author, node: table.node(other), asked: Vec::new() }
    }

    /// The text under `key` in the other language.
    pub(crate) fn get(&mut self, key: &str) -> Option<&'a str> {
        self.asked.push(key.to_owned());
        self.node?.get(key)?.as_str()
    }

    /// The phrase made of `text`, which stands under `key`, and its translation.
    pub(crate) fn phrase(&mut self, key: &str, text: &str) -> Phrase {
        phrase(self.author, text, self.get(key))
    }

    /// Reports translations of what there is no text for, and what is not text.
    pub(crate) fn finish(self, table: &mut Table<'_, '_>) {
        let what = format!("the translation of {}", table.what());
        let Some(node) = self.node else { return };
        let Some(mut texts) = Table::new(node, what, table.mistakes()) else {
            return;
        };
        for key in &self.asked {
            texts.text(key);
        }
        texts.finish();
    }
}
