use aplomb_model::Tree;

use super::openssh;
use crate::{Format, Input, ReadError};

mod keywords;

pub(crate) const SSH_CONFIG: Format = Format {
    id: "ssh_config",
    summary: "OpenSSH client configuration, block by block",
    docs: "The tree is `{\"directives\": [{\"keyword\", \"value\", \"args\": [text, …]}], \
        \"includes\": [{\"path\", \"found\", \"files\": [path, …]}], \
        \"effective\": [{\"host\", \"match\", KEYWORD: value, …}, …]}`.\n\n\
        `directives` are the lines as written, those of included files where they are included. \
        `effective` follows ssh_config(5): its first entry \
        (`host` and `match` are null) holds what stands before any block, each further one what a \
        `Host` or `Match` block sets; `host` is its patterns, `match` its criteria. Inside an entry \
        the first value of a keyword wins; between blocks that apply to the same host, the first \
        block does. Keywords are case-insensitive and spelled as the manual does; `yes`, `no` and \
        their kin are in lower case. Keywords that add up (`IdentityFile`, `SendEnv`, \
        `LocalForward`, …) are lists, of one element a line. The value of `ProxyCommand` and of other \
        commands is the rest of the line as written.\n\n\
        `Include` is followed as in sshd_config: in `~/.ssh` for a user's own configuration, in \
        `/etc/ssh` for any other. What is included and was not delivered leaves rules that find \
        nothing amiss not evaluated.",
    names: &["**/ssh_config", "**/ssh_config.d/*.conf", "**/.ssh/config"],
    extensions: &[],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    openssh::read(input, &SSH_CONFIG, &keywords::CLIENT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{check, positions, raw};
    use crate::read_text;

    #[test]
    fn blocks_stand_apart_and_the_first_value_wins() {
        check(
            &SSH_CONFIG,
            "ssh_config",
            "include a.conf\nHOST *.x !b.x\n stricthostkeychecking=ASK\n StrictHostKeyChecking no\n\
             IdentityFile a\nIdentityFile \"b c\" # d\nMatch host y exec \"test 1\"\n  Port 22\n",
            r#"{"directives": [
                {"keyword": "Include", "value": "a.conf", "args": ["a.conf"]},
                {"keyword": "Host", "value": "*.x !b.x", "args": ["*.x", "!b.x"]},
                {"keyword": "StrictHostKeyChecking", "value": "ASK", "args": ["ASK"]},
                {"keyword": "StrictHostKeyChecking", "value": "no", "args": ["no"]},
                {"keyword": "IdentityFile", "value": "a", "args": ["a"]},
                {"keyword": "IdentityFile", "value": "b c", "args": ["b c"]},
                {"keyword": "Match", "value": "host y exec \"test 1\"", "args": ["host", "y", "exec", "test 1"]},
                {"keyword": "Port", "value": "22", "args": ["22"]}],
              "includes": [{"path": "a.conf", "found": false, "files": []}],
              "effective": [
                {"host": null, "match": null},
                {"host": "*.x !b.x", "match": null, "StrictHostKeyChecking": "ask", "IdentityFile": ["a", "b c"]},
                {"host": null, "match": "host y exec \"test 1\"", "Port": "22"}]}"#,
        );
    }

    #[test]
    fn spans_and_mistakes() {
        let text = "Host \"é\"\n\tUser  é\n";
        let tree = read_text("ssh_config", text, &SSH_CONFIG).expect("is one");
        assert_eq!(raw(&tree, &["effective", "1", "host"]), "é");
        assert_eq!(raw(&tree, &["effective", "1", "User"]), "é");
        assert_eq!(positions(&SSH_CONFIG, "ssh_config", "Host\nUser \"x\n"), ["1:1", "2:6"]);
    }
}
