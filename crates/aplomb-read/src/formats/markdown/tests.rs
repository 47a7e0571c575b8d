use insta::assert_snapshot;
use proptest::prelude::*;

use super::MARKDOWN;
use crate::formats::document::outline::{outline, survives};
use crate::proof::{at, positions, problem, raw};
use crate::read_text;

fn shown(text: &str) -> String {
    let unix = outline(&MARKDOWN, text);
    let dos = outline(&MARKDOWN, &text.replace('\n', "\r\n"));
    assert_eq!(unix, dos, "CRLF reads the same");
    unix
}

#[test]
fn every_cell_of_a_table_is_kept() {
    let row = |text: &str| {
        let tree = read_text("a.md", text, &MARKDOWN).expect("any text is");
        let keyed = |member: &aplomb_model::Member| {
            let value = member.value.as_str().unwrap_or_default();
            assert!(tree.raw(member.value.span).starts_with(value.trim_end_matches('|')));
            format!("{}={value}", member.key)
        };
        let row = at(&tree, &["tables", "0", "rows", "0"]);
        row.members().iter().map(keyed).collect::<Vec<_>>().join(" ")
    };
    for end in ["\n", "\r\n", ""] {
        let two = |cells: &str| row(&format!("|a|b|\n|-|-|\n{cells}{end}"));
        assert_eq!(two("| 1 | 2 | 3 |"), "a=1 b=2 column-3=3");
        assert_eq!(two("1|2|3| **4**"), "a=1 b=2 column-3=3 column-4=**4**");
        assert_eq!(two("|1|2||é\\|"), "a=1 b=2 column-3= column-4=é|");
        assert_eq!(two("|1|2|"), "a=1 b=2");
        assert_eq!(two("|1|2| "), "a=1 b=2");
        assert_eq!(two("|1|| | |"), "a=1 b=");
        assert_eq!(two("|1"), "a=1 b=");
    }
    let jobs = "> |job|user|job|\n> |-|-|-|\n> |x|y|z|w|\n";
    assert_eq!(row(jobs), "job=x user=y job-2=z column-4=w");
}

#[test]
fn the_shape_of_a_manual() {
    assert_snapshot!(shown("\
---
reference: DAT-AGORA
version: \"1.4\"
---
preamble

# DAT *AGORA*

## Composants
| Composant | **Version** | Hôtes |
| --- | :-: | --- |
| nginx | 1.26 | prd-agora-web[01-02] |
|AGORA `API`|3.2.0|a, [b](c.md)|
| court |

Exigences
---------
RTO : 4\u{a0}h · RPO\u{a0}: 1 h
**Plage :** Lu–Ve
suite sans champ

## Décommissionnement
À compléter.
"), @r##"
    title "DAT AGORA"
    front {"reference":"DAT-AGORA","version":"1.4"}
    # 1 ["dat-agora"] "DAT AGORA" "" 0
    # 2 ["dat-agora", "composants"] "Composants" "" 0
    # 2 ["dat-agora", "exigences"] "Exigences" "RTO : 4 h · RPO : 1 h Plage : Lu–Ve suite sans champ" 11
    # 2 ["dat-agora", "decommissionnement"] "Décommissionnement" "À compléter." 2
    table ["dat-agora", "composants"] null ["Composant", "Version", "Hôtes"]
      row "nginx" "1.26" "prd-agora-web[01-02]"
      row "AGORA API" "3.2.0" "a, b"
      row "court" "" ""
    link ["dat-agora", "composants"] "b" "c.md"
    field ["dat-agora", "exigences"] "RTO" "4 h"
    field ["dat-agora", "exigences"] "RPO" "1 h"
    field ["dat-agora", "exigences"] "Plage" "Lu–Ve"
    "##);
}

#[test]
fn lists_nest_flat() {
    assert_snapshot!(shown("\
- one `x`
  more
  - inner: 1
  - **inner** two
- [ ] task

  second paragraph
-
1. a
2. > quoted
"), @r##"
    title null
    list [] ["one x more", "task", ""]
    list [] ["inner: 1", "inner two"]
    list [] ["a", "quoted"]
    field [] "inner" "1"
    "##);
}

#[test]
fn code_links_and_comments() {
    assert_snapshot!(shown("\
# A
```yaml ignore, title=x
a: b

c: d
```
    indented: code

~~~
unclosed: fence
"), @r##"
    title "A"
    # 1 ["a"] "A" "" 0
    code ["a"] "yaml" ["ignore", "title=x"] "a: b\n\nc: d\n"
    code ["a"] null [] "indented: code\n"
    code ["a"] null [] "unclosed: fence\n"
    "##);
    assert_snapshot!(shown("\
[text *x*](a.md#b \"title\") ![alt](i.png) <https://a.example/> [ref] [![in](b.svg)](c)

<!-- aplomb: ignore SW-001 -->
<b>x</b> <!-- y --> & &amp; \\*

[ref]: ../r.md
"), @r##"
    title null
    link [] "text x" "a.md#b"
    link [] "alt" "i.png"
    link [] "https://a.example/" "https://a.example/"
    link [] "ref" "../r.md"
    link [] "in" "b.svg"
    link [] "in" "c"
    comment "aplomb: ignore SW-001"
    comment "y"
    "##);
}

#[test]
fn headings_in_quotes_are_no_sections() {
    assert_snapshot!(shown("\
> # Quoted
> key: value

### 3.2 Deep
# Top
### Deep
#
"), @r##"
    title "Top"
    # 3 ["deep"] "3.2 Deep" "" 0
    # 1 ["top"] "Top" "" 0
    # 3 ["top", "deep"] "Deep" "" 0
    # 1 [""] "" "" 0
    field [] "key" "value"
    "##);
}

#[test]
fn rules_are_no_front_matter() {
    assert_snapshot!(shown("---\n\ntext: x\n\n---\n"), @r##"
    title null
    field [] "text" "x"
    "##);
    assert_snapshot!(shown("+++\ntitle = \"T\"\n+++\nx\n"), @r##"
    title "T"
    front {"title":"T"}
    "##);
    assert_snapshot!(shown("---\na: 1\n"), @r##"
    title null
    field [] "a" "1"
    "##);
    assert_snapshot!(shown("a\n\n---\nb: 1\n---\n"), @r##"
    title null
    # 2 ["b-1"] "b: 1" "" 0
    "##);
    assert_snapshot!(problem(&MARKDOWN, "a.md", "---\na: [\n---\n"), @r##"
    2:4: in the front matter: this bracket is never closed
    "##);
    assert_eq!(positions(&MARKDOWN, "a.md", "+++\na = 1\nb = ?\n+++\n"), ["3:5"]);
}

#[test]
fn spans_are_where_things_are_written() {
    let text = "---\nr: é1\n---\n# T é\n\n|  a |b|\n|-|-|\n| `x` y |\u{a0}z\u{a0}w |\n\n- k : **v w**\n\n[t](u)\n";
    let tree = read_text("a.md", text, &MARKDOWN).expect("is Markdown");
    let raw = |path: &[&str]| raw(&tree, path);
    assert_eq!(raw(&["front_matter", "r"]), "é1");
    assert_eq!(raw(&["sections", "0"]), "T é");
    assert_eq!(raw(&["tables", "0", "columns", "0"]), "a");
    assert_eq!(raw(&["tables", "0", "rows", "0"]), "| `x` y |\u{a0}z\u{a0}w |");
    assert_eq!(raw(&["tables", "0", "rows", "0", "a"]), "`x` y");
    assert_eq!(raw(&["tables", "0", "rows", "0", "b"]), "z\u{a0}w");
    assert_eq!(at(&tree, &["tables", "0", "rows", "0", "b"]).as_str(), Some("z w"));
    assert_eq!(raw(&["fields", "0", "key"]), "k");
    assert_eq!(raw(&["fields", "0", "value"]), "v w");
    assert_eq!(raw(&["links", "0", "text"]), "t");
    assert_eq!(raw(&["links", "0", "target"]), "u");
    assert_eq!(raw(&["lists", "0"]), "- k : **v w**");
}

#[test]
fn hostile_texts_are_read_in_time() {
    let columns = 200_000;
    for text in [
        "```".to_owned(),
        "> ".repeat(100_000),
        "- ".repeat(100_000),
        "* a\n".repeat(50_000),
        "![".repeat(100_000),
        format!("{}a{}", "![".repeat(2_000), "](b)".repeat(2_000)),
        "<!--".repeat(50_000),
        "a : b · ".repeat(50_000),
        format!("{0}\n{1}\n{0}\n", "|a".repeat(columns), "|-".repeat(columns)),
        format!("{}\n{}\n{}", "|a".repeat(columns), "|-".repeat(columns), "|\n".repeat(10_000)),
        "# a\n".repeat(50_000),
        "---\n".repeat(50_000),
    ] {
        let _ = read_text("a.md", &text, &MARKDOWN);
    }
}

#[test]
fn names_repeated_without_end_are_refused() {
    let header = "h".repeat(100_000);
    let text = format!("|{header}|\n|-|\n{}", "|x|\n".repeat(10_000));
    assert_snapshot!(problem(&MARKDOWN, "a.md", &text), @r##"
    2687:1: the document has too many rows, links or lines, or too long header cells, to be read as a whole; split it here
    "##);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(text in r#"([-+*_`~#>|:.·!<\[\]()&\\"]|[a-z]{1,3}|[0-9]|é|\u{a0}|\n|\n\n|\r\n| |    |\t|```|---\n|\+\+\+\n|\|-\|-\|\n|\| |<!--|-->|<br>|\]\(){0,60}"#) {
        survives(&MARKDOWN, "a.md", &text)?;
    }
}
