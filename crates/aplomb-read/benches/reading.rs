//! How fast each reader makes trees: MB/s, on generated input and, where the corpora lie beside the
//! checkout, on real input.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use aplomb_model::Source;
use aplomb_read::{FORMATS, Input, Limits, NoFiles, by_id, detect, read};
use criterion::{BenchmarkId, Criterion, Throughput};
use mimalloc::MiMalloc;

/// As in the command.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Generated input is about this long, in bytes.
const SIZE: usize = 2_000_000;

/// One item of each format, numbered, repeated until the input is long enough.
fn generated() -> Vec<(&'static str, String)> {
    let json = repeated("[", "]", |n| {
        format!(
            "{}{{\"name\": \"pkg-{n}\", \"version\": \"1:{n}.9-1+deb12u4\", \"arch\": \"amd64\", \
             \"size\": {n}, \"ratio\": {n}.5, \"auto\": true, \"files\": [\"/usr/bin/{n}\", null]}}",
            if n == 0 { "" } else { ",\n" }
        )
    });
    let yaml = repeated("", "", |n| {
        format!(
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web-{n}\n  labels: {{app: web, \
             tier: \"front\"}}\nspec:\n  replicas: 3\n  template:\n    spec:\n      containers:\n        \
             - name: web\n          image: registry.example/web:{n}.2\n          # what it may take\n          \
             resources:\n            limits:\n              memory: 512Mi\n              cpu: 500m\n"
        )
    });
    let toml = repeated("", "", |n| {
        format!(
            "[[host]]\nname = \"web{n}\" # front\nrole = [\"web\", \"proxy\"]\ncores = {n}\n\
             since = 2026-11-05\nlabels = {{ zone = \"a\", tier = 2 }}\n\n"
        )
    });
    let csv = repeated("source;destination;protocole;port;justification\n", "", |n| {
        format!("web{n};app[01-02];tcp/udp;\"443, 8443\";Flux applicatif n° {n} validé\n")
    });
    let ini = repeated("", "", |n| {
        format!("[section{n}]\n; a comment\nkey = value {n}\nother.key: \"quoted\"\n\n")
    });
    let properties =
        repeated("", "", |n| format!("# a comment\nserver.port.{n}=80{n}\nname : va\\u00e9l\n"));
    let hcl = repeated("", "", |n| {
        format!(
            "resource \"aws_instance\" \"web{n}\" {{\n  ami           = \"ami-0{n}\" # pinned\n  count         = {n}\n\
             \x20 subnet_id     = aws_subnet.web[{n}].id\n  vpc_ids       = [\"sg-{n}\", var.group]\n  tags = {{\n\
             \x20   Name = \"web-${{var.env}}-{n}\"\n    Tier = \"front\"\n  }}\n\n  root_block_device {{\n\
             \x20   encrypted   = true\n    volume_size = 40\n  }}\n}}\n\n"
        )
    });
    let xml = repeated("<?xml version=\"1.0\"?>\n<dependencies>\n", "</dependencies>\n", |n| {
        format!(
            "  <!-- pinned -->\n  <dependency id=\"d{n}\" optional=\"false\">\n    <groupId>org.example</groupId>\n\
             \x20   <artifactId>part-{n}</artifactId>\n    <version>1.{n}.0</version>\n    <note>a &amp; b</note>\n\
             \x20 </dependency>\n"
        )
    });
    let systemd = repeated("", "", |n| {
        format!(
            "[Service]\nExecStart=/usr/bin/app --id {n} \\\n  --more\nUser=app\nLimitNOFILE={n}\n"
        )
    });
    let markdown = repeated("---\nversion: 1.4\n---\n\n", "", |n| {
        format!(
            "## {n}. Exploitation\n\nLe service **démarre** avec `systemctl`, voir [la fiche](f{n}.md).\n\n\
             - arrêt\n- démarrage\n\n**RTO** : 4 h\n\n| Composant | Version |\n| --- | --- |\n\
             | PostgreSQL | 16.{n} |\n\n```bash\nsystemctl start app{n}\n```\n\n"
        )
    });
    let rst = repeated("", "", |n| {
        format!(
            "Section {n}\n###########\n\nUn paragraphe avec *emphase* et ``code``.\n\n\
             * premier.timer\n* second.timer\n\n.. csv-table::\n   :header: \"A\",\"B\"\n\n   \"{n}\",\"2\"\n\n"
        )
    });
    let dockerfile = repeated("", "", |n| {
        format!(
            "FROM debian:12 AS b{n}\nRUN apt-get update \\\n && apt-get install -y x{n}\nUSER app\n"
        )
    });
    let sshd = repeated("", "", |n| {
        format!("# a comment\nPermitRootLogin no\nMatch User u{n}\n  X11Forwarding no\nMatch all\n")
    });
    let mut generated = vec![
        ("jsonc", json.replace(",\n{", ",\n// one more\n{")),
        ("json", json),
        ("yaml", yaml),
        ("toml", toml),
        ("csv", csv),
        ("ini", ini),
        ("hcl", hcl),
        ("xml", xml),
        ("properties", properties),
        ("systemd", systemd),
        ("markdown", markdown),
        ("rst", rst),
        ("dockerfile", dockerfile),
        ("sshd_config", sshd),
    ];
    generated.extend(system());
    generated
}

/// The files of a system's own configuration.
fn system() -> Vec<(&'static str, String)> {
    let text = |item: fn(usize) -> String| repeated("", "", item);
    vec![
        (
            "apt_sources",
            text(|n| format!("deb [arch=amd64] https://deb.example/{n} stable main\n")),
        ),
        (
            "crontab",
            text(|n| {
                format!("# a comment\n*/{} 2 * * 1-5 root /usr/bin/job{n} --all\n", n % 58 + 1)
            }),
        ),
        ("chrony", text(|n| format!("server ntp{n}.example iburst minpoll 4\nmakestep 1.0 3\n"))),
        ("dotenv", text(|n| format!("# a comment\nAPP_NAME_{n}=\"a value {n}\"\n"))),
        ("fstab", text(|n| format!("UUID={n} /mnt/{n} ext4 nodev,nosuid,noexec 0 2\n"))),
        ("hosts", text(|n| format!("192.0.2.1 web{n}.example web{n} # front\n"))),
        ("limits", text(|n| format!("@group{n} hard nofile {n}\n"))),
        ("login_defs", text(|n| format!("# a comment\nPASS_MAX_DAYS\t{n}\n"))),
        (
            "logrotate",
            text(|n| format!("/var/log/{n}.log {{\n  daily\n  rotate {n}\n  missingok\n}}\n")),
        ),
        ("modprobe", text(|n| format!("install mod{n} /bin/false\noptions mod{n} a=1 b=2\n"))),
        (
            "nftables",
            repeated("define web = { 192.0.2.1 }\ntable inet x {\nchain y {\n", "}\n}\n", |n| {
                format!("ip saddr 192.0.2.{n} tcp dport {{ 80, 443 }} accept comment \"F{n}\"\n")
            }),
        ),
        ("nsswitch", text(|n| format!("db{n}: files [NOTFOUND=return] dns\n"))),
        ("pam", text(|n| format!("auth [success=1 default=ignore] pam_{n}.so nullok\n"))),
        ("pg_ident", text(|n| format!("map{n} system{n} database{n}\n"))),
        ("pg_hba", text(|n| format!("hostssl db{n} app{n} 192.0.2.0/24 scram-sha-256\n"))),
        ("postgresql", text(|n| format!("app.setting_{n} = '{n}MB' # a comment\n"))),
        ("resolv", text(|n| format!("nameserver 192.0.2.1\noptions ndots:{n}\n"))),
        (
            "rsyslog",
            text(|n| {
                format!(
                    "*.info /var/log/{n}\naction(type=\"omfwd\" target=\"h{n}\" port=\"514\")\n"
                )
            }),
        ),
        ("shell", text(|n| format!("# a comment\nNAME{n}=\"a value\" # why\n"))),
        ("ssh_config", text(|n| format!("Host h{n}\n  User u{n}\n  IdentityFile ~/.ssh/{n}\n"))),
        (
            "sudoers",
            text(|n| format!("user{n} ALL=(root) NOPASSWD: /usr/bin/systemctl restart a{n}\n")),
        ),
        ("sysctl", text(|n| format!("# a comment\nnet.ipv4.conf.eth{n}.rp_filter = 1\n"))),
    ]
}

/// The same for the configurations of servers.
fn generated_servers() -> Vec<(&'static str, String)> {
    let nginx = repeated(
        "http {\nserver_tokens off;\nadd_header X-A \"b\" always;\n",
        "}\n",
        |n| {
            format!(
                "server {{ # a comment\n  listen 443 ssl;\n  server_name s{n}.example.internal;\n  \
             location / {{\n    proxy_pass http://app{n};\n    proxy_set_header Host $host;\n  }}\n}}\n"
            )
        },
    );
    let haproxy = repeated("defaults\n  mode http\n  timeout client 5s\n", "", |n| {
        format!(
            "backend b{n}\n  balance roundrobin # a comment\n  option httpchk GET \"/health\"\n  \
             server s{n} 192.0.2.1:80{n} check inter 2s\n\n"
        )
    });
    let httpd = repeated("ServerTokens Prod\nHeader always set X-A \"b\"\n", "", |n| {
        format!(
            "<VirtualHost *:443>\n  # a comment\n  ServerName s{n}.example.internal\n  <Location \"/\">\n    \
             Require all granted\n    ProxyPass http://app{n}/ \\\n      retry=0\n  </Location>\n</VirtualHost>\n"
        )
    });
    let redis = repeated("", "", |n| {
        format!("# a comment\nmaxmemory {n}mb\nsave 900 {n}\nrequirepass \"a\\x41{n}\"\n")
    });
    let mysql = repeated("[mysqld]\n", "", |n| {
        format!("# a comment\nmax-connections = {n}\nsql_mode = \"STRICT\" # strict\nskip-x{n}\n")
    });
    let jinja = repeated("", "", |n| {
        format!("listen {{{{ port_{n} }}}};\n{{% if tls %}}\nssl on;\n{{% endif %}}\nname s{n};\n")
    });
    let text = repeated("", "", |n| format!("2026-11-23 08:00:{n} agora-api[{n}]: started\n"));
    vec![
        ("jinja", jinja),
        ("text", text),
        ("nginx", nginx),
        ("haproxy", haproxy),
        ("httpd", httpd),
        ("redis", redis),
        ("mysql", mysql),
    ]
}

fn repeated(head: &str, tail: &str, item: impl Fn(usize) -> String) -> String {
    let mut text = head.to_owned();
    let mut number = 0;
    while text.len() < SIZE {
        text.push_str(&item(number));
        number += 1;
    }
    text + tail
}

fn bench_generated(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read");
    group.sample_size(10);
    let inputs: Vec<_> = generated().into_iter().chain(generated_servers()).collect();
    for format in FORMATS {
        assert!(inputs.iter().any(|(id, _)| *id == format.id), "{} is not measured", format.id);
    }
    for (id, text) in inputs {
        let format = by_id(id).expect("built in");
        let source = Arc::new(Source::new(id, text));
        let limits = Limits::default();
        group.throughput(Throughput::Bytes(source.text().len() as u64));
        group.bench_function(BenchmarkId::new(id, "generated"), |bencher| {
            let input = Input { source: &source, limits: &limits, files: &NoFiles };
            read(&input, format).expect("well-formed");
            bencher.iter_with_large_drop(|| read(black_box(&input), format));
        });
    }
    group.finish();
}

/// Real files of a corpus, by the format that they are detected as.
fn bench_corpora(criterion: &mut Criterion) {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora");
    if !corpora.is_dir() {
        return;
    }
    let mut group = criterion.benchmark_group("read-corpora");
    group.sample_size(10);
    let mut by_format = std::collections::BTreeMap::<&str, Vec<Arc<Source>>>::new();
    for entry in walkdir::WalkDir::new(&corpora).into_iter().filter_map(Result::ok) {
        let path = entry.path().to_string_lossy().into_owned();
        let Ok(text) = std::fs::read_to_string(entry.path()) else { continue };
        if let Some(format) = detect(&path, &text) {
            by_format.entry(format.id).or_default().push(Arc::new(Source::new(path, text)));
        }
    }
    let limits = Limits::default();
    for (id, sources) in by_format {
        let format = by_id(id).expect("detected");
        let bytes: usize = sources.iter().map(|source| source.text().len()).sum();
        if bytes < 10_000 {
            continue;
        }
        group.throughput(Throughput::Bytes(bytes as u64));
        group.bench_function(BenchmarkId::new(id, sources.len()), |bencher| {
            bencher.iter_with_large_drop(|| {
                let read_one =
                    |source| read(&Input { source, limits: &limits, files: &NoFiles }, format).ok();
                black_box(sources.iter().map(read_one).collect::<Vec<_>>())
            });
        });
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    bench_generated(&mut criterion);
    bench_corpora(&mut criterion);
    criterion.final_summary();
}
