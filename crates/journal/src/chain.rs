//! The hash chain: what an event's hash covers.

use sha2::{Digest, Sha256};

/// A SHA-256 value.
pub(crate) type Hash = [u8; 32];

/// What stands before the first event of a session.
pub(crate) const GENESIS: Hash = [0; 32];

/// The parts of an event that its hash covers, as they are stored.
pub(crate) struct Link<'a> {
    pub(crate) session: &'a str,
    pub(crate) seq: u64,
    pub(crate) at_ms: i64,
    pub(crate) mono_ms: Option<u64>,
    pub(crate) kind: &'a [u8],
    pub(crate) body: &'a [u8],
}

impl Link<'_> {
    /// Returns `SHA-256(previous ‖ session ‖ seq ‖ at_ms ‖ mono_ms ‖ kind ‖ body)`.
    ///
    /// Numbers are big-endian and eight bytes wide, texts are preceded by their length, and an optional number by
    /// a byte 0 or 1, so that no two different events share one sequence of bytes.
    pub(crate) fn hash(&self, previous: &Hash) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(previous);
        text(&mut hasher, self.session.as_bytes());
        hasher.update(self.seq.to_be_bytes());
        hasher.update(self.at_ms.to_be_bytes());
        match self.mono_ms {
            None => hasher.update([0]),
            Some(mono_ms) => {
                hasher.update([1]);
                hasher.update(mono_ms.to_be_bytes());
            }
        }
        text(&mut hasher, self.kind);
        text(&mut hasher, self.body);
        hasher.finalize().into()
    }
}

fn text(hasher: &mut Sha256, bytes: &[u8]) {
    hasher.update((bytes.len() as u64).to_be_bytes());
    hasher.update(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link() -> Link<'static> {
        Link {
            session: "s",
            seq: 1,
            at_ms: 2,
            mono_ms: None,
            kind: b"step_started",
            body: b"{}",
        }
    }

    #[test]
    fn every_part_of_an_event_changes_its_hash() {
        let hashes = [
            link().hash(&GENESIS),
            link().hash(&[1; 32]),
            Link {
                session: "t",
                ..link()
            }
            .hash(&GENESIS),
            Link { seq: 2, ..link() }.hash(&GENESIS),
            Link { at_ms: 3, ..link() }.hash(&GENESIS),
            Link {
                mono_ms: Some(0),
                ..link()
            }
            .hash(&GENESIS),
            Link {
                mono_ms: Some(1),
                ..link()
            }
            .hash(&GENESIS),
            Link {
                kind: b"step_started{",
                body: b"}",
                ..link()
            }
            .hash(&GENESIS),
            Link {
                body: b"{ }",
                ..link()
            }
            .hash(&GENESIS),
        ];
        let distinct: std::collections::BTreeSet<_> = hashes.iter().collect();
        assert_eq!(distinct.len(), hashes.len());
    }

    #[test]
    fn the_hash_of_a_known_event_never_changes() {
        assert_eq!(
            hex::encode(link().hash(&GENESIS)),
            "d53eea50a25c486cfcd41e0bb5a2fc01e8086bf869132145559c3b47a8db5fba"
        );
    }
}
