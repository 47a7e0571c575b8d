use aplomb_model::{Member, Node, Span};

use super::cursor::{Cursor, Item, Wrong};
use super::items;
use crate::piece::{list, map, named, null};
use crate::repetition::Repetition;

/// Commands that share who, where, as whom and how.
#[derive(Clone)]
pub(super) struct Rule {
    pub(super) users: Vec<Item>,
    pub(super) hosts: Vec<Item>,
    pub(super) runas: Option<Runas>,
    pub(super) commands: Vec<Item>,
    pub(super) tags: Vec<(Box<str>, Span)>,
    pub(super) options: Vec<Member>,
    pub(super) span: Span,
}

/// As whom commands run.
#[derive(Clone)]
pub(super) struct Runas {
    pub(super) users: Vec<Item>,
    pub(super) groups: Vec<Item>,
    pub(super) span: Span,
}

static TAGS: &[&str] = &[
    "EXEC",
    "FOLLOW",
    "INTERCEPT",
    "LOG_INPUT",
    "LOG_OUTPUT",
    "MAIL",
    "NOEXEC",
    "NOFOLLOW",
    "NOINTERCEPT",
    "NOLOG_INPUT",
    "NOLOG_OUTPUT",
    "NOMAIL",
    "NOPASSWD",
    "NOSETENV",
    "PASSWD",
    "SETENV",
];

static OPTIONS: &[&str] = &[
    "APPARMOR_PROFILE",
    "CHROOT",
    "CWD",
    "LIMITPRIVS",
    "NOTAFTER",
    "NOTBEFORE",
    "PRIVS",
    "ROLE",
    "TIMEOUT",
    "TYPE",
];

/// `users hosts = commands : hosts = commands …`
pub(super) fn rules(
    cursor: &mut Cursor<'_>,
    out: &mut Vec<Rule>,
    repetition: &mut Repetition,
) -> Result<(), Wrong> {
    let start = cursor.here();
    let users = cursor.separated(Cursor::name)?;
    loop {
        let hosts = cursor.separated(Cursor::name)?;
        let Some(last) = hosts.last() else { return Ok(()) };
        cursor.expect('=', last)?;
        let first = out.last().is_none_or(|rule| rule.span.start() != start.start());
        let repeats = |user: &Item| repetition.allows(user.span, user.text.len());
        if !first && !users.iter().all(repeats) {
            return Ok(());
        }
        let mut rule = Rule {
            users: users.clone(),
            hosts,
            runas: None,
            commands: Vec::new(),
            tags: Vec::new(),
            options: Vec::new(),
            span: start,
        };
        loop {
            let head = Head::read(cursor)?;
            if head.says_something() && !rule.commands.is_empty() {
                let commands = std::mem::take(&mut rule.commands);
                if !rule.may_repeat(repetition) {
                    return Ok(());
                }
                out.push(Rule { commands, ..rule.clone() });
            }
            rule.take(head);
            let command = cursor.command()?;
            rule.span = start.cover(command.span);
            rule.commands.push(command);
            if !cursor.eat(',') {
                break;
            }
        }
        out.push(rule);
        if !cursor.eat(':') {
            return cursor.end();
        }
    }
}

/// What may stand before a command, and holds for those after it too.
#[derive(Default)]
struct Head {
    runas: Option<Runas>,
    tags: Vec<(Box<str>, Span)>,
    options: Vec<Member>,
}

impl Head {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, Wrong> {
        let mut head = Self::default();
        if cursor.eat('(') {
            head.runas = Some(Runas::read(cursor)?);
        }
        while let Some(option) = cursor.prefix('=', OPTIONS) {
            let (text, span) = cursor.value("#,:")?;
            head.options.push(option.names(Node::text(span, text)));
        }
        while let Some(tag) = cursor.prefix(':', TAGS) {
            head.tags.push((tag.text().into(), tag.span()));
        }
        Ok(head)
    }

    const fn says_something(&self) -> bool {
        self.runas.is_some() || !self.tags.is_empty() || !self.options.is_empty()
    }
}

impl Runas {
    /// What follows `(`: users, and after `:` groups, up to `)`.
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, Wrong> {
        let start = cursor.point();
        let listed = |cursor: &mut Cursor<'_>| match cursor.peek() {
            Some(':' | ')') => Ok(Vec::new()),
            _ => cursor.separated(Cursor::name),
        };
        let users = listed(cursor)?;
        let groups = if cursor.eat(':') { listed(cursor)? } else { Vec::new() };
        let span = start.cover(cursor.point());
        cursor.close(')')?;
        Ok(Self { users, groups, span })
    }

    fn node(&self) -> Node {
        let members = vec![
            named("users", items(self.span, &self.users)),
            named("groups", items(self.span, &self.groups)),
        ];
        map(self.span, members)
    }
}

impl Rule {
    /// Whether what stands before the commands may be written out once more.
    fn may_repeat(&self, repetition: &mut Repetition) -> bool {
        let runas = self.runas.iter().flat_map(|runas| runas.users.iter().chain(&runas.groups));
        let mut items = self.users.iter().chain(&self.hosts).chain(runas);
        items.all(|item| repetition.allows(item.span, item.text.len()))
            && self.options.iter().all(|option| repetition.allows_node(self.span, &option.value))
    }

    /// Goes on with what the next command says of itself; of opposite tags the later counts.
    fn take(&mut self, head: Head) {
        self.runas = head.runas.or(self.runas.take());
        for tag in head.tags {
            let topic = |tag: &str| tag.strip_prefix("NO").unwrap_or(tag).to_owned();
            self.tags.retain(|known| topic(&known.0) != topic(&tag.0));
            self.tags.push(tag);
        }
        for option in head.options {
            self.options.retain(|known| known.key != option.key);
            self.options.push(option);
        }
    }

    pub(super) fn node(&self) -> Node {
        let at = self.span.start() as usize;
        let runas = self.runas.as_ref().map_or_else(|| null(at), Runas::node);
        let tags = self.tags.iter().map(|(tag, span)| Node::text(*span, &**tag));
        let members = vec![
            named("users", items(self.span, &self.users)),
            named("hosts", items(self.span, &self.hosts)),
            named("runas", runas),
            named("tags", list(tags.collect())),
            named("options", map(self.span, self.options.clone())),
            named("commands", items(self.span, &self.commands)),
        ];
        map(self.span, members)
    }
}
