//! Functions over addresses and networks, under Kubernetes' names.

use std::net::IpAddr;

use fluent_uri::Uri;
use regex::Regex;

use super::{ANY, Called, Function, TEXT, function, text_of, unreadable};
use crate::expression::EvaluationError;
use crate::expression::code::Type;
use crate::expression::machine::wrong_type;
use crate::expression::value::Value;
use crate::scalar::Cidr;

/// Functions over networks, addresses and URLs.
pub(super) const FUNCTIONS: &[Function] = &[
    function("cidr(text)", "a network", &[TEXT], Type::Network, cidr),
    function(
        "containsCIDR(network, other)",
        "whether the other lies in it",
        PAIR,
        Type::Bool,
        contains_cidr,
    ),
    function(
        "containsIP(network, address)",
        "whether the address lies in it",
        PAIR,
        Type::Bool,
        contains_ip,
    ),
    function("family(network)", "4 or 6", &[NETWORK], Type::Number, family),
    function("getEscapedPath(url)", "its path", &[URL], Type::Text, escaped_path),
    function("getHost(url)", "its host and port", &[URL], Type::Text, host),
    function("getHostname(url)", "its host", &[URL], Type::Text, hostname),
    function("getPort(url)", "its port, or \"\"", &[URL], Type::Text, port),
    function("getScheme(url)", "its scheme", &[URL], Type::Text, scheme),
    function("ip(text)", "an address", &[&[Type::Text, Type::Network]], Type::Network, ip),
    function("isCIDR(text)", "whether it is a network", &[TEXT], Type::Bool, is_cidr),
    function(
        "isGlobalUnicast(address)",
        "neither loopback, link-local nor multicast",
        &[NETWORK],
        Type::Bool,
        is_global_unicast,
    ),
    function("isIP(text)", "whether it is an address", &[TEXT], Type::Bool, is_ip),
    function(
        "isLinkLocalUnicast(address)",
        "whether it is",
        &[NETWORK],
        Type::Bool,
        is_link_local_unicast,
    ),
    function("isLoopback(address)", "whether it is", &[NETWORK], Type::Bool, is_loopback),
    function("isURL(text)", "whether it is an absolute URL", &[TEXT], Type::Bool, is_url),
    function(
        "isUnspecified(address)",
        "whether it is 0.0.0.0 or ::",
        &[NETWORK],
        Type::Bool,
        is_unspecified,
    ),
    function(
        "prefixLength(network)",
        "the length of its prefix",
        &[NETWORK],
        Type::Number,
        prefix_length,
    ),
    function("url(text)", "an absolute URL", &[URL], Type::Text, url),
];

const NETWORK: &[Type] = &[Type::Network];
const PAIR: &[&[Type]] = &[NETWORK, ANY];
const URL: &[Type] = TEXT;

fn network(values: &[Value<'_>], at: usize) -> Result<Cidr, EvaluationError> {
    match values.get(at) {
        Some(Value::Cidr(network)) => Ok(*network),
        Some(Value::Ip(address)) => Ok(Cidr::from_address(*address)),
        _ => {
            let text = text_of(values, at)?;
            Cidr::parse(text).ok_or_else(|| unreadable(text, "a network", "un réseau"))
        }
    }
}

fn address(values: &[Value<'_>], at: usize) -> Result<IpAddr, EvaluationError> {
    match values.get(at) {
        Some(Value::Ip(address)) => Ok(*address),
        Some(other @ Value::Cidr(_)) => Err(wrong_type(other, "an address", "une adresse")),
        _ => {
            let text = text_of(values, at)?;
            let parsed = text.trim().parse();
            parsed.map_err(|_| unreadable(text, "an IP address", "une adresse IP"))
        }
    }
}

fn cidr<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    network(values, 0).map(Value::Cidr)
}

fn ip<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    address(values, 0).map(Value::Ip)
}

fn is_cidr<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let text = text_of(values, 0)?;
    Ok(Value::Bool(text.contains('/') && Cidr::parse(text).is_some()))
}

fn is_ip<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    Ok(Value::Bool(text_of(values, 0)?.parse::<IpAddr>().is_ok()))
}

fn is_loopback<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    Ok(Value::Bool(address(values, 0)?.is_loopback()))
}

fn is_unspecified<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    Ok(Value::Bool(address(values, 0)?.is_unspecified()))
}

fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    }
}

fn is_link_local_unicast<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    Ok(Value::Bool(is_link_local(address(values, 0)?)))
}

/// As Go has it: private addresses are global unicast, too.
fn is_global_unicast<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let address = address(values, 0)?;
    let broadcast = matches!(address, IpAddr::V4(v4) if v4.is_broadcast());
    let special = address.is_loopback()
        || address.is_multicast()
        || address.is_unspecified()
        || is_link_local(address);
    Ok(Value::Bool(!broadcast && !special))
}

fn contains_ip<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    Ok(Value::Bool(network(values, 0)?.contains(address(values, 1)?)))
}

fn contains_cidr<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    Ok(Value::Bool(network(values, 0)?.contains_cidr(&network(values, 1)?)))
}

fn family<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let v4 = match values.first() {
        Some(Value::Cidr(network)) => network.network().is_ipv4(),
        _ => address(values, 0)?.is_ipv4(),
    };
    Ok(Value::Int(if v4 { 4 } else { 6 }))
}

fn prefix_length<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    Ok(Value::Int(i64::from(network(values, 0)?.prefix())))
}

/// An absolute URL with a host or a path from the root, as Kubernetes takes one.
fn parsed<'v>(values: &'v [Value<'_>]) -> Result<Uri<&'v str>, EvaluationError> {
    let text = text_of(values, 0)?;
    let parsed = Uri::parse(text).ok();
    let parsed = parsed.filter(|url| url.has_authority() || url.path().as_str().starts_with('/'));
    parsed.ok_or_else(|| unreadable(text, "a URL", "une URL"))
}

fn of_url<'a>(values: &[Value<'a>], part: impl Fn(&Uri<&str>) -> String) -> Called<'a> {
    parsed(values).map(|url| Value::Text(part(&url).into()))
}

fn url<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    of_url(values, |url| url.as_str().to_owned())
}

fn is_url<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    text_of(values, 0)?;
    Ok(Value::Bool(parsed(values).is_ok()))
}

fn scheme<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    of_url(values, |url| url.scheme().as_str().to_owned())
}

fn host<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    of_url(values, |url| {
        let Some(authority) = url.authority() else { return String::new() };
        let port = authority.port().map(|port| format!(":{port}"));
        format!("{}{}", authority.host(), port.unwrap_or_default())
    })
}

/// Without the brackets of an address of IPv6, as Kubernetes gives it.
fn hostname<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    of_url(values, |url| {
        let host = url.authority().map_or("", |authority| authority.host());
        host.trim_matches(['[', ']']).to_owned()
    })
}

fn port<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    of_url(values, |url| {
        let port =
            url.authority().and_then(|authority| authority.port().map(|p| p.as_str().to_owned()));
        port.unwrap_or_default()
    })
}

fn escaped_path<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    of_url(values, |url| url.path().as_str().to_owned())
}
