use crate::facts::Collected;
use crate::host::Host;
use crate::sections;

/// One part of a snapshot: a member of its root.
pub struct Section {
    /// Id, which is the member's name.
    pub id: &'static str,
    /// What it records, in a line.
    pub summary: &'static str,
    /// All it may read: paths on the host, where `*` stands for any part of one name and `**` for
    /// any path below, and system calls, written `uname(2)`.
    pub sources: &'static [&'static str],
    /// Whether it is collected only where it is asked for.
    pub is_opt_in: bool,
    pub(crate) collect: fn(&Host<'_>) -> Collected,
}

/// All sections, in the order in which they are collected.
pub static SECTIONS: &[Section] = &[
    sections::OS,
    sections::PACKAGES,
    sections::USERS,
    sections::GROUPS,
    sections::MOUNTS,
    sections::PSEUDO_MOUNTS,
    sections::FSTAB,
    sections::SYSCTL,
    sections::LISTENING,
    sections::UNITS,
    sections::FAILED_UNITS,
    sections::TIMERS,
    sections::CRON,
    sections::SSHD,
    sections::HARDWARE,
    sections::CERTIFICATES,
    sections::KERNEL_MODULES,
    sections::SUDO,
    sections::TIME_SYNC,
    sections::LOGGING,
    sections::AUDIT,
    sections::FIREWALL,
    sections::CONTAINERS,
    sections::MAC,
    sections::BOOT,
    sections::INIT_SCRIPTS,
    sections::REPOSITORIES,
    sections::SECURITY_UPDATES,
    sections::LOCAL_SOFTWARE,
    sections::NET,
    sections::PACKET_FILTERS,
    sections::PAM,
    sections::LOGIN_SETTINGS,
    sections::AUTHORIZED_KEYS,
    sections::HOST_KEYS,
    sections::CLOCK,
    sections::JOB_FILES,
    sections::FILES,
    sections::FILE_AUDIT,
];

/// The section an id names.
pub fn by_id(id: &str) -> Option<&'static Section> {
    SECTIONS.iter().find(|section| section.id == id)
}

#[cfg(test)]
mod tests;
