//! The document's head: what the page may do, and how it looks.

use std::fmt::Write as _;
use std::io;

use aplomb_model::{Lang, Report};
use data_encoding::BASE64;
use sha2::{Digest as _, Sha256};

use super::page::Page;
use crate::visible;
use crate::words::page as words;

const STYLE: &str = include_str!("style.css");
/// Around the line at the foot of every printed sheet, which alone of the style is not fixed.
const SHEET_BEGIN: &str = "@page { @bottom-left { content: \"";
const SHEET_END: &str = "\" } }\n";
const MAX_SHEET: usize = 90;
const SCRIPT: &str = include_str!("script.js");

/// From the first byte to the opening of the body.
pub(super) fn begin(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    let lang = match page.lang {
        Lang::En => "en",
        Lang::Fr => "fr",
    };
    page.markup("<!doctype html>\n")?;
    page.open("html", &[("lang", lang)])?;
    page.markup("\n<head>\n<meta charset=\"utf-8\">\n")?;
    let sheet = quoted(&line(page, report));
    let style = format!("{STYLE}{SHEET_BEGIN}{sheet}{SHEET_END}");
    let policy = policy(&style);
    page.open("meta", &[("http-equiv", "Content-Security-Policy"), ("content", &policy)])?;
    page.markup(
        "\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <link rel=\"icon\" href=\"data:,\">\n",
    )?;
    page.open("meta", &[("name", "generator"), ("content", &generator(report))])?;
    let title = format!("{} {}", page.say(words::TITLE), name(report));
    page.markup("\n")?;
    page.element("title", &[], &title)?;
    page.markup("\n<style>")?;
    page.markup(STYLE)?;
    page.markup(SHEET_BEGIN)?;
    page.text(&sheet)?;
    page.markup(SHEET_END)?;
    page.markup("</style>\n</head>\n<body>\n")
}

/// To the last byte.
pub(super) fn end(page: &mut Page<'_>) -> io::Result<()> {
    page.markup("<script>")?;
    page.markup(SCRIPT)?;
    page.markup("</script>\n</body>\n</html>\n")
}

/// The delivery and the date on one line, as every sheet of paper shows it.
pub(super) fn line(page: &Page<'_>, report: &Report) -> String {
    let as_of = format!("{} {}", page.say(words::AS_OF), report.as_of);
    let parts = [Some(name(report)), report.delivery.environment.clone(), Some(as_of)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The delivery as it is called: `agora-ged 3.2.0`.
pub(super) fn name(report: &Report) -> String {
    let delivery = &report.delivery;
    match &delivery.version {
        Some(version) => format!("{} {version}", delivery.id),
        None => delivery.id.clone(),
    }
}

pub(super) fn generator(report: &Report) -> String {
    format!("aplomb {}", report.tool_version)
}

/// Nothing but the one style and the one script of this page; no request to anywhere. The icon is
/// an empty one, so that no browser asks a server for it.
fn policy(style: &str) -> String {
    format!(
        "default-src 'none'; img-src data:; style-src '{}'; script-src '{}'; base-uri 'none'; \
         form-action 'none'",
        source(style),
        source(SCRIPT)
    )
}

/// A text inside a string of a style sheet. Everything but letters and digits is written by its
/// number (CSS Syntax Module Level 3, section 4.3.7), so that it neither ends the string nor the
/// style, and escaping it for markup changes nothing.
fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    for c in visible::line(text).chars().take(MAX_SHEET) {
        if c.is_ascii_alphanumeric() {
            quoted.push(c);
        } else {
            write!(quoted, "\\{:x} ", u32::from(c)).expect("a string takes all that is written");
        }
    }
    quoted
}

/// How a policy names a text: Content Security Policy Level 3, section 2.3.1, `hash-source`.
fn source(text: &str) -> String {
    format!("sha256-{}", BASE64.encode(&Sha256::digest(text)))
}
