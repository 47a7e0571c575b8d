use std::sync::{Arc, LazyLock};

use aplomb_model::{Comment, Member, Phrase, Source, Span, Tree};
use globset::{GlobBuilder, GlobSet};

use crate::compressed::uncompressed_name;
use crate::piece::map;
use crate::problems::Problems;
use crate::{Limits, ReadError, ReadErrorKind, formats};

/// All formats, by id.
pub static FORMATS: &[Format] = &[
    formats::APT_SOURCES,
    formats::CHRONY,
    formats::CRONTAB,
    formats::CSV,
    formats::DOCKERFILE,
    formats::DOTENV,
    formats::FSTAB,
    formats::HAPROXY,
    formats::HCL,
    formats::HOSTS,
    formats::HTTPD,
    formats::INI,
    formats::JINJA,
    formats::JSON,
    formats::JSONC,
    formats::LIMITS,
    formats::LOGIN_DEFS,
    formats::LOGROTATE,
    formats::MARKDOWN,
    formats::MODPROBE,
    formats::MYSQL,
    formats::NFTABLES,
    formats::NGINX,
    formats::NSSWITCH,
    formats::PAM,
    formats::PG_HBA,
    formats::PG_IDENT,
    formats::POSTGRESQL,
    formats::PROPERTIES,
    formats::REDIS,
    formats::RESOLV,
    formats::RST,
    formats::RSYSLOG,
    formats::SHELL,
    formats::SSH_CONFIG,
    formats::SSHD_CONFIG,
    formats::SUDOERS,
    formats::SYSCTL,
    formats::SYSTEMD,
    formats::TEXT,
    formats::TOML,
    formats::XML,
    formats::YAML,
];

/// A format and its reader.
pub struct Format {
    /// Id, as rules and manifests name it: `yaml`, `sshd_config`.
    pub id: &'static str,
    /// What it is, in a line.
    pub summary: &'static str,
    /// What the tree looks like, and the specification it follows: Markdown shown by the tool.
    pub docs: &'static str,
    /// Globs on the path (relative, with `/`) that name this format, most specific formats first
    /// in [`detect`]'s order of trial: all exact names of all formats are tried before any
    /// extension.
    pub names: &'static [&'static str],
    /// File extensions, lower case, without the dot.
    pub extensions: &'static [&'static str],
    /// The reader.
    pub read: fn(&Input<'_>) -> Result<Tree, ReadError>,
}

/// What a reader is given.
pub struct Input<'a> {
    /// The text to read.
    pub source: &'a Arc<Source>,
    /// How much to take.
    pub limits: &'a Limits,
    /// Where files that it includes come from.
    pub files: &'a dyn Files,
}

impl Input<'_> {
    /// The tree whose only document is a map of `members`, unless something is wrong.
    pub(crate) fn tree(
        &self,
        format: &Format,
        members: Vec<Member>,
        mut comments: Vec<Comment>,
        problems: Problems,
    ) -> Result<Tree, ReadError> {
        let whole = Span::from_range(0..self.source.text().len());
        let mut tree = Tree::new(self.source.clone(), format.id, vec![map(whole, members)]);
        // Readers may find those behind values after those that fill lines.
        comments.sort_by_key(|comment| comment.span.start());
        tree.comments = comments;
        problems.or(tree)
    }
}

/// Access to the files that another file includes, confined to the delivery.
pub trait Files: Sync {
    /// Opens `path` as written in the file named `from`, relative to that file's folder.
    ///
    /// # Errors
    /// When the path leaves the root, does not exist, cannot be read or is too large.
    fn open(&self, from: &str, path: &str) -> Result<Arc<Source>, ReadError>;

    /// The files whose paths match `pattern`, as written in the file named `from`, relative to that
    /// file's folder: `*`, `?` and `[…]` within one part of the path, as `glob(3)` takes them. In
    /// the order of their names, each as a path from the root, which [`open`](Self::open) takes
    /// with an empty `from`.
    ///
    /// Nothing where there is no folder to look into, or the pattern leaves the root.
    fn matching(&self, from: &str, pattern: &str) -> Vec<String> {
        let _ = (from, pattern);
        Vec::new()
    }

    /// Whether there is a regular file at `path`, counted from the root.
    fn has_file(&self, path: &str) -> bool {
        let _ = path;
        false
    }

    /// Whether there is a folder at `path`, counted from the root, be it empty.
    fn has_folder(&self, path: &str) -> bool {
        let _ = path;
        false
    }

    /// The files that make one subject together with the one that is read, as paths from the root:
    /// those that the format's own precedence joins to it, not those it includes.
    fn parts(&self) -> &[String] {
        &[]
    }
}

/// Refuses every include: for text that stands alone.
pub struct NoFiles;

impl Files for NoFiles {
    fn open(&self, _: &str, path: &str) -> Result<Arc<Source>, ReadError> {
        Err(ReadError::new(
            ReadErrorKind::Unreadable,
            Phrase::new(
                format!("{path} is included, but this text stands alone"),
                format!("{path} est inclus, mais ce texte est isolé"),
            ),
        ))
    }
}

/// The format an id names.
pub fn by_id(id: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.id == id)
}

/// The format of the file at `path` (relative, with `/`), whose content is `text`.
///
/// A template (`Dockerfile.j2`) is one whatever it is a template of. Else by its name, then by its
/// extension; a file without extension by how it begins: `{` is JSON,
/// `---` YAML, `#!` a script and so text. `None` where nothing says what it is: a format is never
/// found by trying.
pub fn detect(path: &str, text: &str) -> Option<&'static Format> {
    let path = uncompressed_name(path);
    if let Some((_, extension)) = path.rsplit_once('.')
        && formats::JINJA.extensions.contains(&extension)
    {
        return by_id(formats::JINJA.id);
    }
    let by_name = NAMES.0.matches(path).into_iter().min();
    if let Some(format) = by_name.and_then(|index| NAMES.1.get(index).copied()) {
        return Some(format);
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => {
            let extension = extension.to_ascii_lowercase();
            let has = |format: &&Format| format.extensions.contains(&extension.as_str());
            FORMATS.iter().find(has)
        }
        _ => by_id(sniff(text)?),
    }
}

fn sniff(text: &str) -> Option<&'static str> {
    let object = text.trim_start().strip_prefix('{').map(str::trim_start);
    if object.is_some_and(|rest| rest.starts_with(['"', '}'])) {
        Some("json")
    } else if text.starts_with("---") {
        Some("yaml")
    } else {
        text.starts_with("#!").then_some("text")
    }
}

/// The globs of all formats in one set, and the format of each.
static NAMES: LazyLock<(GlobSet, Vec<&'static Format>)> = LazyLock::new(|| {
    let mut globs = GlobSet::builder();
    let mut owners = Vec::new();
    for format in FORMATS {
        for name in format.names {
            let glob = GlobBuilder::new(name).literal_separator(true).build();
            globs.add(glob.expect("the names of formats are valid globs"));
            owners.push(format);
        }
    }
    let globs = globs.build().expect("the names of formats fit one set");
    (globs, owners)
});

/// Reads a text in a format.
///
/// # Errors
/// What the format's reader finds wrong; a text above the size limit.
pub fn read(input: &Input<'_>, format: &Format) -> Result<Tree, ReadError> {
    let size = input.source.text().len() as u64;
    // Spans count in 32 bits, whatever the limit says.
    let most = input.limits.bytes.min(u64::from(u32::MAX / 4));
    if size > most {
        return Err(ReadError::too_large(size, most));
    }
    (format.read)(input)
}

/// Reads a text that stands alone, under the default limits: for cases and tests.
///
/// # Errors
/// What the format's reader finds wrong; any include.
pub fn read_text(name: &str, text: &str, format: &Format) -> Result<Tree, ReadError> {
    let source = &Arc::new(Source::new(name, text));
    let limits = &Limits::default();
    let files = &NoFiles;
    let input = Input { source, limits, files };
    read(&input, format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slice_is_sorted_and_documented() {
        assert!(FORMATS.is_sorted_by(|a, b| a.id < b.id));
        for format in FORMATS {
            assert!(!format.summary.is_empty(), "{}", format.id);
            assert!(format.docs.len() > 80, "{}", format.id);
            assert_eq!(by_id(format.id).map(|found| found.id), Some(format.id));
        }
        let mut extensions: Vec<_> = FORMATS.iter().flat_map(|f| f.extensions).collect();
        let count = extensions.len();
        extensions.sort_unstable();
        extensions.dedup();
        assert_eq!(extensions.len(), count, "an extension names one format");
    }

    #[test]
    fn names_come_before_extensions_and_content_last() {
        let cases = [
            ("etc/ssh/sshd_config", "", Some("sshd_config")),
            ("sshd_config", "", Some("sshd_config")),
            ("a/sshd_config.d/50-x.conf", "", Some("sshd_config")),
            ("pg_hba.conf", "", Some("pg_hba")),
            ("x/postgresql.conf", "", Some("postgresql")),
            ("etc/cron.d/agora", "", Some("crontab")),
            ("configs/crontab", "", Some("crontab")),
            ("Dockerfile", "", Some("dockerfile")),
            ("app/api.Dockerfile", "", Some("dockerfile")),
            ("build/Dockerfile.prod", "", Some("dockerfile")),
            ("Containerfile", "", Some("dockerfile")),
            (".env", "", Some("dotenv")),
            ("app/.env.production", "", Some("dotenv")),
            ("prod.env", "", Some("dotenv")),
            ("a.service", "", Some("systemd")),
            ("a.service.d/override.conf", "", Some("systemd")),
            ("a.yml", "", Some("yaml")),
            ("A.YAML", "", Some("yaml")),
            ("a.b/c.json", "", Some("json")),
            ("a.tsv", "", Some("csv")),
            ("DEX.md", "", Some("markdown")),
            ("a.rst", "", Some("rst")),
            ("a.timer.j2", "", Some("jinja")),
            ("Dockerfile.j2", "", Some("jinja")),
            ("etc/cron.d/agora.j2", "", Some("jinja")),
            ("infra/main.tf", "", Some("hcl")),
            ("prod.auto.tfvars", "", Some("hcl")),
            ("web.pkr.hcl", "", Some("hcl")),
            (".terraform.lock.hcl", "", Some("hcl")),
            ("app/pom.xml", "", Some("xml")),
            ("conf/logback.XML", "", Some("xml")),
            ("schema.xsd", "", Some("xml")),
            ("logo.svg", "<svg/>", None),
            ("a.jsonc", "", Some("jsonc")),
            ("web/tsconfig.json", "", Some("jsonc")),
            ("web/tsconfig.app.json", "", Some("jsonc")),
            (".vscode/settings.json", "", Some("jsonc")),
            (".devcontainer/devcontainer.json", "", Some("jsonc")),
            ("package.json", "", Some("json")),
            ("web/nginx.conf", "", Some("nginx")),
            ("etc/nginx/sites/a.conf", "", Some("nginx")),
            ("etc/nginx/sites-enabled/default", "", Some("nginx")),
            ("sites-available/agora", "", Some("nginx")),
            ("agora.nginx", "", Some("nginx")),
            ("haproxy.cfg", "", Some("haproxy")),
            ("etc/haproxy/conf.d/10-web.cfg", "", Some("haproxy")),
            ("apache2/apache2.conf", "", Some("httpd")),
            ("etc/apache2/sites-enabled/000-default.conf", "", Some("httpd")),
            ("etc/httpd/conf.d/ssl.conf", "", Some("httpd")),
            ("www/.htaccess", "", Some("httpd")),
            ("db/my.cnf", "", Some("mysql")),
            ("etc/mysql/mariadb.conf.d/50-server.cnf", "", Some("mysql")),
            ("openssl.cnf", "", Some("ini")),
            ("redis.conf", "", Some("redis")),
            ("etc/redis/sentinel.conf", "", Some("redis")),
            ("a.cfg", "", Some("ini")),
            ("log4j.properties", "", Some("properties")),
            ("Cargo.lock", "", Some("toml")),
            ("etc/sysctl.d/60-x.conf", "", Some("sysctl")),
            ("pg_ident.conf", "", Some("pg_ident")),
            ("etc/ssh/ssh_config", "", Some("ssh_config")),
            ("home/a/.ssh/config", "", Some("ssh_config")),
            ("etc/sudoers.d/agora", "", Some("sudoers")),
            ("configs/nftables.conf", "", Some("nftables")),
            ("web.nft", "", Some("nftables")),
            ("etc/logrotate.d/agora", "", Some("logrotate")),
            ("configs/chrony.conf", "", Some("chrony")),
            ("etc/rsyslog.d/90-central.conf", "", Some("rsyslog")),
            ("etc/fstab", "", Some("fstab")),
            ("etc/hosts", "", Some("hosts")),
            ("inventory/hosts", "", None),
            ("etc/security/limits.conf", "", Some("limits")),
            ("configs/common/limits.conf", "", Some("limits")),
            ("etc/a.service.d/limits.conf", "", Some("systemd")),
            ("etc/login.defs", "", Some("login_defs")),
            ("etc/resolv.conf", "", Some("resolv")),
            ("etc/nsswitch.conf", "", Some("nsswitch")),
            ("etc/pam.d/sshd", "", Some("pam")),
            ("etc/modprobe.d/a.conf", "", Some("modprobe")),
            ("etc/apt/sources.list", "", Some("apt_sources")),
            ("etc/apt/sources.list.d/debian.sources", "", Some("apt_sources")),
            ("etc/default/grub", "", Some("shell")),
            ("etc/default/grub.d/50-x.cfg", "", Some("shell")),
            ("unknown.conf", "[a]\nb=c", Some("text")),
            ("a.png", "{\"a\":1}", None),
            ("snapshot", " {\n \"a\": 1}", Some("json")),
            ("snapshot", "{{ template }}", None),
            ("playbook", "---\na: 1", Some("yaml")),
            ("run", "#!/bin/sh\n", Some("text")),
            ("NOTES", "words", None),
            ("", "", None),
        ];
        for (path, text, expected) in cases {
            let found = detect(path, text).map(|format| format.id);
            assert_eq!(found, expected, "{path}");
        }
    }

    #[test]
    fn a_text_above_the_limit_is_refused() {
        let source = &Arc::new(Source::new("a.json", "[1,2]"));
        let limits = &Limits { bytes: 4, ..Limits::default() };
        let files = &NoFiles;
        let input = Input { source, limits, files };
        let error = read(&input, &formats::JSON).expect_err("five bytes");
        assert_eq!(error.kind, ReadErrorKind::Limit);
    }
}
