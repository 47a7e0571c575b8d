use aplomb_model::Tree;

use super::openssh;
use crate::{Format, Input, ReadError};

mod keywords;

pub(crate) const SSHD_CONFIG: Format = Format {
    id: "sshd_config",
    summary: "OpenSSH server configuration, and what of it takes effect",
    docs: "The tree is `{\"directives\": [{\"keyword\", \"value\", \"args\": [text, …]}], \
        \"includes\": [{\"path\", \"found\", \"files\": [path, …]}], \
        \"effective\": [{\"match\", KEYWORD: value, …}, …]}`.\n\n\
        `directives` are the lines as written, those of included files where they are included. \
        `effective` follows sshd_config(5): its first entry (`match` is null) holds the global \
        settings, each further one what a `Match` block sets (`match` is its criteria). So \
        `$.effective[*].PermitRootLogin` finds the global value and every block that changes it. The \
        first value of a keyword wins; `inspect --effective` shows the lines that it shadows. Keywords \
        are case-insensitive and spelled as the manual does; `yes`, `no` and their kin are in lower \
        case. Keywords that add up (`Port`, `ListenAddress`, `HostKey`, `AllowUsers`, `AcceptEnv`, \
        `Subsystem`, …) are lists, of one element a line; those of blocks that apply add up too, and \
        replace what is global. The value of `ForceCommand` and of other \
        commands is the rest of the line as written.\n\n\
        `Include` is followed where the delivery holds the files: beside this one as in \
        `/etc/ssh`, or below a folder above it that stands for `/`. Such a drop-in is a part of \
        this subject, and none of its own. A `Match` ends with its file, and inside an included \
        file holds only where the including block does. Where what is included was not delivered, \
        not even the folder that a pattern looks into, rules that find nothing amiss are not \
        evaluated: any file could hold a `Match` that changes any setting.",
    names: &["**/sshd_config", "**/sshd_config.d/*.conf"],
    extensions: &[],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    openssh::read(input, &SSHD_CONFIG, &keywords::SERVER)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::proof::{at, check, folder, plain, positions, raw};
    use crate::{Limits, read_text};

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
              "includes": [],
              "effective": [
                {"match": null, "PermitRootLogin": "no"},
                {"match": "Address 192.0.2.0/24 User a", "PermitRootLogin": "yes"},
                {"match": "all"}]}"#,
        );
        says("", r#"{"directives": [], "includes": [], "effective": [{"match": null}]}"#);
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
              "includes": [],
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

    fn read_in(files: &[(&str, &str)]) -> Result<Tree, ReadError> {
        let (_guard, root) = folder(files);
        let source = &Arc::new(root.read(files[0].0).expect("is there"));
        let limits = &Limits::default();
        crate::read(&Input { source, limits, files: &root }, &SSHD_CONFIG)
    }

    #[test]
    fn includes_are_followed_from_where_they_stand() {
        let tree = read_in(&[
            (
                "db/etc/ssh/sshd_config",
                "Include /etc/ssh/sshd_config.d/*.conf\nUsePAM no # c\nMatch User é\nInclude more\nPort 1\n",
            ),
            ("db/etc/ssh/sshd_config.d/20-b.conf", "usepam yes # é\nPermitTTY no\n"),
            ("db/etc/ssh/sshd_config.d/10-a.conf", "PermitTTY yes\nMatch Group x\nPermitTTY no\n"),
            ("db/etc/ssh/more", "Banner a\nMatch Address 192.0.2.0/24\nBanner b\n"),
        ])
        .expect("is one");
        assert_eq!(
            plain(at(&tree, &["effective"])),
            serde_json::json!([
                {"match": null, "PermitTTY": "yes", "UsePAM": "yes"},
                {"match": "Group x", "PermitTTY": "no"},
                {"match": "User é", "Banner": "a"},
                {"match": "User é Address 192.0.2.0/24", "Banner": "b"},
                {"match": "User é", "Port": ["1"]}])
        );
        let wins = at(&tree, &["effective", "0", "UsePAM"]).span;
        let place = tree.sources.locate(wins);
        assert_eq!(place.source.name(), "db/etc/ssh/sshd_config.d/20-b.conf");
        assert_eq!(tree.raw(wins), "yes");
        let shadowed: Vec<_> =
            tree.shadowed.iter().map(|one| (tree.raw(one.span), tree.raw(one.by))).collect();
        assert_eq!(shadowed, [("PermitTTY no", "yes"), ("UsePAM no", "yes")]);
        let comments: Vec<_> = tree.comments.iter().map(|c| tree.raw(c.span)).collect();
        assert_eq!(comments, [" é", " c"]);
        assert!(tree.gaps.is_empty());
    }

    #[test]
    fn what_was_not_delivered_is_a_gap() {
        let gaps = |files: &[(&str, &str)]| {
            let tree = read_in(files).expect("is one");
            let told = tree.gaps.iter().map(|gap| tree.raw(gap.span).to_owned());
            told.collect::<Vec<_>>()
        };
        let main = "Include /etc/ssh/sshd_config.d/*.conf /etc/ssh/x ../../../etc/passwd\n";
        assert_eq!(
            gaps(&[("a/sshd_config", main)]),
            ["/etc/ssh/sshd_config.d/*.conf", "/etc/ssh/x", "../../../etc/passwd"]
        );
        let delivered =
            [("a/sshd_config", main), ("a/x", ""), ("a/sshd_config.d/README", "none here")];
        assert_eq!(gaps(&delivered), ["../../../etc/passwd"]);
    }

    #[test]
    fn circles_and_mistakes_in_included_files_are_told() {
        let error = read_in(&[
            ("sshd_config", "Include a\nInclude b\n"),
            ("a", "Include sshd_config\n"),
            ("b", "\nUsePAM\n"),
        ])
        .expect_err("a circle");
        let told: Vec<_> = error.problems.iter().map(|p| p.message.en.as_str()).collect();
        assert!(told[0].contains("a, line 1: sshd_config ends up including itself"), "{told:?}");
        assert!(told[1].contains("b, line 2: `UsePAM` has no value"), "{told:?}");
    }

    #[test]
    fn quotes_and_backslashes_are_those_of_openssh() {
        says(
            "Banner 'a b'\nX a\"b c\"d e\\ f \"g\\\"h\" #i\nForceCommand echo \"a\" # b\n",
            r#"{"directives": [
                {"keyword": "Banner", "value": "a b", "args": ["a b"]},
                {"keyword": "X", "value": "a\"b c\"d e\\ f \"g\\\"h\"", "args": ["ab cd", "e f", "g\"h"]},
                {"keyword": "ForceCommand", "value": "echo \"a\" # b", "args": ["echo", "a"]}],
              "includes": [],
              "effective": [{"match": null, "Banner": "a b", "X": "a\"b c\"d e\\ f \"g\\\"h\"",
                "ForceCommand": "echo \"a\" # b"}]}"#,
        );
    }

    #[test]
    fn mistakes_have_positions() {
        let text = "UsePAM\n= yes\nBanner \"x\nPort 22\n";
        assert_eq!(positions(&SSHD_CONFIG, "sshd_config", text), ["1:1", "2:1", "3:8"]);
    }
}
