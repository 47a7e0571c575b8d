//! `sshd -T` and `ssh -G` against `sshd_config` and `ssh_config`.

use std::net::Ipv4Addr;

use aplomb_model::{Node, Tree};

use super::{Words, printed, read, words};
use crate::run::Folder;

/// What takes effect where `applies` says of the criteria of a block that they are met: of blocks,
/// the first that sets a keyword counts, and values that add up do over all blocks; `global_last`
/// says that they replace what is global.
fn effective(tree: &Tree, global_last: bool, applies: impl Fn(&Node) -> bool) -> Words {
    let entries = tree.documents[0].get("effective").expect("an entry each block").items();
    let (global, blocks) = entries.split_first().expect("the global one");
    let blocks = blocks.iter().filter(|block| applies(block));
    let in_order: Vec<&Node> = if global_last {
        blocks.chain([global]).collect()
    } else {
        [global].into_iter().chain(blocks).collect()
    };
    let mut found = Words::new();
    for (block, member) in in_order
        .into_iter()
        .flat_map(|block| block.members().iter().map(move |member| (block, member)))
    {
        if matches!(&*member.key, "match" | "host") {
            continue;
        }
        let name = member.key.to_lowercase();
        let (adds_up, texts) = match member.value.items() {
            [] => (false, vec![member.value.as_str().unwrap_or_default()]),
            items => (true, items.iter().filter_map(Node::as_str).collect()),
        };
        let said = texts.into_iter().flat_map(words);
        let replaced = global_last && std::ptr::eq(block, global);
        match found.get_mut(&name) {
            Some(known) if adds_up && !replaced => known.extend(said),
            Some(_) => {}
            None => drop(found.insert(name, said.collect())),
        }
    }
    found
}

/// What a program says takes effect.
fn told(output: &str) -> Words {
    let mut told = Words::new();
    for line in output.lines() {
        let (name, value) = line.split_once(' ').unwrap_or((line, ""));
        told.entry(name.to_owned()).or_default().extend(words(value));
    }
    told
}

/// One spelling for what has two.
fn normalised(mut said: Vec<String>) -> Vec<String> {
    for word in &mut said {
        match word.as_str() {
            "prohibit-password" => "without-password".clone_into(word),
            "false" => "no".clone_into(word),
            "true" => "yes".clone_into(word),
            _ => {}
        }
    }
    said
}

/// Everything that the reader says takes effect is what the program says.
fn agree(ours: &Words, theirs: &Words, about: &str) {
    for (name, said) in ours {
        let Some(told) = theirs.get(name) else {
            panic!("{about}\nsays nothing of {name}");
        };
        assert_eq!(normalised(said.clone()), normalised(told.clone()), "{name} in {about}");
    }
}

#[derive(Clone, Copy)]
struct Client {
    user: &'static str,
    address: Ipv4Addr,
}

/// Whether the criteria of a `Match` line are met. Only what the cases below use.
fn met(criteria: &str, client: Client) -> bool {
    let mut words = criteria.split_whitespace();
    let mut all = true;
    while let Some(name) = words.next() {
        all &= match name.to_lowercase().as_str() {
            "all" => true,
            "user" => {
                let patterns = words.next().expect("patterns").split(',');
                let is = |pattern: &str| pattern == "*" || pattern == client.user;
                let (not, names): (Vec<_>, Vec<_>) = patterns.partition(|p| p.starts_with('!'));
                names.into_iter().any(is) && !not.iter().any(|not| is(&not[1..]))
            }
            "address" => {
                let (base, bits) = words.next().expect("a network").split_once('/').expect("bits");
                let base: Ipv4Addr = base.parse().expect("an address");
                let bits: u32 = bits.parse().expect("a number");
                let part = |address: Ipv4Addr| address.to_bits() >> (32 - bits);
                part(base) == part(client.address)
            }
            other => panic!("{other}"),
        };
    }
    all
}

/// Beginnings, drop-ins and ends of configurations, to be combined. `@` is the folder's own path.
const HEADS: [&str; 6] = [
    "",
    "PermitRootLogin no\npermitrootlogin yes\nMaxAuthTries 3\n",
    "PORT 22\nPort 2222\nX11Forwarding=yes\nbanner \"/etc/my banner\" # c\n",
    "AllowUsers a b\nAllowUsers c\nAcceptEnv LANG LC_*\nSetEnv A=1 B=2\nSetEnv C=3\n",
    "Subsystem sftp internal-sftp -l INFO\nAuthorizedKeysFile .a .b\nLogLevel verbose\n",
    "PermitOpen a:1 b:2\nPermitOpen c:3\nAuthenticationMethods publickey,password\nUseDNS 'no'\n",
];
const MIDDLES: [&str; 4] = [
    "",
    "Include @/etc/ssh/sshd_config.d/*.conf\n",
    "include \"@/etc/ssh/sshd_config.d/10-a.conf\" @/etc/ssh/none\n",
    "Match User a\n  Include @/etc/ssh/sshd_config.d/*.conf\n",
];
const TAILS: [&str; 5] = [
    "",
    "PermitRootLogin prohibit-password\nMaxAuthTries 5\n",
    "Match Address 192.0.2.0/24\n  PermitRootLogin yes\n  MaxAuthTries 4\n  MaxAuthTries 6\n",
    "Match User *,!b Address 192.0.2.0/24\n  ForceCommand echo \"a  b\" # c\nMatch all\n  X11Forwarding no\n",
    "Match User a\n  AcceptEnv X\n  AllowTcpForwarding local\nMatch User a\n  AllowTcpForwarding no\n",
];
const DROP_INS: [(&str, &str); 2] = [
    (
        "etc/ssh/sshd_config.d/10-a.conf",
        "MaxAuthTries 2\nMatch User a\n  PermitRootLogin forced-commands-only\n  PermitTTY no\n",
    ),
    ("etc/ssh/sshd_config.d/20-b.conf", "PermitRootLogin no\nAcceptEnv B\nMaxSessions 4\n"),
];

#[test]
fn sshd_takes_the_same_values() {
    let keys = Folder::new(&[]);
    let key = keys.path().join("key");
    let key = key.to_str().expect("UTF-8");
    if printed("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", key]).is_none() {
        return;
    }
    let clients = [
        Client { user: "a", address: Ipv4Addr::new(192, 0, 2, 9) },
        Client { user: "b", address: Ipv4Addr::new(192, 0, 2, 9) },
        Client { user: "a", address: Ipv4Addr::new(198, 51, 100, 1) },
    ];
    let mut compared = 0;
    for head in HEADS {
        for middle in MIDDLES {
            for tail in TAILS {
                let text = format!("{head}{middle}{tail}");
                let main = text.replace('@', "");
                let mut files = vec![("etc/ssh/sshd_config", main.as_str())];
                files.extend(DROP_INS);
                let folder = Folder::new(&files);
                let tree = read(folder.path(), "etc/ssh/sshd_config");
                let own = folder.path().to_str().expect("UTF-8");
                let theirs = folder.path().join("theirs");
                let theirs = theirs.to_str().expect("UTF-8");
                let text = format!("HostKey {key}\n{}", text.replace('@', own));
                std::fs::write(theirs, &text).expect("a file");
                // Each client differs from the next in one way; a third of them a configuration.
                let client = clients[compared % clients.len()];
                let whom = format!("user={},host=h,addr={}", client.user, client.address);
                let Some(told_by_sshd) = printed("sshd", &["-T", "-f", theirs, "-C", &whom])
                    .or_else(|| printed("/usr/sbin/sshd", &["-T", "-f", theirs, "-C", &whom]))
                else {
                    assert_eq!(compared, 0, "sshd refuses\n{text}");
                    return;
                };
                let applies = |block: &Node| {
                    met(block.get("match").and_then(Node::as_str).unwrap_or("all"), client)
                };
                let ours = effective(&tree, true, applies);
                let missing = middle.contains("none");
                assert_eq!(!tree.gaps.is_empty(), missing, "{text}");
                agree(&ours, &told(&told_by_sshd), &format!("for {whom}\n{text}"));
                compared += 1;
            }
        }
    }
    assert_eq!(compared, HEADS.len() * MIDDLES.len() * TAILS.len());
}

#[test]
fn ssh_takes_the_same_values() {
    let configurations = [
        "Port 23\nHost a\n  port 24\n  User \"x y\"\nHost *\n  Port 25\n  User z\n",
        "Host b !a\n  User b\nHost * !b\n  User c\n  IdentityFile /one\n  IdentityFile /two\nHost a\n  IdentityFile /three\n",
        "Host a\n  Include @/etc/ssh/more\nHost *\n  User d\nMatch all\n  ServerAliveInterval=5\n",
        "ProxyCommand ssh -W \"%h\" x # y\nSendEnv A B\nSendEnv C\nSetEnv D=1\nSetEnv E=2\n",
        "Include @/etc/ssh/none\nStrictHostKeyChecking no\nHost a\n StrictHostKeyChecking yes\n",
    ];
    let patterns = |text: &str, host: &str| {
        let is = |pattern: &str| pattern == "*" || pattern == host;
        let mut words = text.split_whitespace();
        let not = words.clone().any(|word| word.strip_prefix('!').is_some_and(is));
        !not && words.any(is)
    };
    for text in configurations {
        for host in ["a", "b"] {
            let main = text.replace('@', "");
            let more = "Host *\n  User included\nHost b\n  User never\n";
            let folder =
                Folder::new(&[("etc/ssh/ssh_config", main.as_str()), ("etc/ssh/more", more)]);
            let tree = read(folder.path(), "etc/ssh/ssh_config");
            let theirs = folder.path().join("theirs");
            let theirs = theirs.to_str().expect("UTF-8");
            let own = folder.path().to_str().expect("UTF-8");
            std::fs::write(theirs, text.replace('@', own)).expect("a file");
            let Some(output) = printed("ssh", &["-G", "-F", theirs, host]) else {
                return;
            };
            let applies = |block: &Node| {
                let hosts = block.get("host").and_then(Node::as_str).unwrap_or("*");
                let criteria = block.get("match").and_then(Node::as_str).unwrap_or("all");
                let outer = criteria.strip_prefix("originalhost ").unwrap_or("*");
                assert!(matches!(criteria, "all" | "originalhost a"), "{criteria}");
                patterns(hosts, host) && patterns(&outer.replace(',', " "), host)
            };
            let ours = effective(&tree, false, applies);
            agree(&ours, &told(&output), &format!("for {host}\n{text}"));
        }
    }
}
