//! Which files make one configuration though none includes another, and in which order they count:
//! drop-ins, and folders of which one goes before another.

/// Where a file stands among those that make one configuration with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The same for all files of the configuration: where the machine's root is in the delivery,
    /// and what is configured.
    pub(crate) of: String,
    /// The folder that stands for the configuration where no file is its main one.
    pub(crate) folder: String,
    /// When it is read.
    pub(crate) turn: Turn,
    /// Drop-ins are read in the order of their names, whichever folders they lie in.
    pub(crate) name: String,
    /// Of files of one name only that of the lowest rank is read.
    pub(crate) rank: u32,
}

/// When a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Turn {
    /// Before its drop-ins, of which every line may override it.
    Main,
    /// By its name.
    DropIn,
    /// After all drop-ins.
    Last,
}

impl Standing {
    /// Sorts files into the order in which they are read, of one name first the one that counts.
    pub(crate) fn order(&self) -> (Turn, &str, u32) {
        (self.turn, &self.name, self.rank)
    }

    /// Whether it is not read, because `other` is: a file of the same name that goes before it.
    pub(crate) fn is_masked_by(&self, other: &Self) -> bool {
        self.turn == other.turn
            && (self.turn == Turn::Main || self.name == other.name)
            && self.rank >= other.rank
    }
}

/// Types of units that have drop-ins.
const UNITS: [&str; 15] = [
    "automount",
    "container",
    "link",
    "mount",
    "netdev",
    "network",
    "nspawn",
    "path",
    "scope",
    "service",
    "slice",
    "socket",
    "swap",
    "target",
    "timer",
];

/// systemd's own configuration files, which have drop-ins too.
const SYSTEMD: [&str; 10] = [
    "coredump.conf",
    "homed.conf",
    "journald.conf",
    "logind.conf",
    "networkd.conf",
    "oomd.conf",
    "resolved.conf",
    "sleep.conf",
    "system.conf",
    "timesyncd.conf",
];

/// Where a file of a format stands, if such files make one configuration with others.
pub(crate) fn standing(format: &str, path: &str) -> Option<Standing> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    match format {
        "sysctl" => one_of("sysctl", (folder, name), "sysctl.conf", Turn::Last, "sysctl.d"),
        "modprobe" => one_of("modprobe", (folder, name), "modprobe.conf", Turn::Last, "modprobe.d"),
        "limits" => one_of("limits", (folder, name), "limits.conf", Turn::Main, "limits.d"),
        "shell" => {
            let above = parent(if name == "grub" { path } else { folder });
            (last(above) == "default").then_some(())?;
            one_of("grub", (folder, name), "grub", Turn::Main, "grub.d")
        }
        "systemd" => of_systemd(folder, name),
        _ => None,
    }
}

/// A main file and a folder of drop-ins beside it.
fn one_of(
    of: &str,
    (folder, name): (&str, &str),
    main: &str,
    turn: Turn,
    drop_ins: &str,
) -> Option<Standing> {
    let (above, turn) = if last(folder) == drop_ins {
        (parent(folder), Turn::DropIn)
    } else if name == main {
        (folder, turn)
    } else {
        return None;
    };
    let (root, rank) = match layer(above) {
        Some((root, rank, "" | "security" | "default")) => (root, rank),
        _ => (above, 0),
    };
    Some(Standing {
        of: format!("{of} {root}"),
        folder: joined(above, drop_ins),
        turn,
        name: name.to_owned(),
        rank,
    })
}

fn of_systemd(folder: &str, name: &str) -> Option<Standing> {
    let drop_in_of = last(folder).strip_suffix(".d").filter(|_| is_conf(name));
    let (above, of, turn) = match drop_in_of {
        Some(of) => (parent(folder), of, Turn::DropIn),
        None => (folder, name, Turn::Main),
    };
    if !SYSTEMD.contains(&of) {
        return None;
    }
    let (root, rank) = match layer(above) {
        Some((root, rank, "systemd" | "")) => (root, rank),
        _ => (if last(above) == "systemd" { parent(above) } else { above }, 0),
    };
    let folder = joined(above, &format!("{of}.d"));
    Some(Standing { of: format!("{of} {root}"), folder, turn, name: name.to_owned(), rank })
}

/// A file of a unit of systemd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnitFile<'a> {
    /// Where the machine's root is in the delivery, and which manager it is for.
    pub(crate) of: (&'a str, &'a str),
    /// The unit, or the units, it is about: `a.service`, `a@.service`, `a-.service`, `service`.
    pub(crate) about: &'a str,
    /// Where it stands among the files of one unit.
    pub(crate) standing: Standing,
}

/// What a path says of a unit's file: its own, or a drop-in's.
pub(crate) fn unit_file(path: &str) -> Option<UnitFile<'_>> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_unit = |name: &str| {
        let kind = name.rsplit('.').next().unwrap_or(name);
        UNITS.contains(&kind)
    };
    let drop_in_of = last(folder).strip_suffix(".d").filter(|of| is_unit(of));
    let (above, about, turn) = match drop_in_of.filter(|_| is_conf(name)) {
        Some(of) => (parent(folder), of, Turn::DropIn),
        None if is_unit(name) && name.contains('.') => (folder, name, Turn::Main),
        None => return None,
    };
    let (root, rank, scope) = layer(above)
        .filter(|(_, _, scope)| scope.starts_with("systemd/") || *scope == "containers/systemd")
        .unwrap_or((above, 0, ""));
    // Drop-ins of a type are overridden by those of a unit; those of a unit by its own folder, and of
    // longer names before shorter ones.
    let of_type = u32::from(turn == Turn::DropIn && !about.contains('.'));
    let brief = 9_999_u32.saturating_sub(u32::try_from(about.len()).unwrap_or(u32::MAX));
    let standing = Standing {
        of: format!("{about} {root} {scope}"),
        folder: folder.to_owned(),
        turn,
        name: name.to_owned(),
        rank: of_type * 1_000_000 + rank * 10_000 + brief,
    };
    Some(UnitFile { of: (root, scope), about, standing })
}

impl UnitFile<'_> {
    /// Whether the file is about the unit: by name, as that of its template, of its type, or of all
    /// units whose names begin alike up to a dash.
    pub(crate) fn concerns(&self, unit: &str) -> bool {
        if self.about == unit {
            return true;
        }
        let Some((stem, kind)) = unit.rsplit_once('.') else {
            return false;
        };
        let template = stem.split_once('@').map(|(name, _)| name);
        let is_template = || template.is_some_and(|name| self.about == format!("{name}@.{kind}"));
        let is_prefix = || {
            let about = self.about.strip_suffix(kind).and_then(|about| about.strip_suffix('.'));
            let prefix = about.filter(|about| about.ends_with('-'));
            prefix.is_some_and(|prefix| template.unwrap_or(stem).starts_with(prefix))
        };
        is_template() || (self.standing.turn == Turn::DropIn && (self.about == kind || is_prefix()))
    }

    /// Whether it is about one unit, or one template, and not about all of a kind.
    pub(crate) fn is_of_one(&self) -> bool {
        self.about.rsplit_once('.').is_some_and(|(stem, _)| !stem.ends_with('-'))
    }
}

/// The folders of a machine that configuration lies in, the one that goes first before the others.
const LAYERS: [&str; 5] = ["etc", "run", "usr/local/lib", "usr/lib", "lib"];

/// Where the machine's root is, the rank of the folder, and what follows it.
fn layer(folder: &str) -> Option<(&str, u32, &str)> {
    let mut ends: Vec<usize> = folder.match_indices('/').map(|(at, _)| at).collect();
    ends.push(folder.len());
    ends.into_iter().rev().find_map(|end| {
        let (here, rest) = folder.split_at(end);
        let found = (0..).zip(LAYERS).find_map(|(rank, layer)| {
            let root = here.strip_suffix(layer)?;
            (root.is_empty() || root.ends_with('/')).then_some((root, rank))
        });
        found.map(|(root, rank)| (root.trim_end_matches('/'), rank, rest.trim_start_matches('/')))
    })
}

/// Whether systemd takes a file in a folder of drop-ins for one. It minds the case.
fn is_conf(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extension == "conf")
}

/// Where the root of the machine is that a path lies in, by the folders it names, and the path below
/// it.
pub(crate) fn machine(path: &str) -> Option<(String, String)> {
    let (root, ..) = layer(parent(path))?;
    let below = path.get(root.len()..)?.trim_start_matches('/').to_owned();
    let root = match root {
        "" if path.starts_with('/') => "/",
        "" => ".",
        root => root,
    };
    Some((root.to_owned(), below))
}

/// Where the files lie that may make one configuration with that at `path`, as patterns.
pub(crate) fn neighbours(format: &str, path: &str) -> Vec<String> {
    let (above, folders): (&str, [String; 2]) = match (unit_file(path), standing(format, path)) {
        (Some(unit), _) if format == "systemd" => {
            let folder = parent(path);
            let is_drop_in = unit.standing.turn == Turn::DropIn;
            (if is_drop_in { parent(folder) } else { folder }, ["*".into(), "*.d/*.conf".into()])
        }
        (_, Some(standing)) => {
            let drop_ins = format!("{}/*", last(&standing.folder));
            let folder = parent(path);
            let is_drop_in = standing.turn == Turn::DropIn;
            (if is_drop_in { parent(folder) } else { folder }, ["*".into(), drop_ins])
        }
        _ => return Vec::new(),
    };
    let places = match layer(above) {
        Some((root, _, scope)) => {
            let in_layer = LAYERS.map(|layer| joined(root, layer));
            in_layer
                .map(|layer| if scope.is_empty() { layer } else { joined(&layer, scope) })
                .to_vec()
        }
        None => vec![above.to_owned()],
    };
    let below = |place: &String| folders.clone().map(|pattern| joined(place, &pattern));
    places.iter().flat_map(below).collect()
}

fn parent(folder: &str) -> &str {
    folder.rsplit_once('/').map_or("", |(parent, _)| parent)
}

fn last(folder: &str) -> &str {
    folder.rsplit('/').next().unwrap_or(folder)
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_one_machine_are_layers() {
        assert_eq!(layer("a/etc"), Some(("a", 0, "")));
        assert_eq!(layer("usr/lib/systemd/system"), Some(("", 3, "systemd/system")));
        assert_eq!(layer("usr/local/lib"), Some(("", 2, "")));
        assert_eq!(layer("x/lib/y"), Some(("x", 4, "y")));
        assert_eq!(layer("a/betc/c"), None);
        assert_eq!(layer(""), None);
    }

    #[test]
    fn files_of_one_name_mask_each_other() {
        let of = |path: &str| standing("sysctl", path).expect("one of several");
        let (first, second) = (of("h/etc/sysctl.d/a.conf"), of("h/usr/lib/sysctl.d/a.conf"));
        assert_eq!(first.of, second.of);
        assert!(second.is_masked_by(&first) && !first.is_masked_by(&second));
        assert!(!of("h/usr/lib/sysctl.d/b.conf").is_masked_by(&first));
        assert_eq!(of("h/etc/sysctl.conf").of, first.of);
        assert_ne!(of("sysctl.d/a.conf").of, first.of);
        assert_eq!(standing("shell", "etc/default/ssh"), None);
        assert!(standing("shell", "etc/default/grub.d/a.cfg").is_some());
        let journal = |path| standing("systemd", path).expect("systemd's own");
        let conf = journal("etc/systemd/journald.conf");
        assert_eq!(conf.of, journal("usr/lib/systemd/journald.conf.d/x.conf").of);
    }

    #[test]
    fn drop_ins_are_about_units_by_name_template_type_and_prefix() {
        let concerns = |path: &str, unit: &str| unit_file(path).expect("of a unit").concerns(unit);
        for (path, unit) in [
            ("etc/systemd/system/a@.service", "a@b.service"),
            ("a@.service.d/x.conf", "a@b.service"),
            ("service.d/x.conf", "a.service"),
            ("a-.service.d/x.conf", "a-b.service"),
            ("a-.service.d/x.conf", "a-b-c@d.service"),
            ("a.service.d/x.conf", "a.service"),
        ] {
            assert!(concerns(path, unit), "{path} {unit}");
        }
        for (path, unit) in [
            ("a.service", "b.service"),
            ("a-.service.d/x.conf", "ab.service"),
            ("a-.service", "a-b.service"),
            ("service.d/x.conf", "a.timer"),
            ("a.timer.d/x.conf", "a.service"),
        ] {
            assert!(!concerns(path, unit), "{path} {unit}");
        }
        assert_eq!(unit_file("a.conf"), None);
        assert_eq!(unit_file("a.service.d/readme"), None);
    }
}
