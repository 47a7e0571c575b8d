//! What is known of `HAProxy`'s keywords: which begin a section, and how the others add up. From the
//! reference of keywords in its configuration manual.

/// Keywords that begin a section, wherever they stand.
pub(super) fn begins_section(keyword: &str) -> bool {
    matches!(
        keyword,
        "acme"
            | "backend"
            | "cache"
            | "crt-store"
            | "defaults"
            | "fcgi-app"
            | "frontend"
            | "global"
            | "healthcheck"
            | "http-errors"
            | "listen"
            | "log-forward"
            | "log-profile"
            | "mailers"
            | "namespace_list"
            | "peers"
            | "program"
            | "resolvers"
            | "ring"
            | "traces"
            | "userlist"
    )
}

/// Sections that take over what a `defaults` section sets.
pub(super) fn is_proxy(section: &str) -> bool {
    matches!(section, "backend" | "frontend" | "listen")
}

/// Sections that need no name.
pub(super) fn may_be_nameless(section: &str) -> bool {
    matches!(section, "crt-store" | "defaults" | "global" | "namespace_list" | "traces")
}

/// Keywords whose first argument says what is set.
pub(super) fn is_keyed(keyword: &str) -> bool {
    matches!(
        keyword,
        "compression"
            | "email-alert"
            | "errorfile"
            | "errorloc"
            | "errorloc302"
            | "errorloc303"
            | "external-check"
            | "hold"
            | "option"
            | "rate-limit"
            | "stats"
            | "timeout"
    )
}

/// What is set by the first argument, and can be several times.
pub(super) fn adds_up_within(keyword: &str, first: &str) -> bool {
    keyword == "stats" && matches!(first, "admin" | "auth" | "http-request" | "socket")
}

/// Keywords of which a section can hold several lines, each adding to the others.
pub(super) fn adds_up(section: &str, keyword: &str) -> bool {
    let person = matches!(keyword, "user" | "group") && section == "userlist";
    person || ADD_UP.binary_search(&keyword).is_ok()
}

static ADD_UP: &[&str] = &[
    "acl",
    "bind",
    "capture",
    "cpu-map",
    "declare",
    "default-server",
    "errorfiles",
    "filter",
    "force-persist",
    "h1-case-adjust",
    "http-after-response",
    "http-check",
    "http-error",
    "http-request",
    "http-response",
    "ignore-persist",
    "load",
    "log",
    "lua-load",
    "lua-load-per-thread",
    "lua-prepend-path",
    "mailer",
    "monitor",
    "nameserver",
    "pass-header",
    "peer",
    "persist",
    "presetenv",
    "redirect",
    "reqadd",
    "reqrep",
    "resetenv",
    "rspadd",
    "rsprep",
    "server",
    "server-template",
    "set-param",
    "set-var",
    "set-var-fmt",
    "setenv",
    "ssl-engine",
    "stick",
    "table",
    "tcp-check",
    "tcp-request",
    "tcp-response",
    "unsetenv",
    "use-server",
    "use_backend",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted() {
        assert!(ADD_UP.is_sorted());
    }
}
