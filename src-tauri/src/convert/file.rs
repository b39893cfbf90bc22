//! Files a person has written out: what may be replaced, and what was written.

use crate::view::{Existing, Written};

impl From<Existing> for stopover_runner::Existing {
    fn from(existing: Existing) -> Self {
        match existing {
            Existing::Keep => Self::Keep,
            Existing::Replace => Self::Replace,
        }
    }
}

impl From<stopover_runner::Written> for Written {
    fn from(written: stopover_runner::Written) -> Self {
        Self {
            file: written.file.to_string_lossy().into_owned(),
            bytes: written.bytes,
            sha256: written.sha256,
        }
    }
}
