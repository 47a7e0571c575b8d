//! What is demanded: standards written in TOML, validated in full before anything runs.
//!
//! [`load`] turns policy files into a [`Policy`]: [`Standard`]s with their parameters, catalogues
//! and [`Rule`]s, and [`Profile`]s that select among them. Every mistake of every file is collected,
//! each with its place and what to do about it, as [`FileMistakes`]. [`Policy::apply`] then settles
//! a [`Selection`]: which rules run, how much each weighs, and with which parameter values.
//!
//! The demand a rule makes is kept as it was written ([`RawCheck`]); compiling it is the business
//! of the check kinds.

mod case;
mod error;
mod load;
mod overriding;
mod param;
mod policy;
mod profile;
mod rule;
mod selection;
mod subjects;
mod terms;
mod tiers;
mod wording;

pub use aplomb_read::{authored, slug};

pub use case::{Case, CaseContent, CaseSubject};
pub use error::FileMistakes;
pub use load::{Loaded, load};
pub use overriding::Override;
pub use param::{Param, ParamType};
pub use policy::{Catalogue, CatalogueChange, Domain, Policy, Standard};
pub use profile::{Profile, RuleGlob};
pub use rule::{Message, Part, RawCheck, Rule};
pub use selection::{ApplyError, SelectedRule, Selection};
pub use subjects::{SubjectFilter, subject_filters};
pub use terms::{ExceptionTerms, FailOn, GateTerms, PlanTerms, Terms};
pub use tiers::{ByTier, SeverityByTier};
pub use wording::Written;
