//! The readers, one file each.

mod crontab;
mod csv;
mod dockerfile;
mod document;
mod dotenv;
mod ini;
mod jinja;
mod json;
mod markdown;
mod pg_hba;
mod postgresql;
mod properties;
mod rst;
mod sshd_config;
mod systemd;
mod text;
mod toml;
mod yaml;

pub(crate) use self::crontab::CRONTAB;
pub(crate) use self::csv::CSV;
pub(crate) use self::dockerfile::DOCKERFILE;
pub use self::document::slug;
pub(crate) use self::dotenv::DOTENV;
pub(crate) use self::ini::INI;
pub(crate) use self::jinja::JINJA;
pub(crate) use self::json::JSON;
pub(crate) use self::markdown::MARKDOWN;
pub(crate) use self::pg_hba::PG_HBA;
pub(crate) use self::postgresql::POSTGRESQL;
pub(crate) use self::properties::PROPERTIES;
pub(crate) use self::rst::RST;
pub(crate) use self::sshd_config::SSHD_CONFIG;
pub(crate) use self::systemd::SYSTEMD;
pub(crate) use self::text::TEXT;
pub(crate) use self::toml::TOML;
pub(crate) use self::yaml::YAML;
