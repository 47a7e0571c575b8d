//! What a piece of text says when it is a version, a date, a duration, a quantity or a network.
//!
//! One parser a concept, shared by the schema keywords and the functions of expressions. All of
//! them take what people write in deliveries, in French and in English, with non-breaking spaces,
//! and refuse (`None`) whatever can be read in two ways: a text that is not understood must become
//! a finding or a cause, never a guess.

mod cidr;
mod duration;
mod moment;
mod number;
mod quantity;
mod version;

pub use cidr::Cidr;
pub use duration::duration;
pub use moment::{Moment, date};
pub use quantity::{Dimension, Quantity, quantity};
pub use version::{Scheme, Version};
