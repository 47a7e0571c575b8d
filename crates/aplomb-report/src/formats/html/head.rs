//! The document's head: what the page may do, and how it looks.

use std::io;

use aplomb_model::{Lang, Report};
use data_encoding::BASE64;
use sha2::{Digest as _, Sha256};

use super::page::Page;
use crate::words::page as words;

const STYLE: &str = include_str!("style.css");
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
    let policy = policy();
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
    page.markup("</style>\n</head>\n<body>\n")
}

/// To the last byte.
pub(super) fn end(page: &mut Page<'_>) -> io::Result<()> {
    page.markup("<script>")?;
    page.markup(SCRIPT)?;
    page.markup("</script>\n</body>\n</html>\n")
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
fn policy() -> String {
    format!(
        "default-src 'none'; img-src data:; style-src '{}'; script-src '{}'; base-uri 'none'; \
         form-action 'none'",
        source(STYLE),
        source(SCRIPT)
    )
}

/// How a policy names a text: Content Security Policy Level 3, section 2.3.1, `hash-source`.
fn source(text: &str) -> String {
    format!("sha256-{}", BASE64.encode(&Sha256::digest(text)))
}
