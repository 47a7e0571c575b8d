use super::os::assignment;
use crate::facts::{Collected, Facts, Gaps, Sourced};
use crate::host::Host;
use crate::section::Section;

pub(crate) const MAC: Section = Section {
    id: "mac",
    summary: "mandatory access control: SELinux and AppArmor, running and configured",
    sources: &[
        "/sys/kernel/security/lsm",
        "/sys/fs/selinux/enforce",
        "/etc/selinux/config",
        "/sys/module/apparmor/parameters/enabled",
        "/sys/kernel/security/apparmor/profiles",
        "/etc/apparmor.d",
    ],
    is_opt_in: false,
    collect,
};

fn collect(host: &Host<'_>) -> Collected {
    const LSM: &str = "/sys/kernel/security/lsm";
    const ENFORCE: &str = "/sys/fs/selinux/enforce";
    const CONFIG: &str = "/etc/selinux/config";
    const ENABLED: &str = "/sys/module/apparmor/parameters/enabled";
    const PROFILES: &str = "/sys/kernel/security/apparmor/profiles";
    let mut gaps = Gaps::default();
    let mut mac = Sourced::default();
    if host.is_live() {
        let lsm = gaps.seen(LSM, &["lsm"], host.value(LSM)).flatten();
        let lsm = lsm.map(|list| list.split(',').map(str::to_owned).collect::<Vec<_>>());
        mac.put_known("lsm", lsm, LSM);
        let enforce = gaps.seen(ENFORCE, &["selinux"], host.value(ENFORCE)).flatten();
        let mode = enforce.map(|value| if value == "1" { "enforcing" } else { "permissive" });
        mac.put_known("selinux", mode, ENFORCE);
        mac.put_known("apparmor", host.known(ENABLED).map(|value| value == "Y"), ENABLED);
        if let Some(profiles) = gaps.text(host, PROFILES, &["apparmor_profiles"]) {
            let in_mode = |mode: &str| {
                profiles.lines().filter(|(_, line)| line.ends_with(&format!("({mode})"))).count()
            };
            let mut counts = Facts::default();
            for mode in ["enforce", "complain", "kill", "unconfined"] {
                counts.put(mode, in_mode(mode));
            }
            mac.put("apparmor_profiles", counts, PROFILES);
        }
    }
    if let Some(config) = gaps.text(host, CONFIG, &["selinux_configured", "selinux_policy"]) {
        for (member, key) in [("selinux_configured", "SELINUX"), ("selinux_policy", "SELINUXTYPE")]
        {
            if let Some((value, from)) = assignment(&config, key) {
                mac.put(member, value, from);
            }
        }
    }
    if let Ok(files) = host.names("/etc/apparmor.d") {
        mac.put("apparmor_configured", !files.is_empty(), "/etc/apparmor.d");
    }
    if mac.is_empty() {
        return gaps.nothing(LSM, "file");
    }
    gaps.object(LSM, "file", mac)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::{Files, section};

    #[test]
    fn running_and_configured_modes_are_told() {
        let files = Files::new(&[
            ("/sys/kernel/security/lsm", "lockdown,yama,apparmor"),
            ("/sys/module/apparmor/parameters/enabled", "Y\n"),
            ("/sys/kernel/security/apparmor/profiles", "a (enforce)\nb (complain)\nc (enforce)\n"),
            ("/etc/selinux/config", "# c\nSELINUX=permissive\nSELINUXTYPE=targeted\n"),
            ("/sys/fs/selinux/enforce", "0"),
        ]);
        let (mac, _) = section(files.live(&["/sys/kernel/security/apparmor/profiles"]), "mac");
        assert_eq!(mac.get("apparmor_profiles"), None);
        let (mac, _) = section(files.live(&[]), "mac");
        assert_eq!(mac["lsm"], json!(["lockdown", "yama", "apparmor"]));
        assert_eq!(mac["selinux"], "permissive");
        assert_eq!(mac["apparmor"], true);
        assert_eq!(mac["apparmor_profiles"]["enforce"], 2);
        assert_eq!(mac["from"]["selinux_configured"], "/etc/selinux/config:2");
        let (mac, _) = section(files.root(), "mac");
        assert_eq!(mac["selinux_policy"], "targeted");
        assert_eq!(mac.get("selinux"), None);
    }
}
