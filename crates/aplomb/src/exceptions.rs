//! Finding the waivers and reservations that a check applies.

use std::path::PathBuf;
use std::sync::Arc;

use aplomb_check::{Compiled, Exceptions, TimeZone, read_exceptions, time_zone};
use aplomb_model::{Mistake, Node, Source};
use aplomb_read::{Delivery, Root};
use aplomb_standard::FileMistakes;

use crate::complaint::Complaint;

/// The exceptions of the files that were named, else of the delivery's own file. A date in them
/// means all of its day in `zone`.
///
/// # Errors
/// When a file cannot be read, and with all mistakes of all files.
pub(crate) fn given(
    named: &[PathBuf],
    delivery: &Delivery,
    rules: &Compiled,
    zone: TimeZone,
    max_renewals: Option<u32>,
) -> Result<Exceptions, Complaint> {
    let mut files = Vec::new();
    if named.is_empty() {
        let own = delivery.waivers().transpose();
        files.extend(own.map_err(|error| {
            Complaint::plain(format!("the delivery's waivers cannot be read: {error}"))
        })?);
    }
    for path in named {
        let shown = path.display();
        let unreadable = |error: aplomb_read::ReadError| {
            Complaint::plain(format!("the waivers {shown} cannot be read: {error}"))
        };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = Root::open(folder.unwrap_or(".".as_ref())).map_err(unreadable)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let source = folder.read(&name).map_err(unreadable)?;
        files.push(Arc::new(Source::new(shown.to_string(), source.text())));
    }
    let mut exceptions = Exceptions::default();
    let mut wrong: Vec<FileMistakes> = Vec::new();
    for file in &files {
        match read_exceptions(file, zone, rules, max_renewals) {
            Ok(more) => exceptions.extend(more),
            Err(mistakes) => wrong.push(mistakes),
        }
    }
    if wrong.is_empty() { Ok(exceptions) } else { Err(Complaint::mistakes(wrong)) }
}

/// The delivery's time zone; UTC where it names none.
///
/// # Errors
/// When there is none of that name.
pub(crate) fn zone(delivery: &Delivery) -> Result<TimeZone, Complaint> {
    let declared = delivery.node.get("timezone");
    let Some(node) = declared else { return Ok(TimeZone::UTC) };
    time_zone(node.as_str().unwrap_or_default()).ok_or_else(|| not_a_zone(node, delivery))
}

fn not_a_zone(node: &Node, delivery: &Delivery) -> Complaint {
    let shown = node.as_str().unwrap_or_default();
    let message = format!("`{shown}` is no time zone");
    let mistake = Mistake::new(node.span, message.clone(), "unknown time zone");
    let mistake = mistake.with_help("write a name of the IANA database, such as Europe/Paris");
    match delivery.manifest() {
        Some(manifest) => {
            Complaint::mistakes([FileMistakes::new("manifest", manifest.clone(), vec![mistake])])
        }
        None => Complaint::plain(message),
    }
}
