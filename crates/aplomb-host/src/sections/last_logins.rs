//! When accounts last logged in: lastlog(8) and wtmp(5). These are records of the C library,
//! written in the byte order of the machine; those of a little-endian one are understood.

use std::collections::BTreeMap;

use crate::access::Refusal;
use crate::calendar;
use crate::facts::Gaps;
use crate::host::{Host, MOST_BYTES};

pub(super) const SOURCES: [&str; 3] = ["/var/log/lastlog", "/var/log/wtmp", "/var/log/wtmp.1"];

/// `struct lastlog`: a time, a terminal, a host.
const LASTLOG: usize = 292;
/// `struct utmp`.
const UTMP: usize = 384;
/// `USER_PROCESS`.
const OF_USER: u16 = 7;
const DAY: i64 = 86_400;

/// What the files tell.
#[derive(Debug, Default)]
pub(super) struct LastLogins {
    by_uid: Vec<u8>,
    by_name: BTreeMap<Vec<u8>, u32>,
    /// Whether an account without a record never logged in.
    is_whole: bool,
}

impl LastLogins {
    pub(super) fn read(host: &Host<'_>, gaps: &mut Gaps) -> Self {
        const MEMBERS: &[&str] = &["last_login", "never_logged_in"];
        let [lastlog, wtmp, older] = SOURCES;
        let mut logins = Self::default();
        match host.bytes(lastlog) {
            Ok(bytes) => {
                logins.by_uid = bytes;
                logins.is_whole = true;
            }
            // Distributions of late keep a database in its place, or nothing.
            Err(Refusal::Absent) => {}
            Err(refusal) => gaps.add(lastlog, &refusal, MEMBERS),
        }
        for path in [older, wtmp] {
            match host.bytes(path) {
                Ok(bytes) => logins.records(&bytes),
                Err(Refusal::Absent) => {}
                Err(refusal) => gaps.add(path, &refusal, MEMBERS),
            }
        }
        logins
    }

    /// utmp(5): the kind at 0, the account at 44, the seconds at 340.
    fn records(&mut self, bytes: &[u8]) {
        for record in bytes.chunks_exact(UTMP) {
            let kind = record.get(..2).and_then(|two| two.try_into().ok()).map(u16::from_le_bytes);
            let name = record.get(44..76).unwrap_or_default();
            let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
            let time = number(record, 340);
            if let (Some(OF_USER), Some(time), false) = (kind, time, name.is_empty()) {
                let last = self.by_name.entry(name.to_vec()).or_default();
                *last = time.max(*last);
            }
        }
    }

    /// The day of the last login.
    pub(super) fn of(&self, uid: u32, name: &str) -> Option<String> {
        let by_uid = place(uid).and_then(|at| number(&self.by_uid, at)).filter(|time| *time > 0);
        let last = by_uid.max(self.by_name.get(name.as_bytes()).copied())?;
        calendar::date(i64::from(last) / DAY)
    }

    /// Whether it is known that there was none. Of a file that goes on after what was read, only
    /// what was read tells.
    pub(super) fn never(&self, uid: u32, name: &str) -> bool {
        let is_seen =
            (self.by_uid.len() as u64) < MOST_BYTES || place(uid) < Some(self.by_uid.len());
        self.is_whole && is_seen && self.of(uid, name).is_none()
    }
}

/// Where the record of an account begins.
fn place(uid: u32) -> Option<usize> {
    usize::try_from(uid).ok()?.checked_mul(LASTLOG)
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let end = at.checked_add(4)?;
    bytes.get(at..end)?.try_into().ok().map(u32::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::fixture::{Files, section};

    fn utmp(kind: u16, name: &str, time: u32) -> Vec<u8> {
        let mut record = vec![0; super::UTMP];
        record[..2].copy_from_slice(&kind.to_le_bytes());
        record[44..44 + name.len()].copy_from_slice(name.as_bytes());
        record[340..344].copy_from_slice(&time.to_le_bytes());
        record
    }

    #[test]
    fn the_later_of_both_files_counts() {
        let passwd = "root:x:0:0::/root:/bin/sh\na:x:1:1::/:/bin/sh\nb:x:2:2::/:/bin/sh\n\
            c:x:4000000000:1::/:/bin/sh\n";
        let files = Files::new(&[("/etc/passwd", passwd), ("/var/log/x", "")]);
        let day = |day: u32| day * 86_400 + 5;
        let mut lastlog = vec![0; super::LASTLOG * 2];
        lastlog[super::LASTLOG..super::LASTLOG + 4].copy_from_slice(&day(20_000).to_le_bytes());
        fs::write(files.path().join("var/log/lastlog"), lastlog).expect("written");
        let wtmp = [utmp(7, "a", day(20_780)), utmp(8, "b", day(20_781)), vec![7; 10]].concat();
        fs::write(files.path().join("var/log/wtmp"), wtmp).expect("written");
        let (users, _) = section(files.root(), "users");
        assert_eq!(users[0].get("last_login"), None);
        assert_eq!(users[0]["never_logged_in"], true);
        assert_eq!(users[1]["last_login"], "2026-11-23");
        assert_eq!(users[2]["never_logged_in"], true);
        assert_eq!(users[3]["never_logged_in"], true);
        fs::remove_file(files.path().join("var/log/lastlog")).expect("removed");
        let (users, _) = section(files.root(), "users");
        assert_eq!(users[1]["last_login"], "2026-11-23");
        assert_eq!((users[0].get("never_logged_in"), users[0].get("last_login")), (None, None));
    }
}
