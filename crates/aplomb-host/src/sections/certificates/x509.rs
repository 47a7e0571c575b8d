//! The public facts of one certificate: RFC 5280.

use std::fmt::Write as _;

use x509_cert::Version;
use x509_cert::certificate::{CertificateInner, Raw};
use x509_cert::der::asn1::{ObjectIdentifier, UintRef};
use x509_cert::der::{Decode, Reader, SliceReader};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{BasicConstraints, SubjectAltName};
use x509_cert::spki::SubjectPublicKeyInfoOwned;
use x509_cert::time::Time;

use crate::calendar;
use crate::facts::Facts;
use crate::snapshot::hex;

/// What a certificate says, or nothing where it is none.
pub(super) fn describe(der: &[u8]) -> Option<Facts> {
    let certificate = CertificateInner::<Raw>::from_der(der).ok()?;
    let body = &certificate.tbs_certificate;
    let key = &body.subject_public_key_info;
    let (key_type, key_bits) = key_of(key);
    let names = alternatives(body.extensions.as_deref().unwrap_or_default());
    let algorithm = certificate.signature_algorithm.oid;
    let facts = Facts::default()
        .with("subject", body.subject.to_string())
        .with("issuer", body.issuer.to_string())
        .with("serial", digits(body.serial_number.as_bytes()))
        .with("san", names)
        .with_known("not_before", moment(body.validity.not_before))
        .with_known("not_after", moment(body.validity.not_after))
        .with("key_type", key_type)
        .with_known("key_bits", key_bits)
        .with("signature", signature(algorithm))
        .with("is_ca", is_ca(body.extensions.as_deref().unwrap_or_default(), body.version))
        .with("self_signed", body.subject == body.issuer)
        .with("sha256", hex(der));
    Some(facts)
}

/// Bytes as hexadecimal digits.
fn digits(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

fn moment(time: Time) -> Option<String> {
    i64::try_from(time.to_unix_duration().as_secs()).ok().and_then(calendar::moment)
}

/// A certificate of the first version has no extensions to say so.
fn is_ca(extensions: &[x509_cert::ext::Extension], version: Version) -> bool {
    const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
    let found = extensions.iter().find(|one| one.extn_id == BASIC_CONSTRAINTS);
    let constraints =
        found.and_then(|one| BasicConstraints::from_der(one.extn_value.as_bytes()).ok());
    version == Version::V3 && constraints.is_some_and(|constraints| constraints.ca)
}

fn alternatives(extensions: &[x509_cert::ext::Extension]) -> Vec<String> {
    const SUBJECT_ALT_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");
    let found = extensions.iter().find(|one| one.extn_id == SUBJECT_ALT_NAME);
    let names = found.and_then(|one| SubjectAltName::from_der(one.extn_value.as_bytes()).ok());
    names.map_or_else(Vec::new, |names| names.0.iter().filter_map(alternative).collect())
}

fn alternative(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::DnsName(name)
        | GeneralName::Rfc822Name(name)
        | GeneralName::UniformResourceIdentifier(name) => Some(name.to_string()),
        GeneralName::DirectoryName(name) => Some(name.to_string()),
        GeneralName::IpAddress(bytes) => {
            let bytes = bytes.as_bytes();
            let v4 = <[u8; 4]>::try_from(bytes).map(std::net::IpAddr::from);
            let v6 = || <[u8; 16]>::try_from(bytes).map(std::net::IpAddr::from);
            v4.or_else(|_| v6()).ok().map(|address| address.to_string())
        }
        _ => None,
    }
}

/// The kind of a public key and its size; a kind without a name is its object identifier.
fn key_of(key: &SubjectPublicKeyInfoOwned) -> (String, Option<usize>) {
    let oid = key.algorithm.oid.to_string();
    match oid.as_str() {
        "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10" => ("RSA".to_owned(), modulus(key)),
        "1.2.840.10045.2.1" => ("EC".to_owned(), curve(key)),
        "1.2.840.10040.4.1" => ("DSA".to_owned(), None),
        "1.3.101.112" => ("Ed25519".to_owned(), Some(256)),
        "1.3.101.113" => ("Ed448".to_owned(), Some(456)),
        _ => (oid, None),
    }
}

fn modulus(key: &SubjectPublicKeyInfoOwned) -> Option<usize> {
    let mut reader = SliceReader::new(key.subject_public_key.as_bytes()?).ok()?;
    let bits = reader.sequence(|reader| {
        let modulus = UintRef::decode(reader)?;
        UintRef::decode(reader)?;
        let bytes = modulus.as_bytes();
        let zeros = bytes.first().map_or(0, |byte| byte.leading_zeros() as usize);
        Ok(bytes.len() * 8 - zeros)
    });
    bits.ok()
}

fn curve(key: &SubjectPublicKeyInfoOwned) -> Option<usize> {
    let parameters = key.algorithm.parameters.as_ref()?;
    let curve: ObjectIdentifier = parameters.decode_as().ok()?;
    match curve.to_string().as_str() {
        "1.2.840.10045.3.1.7" | "1.3.132.0.10" | "1.3.36.3.3.2.8.1.1.7" => Some(256),
        "1.3.132.0.34" | "1.3.36.3.3.2.8.1.1.11" => Some(384),
        "1.3.36.3.3.2.8.1.1.13" => Some(512),
        "1.3.132.0.35" => Some(521),
        "1.3.132.0.33" => Some(224),
        _ => None,
    }
}

/// The name of a signature algorithm as the RFCs write it, or its object identifier.
fn signature(oid: ObjectIdentifier) -> String {
    let oid = oid.to_string();
    let name = match oid.as_str() {
        "1.2.840.113549.1.1.4" => "md5WithRSAEncryption",
        "1.2.840.113549.1.1.5" => "sha1WithRSAEncryption",
        "1.2.840.113549.1.1.10" => "rsassaPss",
        "1.2.840.113549.1.1.11" => "sha256WithRSAEncryption",
        "1.2.840.113549.1.1.12" => "sha384WithRSAEncryption",
        "1.2.840.113549.1.1.13" => "sha512WithRSAEncryption",
        "1.2.840.10045.4.1" => "ecdsa-with-SHA1",
        "1.2.840.10045.4.3.2" => "ecdsa-with-SHA256",
        "1.2.840.10045.4.3.3" => "ecdsa-with-SHA384",
        "1.2.840.10045.4.3.4" => "ecdsa-with-SHA512",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        _ => return oid,
    };
    name.to_owned()
}
