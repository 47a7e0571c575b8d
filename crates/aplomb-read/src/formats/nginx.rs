use aplomb_model::{Node, Phrase, Span, Tree};

use self::lexer::{Lexer, Token};
use super::include::folders_above;
use super::nested::{Directive, Reading, Said};
use crate::piece::quoted;
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
        `/usr/local/nginx/conf/`, `/usr/local/etc/nginx/`) is looked for there too, and any other \
        below the folders above. What is not delivered has `found` false: nothing is known of it, and \
        but for tables that nginx ships (`mime.types`, `fastcgi_params`, …) rules that find nothing \
        amiss are not evaluated.\n\n\
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
    ["/etc/nginx", "/usr/local/nginx/conf", "/usr/local/etc/nginx"];

/// Files that nginx ships, which hold tables of types and parameters for other servers.
const STOCK: [&str; 9] = [
    "mime.types",
    "fastcgi.conf",
    "fastcgi_params",
    "scgi_params",
    "uwsgi_params",
    "koi-utf",
    "koi-win",
    "win-utf",
    "snippets/fastcgi-php.conf",
];

fn is_stock(path: &str) -> bool {
    let below = CONFIGURATION_FOLDERS.iter().find_map(|folder| path.strip_prefix(folder));
    STOCK.contains(&below.map_or(path, |path| path.trim_start_matches('/')))
}

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    Reading::new(input, NGINX.id, main_file(input), is_stock).read(
        input,
        grammar,
        effective::contexts,
    )
}

/// The file that paths of includes are relative to: the nearest `nginx.conf`, in the folder of the
/// file or above it, or the file itself.
fn main_file(input: &Input<'_>) -> String {
    let name = input.source.name();
    let is_there = |path: &String| path == name || !input.files.matching("", path).is_empty();
    let mut places = folders_above(name).map(|folder| format!("{folder}nginx.conf"));
    places.find(is_there).unwrap_or_else(|| name.to_owned())
}

fn grammar(reading: &mut Reading<'_>, text: &str, base: u32, depth: usize) -> Said {
    let mut reader = Reader { reading, lexer: Lexer::new(text, base) };
    let directives = reader.block(None, depth);
    Said { directives, comments: reader.lexer.comments }
}

/// A file that is being read.
struct Reader<'a, 'b, 'c> {
    reading: &'a mut Reading<'b>,
    lexer: Lexer<'c>,
}

impl Reader<'_, '_, '_> {
    /// Reads directives up to the `}` of the block that began at `open`, or to the end of the file.
    fn block(&mut self, open: Option<Span>, depth: usize) -> Vec<Directive> {
        let mut directives = Vec::new();
        let mut words: Vec<Node> = Vec::new();
        loop {
            if self.reading.problems.is_full() {
                self.lexer.stop();
            }
            match self.lexer.next() {
                Token::Word(word) => words.push(word),
                Token::Wrong(span, message) => self.wrong(span, message),
                Token::End(span) => match directive(&mut words) {
                    Some(directive) => directives.push(self.simple(directive, depth)),
                    None => self.wrong(span, no_name()),
                },
                Token::Open(span) => {
                    if let Some(directive) = directive(&mut words) {
                        directives.extend(self.with_block(directive, span, depth));
                    } else {
                        self.wrong(span, no_name());
                        self.nested(span, depth);
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
                    if self.lexer.is_stopped() {
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
        open: Span,
        depth: usize,
    ) -> Option<Directive> {
        if directive.name().ends_with("_by_lua_block") {
            let Some(code) = self.lexer.lua() else {
                self.wrong(open, not_closed());
                self.lexer.stop();
                return None;
            };
            directive.args.push(code);
            return Some(Directive::new(directive.name, directive.args));
        }
        directive.block = Some(self.nested(open, depth));
        Some(directive)
    }

    fn nested(&mut self, open: Span, depth: usize) -> Vec<Directive> {
        if self.reading.too_deep(depth, open) {
            self.lexer.stop();
            return Vec::new();
        }
        self.block(Some(open), depth + 1)
    }

    fn simple(&mut self, mut directive: Directive, depth: usize) -> Directive {
        if let ("include", [path]) = (directive.name(), directive.args.as_slice()) {
            let places =
                self.reading.places(&CONFIGURATION_FOLDERS, path.as_str().unwrap_or_default());
            let block = self.reading.follow(path, &places, depth, grammar);
            directive.block = block;
        }
        directive
    }

    fn wrong(&mut self, span: Span, message: Phrase) {
        self.reading.wrong(span, message);
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
