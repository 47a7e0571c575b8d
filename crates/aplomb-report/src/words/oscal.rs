//! The fixed texts of assessment results.

use super::{Words, words};

pub(crate) const TOOL: Words = words(
    "Judges deliveries by declared standards.",
    "Juge des livraisons selon des référentiels.",
);
pub(crate) const PLAN: Words = words("Standards applied", "Référentiels appliqués");
pub(crate) const PLAN_ABOUT: Words = words(
    "The standards that were followed, each with its version and digest.",
    "Les référentiels suivis, chacun avec sa version et son empreinte.",
);
pub(crate) const CONTROLS: Words =
    words("The rules that were applied.", "Les règles qui ont été appliquées.");
pub(crate) const APPROVER: Words = words("Approves exceptions", "Approuve les exceptions");
pub(crate) const GRANTED: Words = words("Granted", "Accordée");
pub(crate) const NO_RISK: Words =
    words("What is risked was not stated.", "Le risque encouru n'a pas été énoncé.");
