//! What a host runs in, told by the same signs that systemd-detect-virt(1) goes by.

use crate::facts::Sourced;
use crate::host::Host;

/// Vendors and products in DMI, and the hypervisor they stand for.
const BY_DMI: &[(&str, &str)] = &[
    ("KVM", "kvm"),
    ("OpenStack", "kvm"),
    ("KubeVirt", "kvm"),
    ("Amazon EC2", "amazon"),
    ("QEMU", "qemu"),
    ("VMware", "vmware"),
    ("VMW", "vmware"),
    ("innotek GmbH", "oracle"),
    ("VirtualBox", "oracle"),
    ("Oracle Corporation", "oracle"),
    ("Xen", "xen"),
    ("Bochs", "bochs"),
    ("Parallels", "parallels"),
    ("BHYVE", "bhyve"),
    ("Hyper-V", "microsoft"),
    ("Google Compute Engine", "google"),
    ("Apple Virtualization", "apple"),
];

/// Puts `container` into the facts of a host that is one, running or not: the root directory of a
/// container holds its engine's mark.
pub(super) fn put_container(host: &Host<'_>, os: &mut Sourced) {
    if let Some(kind) = host.known("/run/systemd/container") {
        os.put("container", kind, "/run/systemd/container");
    } else if host.has("/run/.containerenv") {
        os.put("container", "podman", "/run/.containerenv");
    } else if host.has("/.dockerenv") {
        os.put("container", "docker", "/.dockerenv");
    }
}

/// Puts `virtualization` (`none` on bare metal) into the facts of a running host.
pub(super) fn put_hypervisor(host: &Host<'_>, os: &mut Sourced) {
    if let Some((kind, from)) = hypervisor(host) {
        os.put("virtualization", kind, from);
    }
}

/// The hypervisor that maker and model stand for, and whether it was the model that told.
pub(crate) fn by_dmi(vendor: Option<&str>, product: Option<&str>) -> Option<(&'static str, bool)> {
    // A machine by Microsoft is a virtual one by its product only: there are physical ones.
    if vendor == Some("Microsoft Corporation") && product == Some("Virtual Machine") {
        return Some(("microsoft", true));
    }
    [(product, true), (vendor, false)].into_iter().find_map(|(text, by_product)| {
        let text = text?;
        let (_, kind) = BY_DMI.iter().find(|(sign, _)| text.starts_with(sign))?;
        // Physical servers are sold by Oracle and Amazon too, under names of their own.
        (*kind != "oracle" || text != "Oracle Corporation").then_some((*kind, by_product))
    })
}

/// The hypervisor, or `none`; nothing where the host does not let one tell.
pub(super) fn hypervisor(host: &Host<'_>) -> Option<(String, &'static str)> {
    const VENDOR: &str = "/sys/class/dmi/id/sys_vendor";
    const PRODUCT: &str = "/sys/class/dmi/id/product_name";
    if let Some(kind) = host.known("/sys/hypervisor/type") {
        return Some((kind, "/sys/hypervisor/type"));
    }
    let vendor = host.known(VENDOR);
    let product = host.known(PRODUCT);
    if let Some((kind, by_product)) = by_dmi(vendor.as_deref(), product.as_deref()) {
        return Some((kind.to_owned(), if by_product { PRODUCT } else { VENDOR }));
    }
    let cpuinfo = host.text("/proc/cpuinfo").ok()?;
    let flags = cpuinfo.lines().find(|(_, line)| line.starts_with("flags"));
    match flags {
        Some((_, flags)) if flags.split_whitespace().any(|flag| flag == "hypervisor") => {
            Some(("unknown".to_owned(), "/proc/cpuinfo"))
        }
        Some(_) => Some(("none".to_owned(), "/proc/cpuinfo")),
        // Processors other than x86 have no such flag; firmware that names a maker is a machine.
        None => vendor.map(|_| ("none".to_owned(), VENDOR)),
    }
}
