//! SQL scripts compressed with gzip: packed while a tool writes them, unpacked while they are read.
//!
//! The format has a checksum and a length at its end, so a script that was cut or changed does not unpack.

use std::fs::File;
use std::io::{BufReader, ErrorKind, PipeReader, Read, Write};
use std::path::Path;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

use super::BackupError;
use super::kind::Kind;

/// Bytes moved at a time.
const PIECE: usize = 256 * 1024;

/// Packs what comes out of a pipe until its other end is closed.
///
/// # Errors
/// When the file cannot be written; the tool at the other end then finds its pipe broken.
pub(super) fn pack(mut from: PipeReader, into: File) -> std::io::Result<()> {
    // The fast level: a dump is a fifth of its size, and the tool does not wait. Equal rows give equal bytes, since no
    // time is written.
    let mut packer = GzEncoder::new(into, Compression::fast());
    let mut room = vec![0; PIECE];
    loop {
        match from.read(&mut room) {
            Ok(0) => return packer.finish().map(drop),
            Ok(read) => packer.write_all(&room[..read])?,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Returns the text of a script from where its file stands.
pub(super) fn reader(file: File, kind: Kind) -> Box<dyn Read + Send> {
    match kind {
        Kind::Gzip => Box::new(MultiGzDecoder::new(BufReader::with_capacity(PIECE, file))),
        _ => Box::new(file),
    }
}

/// Returns the error of a script that could not be read: the disk's, or that of its own bytes.
pub(super) fn unreadable(path: &Path, error: std::io::Error) -> BackupError {
    match error.kind() {
        ErrorKind::InvalidInput | ErrorKind::InvalidData | ErrorKind::UnexpectedEof => {
            BackupError::incomplete(path, format!("it cannot be unpacked ({error})"))
        }
        _ => BackupError::file(path, "read")(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Seek;

    fn packed(text: &[u8]) -> Vec<u8> {
        let (from, mut into) = std::io::pipe().expect("a pipe");
        let file = tempfile::tempfile().expect("a file");
        let mut read = file.try_clone().expect("cloned");
        let packing = std::thread::spawn(move || pack(from, file));
        into.write_all(text).expect("it reads");
        drop(into);
        packing.join().expect("it ends").expect("packed");
        let mut bytes = Vec::new();
        read.rewind().expect("rewound");
        read.read_to_end(&mut bytes).expect("read");
        bytes
    }

    fn unpacked(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut file = tempfile::tempfile()?;
        file.write_all(bytes)?;
        file.rewind()?;
        let mut text = Vec::new();
        reader(file, Kind::Gzip).read_to_end(&mut text)?;
        Ok(text)
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let text = b"INSERT INTO t VALUES (1,'x');\n".repeat(50_000);
        let bytes = packed(&text);
        assert!(bytes.len() * 5 < text.len(), "{}", bytes.len());
        assert_eq!(unpacked(&bytes).expect("whole"), text);
        assert_eq!(packed(&text), bytes, "equal rows, equal bytes");
    }

    #[test]
    fn what_was_cut_or_changed_does_not_unpack_to_another_text() {
        let text: Vec<u8> = (0..2000_u32)
            .flat_map(|n| format!("({n},'{:x}')\n", n.wrapping_mul(2_654_435_761)).into_bytes())
            .collect();
        let bytes = packed(&text);
        for length in (0..bytes.len()).step_by(97).chain([bytes.len() - 1]) {
            assert!(unpacked(&bytes[..length]).is_err(), "{length}");
        }
        for bit in (0..bytes.len() * 8).step_by(211) {
            let mut bytes = bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            // A few bits of the head say nothing about the text: a time, an operating system.
            assert!(
                unpacked(&bytes).ok().is_none_or(|found| found == text),
                "{bit}"
            );
        }
    }
}
