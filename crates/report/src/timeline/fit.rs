//! How wide a text of the drawing gets, so that it is cut before it runs into what stands beside it.

/// How a text is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Font {
    /// In pixels.
    pub(super) size: f64,
    /// Strong letters are wider.
    pub(super) strong: bool,
}

/// Returns a width the text surely fits in: the drawing names several fonts, and these are the letters of the widest.
pub(super) fn width(text: &str, font: Font) -> f64 {
    let em = if font.strong {
        font.size * 1.13
    } else {
        font.size
    };
    text.chars().map(letter).sum::<f64>() * em
}

/// Returns the text, cut with an ellipsis where it does not fit into `room`.
pub(super) fn cut(text: &str, font: Font, room: f64) -> String {
    if width(text, font) <= room {
        return text.to_owned();
    }
    let mut left = room - width("…", font);
    let head: String = text
        .chars()
        .take_while(|c| {
            left -= width(c.encode_utf8(&mut [0; 4]), font);
            left >= 0.0
        })
        .collect();
    format!("{}…", head.trim_end())
}

/// Returns the width of a letter as a share of the font's size.
fn letter(c: char) -> f64 {
    match c {
        // Marks on the letter before, and what joins pictures.
        '\u{300}'..='\u{36f}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' => 0.0,
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '/' | '\\' | ' ' => 0.34,
        'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '-' | '!' | '⟨' | '⟩' => 0.42,
        'm' | 'M' | 'W' | '@' | '%' => 1.0,
        'w' | '+' | '=' | '<' | '>' | '#' | '~' | '^' => 0.84,
        'a'..='z' | '0'..='9' => 0.64,
        '\0'..='\u{24f}' => 0.8,
        '\u{1f000}'.. => 1.3,
        _ => 1.05,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Font = Font {
        size: 12.0,
        strong: false,
    };

    #[test]
    fn a_text_that_fits_stays_and_a_longer_one_ends_in_an_ellipsis_within_its_room() {
        assert_eq!(cut("Copy", PLAIN, 60.0), "Copy");
        for text in ["x", "W", "ä", "中", "🚀", "a b "] {
            let found = cut(&text.repeat(200), PLAIN, 320.0);
            assert!(found.ends_with('…'), "{found}");
            assert!(!found.ends_with(" …"), "{found}");
            assert!(width(&found, PLAIN) <= 320.0, "{found}");
            assert!(width(&found, PLAIN) > 300.0, "{found}");
        }
        assert_eq!(cut("Copy", PLAIN, 0.0), "…");
    }

    #[test]
    fn wide_and_strong_letters_leave_room_for_fewer() {
        let letters = |text: &str, font| cut(&text.repeat(200), font, 320.0).chars().count();
        let strong = Font {
            strong: true,
            ..PLAIN
        };
        assert!(letters("W", PLAIN) < letters("x", PLAIN));
        assert!(letters("x", PLAIN) < letters("i", PLAIN));
        assert!(letters("x", strong) < letters("x", PLAIN));
    }
}
