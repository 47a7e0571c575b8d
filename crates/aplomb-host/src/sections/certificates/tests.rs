use serde_json::json;

use super::*;
use crate::fixture::{Files, record, section};

// Made for this test with openssl; their private keys were thrown away.
const RSA: &str = include_str!("rsa.pem");
const EC: &str = include_str!("ec.pem");

#[test]
fn certificates_say_what_openssl_says_of_them() {
    let chain = format!("subject: x\n{RSA}{EC}");
    let files = Files::new(&[
        ("/etc/ssl/app/server.pem", &chain),
        ("/etc/ssl/certs/ca-certificates.crt", EC),
        ("/etc/ssl/certs/Public.pem", "-> /usr/share/ca-certificates/mozilla/Public.crt"),
        ("/etc/ssl/certs/0a1b2c3d.0", "-> Public.pem"),
        ("/etc/ssl/private/server.pem", RSA),
        ("/usr/local/share/ca-certificates/house.crt", EC),
    ]);
    let (certificates, entry) = section(files.root(), "certificates");
    let server = json!({"from": "/etc/ssl/app/server.pem:2", "path": "/etc/ssl/app/server.pem",
        "subject": "CN=db01.example.org,O=Exemple", "issuer": "CN=db01.example.org,O=Exemple",
        "serial": "1234", "san": ["db01.example.org", "192.0.2.31"],
        "not_before": "2026-11-25T02:02:17Z", "not_after": "2036-11-22T02:02:17Z",
        "key_type": "RSA", "key_bits": 2048, "signature": "sha256WithRSAEncryption",
        "is_ca": false, "self_signed": true, "sha256": "ca281791d7a62a954bf4e9fdfa59e562249139ddc1291175cf49ed03ba228872"});
    assert_eq!(certificates[0], server);
    let authority = json!({"from": "/usr/local/share/ca-certificates/house.crt:1",
        "path": "/usr/local/share/ca-certificates/house.crt", "subject": "CN=Exemple AC",
        "issuer": "CN=Exemple AC", "serial": "01", "san": [],
        "not_before": "2026-11-25T02:02:17Z", "not_after": "2036-11-22T02:02:17Z",
        "key_type": "EC", "key_bits": 384, "signature": "ecdsa-with-SHA256",
        "is_ca": true, "self_signed": true, "sha256": "68159e46eda49890de96aa7fc5fb4e307f706e6eaf68cf7655a45e6c45517829"});
    assert_eq!(certificates[2], authority);
    assert_eq!(certificates.as_array().map(Vec::len), Some(3));
    assert_eq!(entry.get("gaps"), None);
}

#[test]
fn private_keys_are_never_kept() {
    let key = "-----BEGIN PRIVATE KEY-----\nGEHEIM\n-----END PRIVATE KEY-----\n";
    let both = format!("{key}{RSA}{key}");
    let files = Files::new(&[("/etc/ssl/both.pem", &both), ("/etc/ssl/key.pem", key)]);
    let text = record(files.root(), &["certificates"]).to_text();
    assert!(text.contains("db01.example.org") && !text.contains("GEHEIM"), "{text}");
}

#[test]
fn what_is_no_certificate_is_told() {
    let cut = RSA.get(..RSA.len() / 2).expect("half of it");
    let files = Files::new(&[
        ("/etc/ssl/a.pem", cut),
        ("/etc/ssl/b.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        ("/etc/ssl/c.der", "0garbage"),
        ("/etc/ssl/d.pem", ""),
        ("/etc/nginx/loop.pem", "-> loop.pem"),
    ]);
    let (certificates, entry) = section(files.root(), "certificates");
    assert_eq!(certificates, json!([]));
    let gaps = entry["gaps"].as_array().expect("gaps").iter();
    let gaps: Vec<_> = gaps.map(|gap| gap["from"].as_str().unwrap_or_default()).collect();
    assert_eq!(gaps, ["/etc/ssl/a.pem:1", "/etc/ssl/b.pem:1", "/etc/ssl/c.der"]);
    assert_eq!(section(Files::new(&[]).root(), "certificates").1["status"], "absent");
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(at in 0_usize..700, byte: u8) {
        let (_, mut der) = pem::decode_vec(RSA.as_bytes()).expect("PEM");
        if let Some(one) = der.get_mut(at) {
            *one = byte;
        }
        let _ = describe(&der);
    }
}
