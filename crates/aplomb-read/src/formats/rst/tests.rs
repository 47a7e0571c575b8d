use std::sync::Arc;

use aplomb_model::{Phrase, Source, Tree};
use insta::assert_snapshot;
use proptest::prelude::*;

use super::RST;
use crate::formats::document::outline::{outline, show, survives};
use crate::proof::{at, problem, raw};
use crate::{Files, Input, Limits, ReadError, ReadErrorKind, read, read_text};

fn shown(text: &str) -> String {
    let unix = outline(&RST, text);
    let dos = outline(&RST, &text.replace('\n', "\r\n"));
    assert_eq!(unix, dos, "CRLF reads the same");
    unix
}

/// Two files to include: a good one and a broken one.
struct Folder;

impl Files for Folder {
    fn open(&self, from: &str, path: &str) -> Result<Arc<Source>, ReadError> {
        let text = match (from, path) {
            ("doc/a.rst", "data/flux.csv") => "Source;Port\n\"* a\n* **b**\";22\n",
            ("doc/a.rst", "broken.csv") => "a\n\"b\n",
            _ => {
                let message = Phrase::new("there is no such file", "ce fichier n'existe pas");
                return Err(ReadError::new(ReadErrorKind::Unreadable, message));
            }
        };
        Ok(Arc::new(Source::new(format!("doc/{path}"), text)))
    }
}

fn read_with_files(text: &str) -> Result<Tree, ReadError> {
    let source = &Arc::new(Source::new("doc/a.rst", text));
    let limits = &Limits::default();
    let files = &Folder;
    let input = Input { source, limits, files };
    read(&input, &RST)
}

#[test]
fn the_shape_of_a_manual() {
    assert_snapshot!(shown("\
=====
Titre
=====

:Version: 1.4
:Auteurs: a,
   b

Liste des `timers` **systemd**
##############################

.. _label:

.. note:: Voir le :term:`DIN` et
   :ref:`la suite <next>`.

Units :

* vitam-a.service
* ``vitam-a.timer`` \u{a0}
  suite

  * inner

Exécution :

* Périodicité\u{a0}: Lancé à 00:30.

Deep
----
RTO : 4 h · RPO : 1 h

Other
#####
"), @r##"
    title "Titre"
    front {"Auteurs":"a, b","Version":"1.4"}
    # 1 ["titre"] "Titre" "" 0
    # 2 ["titre", "liste-des-timers-systemd"] "Liste des timers systemd" "Voir le DIN et la suite.\nUnits :\nvitam-a.service\nvitam-a.timer suite\ninner\nExécution :\nPériodicité : Lancé à 00:30." 16
    # 3 ["titre", "liste-des-timers-systemd", "deep"] "Deep" "RTO : 4 h · RPO : 1 h" 6
    # 2 ["titre", "other"] "Other" "" 0
    list ["titre", "liste-des-timers-systemd"] ["vitam-a.service", "vitam-a.timer suite"]
    list ["titre", "liste-des-timers-systemd"] ["inner"]
    list ["titre", "liste-des-timers-systemd"] ["Périodicité : Lancé à 00:30."]
    link ["titre", "liste-des-timers-systemd"] "la suite" "next"
    field ["titre"] "Version" "1.4"
    field ["titre"] "Auteurs" "a, b"
    field ["titre", "liste-des-timers-systemd"] "Périodicité" "Lancé à 00:30."
    field ["titre", "liste-des-timers-systemd", "deep"] "RTO" "4 h"
    field ["titre", "liste-des-timers-systemd", "deep"] "RPO" "1 h"
    "##);
}

#[test]
fn inline_markup_leaves_text() {
    assert_snapshot!(shown("\
T
=
*a* **b** ``c:* d`` `e` \\*f\\* |sub| 2*3*4 a_b_c x_ [1]_ :sup:`2` L'*été*, **open

`text <http://a.example/>`_ `ref`_ ref_ `T`_ :doc:`/x/y` :doc:`z <w>` :term:`t <u>` `anon <ref_>`__ `in*
`

.. _ref: http://r.example/
.. _`quoted name`: http://q.example/
.. [1] a footnote
.. |sub| replace:: x
"), @r##"
    title "T"
    # 1 ["t"] "T" "a b c:* d e *f* |sub| 2*3*4 a_b_c x_ [1] 2 L'été, **open\ntext ref ref T /x/y z t anon `in* `\na footnote" 25
    link ["t"] "text" "http://a.example/"
    link ["t"] "ref" "http://r.example/"
    link ["t"] "ref" "http://r.example/"
    link ["t"] "T" "#t"
    link ["t"] "/x/y" "/x/y"
    link ["t"] "z" "w"
    link ["t"] "anon" "http://r.example/"
    "##);
}

#[test]
fn literals_directives_and_comments() {
    assert_snapshot!(shown("\
Before::

    literal: 1
      more

    last

Between ::

  x

::

  alone

.. code-block:: yaml
   :linenos:

   a: b

     c: d

.. code:: bash

  ls

.. literalinclude:: data/x.txt
   :language: text

.. toctree::
   :maxdepth: 2

   intro
   Titre <other>

.. image:: a.png
   :alt: texte

.. figure:: b.png

   Légende

.. a comment: x
   y

..

   quoted: z

.. only:: html

   Section
   =======

   text

.. unknown:: argument
   :opt: x

   body

term
   definition

>>> doctest
1
"), @r##"
    title "Section"
    # 1 ["section"] "Section" "text\nargument\nbody\nterm\ndefinition" 5
    code [] null [] "literal: 1\n  more\n\nlast\n"
    code [] null [] "x\n"
    code [] null [] "alone\n"
    code [] "yaml" [] "a: b\n\n  c: d\n"
    code [] "bash" [] "ls\n"
    code ["section"] "python" [] ">>> doctest\n1\n"
    link [] "data/x.txt" "data/x.txt"
    link [] "intro" "intro"
    link [] "Titre" "other"
    link [] "texte" "a.png"
    link [] "b.png" "b.png"
    field [] "quoted" "z"
    comment "a comment: x\n   y"
    "##);
}

#[test]
fn simple_and_grid_tables() {
    assert_snapshot!(shown("\
=====  ======
Clé    Valeur
=====  ======
é      ``1``
       suite
2
3      a b c
=====  ======

.. table:: Légende

   ==  ==
   1   2
   ==  ==

+-------+-----------+
| Zone  | Hôte      |
+=======+=====+=====+
| é     | * a | x   |
|       | * b |     |
|       +-----+-----+
|       | c   | y   |
+-------+-----+-----+
| fin   | tout      |
+-------+-----------+

after
"), @r##"
    title null
    table [] null ["Clé", "Valeur"]
      row "é" "1 suite"
      row "2" ""
      row "3" "a b c"
    table [] "Légende" ["1", "2"]
      row "1" "2"
    table [] null ["Zone", "Hôte", ""]
      row "é" "a\nb" "x"
      row "é" "c" "y"
      row "fin" "tout" ""
    "##);
}

#[test]
fn list_and_csv_tables() {
    assert_snapshot!(shown("\
.. list-table:: Légende
   :header-rows: 1
   :widths: 1 2

   * - A
     - B
   * - 1
     - two
       lines
   * -
     - - x
       - y

.. csv-table:: Inline
   :header: \"A\", \"B, b\"
   :delim: ,

   \"1\", \":term:`two`\"
   3,\"a \"\"b\"\"\"
   4,5,6

.. csv-table::
   :delim: ;

   1;2
"), @r##"
    title null
    table [] "Légende" ["A", "B"]
      row "1" "two lines"
      row "" "x\ny"
    table [] "Inline" ["A", "B, b"]
      row "1" "two"
      row "3" "a \"b\""
      row "4" "5" "6"
    table [] null ["1", "2"]
      row "1" "2"
    "##);
    let text = ".. csv-table:: Flux\n\t:header-rows: 1\n\t:file: data/flux.csv\n\t:delim: ;\n";
    let tree = read_with_files(text).expect("both files are good");
    assert_snapshot!(show(&tree), @r##"
    title null
    table [] "Flux" ["Source", "Port"]
      row "a\nb" "22"
    "##);
    assert_eq!(raw(&tree, &["tables", "0", "rows", "0", "Port"]), "22");
    let span = at(&tree, &["tables", "0", "rows", "0", "Source"]).span;
    assert_eq!(tree.sources.locate(span).source.name(), "doc/data/flux.csv");
    assert!(tree.raw(at(&tree, &["tables", "0"]).span).starts_with(".. csv-table:: Flux"));
}

#[test]
fn included_tables_that_cannot_be_read_are_all_named() {
    let text = "a\n\n.. csv-table::\n   :file: none.csv\n\n.. csv-table::\n   :file: broken.csv\n";
    let error = read_with_files(text).expect_err("neither can be read");
    let source = Source::new("doc/a.rst", text);
    let shown: Vec<_> = error
        .problems
        .iter()
        .map(|problem| {
            let at = source.position(problem.span.expect("has a place").start() as usize);
            format!("{}:{}: {}", at.line, at.column, problem.message.en)
        })
        .collect();
    assert_snapshot!(shown.join("\n"), @r##"
    4:11: the table's file none.csv cannot be read: there is no such file
    7:11: broken.csv, line 2: this quote is never closed; close it, or double it if it is part of the text
    "##);
    assert_snapshot!(problem(&RST, "a.rst", text), @r##"
    4:11: the table's file none.csv cannot be read: none.csv is included, but this text stands alone
    "##);
}

#[test]
fn spans_are_where_things_are_written() {
    let text = "Été *x*\n=======\n\n* clé : **v**\n\n=== ===\nA   B\n=== ===\né   `b`_\n=== ===\n";
    let tree = read_text("a.rst", text, &RST).expect("is reST");
    let raw = |path: &[&str]| raw(&tree, path);
    assert_eq!(raw(&["sections", "0"]), "Été *x*");
    assert_eq!(raw(&["lists", "0"]), "* clé : **v**");
    assert_eq!(raw(&["fields", "0", "key"]), "clé");
    assert_eq!(raw(&["fields", "0", "value"]), "v");
    assert_eq!(raw(&["tables", "0", "rows", "0"]), "é   `b`_");
    assert_eq!(raw(&["tables", "0", "rows", "0", "A"]), "é");
    assert_eq!(raw(&["tables", "0", "rows", "0", "B"]), "`b`_");
    assert_eq!(raw(&["links", "0", "text"]), "b");
}

/// The same line again and again, each time one column further to the right.
fn staircase(line: &str) -> String {
    let mut text = String::new();
    for indent in 0..1_000 {
        text.extend(std::iter::repeat_n(' ', indent));
        text.push_str(line);
        text.push_str("\n\n");
    }
    text
}

#[test]
fn hostile_texts_are_read_in_time() {
    let columns = 100_000;
    for text in [
        "* ".repeat(30_000),
        "- a\n\n".repeat(30_000),
        staircase("* a"),
        staircase(".. note::"),
        "*a ".repeat(30_000),
        "`a ".repeat(30_000),
        "``a ".repeat(30_000),
        "a_ b_".repeat(30_000),
        ":a:".repeat(30_000),
        ":a ".repeat(30_000),
        "== ==\na\n".repeat(50_000),
        "+-+\n| |\n".repeat(50_000),
        format!("{}\n{}", "= ".repeat(columns), "a\n".repeat(10_000)),
        format!("{0}\n{1}\n{0}\n", "= ".repeat(columns).trim_end(), "a ".repeat(columns)),
        format!("{}+\n{}", "+-".repeat(columns), "|+-+\n".repeat(30_000)),
        format!(".. csv-table::\n\n   {}", "a,".repeat(columns)),
        format!(".. list-table::\n\n{}", "   * - ".repeat(30_000)),
        ".. _a: b\n".repeat(50_000),
        "::\n\n a\n".repeat(50_000),
        "a\n=\n".repeat(50_000),
    ] {
        let _ = read_text("a.rst", &text, &RST);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(text in r#"([-=+*|`:_.<>\\#\[\]()"~^]|[a-z]{1,3}|[0-9]|é|\u{a0}|\n|\n\n|\r\n| |   |\t|::|``|\*\*|\n\.\. |\n==  ==\n|\n\+--\+--\+\n|\.\. csv-table::|\.\. list-table::|\.\. table::|\.\. code::|\.\. note::|\.\. _|:file: |:header: |:header-rows: 1|\* - |>>> |1\. ){0,60}"#) {
        survives(&RST, "a.rst", &text)?;
    }
}
