//! The facts of Ansible's modules `setup` and `package_facts`.

use aplomb_model::{Node, Phrase, Tree};
use serde_json::Value;

use super::json::{line, tree};
use super::{Imported, Importer, NotUnderstood};
use crate::facts::{Collected, Facts, Sourced};

pub(super) const IMPORTER: Importer = Importer {
    id: "ansible",
    summary: "facts of Ansible's `setup`: system, hardware, mounts; packages where `package_facts` ran",
    docs: "What `ansible HOST -m setup` prints, what `--tree DIR` or a cache of facts (`jsonfile`) writes \
        for a host. Each fact's `from` is the line it was taken from. What Ansible could not find out \
        (`NA`) is a missing fact.\n\n\
        | Ansible | aplomb |\n\
        | --- | --- |\n\
        | `hostname`, `fqdn` (where it has a domain), `date_time.iso8601` | `host`, `fqdn`, `captured_at` |\n\
        | `distribution` (Debian, Ubuntu, RedHat, CentOS, Rocky, AlmaLinux, OracleLinux, Fedora, Amazon, SLES, Alpine, Archlinux) | `os.id`, as os-release(5) has it |\n\
        | `distribution_version`; of Debian `distribution_major_version` | `os.version_id` |\n\
        | `distribution_release`, `kernel`, `kernel_version`, `architecture`, `fips` | `os.codename`, `os.kernel`, `os.kernel_version`, `os.arch`, `os.fips` |\n\
        | `system_vendor`, `product_name`, `product_serial`, `bios_version` | `hardware.vendor`, `product`, `serial`, `bios` |\n\
        | `processor_vcpus`, `architecture`, `flags` | `hardware.cpu.count`, `arch`, `flags` |\n\
        | `memtotal_mb` | `hardware.mem_mib` |\n\
        | `virtualization_role` = `guest`, where the type is a hypervisor's and no container's | `hardware.virtual` = true |\n\
        | `mounts[]`: `mount`, `device`, `fstype`, `options`, `size_total`, blocks and inodes | `mounts`: `path`, `device`, `fstype`, `options`, `size_gib`, `free_pct`, `inode_free_pct` |\n\
        | `packages` of `package_facts`: `name`, `epoch`, `version`, `release`, `arch`, `source` | `packages` |\n\n\
        Ansible lists the mounts of devices only: a rule that names `/tmp`, `/run`, `/dev/shm` or tmpfs is \
        not evaluated. Rules on what it does not tell, and on every other section, are not either.",
    read,
};

/// Names of distributions, and the ids that os-release(5) has for them.
const IDS: &[(&str, &str)] = &[
    ("AlmaLinux", "almalinux"),
    ("Alpine", "alpine"),
    ("Amazon", "amzn"),
    ("Archlinux", "arch"),
    ("CentOS", "centos"),
    ("Debian", "debian"),
    ("Fedora", "fedora"),
    ("OracleLinux", "ol"),
    ("RedHat", "rhel"),
    ("Rocky", "rocky"),
    ("SLES", "sles"),
    ("Ubuntu", "ubuntu"),
];

/// Kinds of virtual machines; others are containers, or nothing that can be told.
const HYPERVISORS: &[&str] = &[
    "bhyve",
    "Hyper-V",
    "kvm",
    "openstack",
    "parallels",
    "powervm_lx86",
    "RHEV",
    "virtualbox",
    "VirtualPC",
    "VMware",
    "xen",
];

const NOT_TOLD_OF_OS: &[&str] = &[
    "kernel_installed",
    "timezone",
    "locale",
    "pretty",
    "like",
    "cmdline",
    "boot_time",
    "lockdown",
    "reboot_required",
    "virtualization",
    "container",
];

const NOT_TOLD_OF_HARDWARE: &[&str] = &[
    "ecc",
    "psu",
    "raid",
    "bonds",
    "nics",
    "disks",
    "dimms",
    "dimm_slots",
    "bmc",
    "secure_boot",
    "tpm",
    "vulnerabilities",
    "microcode",
    "multipath",
    "lvm",
    "zfs",
    "nvme",
    "edac",
    "pci",
    "iommu",
];

/// Words that a rule has which rests on mounts that Ansible leaves out.
const NOT_TOLD_OF_MOUNTS: &[&str] = &["tmp", "tmpfs", "run", "shm", "dev", "proc", "sys"];

/// Members of a package that it does not tell, whatever its manager.
const NOT_TOLD_OF_PACKAGES: &[&str] = &["state", "installed", "vendor", "signed_by"];

fn read(file: &str) -> Result<Imported, NotUnderstood> {
    // `HOST | SUCCESS => {` begins what the command prints.
    let end = file.split_inclusive('\n').next().unwrap_or_default();
    let is_of_command = end.contains(" | ") && end.trim_end().ends_with("=> {");
    let printed;
    let file = if is_of_command {
        // As many bytes, so that lines stay what they are.
        printed =
            format!("{{{}{}", " ".repeat(end.trim_end().len() - 1), &file[end.trim_end().len()..]);
        &printed
    } else {
        file
    };
    let tree = tree("ansible", file)?;
    let root = tree.documents.first();
    let facts = root.and_then(|root| root.get("ansible_facts").or(Some(root)));
    let facts = facts.filter(|facts| facts.get("ansible_hostname").is_some()).ok_or_else(|| {
        NotUnderstood(Phrase::new(
            "these are no facts of Ansible's `setup`: there is no `ansible_hostname`",
            "ce ne sont pas des faits du module « setup » d'Ansible : pas de « ansible_hostname »",
        ))
    })?;
    let facts = Of { tree: &tree, facts };
    let mut sections = Vec::new();
    let mut add = |id, facts: Value, not_told| {
        let mut collected = Collected::imported("ansible", facts);
        collected.not_told("ansible", not_told);
        sections.push((id, collected));
    };
    add("os", facts.os().into_value(), NOT_TOLD_OF_OS);
    add("hardware", facts.hardware().into_value(), NOT_TOLD_OF_HARDWARE);
    if let Some(mounts) = facts.facts.get("ansible_mounts") {
        let items: Vec<Value> = mounts.items().iter().filter_map(|one| facts.mount(one)).collect();
        add("mounts", items.into(), NOT_TOLD_OF_MOUNTS);
    }
    // `package_facts` adds its own beside those of `setup`.
    if let Some(packages) = facts.facts.get("packages") {
        let versions = packages.members().iter().flat_map(|one| one.value.items());
        let items: Vec<Value> = versions.filter_map(|one| facts.package(one)).collect();
        add("packages", items.into(), NOT_TOLD_OF_PACKAGES);
    }
    let fqdn = facts.text("fqdn").map(|(fqdn, _)| fqdn).filter(|fqdn| {
        let host = facts.text("hostname").map_or("", |(host, _)| host);
        fqdn.starts_with(&format!("{host}."))
    });
    let captured = facts.facts.get("ansible_date_time").and_then(|time| time.get("iso8601"));
    Ok(Imported {
        host: facts.text("hostname").map(|(host, _)| host.to_owned()),
        fqdn: fqdn.map(str::to_owned),
        captured_at: captured.and_then(Node::as_str).map(str::to_owned),
        sections,
    })
}

/// The facts of a host.
struct Of<'t> {
    tree: &'t Tree,
    facts: &'t Node,
}

impl<'t> Of<'t> {
    fn place(&self, node: &Node) -> String {
        format!("ansible:{}", line(self.tree, node))
    }

    fn fact(&self, name: &str) -> Option<&'t Node> {
        self.facts.get(&format!("ansible_{name}"))
    }

    /// A fact that is text and its place; `NA` is none.
    fn text(&self, name: &str) -> Option<(&'t str, String)> {
        let node = self.fact(name)?;
        let text = node.as_str().filter(|text| !matches!(*text, "" | "NA" | "N/A"))?;
        Some((text, self.place(node)))
    }

    fn os(&self) -> Sourced {
        let mut os = Sourced::default();
        let distribution = self.text("distribution");
        let id = distribution.as_ref().and_then(|(name, place)| {
            let known = IDS.iter().find(|(known, _)| known == name);
            known.map(|(_, id)| (*id, place.clone()))
        });
        let is_debian = id.as_ref().is_some_and(|(id, _)| *id == "debian");
        // Ansible has the point release, os-release has not.
        let version = if is_debian { "distribution_major_version" } else { "distribution_version" };
        let members = [
            ("id", id),
            ("version_id", self.text(version)),
            ("codename", self.text("distribution_release")),
            ("kernel", self.text("kernel")),
            ("kernel_version", self.text("kernel_version")),
            ("arch", self.text("architecture")),
        ];
        for (key, found) in members {
            if let Some((text, place)) = found {
                os.put(key, text, place);
            }
        }
        if let Some(fips) = self.fact("fips") {
            os.put_known("fips", fips.as_bool(), self.place(fips));
        }
        os
    }

    fn hardware(&self) -> Sourced {
        let mut hardware = Sourced::default();
        for (key, name) in [
            ("vendor", "system_vendor"),
            ("product", "product_name"),
            ("serial", "product_serial"),
            ("bios", "bios_version"),
        ] {
            if let Some((text, place)) = self.text(name) {
                hardware.put(key, text, place);
            }
        }
        if let Some(count) = self.fact("processor_vcpus")
            && let Some(number) = count.as_i64()
        {
            let flags = self.fact("flags").map(|flags| {
                let flags = flags.items().iter().filter_map(Node::as_str);
                flags.collect::<Vec<_>>()
            });
            let cpu = Facts::default()
                .with("count", number)
                .with_known("arch", self.text("architecture").map(|(arch, _)| arch))
                .with_known("flags", flags);
            hardware.put("cpu", cpu, self.place(count));
        }
        if let Some(memory) = self.fact("memtotal_mb") {
            hardware.put_known("mem_mib", memory.as_i64(), self.place(memory));
        }
        // That it is no guest may mean that Ansible does not know.
        if let Some((kind, place)) = self.text("virtualization_type")
            && self.text("virtualization_role").is_some_and(|(role, _)| role == "guest")
            && HYPERVISORS.contains(&kind)
        {
            hardware.put("virtual", true, place);
        }
        hardware
    }

    fn mount(&self, mount: &Node) -> Option<Value> {
        let text = |key: &str| mount.get(key).and_then(Node::as_str);
        let number = |key: &str| u64::try_from(mount.get(key)?.as_i64()?).ok();
        let options = text("options").map(|options| {
            let options = options.split(',').filter(|option| !option.is_empty());
            options.map(crate::redact::redact_option).collect::<Vec<_>>()
        });
        let facts = Facts::from(self.place(mount.get("mount")?))
            .with("path", text("mount")?)
            .with_known("device", text("device"))
            .with_known("fstype", text("fstype"))
            .with_known("options", options);
        let space = || {
            let block = number("block_size")?;
            Some(crate::access::Space {
                size: number("size_total")?,
                used: number("block_used")?.checked_mul(block)?,
                free: number("block_available")?.checked_mul(block)?,
                inodes: number("inode_total")?,
                inodes_free: number("inode_available")?,
            })
        };
        let mut facts = facts;
        if let Some(space) = space() {
            crate::sections::put_space(&mut facts, space);
        }
        Some(facts.into())
    }

    fn package(&self, package: &Node) -> Option<Value> {
        let text =
            |key: &str| package.get(key).and_then(Node::as_str).filter(|text| !text.is_empty());
        let (manager, version) = match text("source")? {
            "apt" => ("dpkg", text("version")?.to_owned()),
            "rpm" => {
                let epoch = package.get("epoch").and_then(Node::scalar_text);
                let epoch =
                    epoch.filter(|epoch| !matches!(epoch.as_str(), "null" | "None" | "0" | ""));
                let epoch = epoch.map_or(String::new(), |epoch| format!("{epoch}:"));
                ("rpm", format!("{epoch}{}-{}", text("version")?, text("release")?))
            }
            "apk" => ("apk", text("version")?.to_owned()),
            "pacman" => ("pacman", text("version")?.to_owned()),
            _ => return None,
        };
        let facts = Facts::from(self.place(package.get("name")?))
            .with("name", text("name")?)
            .with("version", version)
            .with("manager", manager)
            .with_known("arch", text("arch"));
        Some(facts.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::import::tests::imported;

    // Printed by `ansible localhost -c local -m setup` of ansible-core 2.19, with addresses, keys and
    // the environment taken out.
    const PRINTED: &str = include_str!("ansible/setup.txt");

    #[test]
    fn what_the_command_prints_is_read() {
        let snapshot = imported(&IMPORTER, PRINTED, None);
        assert_eq!(snapshot["host"], "vm");
        assert!(snapshot.get("fqdn").is_none(), "localhost is no name of its own");
        let os = &snapshot["os"];
        assert_eq!(
            (&os["id"], &os["version_id"], &os["codename"]),
            (&json!("debian"), &json!("12"), &json!("bookworm"))
        );
        let hardware = &snapshot["hardware"];
        assert_eq!((&hardware["cpu"]["count"], &hardware["mem_mib"]), (&json!(2), &json!(24105)));
        assert!(hardware.get("serial").is_none(), "NA is not known");
        assert!(hardware.get("virtual").is_none(), "a container tells nothing of the machine");
        let line =
            PRINTED.lines().position(|line| line.contains("\"ansible_kernel\"")).expect("it");
        assert_eq!(os["from"]["kernel"], format!("ansible:{}", line + 1));
        let mount = &snapshot["mounts"][0];
        assert_eq!((&mount["path"], &mount["fstype"]), (&json!("/"), &json!("ext4")));
        assert!(mount["free_pct"].as_u64().is_some_and(|free| (1..=99).contains(&free)), "{mount}");
        assert!(snapshot.get("users").is_none());
        assert_eq!(snapshot["sections"]["mounts"]["gaps"][0]["members"][0], "tmp");
    }

    #[test]
    fn packages_are_those_of_package_facts() {
        let facts = json!({"ansible_facts": {"ansible_hostname": "web01", "ansible_fqdn": "web01.example.org",
            "ansible_virtualization_role": "guest", "ansible_virtualization_type": "kvm",
            "packages": {
                "bash": [{"name": "bash", "version": "5.2-1", "arch": "amd64", "source": "apt"}],
                "openssl": [{"name": "openssl", "version": "3.0.7", "release": "6.el9", "epoch": 1,
                    "arch": "x86_64", "source": "rpm"}],
                "zlib": [{"name": "zlib", "version": "1.2", "release": "1", "epoch": null,
                    "arch": "x86_64", "source": "rpm"}],
                "left-pad": [{"name": "left-pad", "version": "1", "source": "npm"}]}}});
        let snapshot = imported(&IMPORTER, &facts.to_string(), None);
        let versions: Vec<_> = snapshot["packages"]
            .as_array()
            .expect("some")
            .iter()
            .map(|one| &one["version"])
            .collect();
        assert_eq!(versions, ["5.2-1", "1:3.0.7-6.el9", "1.2-1"]);
        assert_eq!(snapshot["fqdn"], "web01.example.org");
        assert_eq!(snapshot["hardware"]["virtual"], true);
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in [
            "",
            "{}",
            "localhost | UNREACHABLE! => {",
            "x | SUCCESS => {\"a\": 1}",
            "[]",
            " | => {\n",
        ] {
            assert!(IMPORTER.read(text).is_err(), "{text}");
        }
    }
}
