mod listening;
mod mounts;
mod os;
mod packages;
mod precedence;
mod sysctl;
mod units;
mod users;
mod virtualization;

pub(crate) use listening::LISTENING;
pub(crate) use mounts::{FSTAB, MOUNTS, PSEUDO_MOUNTS};
pub(crate) use os::OS;
pub(crate) use packages::PACKAGES;
pub(crate) use sysctl::SYSCTL;
pub(crate) use units::{FAILED_UNITS, TIMERS, UNITS};
pub(crate) use users::{GROUPS, USERS};
