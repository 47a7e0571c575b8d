/// How much a reader takes before it refuses.
///
/// Whatever is read may be hostile; every limit ends in a [`ReadError`](crate::ReadError) that
/// names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Size of one file in bytes.
    pub bytes: u64,
    /// Nesting of lists and maps.
    pub depth: usize,
    /// Nodes that aliases and merges of one YAML file may add by repetition.
    pub alias_nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 * 1024 * 1024, depth: 512, alias_nodes: 100_000 }
    }
}
