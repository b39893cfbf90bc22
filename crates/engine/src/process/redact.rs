//! Secrets taken out of a stream of bytes, also where one is cut by the border of two reads.

/// What stands where a secret stood.
const MASK: &[u8] = b"***";

/// Replaces known secrets in one stream.
#[derive(Clone, Default)]
pub(crate) struct Redactor {
    secrets: Vec<Vec<u8>>,
    held: Vec<u8>,
}

impl Redactor {
    /// Returns a redactor of these secrets; empty ones are none.
    pub(crate) fn new(secrets: &[String]) -> Self {
        let mut secrets: Vec<Vec<u8>> = secrets
            .iter()
            .filter(|secret| !secret.is_empty())
            .map(|secret| secret.as_bytes().to_vec())
            .collect();
        // The longest first, so that a secret within another one leaves no remainder of the longer.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self {
            secrets,
            held: Vec::new(),
        }
    }

    /// Appends to `clean` what is certain after `bytes` arrived; a possible beginning of a secret is held back.
    pub(crate) fn push(&mut self, bytes: &[u8], clean: &mut Vec<u8>) {
        if self.secrets.is_empty() {
            clean.extend_from_slice(bytes);
            return;
        }
        let mut text = std::mem::take(&mut self.held);
        text.extend_from_slice(bytes);
        let end = self.scan(&text, true, clean);
        self.held = text.split_off(end);
    }

    /// Appends what was held back; the stream is at its end.
    pub(crate) fn finish(&mut self, clean: &mut Vec<u8>) {
        let text = std::mem::take(&mut self.held);
        self.scan(&text, false, clean);
    }

    fn scan(&self, text: &[u8], more_may_come: bool, clean: &mut Vec<u8>) -> usize {
        let mut at = 0;
        let mut copied = 0;
        while at < text.len() {
            let rest = &text[at..];
            let starts = |secret: &&Vec<u8>| secret[0] == rest[0];
            let mut candidates = self.secrets.iter().filter(starts).peekable();
            if candidates.peek().is_none() {
                at += 1;
                continue;
            }
            let may_begin =
                |secret: &Vec<u8>| rest.len() < secret.len() && secret.starts_with(rest);
            if more_may_come && candidates.clone().any(may_begin) {
                break;
            }
            match candidates.find(|secret| rest.starts_with(secret)) {
                Some(secret) => {
                    clean.extend_from_slice(&text[copied..at]);
                    clean.extend_from_slice(MASK);
                    at += secret.len();
                    copied = at;
                }
                None => at += 1,
            }
        }
        clean.extend_from_slice(&text[copied..at]);
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(secrets: &[&str], reads: &[&str], expect: &str) {
        let secrets: Vec<String> = secrets.iter().map(|&secret| secret.to_owned()).collect();
        let mut redactor = Redactor::new(&secrets);
        let mut clean = Vec::new();
        for read in reads {
            redactor.push(read.as_bytes(), &mut clean);
        }
        redactor.finish(&mut clean);
        assert_eq!(String::from_utf8_lossy(&clean), expect);
    }

    #[test]
    fn a_secret_is_replaced_wherever_the_reads_cut_it() {
        let text = "the hunter2 word hunter2";
        check(&["hunter2"], &[text], "the *** word ***");
        for cut in 0..text.len() {
            let (left, right) = text.split_at(cut);
            check(&["hunter2"], &[left, right], "the *** word ***");
        }
        let letters: Vec<String> = text.chars().map(String::from).collect();
        let letters: Vec<&str> = letters.iter().map(String::as_str).collect();
        check(&["hunter2"], &letters, "the *** word ***");
    }

    #[test]
    fn a_beginning_that_is_no_secret_is_passed_on() {
        check(&["hunter2"], &["hunt", "ing"], "hunting");
        check(&["hunter2"], &["hunter"], "hunter");
        check(&["aab"], &["aa", "ab"], "a***");
        check(&[""], &["anything"], "anything");
    }

    #[test]
    fn the_longer_of_two_secrets_wins() {
        check(&["ab", "abc"], &["ab", "c ab"], "*** ***");
    }
}
