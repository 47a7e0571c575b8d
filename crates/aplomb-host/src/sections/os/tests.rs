use serde_json::json;

use super::*;
use crate::fixture::{Files, section};

const DEBIAN: &[(&str, &str)] = &[
    (
        "/usr/lib/os-release",
        "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\n\
        VERSION_CODENAME=bookworm\nID=debian\n",
    ),
    ("/etc/os-release", "-> ../usr/lib/os-release"),
    ("/boot/vmlinuz-6.1.0-32-amd64", ""),
    ("/boot/vmlinuz-6.1.0-40-amd64", ""),
    ("/boot/initrd.img-6.1.0-40-amd64", ""),
    ("/etc/localtime", "-> /usr/share/zoneinfo/Europe/Paris"),
    ("/etc/timezone", "Etc/UTC\n"),
    ("/etc/default/locale", "#  File generated\nLANG=\"fr_FR.UTF-8\"\n"),
    ("/proc/cmdline", "BOOT_IMAGE=/vmlinuz ro my_password=hunter2 quiet\n"),
    ("/proc/stat", "cpu  1 2 3\nbtime 1700000000\n"),
    ("/proc/cpuinfo", "processor : 0\nflags\t\t: fpu nx hypervisor\n"),
    ("/sys/class/dmi/id/sys_vendor", "QEMU\n"),
    ("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n"),
];

#[test]
fn a_root_directory_tells_what_is_installed() {
    let (os, status) = section(Files::new(DEBIAN).root(), "os");
    let expected = json!({
        "id": "debian", "version_id": "12", "codename": "bookworm",
        "pretty": "Debian GNU/Linux 12 (bookworm)",
        "kernel_installed": ["6.1.0-32-amd64", "6.1.0-40-amd64"],
        "timezone": "Europe/Paris", "locale": "fr_FR.UTF-8",
        "from": {
            "id": "/etc/os-release:4", "version_id": "/etc/os-release:2",
            "codename": "/etc/os-release:3", "pretty": "/etc/os-release:1",
            "kernel_installed": "/boot", "timezone": "/etc/localtime",
            "locale": "/etc/default/locale:2",
        },
    });
    assert_eq!(os, expected);
    assert_eq!(status["status"], "collected");
}

#[test]
fn a_running_host_tells_its_state() {
    let (os, _) = section(Files::new(DEBIAN).live(&[]), "os");
    assert_eq!(os["kernel"], "6.1.0-40-amd64");
    assert_eq!(os["cmdline"], "BOOT_IMAGE=/vmlinuz ro my_password=*** quiet");
    assert_eq!(os["boot_time"], 1_700_000_000);
    assert_eq!(os["lockdown"], "integrity");
    assert_eq!(os["virtualization"], "qemu");
    assert_eq!(os["reboot_required"], false);
}

#[test]
fn physical_and_virtual_machines_are_told_apart() {
    let cases = [
        ("Dell Inc.", "PowerEdge R650", "fpu", Some("none")),
        ("Microsoft Corporation", "Virtual Machine", "fpu", Some("microsoft")),
        ("Microsoft Corporation", "Surface", "fpu", Some("none")),
        ("Oracle Corporation", "SUN SERVER X4-2", "fpu", Some("none")),
        ("innotek GmbH", "VirtualBox", "fpu", Some("oracle")),
        ("Amazon EC2", "t3.micro", "fpu hypervisor", Some("amazon")),
        ("Acme", "Cloud", "fpu hypervisor", Some("unknown")),
    ];
    for (vendor, product, flags, expected) in cases {
        let flags = format!("flags : {flags}\n");
        let files = Files::new(&[
            ("/sys/class/dmi/id/sys_vendor", vendor),
            ("/sys/class/dmi/id/product_name", product),
            ("/proc/cpuinfo", &flags),
        ]);
        let (os, _) = section(files.live(&[]), "os");
        assert_eq!(os["virtualization"].as_str(), expected, "{vendor} {product}");
    }
}

#[test]
fn nothing_is_made_up() {
    let (os, _) = section(Files::new(&[("/etc/os-release", "garbage\n=\nID\n\0")]).root(), "os");
    let expected = json!({
        "kernel_installed": [], "timezone": "UTC",
        "from": {"kernel_installed": "/lib/modules", "timezone": "/etc/localtime"},
    });
    assert_eq!(os, expected);
    let files = Files::new(DEBIAN);
    let denied = files.live(&["/etc/os-release", "/usr/lib/os-release"]);
    let (os, status) = section(denied, "os");
    assert_eq!(os.get("id"), None);
    assert_eq!(status["gaps"][0]["status"], "denied");
    assert_eq!(status["gaps"][0]["members"], json!(["id", "version_id", "codename"]));
}

#[test]
fn values_are_taken_as_a_shell_takes_them() {
    let cases = [
        ("plain", "plain"),
        ("\"a b\"", "a b"),
        ("'a\\b'", "a\\b"),
        ("\"a\\\"b\"", "a\"b"),
        ("a'b'\"c\" # d", "abc"),
        ("\"open", "open"),
        ("", ""),
    ];
    for (written, expected) in cases {
        assert_eq!(shell_value(written), expected, "{written}");
    }
}
