//! The output of one program within bounded memory: its beginning as it comes, its end when it ends, all of it hashed.

use std::collections::VecDeque;

use sha2::{Digest, Sha256};
use stopover_plan::event::Stream;

use super::escape::{escape, escape_into, unfinished};
use super::redact::Redactor;

/// Most bytes passed on while the program runs, and again most bytes passed on of its end.
pub(crate) const KEPT: usize = 256 * 1024;
/// Bytes after which a chunk is passed on at once.
pub(crate) const CHUNK: usize = 16 * 1024;
/// Bytes of the end that are returned as one text.
const TAIL: usize = 16 * 1024;

/// One stream of the two.
struct Side {
    stream: Stream,
    redactor: Redactor,
    hash: Sha256,
    bytes: u64,
    waiting: Vec<u8>,
    before: Vec<u8>,
}

/// What both streams of a program said so far.
pub(crate) struct Output {
    sides: [Side; 2],
    passed_on: usize,
    ring: VecDeque<(Stream, Vec<u8>)>,
    ring_bytes: usize,
    dropped: u64,
    tail: Vec<u8>,
    wanted: Option<Vec<u8>>,
    found: bool,
}

/// What remains when a program has ended.
pub(crate) struct Remains {
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
    pub(crate) tail: String,
    pub(crate) found: Option<bool>,
}

impl Output {
    /// Returns an empty output that hides `secrets` and looks for `wanted`.
    pub(crate) fn new(secrets: &[String], wanted: Option<&str>) -> Self {
        let redactor = Redactor::new(secrets);
        let side = |stream| Side {
            stream,
            redactor: redactor.clone(),
            hash: Sha256::new(),
            bytes: 0,
            waiting: Vec::new(),
            before: Vec::new(),
        };
        Self {
            sides: [side(Stream::Out), side(Stream::Err)],
            passed_on: 0,
            ring: VecDeque::new(),
            ring_bytes: 0,
            dropped: 0,
            tail: Vec::new(),
            wanted: wanted
                .filter(|text| !text.is_empty())
                .map(|text| text.as_bytes().to_vec()),
            found: wanted == Some(""),
        }
    }

    /// Takes what was read from a stream; an empty read is the stream's end.
    pub(crate) fn push(&mut self, stream: Stream, bytes: &[u8]) {
        let side = usize::from(stream == Stream::Err);
        let mut clean = Vec::with_capacity(bytes.len());
        if bytes.is_empty() {
            self.sides[side].redactor.finish(&mut clean);
        } else {
            self.sides[side].redactor.push(bytes, &mut clean);
        }
        self.look_for_wanted(side, &clean);
        let side = &mut self.sides[side];
        side.hash.update(&clean);
        side.bytes += clean.len() as u64;
        self.tail.extend_from_slice(&clean);
        if self.tail.len() > 4 * TAIL {
            self.tail.drain(..self.tail.len() - TAIL);
        }
        if self.passed_on < KEPT {
            side.waiting.extend_from_slice(&clean);
        } else {
            // What still waited when the bound was reached goes first, so that no byte changes places.
            let mut piece = std::mem::take(&mut side.waiting);
            piece.extend_from_slice(&clean);
            self.keep_in_ring(stream, piece);
        }
    }

    /// Returns true when something waits to be passed on.
    pub(crate) fn is_waiting(&self) -> bool {
        self.sides.iter().any(|side| !side.waiting.is_empty())
    }

    /// Returns true when so much waits that it is passed on at once.
    pub(crate) fn is_full(&self) -> bool {
        self.sides.iter().any(|side| side.waiting.len() >= CHUNK)
    }

    /// Returns the next chunk to pass on as escaped text, without the beginning of a character whose rest is missing.
    pub(crate) fn next_chunk(&mut self) -> Option<(Stream, String)> {
        for side in &mut self.sides {
            let mut end = side.waiting.len().min(CHUNK);
            end -= unfinished(&side.waiting[..end]);
            if end == 0 {
                continue;
            }
            let rest = side.waiting.split_off(end);
            let piece = std::mem::replace(&mut side.waiting, rest);
            if self.passed_on >= KEPT {
                let stream = side.stream;
                self.keep_in_ring(stream, piece);
                return self.next_chunk();
            }
            let text = escape(&piece);
            self.passed_on += text.len();
            return Some((side.stream, text));
        }
        None
    }

    /// Returns the end of the output, with the number of bytes left out before each chunk.
    pub(crate) fn last_chunks(&mut self) -> Vec<(Stream, String, u64)> {
        let mut chunks = Vec::new();
        while let Some((stream, text)) = self.next_chunk() {
            chunks.push((stream, text, 0));
        }
        for side in 0..2 {
            let piece = std::mem::take(&mut self.sides[side].waiting);
            let stream = self.sides[side].stream;
            self.keep_in_ring(stream, piece);
        }
        let mut texts = VecDeque::new();
        let mut length = 0;
        for (stream, piece) in self.ring.drain(..).rev() {
            let text = escape(&piece);
            if length + text.len() > KEPT && !texts.is_empty() {
                self.dropped += piece.len() as u64;
            } else {
                length += text.len();
                texts.push_front((stream, text, 0));
            }
        }
        if let Some(first) = texts.front_mut() {
            first.2 = self.dropped;
        }
        chunks.extend(texts);
        chunks
    }

    /// Returns what remains; for standard output alone the hash is that of its bytes, with secrets replaced, else
    /// that of both streams' hexadecimal hashes, because their order among each other is chance.
    pub(crate) fn finish(self) -> Remains {
        let [out, err] = self.sides;
        let out_hash = hex::encode(out.hash.finalize());
        let sha256 = if err.bytes == 0 {
            out_hash
        } else {
            let both = out_hash + &hex::encode(err.hash.finalize());
            hex::encode(Sha256::digest(both.as_bytes()))
        };
        let start = self.tail.len().saturating_sub(TAIL);
        let mut tail = String::new();
        escape_into(&self.tail[start..], &mut tail);
        Remains {
            bytes: out.bytes + err.bytes,
            sha256,
            tail,
            found: (self.found || self.wanted.is_some()).then_some(self.found),
        }
    }

    fn look_for_wanted(&mut self, side: usize, clean: &[u8]) {
        let Some(wanted) = self.wanted.as_ref().filter(|_| !self.found) else {
            return;
        };
        let before = &mut self.sides[side].before;
        before.extend_from_slice(clean);
        self.found = contains(before, wanted);
        let keep = before.len().min(wanted.len() - 1);
        before.drain(..before.len() - keep);
    }

    fn keep_in_ring(&mut self, stream: Stream, piece: Vec<u8>) {
        if piece.is_empty() {
            return;
        }
        self.ring_bytes += piece.len();
        match self.ring.back_mut() {
            Some((last, bytes)) if *last == stream && bytes.len() + piece.len() <= CHUNK => {
                bytes.extend_from_slice(&piece);
            }
            _ => self.ring.push_back((stream, piece)),
        }
        while let Some((_, oldest)) = self.ring.front()
            && self.ring_bytes - oldest.len() >= KEPT
        {
            self.ring_bytes -= oldest.len();
            self.dropped += oldest.len() as u64;
            self.ring.pop_front();
        }
    }
}

/// Returns true when `wanted`, which is not empty, occurs in `text`.
fn contains(text: &[u8], wanted: &[u8]) -> bool {
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| *byte == wanted[0]) {
        if rest[at..].starts_with(wanted) {
            return true;
        }
        rest = &rest[at + 1..];
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(output: &mut Output) -> (String, u64) {
        let mut text = String::new();
        let mut dropped = 0;
        while let Some((_, chunk)) = output.next_chunk() {
            text.push_str(&chunk);
        }
        for (_, chunk, left_out) in output.last_chunks() {
            text.push_str(&chunk);
            dropped += left_out;
        }
        (text, dropped)
    }

    #[test]
    fn short_output_is_passed_on_whole() {
        let mut output = Output::new(&[], Some("twenty"));
        output.push(Stream::Out, b"ten twe");
        output.push(Stream::Out, b"nty thirty");
        assert_eq!(all(&mut output), ("ten twenty thirty".to_owned(), 0));
        let remains = output.finish();
        assert_eq!(remains.found, Some(true));
        assert_eq!(remains.tail, "ten twenty thirty");
        assert_eq!(
            remains.sha256,
            hex::encode(Sha256::digest(b"ten twenty thirty"))
        );
    }

    #[test]
    fn a_character_cut_by_two_reads_stays_one() {
        let bytes = "漢字".as_bytes();
        for cut in 0..bytes.len() {
            let mut output = Output::new(&[], None);
            output.push(Stream::Out, &bytes[..cut]);
            let mut text: String = std::iter::from_fn(|| output.next_chunk())
                .map(|chunk| chunk.1)
                .collect();
            output.push(Stream::Out, &bytes[cut..]);
            text.push_str(&all(&mut output).0);
            assert_eq!(text, "漢字");
        }
    }

    #[test]
    fn long_output_keeps_its_beginning_and_its_end_and_counts_the_rest() {
        let mut output = Output::new(&[], None);
        let mut hash = Sha256::new();
        let mut kept = String::new();
        let mut pushed = 0u64;
        for number in 0..400_000 {
            let line = format!("line {number}\n");
            hash.update(&line);
            pushed += line.len() as u64;
            output.push(Stream::Out, line.as_bytes());
            if output.is_full() {
                while let Some((_, chunk)) = output.next_chunk() {
                    kept.push_str(&chunk);
                }
            }
        }
        let (rest, dropped) = all(&mut output);
        kept.push_str(&rest);
        assert!(kept.starts_with("line 0\nline 1\n"));
        assert!(kept.ends_with("line 399998\nline 399999\n"));
        assert!(kept.len() <= 2 * (KEPT + 2 * CHUNK), "{}", kept.len());
        assert_eq!(kept.len() as u64 + dropped, pushed);
        assert_eq!(output.finish().sha256, hex::encode(hash.finalize()));
    }

    #[test]
    fn output_that_grows_when_escaped_stays_within_the_bound() {
        let mut output = Output::new(&[], None);
        let mut length = 0;
        for _ in 0..200 {
            output.push(Stream::Err, &[0xff; CHUNK]);
            while let Some((_, chunk)) = output.next_chunk() {
                length += chunk.len();
            }
        }
        let (rest, dropped) = all(&mut output);
        assert!(length + rest.len() <= 1024 * 1024);
        assert_eq!(
            (length + rest.len()) as u64 / 4 + dropped,
            200 * CHUNK as u64
        );
    }
}
