//! The HTML report in a browser.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::run::{Folder, STANDARD, aplomb};

/// AGORA's report as a page in a folder.
fn agora(folder: &Folder, lang: &str) -> PathBuf {
    let page = folder.path().join("report.html");
    let output = format!("--output=html={}", page.display());
    let lang = format!("--lang={lang}");
    let delivery = "tests/deliveries/agora-3.2.0";
    let ran = aplomb(&["check", delivery, "--as-of=2026-11-23", "--quiet", &output, &lang]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    page
}

/// Sets fields of the filters, as a person does; the entries then shown, each with its severity,
/// status, subject and rule.
fn filtered(browser: &Browser, fields: &[(&str, &str)]) -> Vec<Value> {
    let fields: serde_json::Map<_, _> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let script = format!(
        "const form = document.getElementById('filters');
         form.reset();
         for (const [name, value] of Object.entries({})) form.elements[name].value = value;
         form.requestSubmit();
         return [...document.querySelectorAll('.entry')].filter((e) => e.checkVisibility())
           .map((e) => ({{...e.dataset}}));",
        Value::Object(fields)
    );
    browser.run(&script).as_array().expect("a list").clone()
}

#[test]
fn the_page_is_filtered_searched_and_printed() {
    let Some(browser) = Browser::start() else { return };
    let folder = Folder::new(&[]);
    let page = agora(&folder, "fr");
    browser.open(&page);

    let all = filtered(&browser, &[]);
    let blockers = filtered(&browser, &[("severity", "blocker"), ("status", "open")]);
    assert!(!blockers.is_empty() && blockers.len() < all.len());
    assert!(blockers.iter().all(|e| e["severity"] == "blocker" && e["status"] == "open"));
    let of_rule = filtered(&browser, &[("rule", "sw-061"), ("domain", "software")]);
    assert!(of_rule.iter().all(|e| e["rule"] == "SW-061 listening-ports-documented"));
    let accents = filtered(&browser, &[("text", "ECOUTE matrice")]);
    assert!(accents.iter().any(|e| e["rule"].as_str().is_some_and(|r| r.starts_with("SW-061"))));
    let told = browser.run("return document.getElementById('shown').textContent");
    assert_eq!(told, format!("{} entrées affichées sur {}", accents.len(), all.len()));
    assert_eq!(filtered(&browser, &[("text", "no such thing")]), [Value::Null; 0]);
    let told = browser.run("return document.getElementById('nothing-left').checkVisibility()");
    assert_eq!(told, true);

    // Paper gets everything, whatever is filtered on the screen.
    browser.devtools("Emulation.setEmulatedMedia", &json!({"media": "print"}));
    let printed = "return [...document.querySelectorAll('.entry')]
        .filter((e) => e.checkVisibility()).length";
    assert_eq!(browser.run(printed), all.len());
    let pdf = browser.devtools("Page.printToPDF", &json!({"preferCSSPageSize": true}));
    assert!(pdf["data"].as_str().is_some_and(|data| data.len() > 100_000));

    assert_eq!(browser.complaints(), [""; 0]);
    assert_eq!(browser.requests(), [format!("file://{}", page.display())]);
}

#[test]
fn the_page_fits_a_phone_and_has_two_themes() {
    let Some(browser) = Browser::start() else { return };
    let folder = Folder::new(&[]);
    browser.open(&agora(&folder, "en"));
    let phone = json!({"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": true});
    browser.devtools("Emulation.setDeviceMetricsOverride", &phone);
    assert_eq!(browser.run("return document.documentElement.scrollWidth"), 390);

    let paper = "return getComputedStyle(document.body).backgroundColor";
    let prefer = |theme: &str| {
        let features = json!([{"name": "prefers-color-scheme", "value": theme}]);
        browser.devtools("Emulation.setEmulatedMedia", &json!({"features": features}));
        browser.run(paper)
    };
    let (light, dark) = (prefer("light"), prefer("dark"));
    assert_ne!(light, dark);
    browser.run("document.getElementById('theme').click()");
    assert_eq!(browser.run(paper), light);
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn what_was_judged_does_nothing_in_the_page() {
    let Some(browser) = Browser::start() else { return };
    let standard = STANDARD.replace("Set the port", "</dd><script>window.owned=1</script>Set");
    let folder = Folder::new(&[
        ("house.toml", &standard),
        ("app/<img src=x onerror=window.owned=1>.json", "{\"port\": 80}"),
        ("app/a.json", "{\"port\": \"</code><svg onload=window.owned=1>\\u202e</mark>\"}"),
        ("app/b.json", "{\"port\": \"--></script><script>window.owned=1</script>\"}"),
        ("app/c.json", "{\"port\": \"\\\" autofocus onfocus=window.owned=1 x=\\\"\"}"),
    ]);
    let ran = folder.aplomb(&["check", "app", "--standard=house.toml", "--output=html=r.html"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    browser.open(&folder.path().join("r.html"));
    assert_eq!(browser.run("return document.querySelectorAll('article.entry').length"), 4);
    let alien =
        "return [...document.querySelectorAll('img, iframe, [onload], [onerror], [onfocus]')]
        .map((e) => e.outerHTML).concat(window.owned ?? [])";
    assert_eq!(browser.run(alien), json!([]));
    assert_eq!(browser.run("return document.scripts.length"), 1);
    // A handler or script that the policy had to stop would be complained about.
    assert_eq!(browser.complaints(), [""; 0]);
    assert_eq!(browser.requests().len(), 1);
}
