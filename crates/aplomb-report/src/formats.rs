//! The formats, one file each.

pub(crate) mod html;
pub(crate) mod json;
pub(crate) mod text;
