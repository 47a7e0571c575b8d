mod os;
mod packages;
mod users;
mod virtualization;

pub(crate) use os::OS;
pub(crate) use packages::PACKAGES;
pub(crate) use users::{GROUPS, USERS};
