use std::sync::Arc;

use aplomb_model::Tree;

use super::*;

#[test]
fn secrets_are_masked_and_references_to_secrets_are_not() {
    for (line, masked) in [
        ("password: \"Gr4nd\"", "password: \"*****\""),
        ("smtp_password=abc123 # x", "smtp_password=****** # x"),
        ("url: amqp://u:hunter2@h", "url: amqp://u:*******@h"),
        ("redis://:hunter2@h:6379", "redis://:*******@h:6379"),
        ("password: ${DB_PASSWORD}", "password: ${DB_PASSWORD}"),
        ("passwordauthentication no", "passwordauthentication no"),
        ("a ALL=(ALL) NOPASSWD: ALL", "a ALL=(ALL) NOPASSWD: ALL"),
        ("nopasswd: hunter2", "nopasswd: *******"),
        ("password: \"Ab;cd, 'ef\"", "password: \"**********\""),
        ("password: $ecret", "password: ******"),
        ("x --password abc -u a:def", "x --password *** -u a:***"),
        (
            "{\"password\":\"abc\",\"x\":{\"secretKey\":\"def\"}}",
            "{\"password\":\"***\",\"x\":{\"secretKey\":\"***\"}}",
        ),
        ("-----BEGIN PRIVATE KEY-----MIIE", "-----BEGIN PRIVATE KEY-----****"),
        ("0 1 * * * root mysqldump -pgeheim base", "0 1 * * * root mysqldump -p****** base"),
        ("mysql -u root -pX -h db", "mysql -u root -p* -h db"),
        ("mysql -P3306 -p", "mysql -P3306 -p"),
        ("sshpass -p geheim ssh a", "sshpass -p ****** ssh a"),
        ("mkdir -pv /a; ssh -p2222 b", "mkdir -pv /a; ssh -p2222 b"),
        ("curl -H 'Authorization: Bearer abc123def'", "curl -H 'Authorization: Bearer *********'"),
        ("basic authentication is off", "basic authentication is off"),
        ("CREATE USER a IDENTIFIED BY 'geheim'", "CREATE USER a IDENTIFIED BY '******'"),
        ("requirepass geheim", "requirepass ******"),
        ("root:$6$salt$abcdefgh/ij:1:", "root:*******************:1:"),
        ("x eyJhbGciOiJI.eyJzdWIiOiIx.abc y", "x ***************************** y"),
    ] {
        assert_eq!(mask(line), masked, "{line}");
    }
    let body = "a".repeat(64);
    assert_eq!(mask(&body), "*".repeat(64));
}

fn lines(name: &str, text: &str) -> Vec<String> {
    let source = Source::new(name, text);
    let count = text.lines().count() as u32;
    (1..=count).map(|number| mask_line(&source, number)).collect()
}

#[test]
fn a_secret_over_several_lines_is_masked_on_each() {
    for (text, masked) in [
        (
            "a:\n  password: |\n    one\n      two\n\n    three\n  user: me\n",
            "a:\n  password: |\n    ***\n      ***\n\n    *****\n  user: me\n",
        ),
        ("api_key:\n  geheim\nuser: me\n", "api_key:\n  ******\nuser: me\n"),
        ("passwords:\n  - one\n  - two\n", "passwords:\n  - ***\n  - ***\n"),
        (
            "secretKeyRef:\n  name: db\n  key: password\n",
            "secretKeyRef:\n  name: db\n  key: password\n",
        ),
        (
            "{\n  \"tokens\": [\n    \"one\",\n    \"two\"\n  ]\n}\n",
            "{\n  \"tokens\": [\n    \"***\",\n    \"***\"\n  ]\n}\n",
        ),
        (
            "password = \"\"\"\none\ntwo\n\"\"\"\nuser = 'x'\n",
            "password = \"\"\"\n***\n***\n\"\"\"\nuser = 'x'\n",
        ),
        (
            "key: |\n  -----BEGIN EC PRIVATE KEY-----\n  MHc\n  -----END EC PRIVATE KEY-----\n  x\n",
            "key: |\n  -----BEGIN EC PRIVATE KEY-----\n  ***\n  -----END EC PRIVATE KEY-----\n  x\n",
        ),
        ("-----BEGIN CERTIFICATE-----\nMHc\n", "-----BEGIN CERTIFICATE-----\nMHc\n"),
    ] {
        assert_eq!(lines("a.yaml", text), masked.lines().collect::<Vec<_>>(), "{text}");
    }
}

#[test]
fn a_secret_in_a_cell_is_masked() {
    for (name, text, masked) in [
        (
            "a.md",
            "| Compte | Mot de passe |\n| --- | --- |\n| agora | hunter2 |\n| x | |\n",
            "| Compte | Mot de passe |\n| --- | --- |\n| agora | ******* |\n| x | |\n",
        ),
        (
            "a.md",
            "| Paramètre | Valeur |\n| --- | --- |\n| DB password | hunter2 |\n",
            "| Paramètre | Valeur |\n| --- | --- |\n| DB password | ******* |\n",
        ),
        (
            "a.csv",
            "compte;\"mot de passe\";fin\nx;\"a;b\";2027\ny;;\n",
            "compte;\"mot de passe\";fin\nx;\"***\";2027\ny;;\n",
        ),
        (
            "a.md",
            "| Règle | Durée du mot de passe |\n| --- | --- |\n| x | 90 jours |\n",
            "| Règle | Durée du mot de passe |\n| --- | --- |\n| x | 90 jours |\n",
        ),
        ("a.txt", "compte;mot de passe\nx;y\n", "compte;mot de passe\nx;y\n"),
    ] {
        assert_eq!(lines(name, text), masked.lines().collect::<Vec<_>>(), "{text}");
    }
}

#[test]
fn messages_do_not_say_what_excerpts_hide() {
    let source = Arc::new(Source::new("a", "password: |\n  hunter22\n"));
    let tree = Tree::new(source, "yaml", Vec::new());
    let secrets = known(&tree.sources, Span::new(14, 22), 4);
    assert_eq!(secrets, ["hunter22"]);
    assert_eq!(without("\"hunter22\" does not match x", &secrets), "\"********\" does not match x");
    let long = ["x".repeat(100)];
    let cut = format!("{}…", "x".repeat(60));
    assert_eq!(without(&cut, &long), format!("{}{}…", "*".repeat(56), "x".repeat(4)));
    assert_eq!(without("all is well", &["l".to_owned()]), "all is well");
}
