//! What is known of nginx's directives: how they add up, and what is inherited. From the reference
//! of each module at nginx.org/en/docs.

/// Contexts that hold entries of their own, and nothing from around them.
pub(super) fn stands_alone(context: &str) -> bool {
    matches!(
        context,
        "charset_map"
            | "events"
            | "geo"
            | "geoip2"
            | "map"
            | "match"
            | "otel_exporter"
            | "split_clients"
            | "types"
            | "upstream"
    )
}

/// Contexts that nginx makes up inside a location, which take over how it makes its answers.
pub(super) fn is_part_of_location(context: &str) -> bool {
    matches!(context, "if" | "limit_except")
}

/// Directives that a context can hold several of, where each line adds to the others.
pub(super) fn adds_up(name: &str) -> bool {
    ADD_UP.binary_search(&name).is_ok()
}

/// Directives that say how a location makes its answers.
pub(super) fn is_handler(name: &str) -> bool {
    matches!(
        name,
        "fastcgi_pass" | "grpc_pass" | "memcached_pass" | "proxy_pass" | "scgi_pass" | "uwsgi_pass"
    )
}

/// Directives that concern only the context they stand in.
pub(super) fn stays(name: &str) -> bool {
    STAY.binary_search(&name).is_ok()
}

/// The directive whose inherited value ends where `name` is set, beside its own.
pub(super) fn rival(name: &str) -> Option<&'static str> {
    match name {
        "allow" => Some("deny"),
        "deny" => Some("allow"),
        "alias" => Some("root"),
        "root" => Some("alias"),
        _ => None,
    }
}

static ADD_UP: &[&str] = &[
    "access_log",
    "add_header",
    "add_trailer",
    "allow",
    "auth_request_set",
    "debug_connection",
    "deny",
    "env",
    "error_log",
    "error_page",
    "fastcgi_cache_path",
    "fastcgi_cache_valid",
    "fastcgi_hide_header",
    "fastcgi_param",
    "fastcgi_pass_header",
    "grpc_hide_header",
    "grpc_pass_header",
    "grpc_set_header",
    "grpc_ssl_conf_command",
    "index",
    "js_import",
    "js_path",
    "js_set",
    "js_var",
    "limit_conn",
    "limit_conn_zone",
    "limit_req",
    "limit_req_zone",
    "listen",
    "load_module",
    "log_format",
    "lua_shared_dict",
    "mirror",
    "more_clear_headers",
    "more_clear_input_headers",
    "more_set_headers",
    "more_set_input_headers",
    "proxy_cache_path",
    "proxy_cache_valid",
    "proxy_cookie_domain",
    "proxy_cookie_flags",
    "proxy_cookie_path",
    "proxy_hide_header",
    "proxy_pass_header",
    "proxy_redirect",
    "proxy_set_header",
    "proxy_ssl_conf_command",
    "rewrite",
    "scgi_cache_path",
    "scgi_cache_valid",
    "scgi_hide_header",
    "scgi_param",
    "scgi_pass_header",
    "server",
    "server_name",
    "set",
    "set_real_ip_from",
    "ssl_certificate",
    "ssl_certificate_key",
    "ssl_conf_command",
    "sub_filter",
    "uwsgi_cache_path",
    "uwsgi_cache_valid",
    "uwsgi_hide_header",
    "uwsgi_param",
    "uwsgi_pass_header",
    "xslt_param",
    "xslt_string_param",
    "xslt_stylesheet",
];

static STAY: &[&str] = &[
    "break",
    "content_by_lua",
    "content_by_lua_block",
    "content_by_lua_file",
    "empty_gif",
    "fastcgi_cache_path",
    "flv",
    "init_by_lua",
    "init_by_lua_block",
    "init_by_lua_file",
    "init_worker_by_lua",
    "init_worker_by_lua_block",
    "init_worker_by_lua_file",
    "internal",
    "js_content",
    "limit_conn_zone",
    "limit_req_zone",
    "listen",
    "log_format",
    "lua_package_cpath",
    "lua_package_path",
    "lua_shared_dict",
    "mp4",
    "perl",
    "proxy_cache_path",
    "return",
    "rewrite",
    "scgi_cache_path",
    "server_name",
    "set",
    "stub_status",
    "try_files",
    "uwsgi_cache_path",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted() {
        assert!(ADD_UP.is_sorted());
        assert!(STAY.is_sorted());
    }
}
