//! Hides passwords in any text that is kept or shown: SQL, command lines, error messages, URLs.

const STARS: &str = "***";

/// Returns the text with passwords replaced by `***`: the string after `PASSWORD`, the strings of `IDENTIFIED BY`,
/// values of `password=` and `"password":`, and what is between `:` and `@` in a URL.
///
/// In doubt it hides more: where the engines read a backslash differently the longer reading is taken, and an
/// address with an `@` further on is taken for an unescaped password. Reads each byte a bounded number of times.
pub fn redact(text: &str) -> String {
    let mut redactor = Redactor {
        text,
        bytes: text.as_bytes(),
        out: String::with_capacity(text.len()),
        at: 0,
        copied: 0,
        identified: false,
        run_end: 0,
        run_last_at: None,
    };
    redactor.run();
    redactor.out
}

struct Redactor<'a> {
    text: &'a str,
    bytes: &'a [u8],
    out: String,
    at: usize,
    /// How much of the text is in `out`, as it is or as stars.
    copied: usize,
    /// True from IDENTIFIED to the end of its statement.
    identified: bool,
    /// End of the run without blanks or quotes last looked at, so that no run is looked at twice.
    run_end: usize,
    /// Last `@` of that run.
    run_last_at: Option<usize>,
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

fn ends_with(word: &[u8], end: &str) -> bool {
    word.len() >= end.len() && word[word.len() - end.len()..].eq_ignore_ascii_case(end.as_bytes())
}

impl Redactor<'_> {
    fn run(&mut self) {
        while self.at < self.bytes.len() {
            let byte = self.bytes[self.at];
            if byte == b':' && self.bytes[self.at..].starts_with(b"://") {
                self.at += 3;
                self.address();
            } else if is_word(byte) {
                self.word();
            } else if byte == b';' {
                self.identified = false;
                self.at += 1;
            } else if self.identified && (byte == b'\'' || byte == b'"') {
                self.string(self.at);
            } else {
                self.at += 1;
            }
        }
        self.out.push_str(&self.text[self.copied..]);
    }

    /// Replaces the bytes from `start` to `end`, both at character boundaries, and goes on behind them.
    fn hide(&mut self, start: usize, end: usize) {
        if start < end {
            self.out.push_str(&self.text[self.copied..start]);
            self.out.push_str(STARS);
            self.copied = end;
        }
        self.at = self.at.max(end);
    }

    fn peek(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn skip_blanks(&self, mut at: usize) -> usize {
        while self.peek(at).is_ascii_whitespace() {
            at += 1;
        }
        at
    }

    fn word(&mut self) {
        let start = self.at;
        while self.at < self.bytes.len() && is_word(self.bytes[self.at]) {
            self.at += 1;
        }
        let word = &self.bytes[start..self.at];
        if word.eq_ignore_ascii_case(b"identified") {
            self.identified = true;
        } else if ends_with(word, "password")
            || ends_with(word, "passwd")
            || word.eq_ignore_ascii_case(b"pwd")
            || ends_with(word, "secret")
        {
            let is_flag = start >= 2 && self.bytes[..start].ends_with(b"--");
            self.value(is_flag.then_some(Flag));
        }
    }

    /// Hides the value that follows the word just read, if one does.
    fn value(&mut self, flag: Option<Flag>) {
        let word_end = self.at;
        let mut at = word_end;
        // The key of a JSON object has its own closing quote.
        if matches!(self.peek(at), b'"' | b'\'' | b'`')
            && matches!(self.peek(self.skip_blanks(at + 1)), b':' | b'=')
        {
            at += 1;
        }
        at = self.skip_blanks(at);
        let mut assigned = false;
        if matches!(self.peek(at), b'=' | b':') && self.peek(at + 1) != b':' {
            assigned = true;
            at = self.skip_blanks(at + 1);
        } else if self.bytes[at.min(self.bytes.len())..]
            .get(..3)
            .is_some_and(|word| word.eq_ignore_ascii_case(b"to "))
        {
            at = self.skip_blanks(at + 2);
        }
        if self.peek(at) == b'(' {
            at = self.skip_blanks(at + 1);
        }
        if matches!(self.peek(at), b'e' | b'E') && self.peek(at + 1) == b'\'' {
            at += 1;
        }
        match self.peek(at) {
            b'\'' | b'"' => self.string(at),
            b'$' if !self.peek(at + 1).is_ascii_digit() => self.dollar(at),
            0 => {}
            _ if assigned || flag.is_some() && at > word_end => self.plain(at),
            _ => {}
        }
    }

    /// Hides the inside of the string whose quote is at `open`.
    fn string(&mut self, open: usize) {
        let quote = self.bytes[open];
        let mut at = open + 1;
        while at < self.bytes.len() {
            if self.bytes[at] == b'\\' {
                at += 2;
            } else if self.bytes[at] != quote {
                at += 1;
            } else if self.peek(at + 1) == quote {
                at += 2;
            } else {
                break;
            }
        }
        let end = at.min(self.bytes.len());
        self.hide(open + 1, end);
        self.at = (end + 1).min(self.bytes.len());
    }

    fn dollar(&mut self, open: usize) {
        let mut tag_end = open + 1;
        while self.peek(tag_end) != b'$' && is_word(self.peek(tag_end)) {
            tag_end += 1;
        }
        if self.peek(tag_end) != b'$' {
            return;
        }
        let tag = &self.text[open..=tag_end];
        let end = self.text[tag_end + 1..]
            .find(tag)
            .map_or(self.bytes.len(), |length| tag_end + 1 + length);
        self.hide(tag_end + 1, end);
        self.at = (end + tag.len()).min(self.bytes.len());
    }

    /// Hides a value without quotes: up to a blank, or to what separates keys.
    fn plain(&mut self, start: usize) {
        let mut end = start;
        while end < self.bytes.len() {
            let byte = self.bytes[end];
            if byte.is_ascii_whitespace() || matches!(byte, b'&' | b';' | b',' | b'"' | b'\'') {
                break;
            }
            end += 1;
        }
        self.hide(start, end);
    }

    /// Hides the password of the URL whose address begins here.
    fn address(&mut self) {
        let start = self.at;
        if start >= self.run_end {
            let mut end = start;
            let mut last_at = None;
            while end < self.bytes.len() {
                let byte = self.bytes[end];
                if byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'<' | b'>') {
                    break;
                }
                if byte == b'@' {
                    last_at = Some(end);
                }
                end += 1;
            }
            self.run_end = end;
            self.run_last_at = last_at;
        }
        let Some(last_at) = self.run_last_at.filter(|at| *at > start) else {
            return;
        };
        let query = self.bytes[start..last_at]
            .iter()
            .position(|byte| matches!(byte, b'?' | b'#'))
            .map_or(last_at + 1, |length| start + length);
        // The usual case: an @ before the query. Else the last @ of the run ends an unescaped password, unless it is
        // in the value of a key behind an ordinary port.
        let end = match self.bytes[start..query]
            .iter()
            .rposition(|byte| *byte == b'@')
        {
            Some(length) => start + length,
            None if self.is_port_and_key(start, query, last_at) => return,
            None => last_at,
        };
        if let Some(colon) = self.bytes[start..end].iter().position(|byte| *byte == b':') {
            self.hide(start + colon + 1, end);
        }
    }

    /// Returns true for `host:5432/…?key=…@`, which holds no password.
    fn is_port_and_key(&self, start: usize, query: usize, last_at: usize) -> bool {
        let address = &self.text[start..query];
        let address = address.split('/').next().unwrap_or_default();
        let port = address.split_once(':').map_or("", |(_, port)| port);
        port.bytes().all(|byte| byte.is_ascii_digit()) && self.bytes[query..last_at].contains(&b'=')
    }
}

/// Marks a word that is a command-line option, whose value may follow after a blank.
#[derive(Clone, Copy)]
struct Flag;
