//! Texts in the language a report is not written in. Other tools read one language, in plain
//! members; what a report says differently in the other stands beside, in a member named by it.

use std::borrow::Cow;

use aplomb_model::{Lang, Phrase};
use serde::{Deserialize, Serialize};

/// The texts of one part of a report.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Texts<'a> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) remedy: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) label: Option<Cow<'a, str>>,
}

/// What a phrase says in the other language, where that differs.
pub(super) fn differing(phrase: &Phrase, lang: Lang) -> Option<Cow<'_, str>> {
    let (own, other) = (phrase.get(lang), phrase.get(lang.other()));
    (own != other).then_some(Cow::Borrowed(other))
}

/// The members `en` and `fr` of a report in `lang`: none, or that of the other language.
pub(super) fn translated(texts: Texts<'_>, lang: Lang) -> (Option<Texts<'_>>, Option<Texts<'_>>) {
    match lang {
        _ if texts == Texts::default() => (None, None),
        Lang::En => (None, Some(texts)),
        Lang::Fr => (Some(texts), None),
    }
}

/// What is read of texts before the report's language is known: which languages stood beside it.
#[derive(Debug, Default)]
pub(super) struct Heard {
    en: bool,
    fr: bool,
}

impl Heard {
    /// The texts in the other language, whichever that is.
    pub(super) fn other<'a>(
        &mut self,
        en: Option<Texts<'a>>,
        fr: Option<Texts<'a>>,
    ) -> Result<Texts<'a>, String> {
        self.en |= en.is_some();
        self.fr |= fr.is_some();
        match (en, fr) {
            (Some(_), Some(_)) => Err("`en` and `fr` cannot both differ from the report".into()),
            (en, fr) => Ok(en.or(fr).unwrap_or_default()),
        }
    }

    /// Whether nothing stood beside the report in its own language.
    pub(super) fn fits(&self, lang: Lang) -> Result<(), String> {
        let own = match lang {
            Lang::En => self.en,
            Lang::Fr => self.fr,
        };
        if own {
            let lang = lang.id();
            return Err(format!("the report is in `{lang}`, and so `{lang}` says nothing else"));
        }
        Ok(())
    }
}

impl Texts<'_> {
    /// That nothing is left which nobody took.
    pub(super) fn finish(self) -> Result<(), String> {
        if self == Texts::default() {
            return Ok(());
        }
        Err("a translation stands beside nothing it translates".into())
    }
}

/// A phrase of a report whose language is not known yet: its own is taken for English.
pub(super) fn phrase(own: Cow<'_, str>, other: &mut Option<Cow<'_, str>>) -> Phrase {
    match other.take() {
        Some(other) => Phrase::new(own, other),
        None => Phrase::same(own),
    }
}

/// The phrase, once the language is known.
pub(super) fn turned(phrase: &mut Phrase, lang: Lang) {
    if lang == Lang::Fr {
        std::mem::swap(&mut phrase.en, &mut phrase.fr);
    }
}
