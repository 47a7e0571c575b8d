use std::collections::BTreeMap;

use super::last_logins::LastLogins;
use crate::calendar;
use crate::facts::{Collected, Facts, Gaps};
use crate::host::{Host, Text};
use crate::section::Section;

pub(crate) const USERS: Section = Section {
    id: "users",
    summary: "accounts and their last login; of passwords only whether there is one, its algorithm and its dates",
    sources: &[
        "/etc/passwd",
        "/etc/shadow",
        "/var/log/lastlog",
        "/var/log/wtmp",
        "/var/log/wtmp.1",
    ],
    is_opt_in: false,
    collect: users,
};

pub(crate) const GROUPS: Section = Section {
    id: "groups",
    summary: "groups and their members",
    sources: &["/etc/group"],
    is_opt_in: false,
    collect: groups,
};

/// Members that only `/etc/shadow` tells.
const OF_SHADOW: &[&str] = &[
    "password",
    "hash",
    "password_changed",
    "password_min_days",
    "password_max_days",
    "password_warn_days",
    "password_inactive_days",
    "expires",
];

fn users(host: &Host<'_>) -> Collected {
    const PASSWD: &str = "/etc/passwd";
    let passwd = match host.text(PASSWD) {
        Ok(passwd) => passwd,
        Err(refusal) => return Collected::refused(PASSWD, "file", &refusal),
    };
    let mut gaps = Gaps::default();
    if passwd.is_cut {
        gaps.cut(PASSWD);
    }
    let shadow = match host.text("/etc/shadow") {
        Ok(shadow) => Some(shadow),
        Err(refusal) => {
            gaps.add("/etc/shadow", &refusal, OF_SHADOW);
            None
        }
    };
    let logins = LastLogins::read(host, &mut gaps);
    let mut secrets = shadow.as_ref().map_or_else(BTreeMap::new, entries);
    let mut users = Vec::new();
    for (number, line) in records(&passwd) {
        let fields: Vec<&str> = line.split(':').collect();
        let [name, password, uid, gid, gecos, home, shell] = fields.as_slice() else {
            gaps.not_understood(passwd.at(number), "an account is seven fields");
            continue;
        };
        let (Ok(uid), Ok(gid)) = (uid.parse::<u32>(), gid.parse::<u32>()) else {
            gaps.not_understood(passwd.at(number), "a user or group id is a number");
            continue;
        };
        let mut user = Facts::from(passwd.at(number))
            .with("name", *name)
            .with("uid", uid)
            .with("gid", gid)
            .with("home", *home)
            // passwd(5): no shell means /bin/sh.
            .with("shell", if shell.is_empty() { "/bin/sh" } else { shell })
            .with_known("gecos", (!gecos.is_empty()).then_some(*gecos))
            .with_known("last_login", logins.of(uid, name))
            .with_known("never_logged_in", logins.never(uid, name).then_some(true));
        // What `x` stands for is in the other file; of several lines the first counts.
        if *password == "x" {
            if let Some(fields) = secrets.remove(*name) {
                of_shadow(&mut user, &fields);
            }
        } else {
            of_password(&mut user, password);
        }
        users.push(user);
    }
    gaps.list(PASSWD, "file", users)
}

/// The lines that are a record: neither empty, nor a comment, nor NIS.
fn records(text: &Text) -> impl Iterator<Item = (usize, &str)> {
    text.lines().filter(|(_, line)| {
        !line.trim().is_empty() && !line.starts_with('#') && !line.starts_with(['+', '-'])
    })
}

/// The fields of the first line of each account.
fn entries(shadow: &Text) -> BTreeMap<&str, Vec<&str>> {
    let mut entries = BTreeMap::new();
    for (_, line) in records(shadow) {
        let mut fields = line.split(':');
        if let Some(name) = fields.next() {
            entries.entry(name).or_insert_with(|| fields.take(8).collect());
        }
    }
    entries
}

fn of_shadow(user: &mut Facts, fields: &[&str]) {
    let number = |index: usize| fields.get(index).and_then(|field| field.parse::<i64>().ok());
    of_password(user, fields.first().copied().unwrap_or_default());
    // Zero is not a day: the password must be changed at the next login.
    let changed = number(1).filter(|day| *day > 0).and_then(calendar::date);
    user.put_known("password_changed", changed);
    user.put_known("password_min_days", number(2));
    user.put_known("password_max_days", number(3));
    user.put_known("password_warn_days", number(4));
    user.put_known("password_inactive_days", number(5));
    user.put_known("expires", number(6).and_then(calendar::date));
}

/// crypt(5) and shadow(5). Nothing of the hash itself is kept.
fn of_password(user: &mut Facts, field: &str) {
    let hash = field.trim_start_matches('!');
    let status = match field {
        "" => "empty",
        _ if field.starts_with(['!', '*']) => "locked",
        _ => "set",
    };
    user.put("password", status);
    user.put_known("hash", algorithm(hash));
}

/// The algorithm of a hash, by the names that crypt(5) gives.
fn algorithm(hash: &str) -> Option<&'static str> {
    if hash.is_empty() || hash.starts_with('*') {
        return None;
    }
    let Some(rest) = hash.strip_prefix('$') else {
        let is_des = hash.len() == 13 && hash.bytes().all(|byte| byte.is_ascii_graphic());
        let is_bsdi = hash.starts_with('_') && hash.len() == 20;
        return Some(if is_des {
            "descrypt"
        } else if is_bsdi {
            "bsdicrypt"
        } else {
            "unknown"
        });
    };
    let id = rest.split(['$', ',']).next().unwrap_or_default();
    Some(match id {
        "1" => "md5crypt",
        "2" | "2a" | "2b" | "2x" | "2y" => "bcrypt",
        "3" => "nt",
        "5" => "sha256crypt",
        "6" => "sha512crypt",
        "7" => "scrypt",
        "y" => "yescrypt",
        "gy" => "gost-yescrypt",
        "md5" => "sunmd5",
        "sha1" => "sha1crypt",
        _ => "unknown",
    })
}

fn groups(host: &Host<'_>) -> Collected {
    const GROUP: &str = "/etc/group";
    let group = match host.text(GROUP) {
        Ok(group) => group,
        Err(refusal) => return Collected::refused(GROUP, "file", &refusal),
    };
    let mut gaps = Gaps::default();
    if group.is_cut {
        gaps.cut(GROUP);
    }
    let mut groups = Vec::new();
    for (number, line) in records(&group) {
        let fields: Vec<&str> = line.split(':').collect();
        let [name, _, gid, members] = fields.as_slice() else {
            gaps.not_understood(group.at(number), "a group is four fields");
            continue;
        };
        let Ok(gid) = gid.parse::<u32>() else {
            gaps.not_understood(group.at(number), "a group id is a number");
            continue;
        };
        let members = members.split(',').map(str::trim).filter(|member| !member.is_empty());
        groups.push(
            Facts::from(group.at(number))
                .with("name", *name)
                .with("gid", gid)
                .with("members", members.collect::<Vec<_>>()),
        );
    }
    gaps.list(GROUP, "file", groups)
}

#[cfg(test)]
mod tests;
