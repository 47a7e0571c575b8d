//! Dividing a run: which share judges what. A subject belongs to one share, by its kind and name,
//! and so does a rule that rests on several subjects, by its standard and id. Neither depends on
//! what else there is, so every share can tell by itself.

use aplomb_model::{RuleFacts, Share, SubjectName};
use sha2::{Digest, Sha256};

/// Whether a subject is judged in a share. Without shares, all are.
pub(crate) fn holds_subject(share: Option<Share>, subject: &SubjectName) -> bool {
    holds(share, &[subject.kind.id(), &subject.name])
}

/// Whether what a rule has to say of several subjects, or of none, is said in a share.
pub(crate) fn holds_rule(share: Option<Share>, rule: &RuleFacts) -> bool {
    holds(share, &[&rule.standard, &rule.id])
}

fn holds(share: Option<Share>, name: &[&str]) -> bool {
    let Some(share) = share else { return true };
    let mut hash = Sha256::new();
    for part in name {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let digest = hash.finalize();
    let mut number = [0; 8];
    number.copy_from_slice(&digest[..8]);
    u64::from_be_bytes(number) % u64::from(share.of()) == u64::from(share.number() - 1)
}

#[cfg(test)]
mod tests {
    use aplomb_model::SubjectKind;

    use super::*;

    #[test]
    fn every_subject_is_in_one_share() {
        for of in [1, 2, 3, 7, 100] {
            let mut sizes = vec![0; of as usize];
            for number in 0..1_000 {
                let name = SubjectName { kind: SubjectKind::Host, name: format!("h{number}") };
                let shares = (1..=of).map(|number| Share::new(number, of));
                let held: Vec<_> = shares.filter(|share| holds_subject(*share, &name)).collect();
                assert_eq!(held.len(), 1);
                sizes[held[0].map_or(0, |share| share.number() as usize - 1)] += 1;
            }
            let most = sizes.iter().max().expect("a share");
            assert!(*most < 2_000 / of as usize + 10, "{sizes:?}");
        }
        assert_eq!(Share::new(0, 3), None);
        assert_eq!(Share::new(4, 3), None);
    }
}
