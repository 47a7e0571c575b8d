//! Functions over addresses and networks, under Kubernetes' names.

use std::net::IpAddr;

use regex::Regex;

use super::{Called, text_of, unreadable};
use crate::expression::EvaluationError;
use crate::expression::machine::wrong_type;
use crate::expression::value::Value;
use crate::scalar::Cidr;

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

pub(super) fn cidr<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    network(values, 0).map(Value::Cidr)
}

pub(super) fn ip<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    address(values, 0).map(Value::Ip)
}

pub(super) fn is_cidr<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let text = text_of(values, 0)?;
    Ok(Value::Bool(text.contains('/') && Cidr::parse(text).is_some()))
}

pub(super) fn is_ip<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    Ok(Value::Bool(text_of(values, 0)?.parse::<IpAddr>().is_ok()))
}

pub(super) fn is_loopback<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    Ok(Value::Bool(address(values, 0)?.is_loopback()))
}

pub(super) fn contains_ip<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    Ok(Value::Bool(network(values, 0)?.contains(address(values, 1)?)))
}

pub(super) fn contains_cidr<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    Ok(Value::Bool(network(values, 0)?.contains_cidr(&network(values, 1)?)))
}

pub(super) fn family<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let v4 = match values.first() {
        Some(Value::Cidr(network)) => network.network().is_ipv4(),
        _ => address(values, 0)?.is_ipv4(),
    };
    Ok(Value::Int(if v4 { 4 } else { 6 }))
}

pub(super) fn prefix_length<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    Ok(Value::Int(i64::from(network(values, 0)?.prefix())))
}
