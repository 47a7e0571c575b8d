use aplomb_model::{Comment, Node, Phrase, Tree};

use self::lines::{Line, lines};
use super::include::folders_above;
use super::nested::{Directive, Reading, Said};
use crate::piece::quoted;
use crate::{Format, Input, ReadError};

mod directives;
mod effective;
mod lines;
#[cfg(test)]
mod tests;

pub(crate) const HTTPD: Format = Format {
    id: "httpd",
    summary: "Apache HTTP Server configuration, its includes followed, and what takes effect where",
    docs: "The tree is `{\"directives\": [{\"name\", \"args\": [text, …], \"value\", \"block\": [same…]}], \
        \"includes\": [{\"path\", \"found\", \"files\": [path, …]}], \"effective\": [{\"context\", \"args\", \
        \"path\", \"settings\": {name: value, …}}, …]}`.\n\n\
        Follows the manual's Configuration Files and Configuration Sections. Lines that end in a \
        backslash go on; quotes are removed; variables are not replaced. `value` is all arguments \
        joined by one blank. Only a section (`<VirtualHost *:443>`) has `block`. Names are \
        case-insensitive and common ones are spelled as the manual does.\n\n\
        `Include` and `IncludeOptional` are followed, wildcards and all, where the delivery holds \
        the files: their `block` is what they say, each value with its place in its own file. \
        Paths start at the folder that the nearest `apache2.conf`, `httpd.conf` or \
        `conf/httpd.conf` above makes the server's root; so do absolute ones below `/etc/apache2/`, \
        `/etc/httpd/` and `/usr/local/apache2/`.\n\n\
        `effective` has an entry for each context, whatever file it is in: first `server`, then \
        `VirtualHost`, `Directory`, `Location`, `Files`, `If`, … in the order written; `path` says where it \
        stands. `IfModule`, `IfDefine`, `IfVersion`, `IfFile` and their kin are taken to be true, \
        and are no contexts. `settings` are the directives set in the context. A `VirtualHost` \
        holds those of the server too, where it does not set them itself; other sections hold \
        their own alone, because which of them apply is only known of a request. Directives that \
        add up (`Header`, `Require`, `Alias`, `Listen`, `RewriteRule`, …) are lists, one value a line; of any \
        other the last line counts.",
    names: &[
        "**/httpd.conf",
        "**/apache2.conf",
        "**/.htaccess",
        "**/{apache,apache2,httpd}/**/*.{conf,load}",
        "**/{apache,apache2,httpd}/**/{sites,conf,mods}-{available,enabled}/*",
    ],
    extensions: &["htaccess"],
    read,
};

/// Where the server keeps its configuration, as it is usually built.
const SERVER_ROOTS: [&str; 3] = ["/etc/apache2", "/etc/httpd", "/usr/local/apache2"];

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let is_stock = |_: &str| false;
    Reading::new(input, HTTPD.id, server_root(input), is_stock).read(
        input,
        grammar,
        effective::contexts,
    )
}

/// A file in the folder that paths of includes are relative to: of the folders above, the nearest
/// that looks like the server's root, or the file itself.
fn server_root(input: &Input<'_>) -> String {
    let name = input.source.name();
    let is_there = |path: String| path == name || !input.files.matching("", &path).is_empty();
    let is_root = |folder: &&str| {
        let inside = folder.ends_with("/conf/") || *folder == "conf/";
        is_there(format!("{folder}apache2.conf"))
            || is_there(format!("{folder}conf/httpd.conf"))
            || (!inside && is_there(format!("{folder}httpd.conf")))
    };
    folders_above(name).find(is_root).map_or_else(|| name.to_owned(), |root| format!("{root}root"))
}

fn grammar(reading: &mut Reading<'_>, text: &str, base: u32, depth: usize) -> Said {
    let mut comments = Vec::new();
    let mut sections = Sections { reading, open: Vec::new(), here: Vec::new() };
    for line in lines(text, base) {
        if sections.reading.problems.is_full() {
            break;
        }
        let depth = depth + sections.open.len();
        match line {
            Line::Comment(span) => comments.push(Comment { span }),
            Line::Wrong(span, message) => sections.reading.wrong(span, message),
            Line::Simple(directive) => sections.add(directive, depth),
            Line::Begin(directive) => {
                if sections.reading.too_deep(depth, directive.span) {
                    break;
                }
                sections.begin(directive);
            }
            Line::End(name) => sections.end(&name),
        }
    }
    sections.close_down_to(0);
    Said { directives: sections.here, comments }
}

/// The sections of a file as they open and close.
struct Sections<'a, 'b> {
    reading: &'a mut Reading<'b>,
    /// Those that are not closed yet, outermost first, each with what stands before it.
    open: Vec<(Directive, Vec<Directive>)>,
    /// What stands in the innermost of them so far.
    here: Vec<Directive>,
}

impl Sections<'_, '_> {
    fn begin(&mut self, directive: Directive) {
        self.open.push((directive, std::mem::take(&mut self.here)));
    }

    fn add(&mut self, mut directive: Directive, depth: usize) {
        if let (true, [path]) = (is_include(&directive), directive.args.as_slice()) {
            let written = path.as_str().unwrap_or_default();
            // A folder stands for the files in it.
            let all = if written.ends_with('/') { "*" } else { "" };
            let places = self.reading.places(&SERVER_ROOTS, &format!("{written}{all}"));
            let block = self.reading.follow(path, &places, depth, grammar);
            directive.block = block;
        }
        self.here.push(directive);
    }

    /// Closes the section called `name`, and those in it that should have been closed.
    fn end(&mut self, name: &Node) {
        let called = name.as_str().unwrap_or_default();
        let is_it = |(open, _): &(Directive, _)| open.name().eq_ignore_ascii_case(called);
        match self.open.iter().rposition(is_it) {
            Some(place) => {
                self.close_down_to(place + 1);
                self.close();
            }
            None => self.reading.wrong(name.span, not_open(called)),
        }
    }

    fn close_down_to(&mut self, place: usize) {
        while self.open.len() > place {
            if let Some((open, _)) = self.open.last() {
                self.reading.wrong(open.span, not_closed(open.name()));
            }
            self.close();
        }
    }

    /// What was read since the innermost section began is its block.
    fn close(&mut self) {
        if let Some((mut directive, before)) = self.open.pop() {
            directive.block = Some(std::mem::replace(&mut self.here, before));
            self.here.push(directive);
        }
    }
}

fn is_include(directive: &Directive) -> bool {
    matches!(directive.name(), "Include" | "IncludeOptional")
}

fn not_closed(name: &str) -> Phrase {
    let name = quoted(name);
    Phrase::new(
        format!("this section is never closed; add `</{name}>` on a line of its own"),
        format!("cette section n'est jamais fermée ; ajouter « </{name}> » seul sur sa ligne"),
    )
}

fn not_open(name: &str) -> Phrase {
    let name = quoted(name);
    Phrase::new(
        format!("no section `{name}` is open here; remove this line, or begin the section"),
        format!(
            "aucune section « {name} » n'est ouverte ici ; retirer cette ligne, ou commencer la section"
        ),
    )
}
