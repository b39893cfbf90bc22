//! What hinders reading or writing a file, in words for people.

use std::io::{Error, ErrorKind};

/// Says why a file could not be read: `there is no such file`.
#[must_use]
pub fn unread(error: &Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "you may not read it".to_owned(),
        ErrorKind::InvalidData => "it is no text in UTF-8".to_owned(),
        _ => either(error),
    }
}

/// Says why a file could not be written: `its folder is not there`.
#[must_use]
pub fn unwritten(error: &Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "its folder is not there".to_owned(),
        ErrorKind::PermissionDenied => "you may not write there".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "its disk can only be read".to_owned(),
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        ErrorKind::QuotaExceeded => "you have used all the room you may".to_owned(),
        _ => either(error),
    }
}

fn either(error: &Error) -> String {
    match error.kind() {
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        ErrorKind::NotADirectory => "a part of its path is a file, not a folder".to_owned(),
        ErrorKind::InvalidFilename => "its name is too long or not allowed".to_owned(),
        _ => {
            let text = error.to_string();
            // The number is for programmers; the words before it are the system's own.
            match text.rfind(" (os error ") {
                Some(end) => text[..end].to_owned(),
                None => text,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_hindrances_are_told_in_words() {
        let of = |kind: ErrorKind| Error::from(kind);
        assert_eq!(unread(&of(ErrorKind::NotFound)), "there is no such file");
        assert_eq!(unread(&Error::other("it is a folder")), "it is a folder");
        assert_eq!(
            unwritten(&of(ErrorKind::NotFound)),
            "its folder is not there"
        );
        assert_eq!(unwritten(&of(ErrorKind::IsADirectory)), "it is a folder");
    }

    #[test]
    fn no_number_of_the_system_is_told() {
        for number in 1..40 {
            let error = Error::from_raw_os_error(number);
            for told in [unread(&error), unwritten(&error)] {
                assert!(!told.contains("os error"), "{told}");
            }
        }
    }
}
