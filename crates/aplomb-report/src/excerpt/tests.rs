use aplomb_model::Phrase;

use super::*;
use crate::fixtures::seen;

const LINE: &str = "0123456789abcdefghijABCDEFGHIJ0123456789";

/// The view of one line with the columns from `start` to `end` marked.
fn shown(line: &str, start: u32, end: u32, cut: u32, width: usize) -> (String, Range<usize>) {
    let mut evidence = seen("f", [5, start, 5, end], line, Phrase::default());
    evidence.excerpt.as_mut().expect("has one").cut = cut;
    let view = view(&evidence, width, "…").expect("has an excerpt");
    match <[Row; 1]>::try_from(view.rows) {
        Ok([Row::Line { number: 5, text, mark: Mark::Columns(marked) }]) => (text, marked),
        other => panic!("one marked line expected: {other:?}"),
    }
}

#[test]
fn a_line_that_fits_is_shown_whole() {
    assert_eq!(shown("port = 80", 8, 10, 0, 40), ("port = 80".into(), 7..9));
    assert_eq!(shown("\tport", 2, 6, 0, 40), ("    port".into(), 4..8));
    assert_eq!(shown("数 = 1", 5, 6, 0, 40), ("数 = 1".into(), 5..6));
}

#[test]
fn a_wide_line_is_cut_around_the_place() {
    assert_eq!(shown(LINE, 1, 3, 0, 20), ("0123456789abcdefghi…".into(), 0..2));
    assert_eq!(shown(LINE, 20, 22, 0, 20), ("…bcdefghijABCDEFGHI…".into(), 9..11));
    assert_eq!(shown(LINE, 39, 41, 0, 20), ("…BCDEFGHIJ0123456789".into(), 18..20));
    assert_eq!(shown(LINE, 3, 39, 0, 20), ("…23456789abcdefghij…".into(), 1..19));
}

#[test]
fn marks_without_width_outside_the_window_do_not_count() {
    let accented = "e\u{301}".repeat(40);
    let (text, marked) = shown(&accented, 41, 43, 0, 20);
    assert_eq!(marked, 9..10);
    assert_eq!(crate::columns::width(&text), 20);
    let (text, _) = shown(&accented, 1, 3, 0, 20);
    assert_eq!(text, format!("{}…", "e\u{301}".repeat(19)));
}

#[test]
fn a_wide_character_on_the_edge_leaves_a_blank() {
    let (text, marked) = shown(&"数".repeat(40), 20, 21, 0, 20);
    assert_eq!((crate::columns::width(&text), marked.len()), (20, 2));
}

#[test]
fn what_was_cut_before_is_said_and_columns_still_hold() {
    assert_eq!(shown("port = 80", 108, 110, 100, 40), ("…port = 80".into(), 8..10));
    assert_eq!(shown("port = 80", 50, 60, 100, 40), ("…port = 80".into(), 1..2));
}

#[test]
fn a_place_past_the_end_is_marked_after_the_last_character() {
    assert_eq!(shown("short", 6, 6, 0, 40), ("short".into(), 5..6));
    assert_eq!(shown("short", 900, 901, 0, 40), ("short".into(), 5..6));
    assert_eq!(shown("", 1, 1, 0, 40), (String::new(), 0..1));
}

#[test]
fn a_place_over_several_lines_is_marked_line_by_line() {
    let evidence = seen("f", [5, 3, 8, 1], "a:\n  b: 1\n  c: 2", Phrase::default());
    let marks = |view: View| {
        let marks = view.rows.into_iter().map(|row| match row {
            Row::Line { mark, .. } => Some(mark),
            Row::Gap => None,
        });
        marks.collect::<Vec<_>>()
    };
    let whole = marks(view(&evidence, 40, "…").expect("has an excerpt"));
    assert_eq!(whole, [Some(Mark::First), Some(Mark::Inside), Some(Mark::Last)]);

    let mut longer = evidence;
    longer.end.line = 40;
    let cut = marks(view(&longer, 40, "…").expect("has an excerpt"));
    assert_eq!(cut.last(), Some(&None));
}

#[test]
fn the_end_of_a_long_place_is_shown_after_a_gap() {
    let text = (1..=30).map(|n| n.to_string()).collect::<Vec<_>>().join("\n");
    let evidence = seen("f", [1, 1, 30, 3], &text, Phrase::default());
    let rows = view(&evidence, 40, "…").expect("has an excerpt").rows;
    assert_eq!(rows.len(), MAX_LINES + 1);
    assert_eq!(rows.get(MAX_LINES - 1), Some(&Row::Gap));
    let last = Row::Line { number: 30, text: "30".into(), mark: Mark::Last };
    assert_eq!(rows.last(), Some(&last));
}

#[test]
fn lines_elsewhere_are_shown_without_mark() {
    let mut evidence = seen("f", [5, 1, 5, 2], "text", Phrase::default());
    evidence.excerpt.as_mut().expect("has one").first_line = 90;
    let rows = view(&evidence, 40, "…").expect("has an excerpt").rows;
    assert_eq!(rows, [Row::Line { number: 90, text: "text".into(), mark: Mark::None }]);
    evidence.excerpt = None;
    assert_eq!(view(&evidence, 40, "…"), None);
}

#[test]
fn whatever_the_place_the_view_holds_together() {
    let lines = [
        String::new(),
        "\t\tport: 80".into(),
        "数\u{301}".repeat(30),
        format!("{}\x1b[2J\u{fe0f}é", "a\t".repeat(30)),
    ];
    let columns = [0, 1, 2, 30, 61, 200, u32::MAX];
    for line in &lines {
        for (start, end) in columns.iter().flat_map(|s| columns.map(|e| (*s, e))) {
            for (cut, width) in [(0, 0), (0, 20), (7, 33), (u32::MAX, 75)] {
                for ellipsis in ["…", "..."] {
                    let mut evidence = seen("f", [5, start, 5, end], line, Phrase::default());
                    evidence.excerpt.as_mut().expect("has one").cut = cut;
                    let view = view(&evidence, width, ellipsis).expect("has an excerpt");
                    let [Row::Line { text, mark, .. }] = &*view.rows else {
                        panic!("one line expected: {view:?}");
                    };
                    let width = width.max(MIN_WIDTH);
                    assert!(crate::columns::width(text) <= width, "{text:?}");
                    assert!(
                        matches!(mark, Mark::Columns(c) if !c.is_empty() && c.end <= width + 1),
                        "{mark:?} in {text:?} of {width}"
                    );
                }
            }
        }
    }
}
