use aplomb_model::{Node, Phrase, Span, Tree};

use crate::lines::lines;
use crate::piece::{Piece, list, map, named, null, quoted};
use crate::problems::Problems;
use crate::{Format, Input, ReadError};

pub(crate) const CRONTAB: Format = Format {
    id: "crontab",
    summary: "Tables of cron",
    docs: "The tree is `{\"jobs\": [{\"schedule\", \"user\", \"command\", \"name\"}], \
        \"environment\": {name: text}}`.\n\n\
        Follows crontab(5) of Debian and Red Hat. `schedule` is the five fields with one blank \
        between them, or `@daily` and its kin. Whether a table names users is told by its path \
        alone, for a command may begin with any word: `crontab` in a folder `etc`, and the files in a \
        folder `cron.d`, are the system's, and their sixth field is `user`. Any other table, also a \
        `crontab` at the delivery's root, is a user's, as `crontab -l` prints it; there `user` is \
        null, and all that follows the schedule is the command. Deliver the system's table as \
        `etc/crontab`. `name` is the file name of the program that the \
        command begins with, without `.sh`: `agora-dump` for `/usr/local/bin/agora-dump.sh -v`.",
    names: &["**/crontab", "**/cron.d/*", "**/crontabs/*"],
    extensions: &["crontab", "cron"],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let text = input.source.text();
    let has_user = is_of_system(input.source.name());
    let mut jobs = Vec::new();
    let mut environment = Vec::new();
    let mut problems = Problems::default();
    let (lines, comments) = lines(text, &['#']);
    for line in lines {
        if let Some((name, value)) = variable(line) {
            environment.push(name.names(value.node()));
        } else {
            match job(line, has_user) {
                Ok(job) => jobs.push(job),
                Err(message) => problems.add(line.span(), message),
            }
        }
    }
    let spans = environment.iter().map(|member| member.value.span);
    let span = spans.reduce(Span::cover).unwrap_or_default();
    let members = vec![named("jobs", list(jobs)), named("environment", map(span, environment))];
    input.tree(&CRONTAB, members, comments, problems)
}

/// Whether the table at `path` is one of those that cron runs as any user.
fn is_of_system(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let (name, folder) = (parts.next(), parts.next());
    folder == Some("cron.d") || (folder == Some("etc") && name == Some("crontab"))
}

/// `NAME = value`, either of them in quotes or not.
fn variable(line: Piece<'_>) -> Option<(Piece<'_>, Piece<'_>)> {
    let (name, value) = line.split_once(&['='])?;
    let quotes = ['"', '\''];
    let name = name.trim();
    let name = name.unquoted(&quotes).unwrap_or(name);
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let first = name.text().chars().next()?;
    let is_name = name.text().chars().all(word) && !first.is_ascii_digit();
    let value = value.trim();
    is_name.then(|| (name, value.unquoted(&quotes).unwrap_or(value)))
}

fn job(line: Piece<'_>, has_user: bool) -> Result<Node, Phrase> {
    let (schedule, rest) = schedule(line)?;
    let (user, command) = match rest.split_word() {
        (user, command) if has_user => (user.node(), command),
        _ => (null(rest.start()), rest),
    };
    if command.is_empty() {
        return Err(no_command(has_user));
    }
    let program = program(command);
    let file = program.text().rfind('/').map_or(0, |slash| slash + 1);
    let name = program.from(file);
    let name = name.until(name.text().strip_suffix(".sh").unwrap_or(name.text()).len());
    let members = vec![
        named("schedule", schedule),
        named("user", user),
        named("command", command.node()),
        named("name", name.node()),
    ];
    Ok(map(line.span(), members))
}

fn schedule(line: Piece<'_>) -> Result<(Node, Piece<'_>), Phrase> {
    if line.text().starts_with('@') {
        let (nickname, rest) = line.split_word();
        let known = [
            "@reboot",
            "@yearly",
            "@annually",
            "@monthly",
            "@weekly",
            "@daily",
            "@midnight",
            "@hourly",
        ];
        if !known.contains(&nickname.text()) {
            return Err(unknown_nickname(nickname.text()));
        }
        return Ok((nickname.node(), rest));
    }
    let mut fields = Vec::new();
    let mut span = line.until(0).span();
    let mut rest = line;
    for _ in 0..5 {
        let (field, after) = rest.split_word();
        let allowed = |c: char| c.is_ascii_alphanumeric() || "*,-/~#?LW".contains(c);
        let begins = field.text().starts_with(|c: char| {
            c.is_ascii_digit()
                || matches!(c, '*' | '~' | '?')
                || (fields.len() >= 3 && c.is_ascii_alphabetic())
        });
        if !begins || !field.text().chars().all(allowed) {
            return Err(no_schedule(field.text()));
        }
        span = span.cover(field.span());
        fields.push(field.text());
        rest = after;
    }
    Ok((Node::text(span, fields.join(" ")), rest))
}

/// The first word of a command that is not an assignment to a variable.
fn program(command: Piece<'_>) -> Piece<'_> {
    let mut rest = command;
    loop {
        let (word, after) = rest.split_word();
        let assigned = word.split_once(&['=']).is_some_and(|(name, _)| {
            let name = name.text();
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        });
        if !assigned || after.is_empty() {
            return word;
        }
        rest = after;
    }
}

fn no_schedule(field: &str) -> Phrase {
    let field = quoted(field);
    Phrase::new(
        format!("`{field}` is no field of a schedule; write five fields, then the command"),
        format!(
            "« {field} » n'est pas un champ de planification ; écrire cinq champs, puis la commande"
        ),
    )
}

fn unknown_nickname(nickname: &str) -> Phrase {
    let nickname = quoted(nickname);
    Phrase::new(
        format!("cron knows no `{nickname}`; write `@daily`, `@hourly` or such, or five fields"),
        format!(
            "cron ne connaît pas « {nickname} » ; écrire « @daily », « @hourly »… ou cinq champs"
        ),
    )
}

fn no_command(has_user: bool) -> Phrase {
    if has_user {
        return Phrase::new(
            "this job has no command; in this table a user comes first, then the command",
            "cette tâche n'a pas de commande ; dans cette table, l'utilisateur précède la commande",
        );
    }
    Phrase::new(
        "this job has no command; write it after the schedule",
        "cette tâche n'a pas de commande ; l'écrire après la planification",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{at, check, positions, raw};
    use crate::read_text;

    #[test]
    fn jobs_have_a_name_and_system_tables_a_user() {
        check(
            &CRONTAB,
            "etc/cron.d/agora",
            "# a\nSHELL=/bin/sh\nMAILTO = \"\"\n\n0 2  * * mon\troot /usr/local/bin/agora-dump.sh -v % x\n@daily  agora LANG=C backup\n",
            r#"{"jobs": [
                {"schedule": "0 2 * * mon", "user": "root", "command": "/usr/local/bin/agora-dump.sh -v % x", "name": "agora-dump"},
                {"schedule": "@daily", "user": "agora", "command": "LANG=C backup", "name": "backup"}],
              "environment": {"SHELL": "/bin/sh", "MAILTO": ""}}"#,
        );
        check(
            &CRONTAB,
            "var/crontab",
            "*/5 0-3,7 1 jan 0 root x=1\r\n",
            r#"{"jobs": [{"schedule": "*/5 0-3,7 1 jan 0", "user": null, "command": "root x=1", "name": "root"}], "environment": {}}"#,
        );
        check(&CRONTAB, "crontab", "", r#"{"jobs": [], "environment": {}}"#);
    }

    #[test]
    fn the_path_tells_whether_there_are_users() {
        for (path, user) in [
            ("etc/crontab", Some("root")),
            ("configs/db/etc/crontab", Some("root")),
            ("cron.d/crontab", Some("root")),
            ("etc/cron.d/agora", Some("root")),
            ("crontab", None),
            ("vetc/crontab", None),
            ("etc/agora.crontab", None),
            ("etc/cron.d/old/agora.cron", None),
            ("var/spool/cron/crontabs/root", None),
        ] {
            let tree = read_text(path, "0 2 * * * root /bin/x\n", &CRONTAB).expect("is one");
            let text = |key| at(&tree, &["jobs", "0", key]).as_str();
            assert_eq!(text("user"), user, "{path}");
            let command = if user.is_some() { "/bin/x" } else { "root /bin/x" };
            assert_eq!(text("command"), Some(command), "{path}");
        }
    }

    #[test]
    fn mistakes_have_positions() {
        let text = "words here\n0 2 * *\n@dayly root x\n0 2 * * * root\n0 2 * * * root x\n";
        let expected = ["1:1", "2:1", "3:1", "4:1"];
        assert_eq!(positions(&CRONTAB, "etc/crontab", text), expected);
    }

    #[test]
    fn spans_are_what_is_written() {
        let text = " 0  2 * * *  /opt/é.sh a\nA='é'\n";
        let tree = read_text("crontab", text, &CRONTAB).expect("is one");
        assert_eq!(raw(&tree, &["jobs", "0", "schedule"]), "0  2 * * *");
        assert_eq!(raw(&tree, &["jobs", "0", "name"]), "é");
        assert_eq!(raw(&tree, &["jobs", "0"]), "0  2 * * *  /opt/é.sh a");
        assert_eq!(raw(&tree, &["environment", "A"]), "é");
    }
}
