use std::collections::{BTreeMap, BTreeSet};

use aplomb_model::{Node, Span};

/// The columns of a table, told apart by their names: a row is a map, and holds every cell.
pub(super) struct Columns {
    nodes: Vec<Node>,
    taken: BTreeSet<Box<str>>,
}

impl Columns {
    /// Of the cells of a header. Of several with one name, the first keeps it, and the others get
    /// a number: `job`, `job-2`; one without name, after another without, is called after its
    /// place.
    pub(super) fn new(header: Vec<Node>) -> Self {
        let written = header.iter().filter_map(Node::as_str);
        let mut columns = Self { taken: written.map(Box::from).collect(), nodes: Vec::new() };
        let mut counts = BTreeMap::<Box<str>, usize>::new();
        for (index, node) in header.into_iter().enumerate() {
            let name = node.as_str().unwrap_or_default();
            let node = match counts.get_mut(name) {
                None => {
                    counts.insert(name.into(), 1);
                    node
                }
                Some(count) => {
                    let place = placed(index);
                    let name = columns.free(if name.is_empty() { &place } else { name }, count);
                    columns.taken.insert(name.clone());
                    Node::text(node.span, name)
                }
            };
            columns.nodes.push(node);
        }
        columns
    }

    /// The names, each with its place in the header.
    pub(super) fn into_nodes(self) -> Vec<Node> {
        self.nodes
    }

    /// The key of the cell at `index` of a row; of one beyond the header, its place: `column-3`.
    pub(super) fn key(&self, index: usize, cell: Span) -> (Box<str>, Span) {
        let column = self.nodes.get(index);
        match column.and_then(|column| Some((column.as_str()?, column.span))) {
            Some((name, span)) => (name.into(), span),
            None => (self.free(&placed(index), &mut 1), cell),
        }
    }

    /// A name that no column has: `name` where that is left, else with the next number.
    fn free(&self, name: &str, count: &mut usize) -> Box<str> {
        let mut free: Box<str> = name.into();
        while self.taken.contains(&free) {
            *count += 1;
            free = format!("{name}-{count}").into();
        }
        free
    }
}

fn placed(index: usize) -> Box<str> {
    format!("column-{}", index + 1).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(header: &[&str]) -> Vec<String> {
        let header = header.iter().map(|name| Node::text(Span::default(), *name)).collect();
        let nodes = Columns::new(header).into_nodes();
        nodes.iter().filter_map(Node::as_str).map(str::to_owned).collect()
    }

    #[test]
    fn no_two_columns_have_one_name() {
        assert_eq!(names(&["job", "user", "job", "job"]), ["job", "user", "job-2", "job-3"]);
        assert_eq!(names(&["a", "a", "a-2", "a-2"]), ["a", "a-3", "a-2", "a-2-2"]);
        assert_eq!(names(&["", "", "column-3", ""]), ["", "column-2", "column-3", "column-4"]);
        assert_eq!(names(&["column-2", "", ""]), ["column-2", "", "column-3"]);
        assert_eq!(names(&["", "column-2", "", "column-3"])[2], "column-3-2");
    }

    #[test]
    fn a_cell_beyond_the_header_takes_no_name_of_a_column() {
        let header = ["column-3", "b"].map(|name| Node::text(Span::default(), name));
        let columns = Columns::new(header.into());
        assert_eq!(&*columns.key(2, Span::default()).0, "column-3-2");
        assert_eq!(&*columns.key(3, Span::default()).0, "column-4");
    }
}
