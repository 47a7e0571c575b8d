//! The keywords of `logrotate.conf(5)`.

/// What stands after a keyword.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Nothing: it is a flag.
    Nothing,
    /// Nothing, or a day of the week: it says how often.
    Frequency,
    /// A value, up to the line's end.
    Value,
    /// A value or nothing.
    Maybe,
    /// Lines up to `endscript`.
    Script,
}

/// The setting that a keyword sets or turns off, and what follows it.
pub(super) fn keyword(written: &str) -> Option<(&'static str, Takes)> {
    let has = |list: &[&'static str]| list.iter().copied().find(|known| *known == written);
    if has(FREQUENCIES).is_some() {
        return Some(("frequency", Takes::Frequency));
    }
    let kinds = [
        (VALUES, Takes::Value),
        (MAYBE, Takes::Maybe),
        (FLAGS, Takes::Nothing),
        (SCRIPTS, Takes::Script),
    ];
    for (list, takes) in kinds {
        if let Some(known) = has(list) {
            return Some((known, takes));
        }
    }
    let positive = match written {
        "notifempty" => "ifempty",
        _ => written.strip_prefix("no")?,
    };
    let known = FLAGS.iter().chain(TURNED_OFF).copied().find(|known| *known == positive)?;
    Some((known, Takes::Nothing))
}

static FREQUENCIES: &[&str] = &["hourly", "daily", "weekly", "monthly", "yearly"];

static FLAGS: &[&str] = &[
    "allowhardlink",
    "compress",
    "copy",
    "copytruncate",
    "dateext",
    "datehourago",
    "dateyesterday",
    "delaycompress",
    "ifempty",
    "ignoreduplicates",
    "mailfirst",
    "maillast",
    "missingok",
    "renamecopy",
    "sharedscripts",
    "shred",
];

/// Values that `no` turns off.
static TURNED_OFF: &[&str] = &["create", "createolddir", "mail", "olddir"];

static MAYBE: &[&str] = &["create", "createolddir"];

static SCRIPTS: &[&str] = &["firstaction", "lastaction", "postrotate", "preremove", "prerotate"];

static VALUES: &[&str] = &[
    "addextension",
    "compresscmd",
    "compressext",
    "compressoptions",
    "dateformat",
    "errors",
    "extension",
    "include",
    "mail",
    "maxage",
    "maxsize",
    "minage",
    "minsize",
    "olddir",
    "rotate",
    "shredcycles",
    "size",
    "start",
    "su",
    "tabooext",
    "taboopat",
    "uncompresscmd",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opposites_name_one_setting() {
        let name = |written| keyword(written).map(|(known, _)| known);
        assert_eq!(name("nocompress"), Some("compress"));
        assert_eq!(name("notifempty"), Some("ifempty"));
        assert_eq!(name("noolddir"), Some("olddir"));
        assert_eq!(name("weekly"), Some("frequency"));
        assert_eq!((name("norotate"), name("Rotate"), name("no")), (None, None, None));
    }
}
