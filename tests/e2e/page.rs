//! The HTML report in a browser.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::formats;
use crate::run::{Folder, STANDARD, aplomb, skipped};
use crate::validators;

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
    sheets(&folder, pdf["data"].as_str().expect("a document"));

    assert_eq!(browser.complaints(), [""; 0]);
    assert_eq!(browser.requests(), [format!("file://{}", page.display())]);
}

/// The sheets of the printed report are of A4, numbered, and there is room to sign.
fn sheets(folder: &Folder, pdf: &str) {
    let pdf = data_encoding::BASE64.decode(pdf.as_bytes()).expect("as the protocol has it");
    folder.write("report.pdf", &pdf);
    let file = folder.path().join("report.pdf");
    let run = |program: &str, args: &[&str]| {
        let ran = std::process::Command::new(program).args(args).arg(&file).arg("-").output();
        ran.ok().map(|ran| String::from_utf8_lossy(&ran.stdout).into_owned())
    };
    let Some(text) = run("pdftotext", &["-layout"]) else {
        skipped("`pdftotext` is not installed: see .ci/validators");
        return;
    };
    let sheets: Vec<_> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    let count = sheets.len();
    assert!(count > 3, "{count}");
    for (index, sheet) in sheets.iter().enumerate() {
        let foot = sheet.trim_end().lines().last().unwrap_or_default();
        assert!(foot.ends_with(&format!("{} / {count}", index + 1)), "{foot}");
        assert!(foot.contains("agora-ged 3.2.0"), "{foot}");
    }
    let signed = sheets.iter().find(|sheet| sheet.contains("Pour la sécurité"));
    let signed = signed.expect("places to sign");
    for part in ["Pour la livraison", "Pour la production", "NON CONFORME", "Nom et qualité"] {
        assert!(signed.contains(part), "{part}");
    }
    let info = std::process::Command::new("pdfinfo").arg(&file).output().expect("as pdftotext");
    assert!(String::from_utf8_lossy(&info.stdout).contains("(A4)"));
}

#[test]
fn the_page_is_accessible_in_both_languages_and_themes() {
    let Some(axe) = validators::npm("axe-core/axe.min.js") else {
        skipped("axe is not installed: see .ci/validators");
        return;
    };
    let axe = std::fs::read_to_string(axe).expect("a script");
    let Some(browser) = Browser::start() else { return };
    let folder = Folder::new(&[]);
    for lang in ["fr", "en"] {
        let page = folder.path().join("sample.html");
        formats::write("html", lang, &page);
        browser.open(&page);
        browser.run(&axe);
        for theme in ["light", "dark"] {
            browser.run(&format!("document.documentElement.dataset.theme = '{theme}'"));
            let found = browser.run(
                "return axe.run({resultTypes: ['violations']}).then((all) => ({
                   passed: all.passes.length,
                   violations: all.violations.map((one) => [one.id, one.help,
                     one.nodes.slice(0, 5).map((node) => node.html)])}))",
            );
            assert!(found["passed"].as_u64().is_some_and(|passed| passed > 20), "{found:#}");
            assert_eq!(found["violations"], json!([]), "{lang} {theme}: {found:#}");
        }
    }
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
