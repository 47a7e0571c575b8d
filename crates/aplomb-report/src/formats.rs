//! The formats, one file each.

pub(crate) mod csv;
pub(crate) mod csv_actions;
pub(crate) mod github;
pub(crate) mod gitlab;
pub(crate) mod html;
pub(crate) mod json;
pub(crate) mod junit;
pub(crate) mod junit_xunit;
pub(crate) mod markdown;
pub(crate) mod openmetrics;
pub(crate) mod oscal;
pub(crate) mod sarif;
pub(crate) mod text;
