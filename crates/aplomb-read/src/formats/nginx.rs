use aplomb_model::{Comment, Node, Phrase, Span, Tree, Value};

use self::lexer::{Lexer, Token};
use super::include::Includes;
use crate::piece::{joined, list, map, named, quoted};
use crate::problems::Problems;
use crate::{Format, Input, ReadError};

mod directives;
mod effective;
mod lexer;
#[cfg(test)]
mod tests;

pub(crate) const NGINX: Format = Format {
    id: "nginx",
    summary: "nginx configuration, its includes followed, and what takes effect where",
    docs: "The tree is `{\"directives\": [{\"name\", \"args\": [text, …], \"value\", \"block\": [same…]}], \
        \"includes\": [{\"path\", \"found\", \"files\": [path, …]}], \"effective\": [{\"context\", \"args\", \
        \"path\", \"settings\": {name: value, …}}, …]}`.\n\n\
        Words, quotes, escapes and blocks are those of nginx's own parser; variables are not \
        replaced. `value` is all arguments joined by one blank. Only a directive with a block has \
        `block`; the code of a `…_by_lua_block` is its last argument.\n\n\
        `include` is followed, wildcards and all, where the delivery holds the files: its `block` \
        is what they say, each value with its place in its own file. As in nginx, paths start at \
        the folder of `nginx.conf`: that of the file itself or the nearest one above it, else the \
        file's own folder. An absolute path below one of nginx's usual folders (`/etc/nginx/`, \
        `/usr/local/nginx/conf/`, `/usr/local/etc/nginx/`) is looked for there too. What is not \
        delivered has `found` false, and nothing is known of it.\n\n\
        `effective` has an entry for each context, from the outermost on, whatever file it is in: \
        `context` is its name (`main`, `events`, `http`, `server`, `location`, `if`, `upstream`, \
        `map`, …), `path` where it stands (`http/server/location`). `settings` are the directives that hold \
        in it, those it inherits included, each with the place where it is set. Directives of \
        which a context can have several (`add_header`, `proxy_set_header`, `access_log`, `listen`, \
        …) are lists, one value a line, and are inherited all or none, as in nginx; any other that \
        is repeated is a list too. Not inherited are those that concern one context (`listen`, \
        `server_name`, `return`, `rewrite`, `proxy_pass`, `try_files`, …), definitions \
        (`log_format`, `limit_req_zone`, …), anything of `main` but `error_log`, and anything by \
        `upstream`, `map`, `geo`, `types` and their kin. A file that has none of `events`, `http`, \
        `stream` and `mail` is a part of a configuration: its outermost context is `fragment`, and \
        what it inherits from elsewhere is not known.",
    names: &[
        "**/nginx.conf",
        "**/nginx/**/*.conf",
        "**/nginx/**/*.conf.template",
        "**/nginx/**/sites-available/*",
        "**/nginx/**/sites-enabled/*",
        "**/nginx/**/snippets/*",
        "**/nginx/**/conf.d/*",
        "**/nginx/mime.types",
        "**/nginx/*_params",
        "**/sites-available/*",
        "**/sites-enabled/*",
    ],
    extensions: &["nginx"],
    read,
};

/// Where nginx keeps its configuration, as it is usually built.
const CONFIGURATION_FOLDERS: [&str; 3] =
    ["/etc/nginx/", "/usr/local/nginx/conf/", "/usr/local/etc/nginx/"];

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let main = main_file(input);
    let mut reader = Reader {
        includes: Includes::new(input, NGINX.id),
        main: &main,
        depth: input.limits.depth,
        listed: Vec::new(),
        comments: Vec::new(),
        problems: Problems::default(),
    };
    let text = input.source.text();
    let directives = reader.text(text, 0, 0, true);
    let whole = Span::from_range(0..text.len());
    let effective = effective::contexts(&directives, whole, &mut reader.problems);
    let directives = directives.into_iter().map(Directive::into_node).collect();
    let members = vec![
        named("directives", list(directives)),
        named("includes", list(reader.listed)),
        named("effective", effective),
    ];
    let mut tree = reader.includes.into_tree(map(whole, members));
    tree.comments = reader.comments;
    reader.problems.or(tree)
}

/// The file that paths of includes are relative to: the nearest `nginx.conf`, in the folder of the
/// file or above it, or the file itself.
fn main_file(input: &Input<'_>) -> String {
    let name = input.source.name();
    let mut folder = name;
    while let Some((above, _)) = folder.rsplit_once('/') {
        folder = above;
        let main = format!("{folder}/nginx.conf");
        if main == name || !input.files.matching("", &main).is_empty() {
            return main;
        }
    }
    let at_root = !input.files.matching("", "nginx.conf").is_empty();
    if at_root { "nginx.conf".to_owned() } else { name.to_owned() }
}

/// A directive as written.
struct Directive {
    /// From its name to its last argument.
    span: Span,
    name: Node,
    args: Vec<Node>,
    value: Node,
    /// What stands in its braces or, for an `include`, in the files it names.
    block: Option<Vec<Directive>>,
}

impl Directive {
    fn new(name: Node, args: Vec<Node>) -> Self {
        let value = joined(&args, name.span.end());
        let span = name.span.cover(value.span);
        Self { span, name, args, value, block: None }
    }

    fn name(&self) -> &str {
        self.name.as_str().unwrap_or_default()
    }

    fn is_include(&self) -> bool {
        self.name() == "include"
    }

    fn into_node(self) -> Node {
        let mut members = vec![
            named("name", self.name),
            named("args", list(self.args)),
            named("value", self.value),
        ];
        if let Some(block) = self.block {
            let block = block.into_iter().map(Self::into_node).collect();
            members.push(named("block", list(block)));
        }
        map(self.span, members)
    }
}

struct Reader<'a> {
    includes: Includes<'a>,
    main: &'a str,
    depth: usize,
    /// What `include` directives name.
    listed: Vec<Node>,
    comments: Vec<Comment>,
    problems: Problems,
}

impl Reader<'_> {
    /// Reads a whole file, whose spans begin at `base`, inside `depth` blocks.
    fn text(&mut self, text: &str, base: u32, depth: usize, new: bool) -> Vec<Directive> {
        let mut lexer = Lexer::new(text, base);
        let directives = self.block(&mut lexer, None, depth);
        if new {
            self.comments.append(&mut lexer.comments);
        }
        directives
    }

    /// Reads directives up to the `}` of the block that began at `open`, or to the end of the file.
    fn block(&mut self, lexer: &mut Lexer<'_>, open: Option<Span>, depth: usize) -> Vec<Directive> {
        let mut directives = Vec::new();
        let mut words: Vec<Node> = Vec::new();
        loop {
            if self.problems.is_full() {
                lexer.stop();
            }
            match lexer.next() {
                Token::Word(word) => words.push(word),
                Token::Wrong(span, message) => self.wrong(span, message),
                Token::End(span) => match directive(&mut words) {
                    Some(directive) => directives.push(self.simple(directive, depth)),
                    None => self.wrong(span, no_name()),
                },
                Token::Open(span) => {
                    if let Some(directive) = directive(&mut words) {
                        directives.extend(self.with_block(directive, lexer, span, depth));
                    } else {
                        self.wrong(span, no_name());
                        self.nested(lexer, span, depth);
                    }
                }
                Token::Close(span) => {
                    if let Some(directive) = directive(&mut words) {
                        self.wrong(directive.span, not_ended(directive.name()));
                    }
                    if open.is_some() {
                        return directives;
                    }
                    self.wrong(span, not_open());
                }
                Token::Finish => {
                    // What follows an unclosed quote ends nowhere; one message is enough.
                    if lexer.is_stopped() {
                        return directives;
                    }
                    if let Some(directive) = directive(&mut words) {
                        self.wrong(directive.span, not_ended(directive.name()));
                    } else if let Some(open) = open {
                        self.wrong(open, not_closed());
                    }
                    return directives;
                }
            }
        }
    }

    fn with_block(
        &mut self,
        mut directive: Directive,
        lexer: &mut Lexer<'_>,
        open: Span,
        depth: usize,
    ) -> Option<Directive> {
        if directive.name().ends_with("_by_lua_block") {
            let Some(code) = lexer.lua() else {
                self.wrong(open, not_closed());
                lexer.stop();
                return None;
            };
            directive.args.push(code);
            return Some(Directive::new(directive.name, directive.args));
        }
        directive.block = Some(self.nested(lexer, open, depth));
        Some(directive)
    }

    fn nested(&mut self, lexer: &mut Lexer<'_>, open: Span, depth: usize) -> Vec<Directive> {
        if depth >= self.depth {
            self.wrong(open, too_deep(self.depth));
            lexer.stop();
            return Vec::new();
        }
        self.block(lexer, Some(open), depth + 1)
    }

    fn simple(&mut self, mut directive: Directive, depth: usize) -> Directive {
        if let ("include", [path]) = (directive.name(), directive.args.as_slice()) {
            let path = path.clone();
            directive.block = self.include(&path, depth);
        }
        directive
    }

    /// What the files that `path` names say; nothing where none is delivered.
    fn include(&mut self, path: &Node, depth: usize) -> Option<Vec<Directive>> {
        let written = path.as_str().unwrap_or_default();
        let relative = CONFIGURATION_FOLDERS.iter().find_map(|folder| written.strip_prefix(folder));
        let mut files = Vec::new();
        let mut block = Vec::new();
        let place = self.listed.len();
        let pattern = (self.main, relative.unwrap_or(written));
        for (from, name) in self.includes.matching(pattern, path.span, &mut self.problems) {
            let entered = self.includes.enter((from, &name), path.span, &mut self.problems);
            let Some(included) = entered else {
                continue;
            };
            files.push(Node::text(path.span, included.source.name()));
            // One more level: that of the list which holds what is included.
            if depth >= self.depth {
                self.wrong(path.span, too_deep(self.depth));
            } else {
                let text = included.source.text();
                block.append(&mut self.text(text, included.base, depth + 1, !included.again));
            }
            self.includes.leave();
        }
        let found = !files.is_empty();
        let members = vec![
            named("path", path.clone()),
            named("found", Node::new(path.span, Value::Bool(found))),
            named("files", list(files)),
        ];
        // Before those that stand in its files.
        self.listed.insert(place, map(path.span, members));
        found.then_some(block)
    }

    fn wrong(&mut self, span: Span, message: Phrase) {
        self.includes.problem(&mut self.problems, span, message);
    }
}

/// The directive that the words so far make.
fn directive(words: &mut Vec<Node>) -> Option<Directive> {
    let mut words = std::mem::take(words).into_iter();
    let name = words.next()?;
    Some(Directive::new(name, words.collect()))
}

fn no_name() -> Phrase {
    Phrase::new(
        "a directive is missing before this; remove it, or write `name value;`",
        "il manque une directive avant ceci ; le retirer, ou écrire « nom valeur; »",
    )
}

fn not_ended(name: &str) -> Phrase {
    let name = quoted(name);
    Phrase::new(
        format!("`{name}` is not ended; put a `;` after its last argument"),
        format!("« {name} » n'est pas terminé ; mettre un « ; » après son dernier argument"),
    )
}

fn not_closed() -> Phrase {
    Phrase::new(
        "this block is never closed; add the missing `}`",
        "ce bloc n'est jamais fermé ; ajouter l'accolade « } » manquante",
    )
}

fn not_open() -> Phrase {
    Phrase::new(
        "no block is open here; remove this `}`, or add the `{` it should close",
        "aucun bloc n'est ouvert ici ; retirer cette accolade, ou ajouter celle qu'elle devrait fermer",
    )
}

fn too_deep(depth: usize) -> Phrase {
    Phrase::new(
        format!("blocks are nested deeper than {depth} levels; flatten them"),
        format!("plus de {depth} blocs imbriqués ; les aplatir"),
    )
}
