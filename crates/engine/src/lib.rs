//! Acts on targets: databases, dump tools, programs. Knows no screen and no journal file.

pub mod process;
