use aplomb_model::Tree;

use crate::{Format, Input, ReadError};

mod blocks;
mod csv_table;
mod directive;
mod grid;
mod inline;
mod lines;
mod marker;
mod tables;
#[cfg(test)]
mod tests;

pub(crate) const RST: Format = Format {
    id: "rst",
    summary: "reStructuredText, the part manuals are written in",
    docs: "The tree has the same flat shape as that of Markdown: `front_matter` (the fields at \
        the top of the document, or null), `title`, `sections`, `tables`, `lists`, `code`, \
        `links` and `fields`. So `$.tables[*].rows[*]` are the rows of all tables, and \
        `$.lists[*].items[*]` the items of all lists, wherever they stand.\n\n\
        Read are: titles of any style, in the order in which styles are first used; paragraphs \
        and block quotes; bullet, enumerated and definition lists; field lists; simple and grid \
        tables, `list-table` and `csv-table`, whose `:file:` is read too and keeps its own \
        positions; literal blocks, `code-block` and its kin; links, `:doc:` and `:ref:`; \
        `toctree`, `include`, `literalinclude`, `image` and `figure`, each as a link to what it \
        names, which is not opened; admonitions as prose. Markup is removed from texts, roles \
        leave their text. A cell that holds a list has one item a line. In a merged cell of a \
        grid table all its rows say the same. A table without header names its columns by number; of \
        columns with the same name, the second is called `NAME-2`, and cells beyond the header are \
        under `column-N`. Comments are comments; substitutions are left as they are written.",
    names: &[],
    extensions: &["rst", "rest"],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    blocks::Reader::new(input).read()
}
