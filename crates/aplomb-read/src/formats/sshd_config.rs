use aplomb_model::Tree;

use super::openssh;
use crate::{Format, Input, ReadError};

mod keywords;

pub(crate) const SSHD_CONFIG: Format = Format {
    id: "sshd_config",
    summary: "OpenSSH server configuration, and what of it takes effect",
    docs: "The tree is `{\"directives\": [{\"keyword\", \"value\", \"args\": [text, …]}], \
        \"effective\": [{\"match\", KEYWORD: value, …}, …]}`.\n\n\
        `directives` are the lines as written. `effective` follows sshd_config(5): its first entry \
        (`match` is null) holds the global settings, each further one what a `Match` block sets \
        (`match` is its criteria). So `$.effective[*].PermitRootLogin` finds the global value and \
        every block that changes it. The first value of a keyword wins. Keywords are case-insensitive \
        and spelled as the manual does; `yes`, `no` and their kin are in lower case. Keywords that \
        add up (`Port`, `ListenAddress`, `HostKey`, `AllowUsers`, `AcceptEnv`, `Subsystem`, …) are \
        lists, of one element a line. `Include` is not followed: each file is judged by itself.",
    names: &["**/sshd_config", "**/sshd_config.d/*.conf"],
    extensions: &[],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    openssh::read(input, &SSHD_CONFIG, &keywords::SERVER)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{at, check, positions, raw};
    use crate::read_text;

    fn says(text: &str, expected: &str) {
        check(&SSHD_CONFIG, "sshd_config", text, expected);
    }

    #[test]
    fn the_first_value_wins_and_match_blocks_stand_apart() {
        says(
            "permitrootlogin NO\nPermitRootLogin yes\n\nMatch Address 192.0.2.0/24 User a\n  PermitRootLogin=yes # c\nMatch all\n",
            r#"{"directives": [
                {"keyword": "PermitRootLogin", "value": "NO", "args": ["NO"]},
                {"keyword": "PermitRootLogin", "value": "yes", "args": ["yes"]},
                {"keyword": "Match", "value": "Address 192.0.2.0/24 User a", "args": ["Address", "192.0.2.0/24", "User", "a"]},
                {"keyword": "PermitRootLogin", "value": "yes", "args": ["yes"]},
                {"keyword": "Match", "value": "all", "args": ["all"]}],
              "effective": [
                {"match": null, "PermitRootLogin": "no"},
                {"match": "Address 192.0.2.0/24 User a", "PermitRootLogin": "yes"},
                {"match": "all"}]}"#,
        );
        says("", r#"{"directives": [], "effective": [{"match": null}]}"#);
    }

    #[test]
    fn some_keywords_add_up() {
        says(
            "PORT 22\nPort 2222\nCiphers a,b\nBanner \"/etc/my banner\"\nSomething New\n",
            r#"{"directives": [
                {"keyword": "Port", "value": "22", "args": ["22"]},
                {"keyword": "Port", "value": "2222", "args": ["2222"]},
                {"keyword": "Ciphers", "value": "a,b", "args": ["a,b"]},
                {"keyword": "Banner", "value": "/etc/my banner", "args": ["/etc/my banner"]},
                {"keyword": "Something", "value": "New", "args": ["New"]}],
              "effective": [{"match": null, "Port": ["22", "2222"], "Ciphers": "a,b",
                "Banner": "/etc/my banner", "Something": "New"}]}"#,
        );
    }

    #[test]
    fn spans_are_those_of_the_winning_line() {
        let text = "# é\nUsePAM  Yes # c\nusepam no\nMatch User \"é\"\n\tUsePAM no\n";
        let tree = read_text("sshd_config", text, &SSHD_CONFIG).expect("is one");
        assert_eq!(raw(&tree, &["effective", "0", "UsePAM"]), "Yes");
        assert_eq!(raw(&tree, &["effective", "1", "UsePAM"]), "no");
        assert_eq!(raw(&tree, &["effective", "1", "match"]), "User \"é\"");
        assert_eq!(raw(&tree, &["effective", "1"]), "Match User \"é\"");
        let key = at(&tree, &["effective", "1"]).members()[1].key_span;
        assert_eq!(tree.source().position(key.start() as usize).line, 5);
        let comments: Vec<_> = tree.comments.iter().map(|c| tree.raw(c.span)).collect();
        assert_eq!(comments, [" é", " c"]);
    }

    #[test]
    fn mistakes_have_positions() {
        let text = "UsePAM\n= yes\nBanner \"x\nPort 22\n";
        assert_eq!(positions(&SSHD_CONFIG, "sshd_config", text), ["1:1", "2:1", "3:8"]);
    }
}
