//! Mailboxes, `.mbox`: messages one after the other, each below a line that begins with `From `.

use std::io::{self, BufRead, Read};
use std::sync::Arc;

use super::mail;
use super::stream::{Stream, skip_until};
use super::{Format, Reading};
use crate::error::Place;

pub(super) const FORMAT: Format = Format {
    name: "mbox",
    extensions: &["mbox"],
    about: "A letter an article; told by From and a date at the start",
    shows_in,
    ..Format::read_by(|stream| Box::new(Messages { stream, number: 0, is_over: false }))
};

fn shows_in(head: &[u8]) -> bool {
    let mut lines = head.split(|&byte| byte == b'\n');
    let is_first = lines.next().is_some_and(|line| line.starts_with(START) && line.len() < 200);
    // A sentence may begin so, but a head does not follow it.
    let name = lines.next().and_then(|line| line.split(|&byte| byte == b':').next().filter(|name| *name != line));
    is_first && name.is_some_and(|name| name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-'))
}

const START: &[u8] = b"From ";

struct Messages {
    stream: Stream,
    /// Messages so far.
    number: u64,
    is_over: bool,
}

enum Cut {
    Message(Vec<u8>),
    TooLong,
    End,
}

impl Messages {
    /// The next message. The line above the next one is taken as well.
    fn cut(&mut self) -> io::Result<Cut> {
        let max = self.stream.options.max_bytes;
        let bytes = &mut self.stream.bytes;
        let (mut message, mut line, mut is_apart, mut is_long) = (Vec::new(), Vec::new(), true, false);
        loop {
            line.clear();
            bytes.take(max.saturating_add(1)).read_until(b'\n', &mut line)?;
            let is_whole = line.ends_with(b"\n") || line.len() as u64 <= max;
            if !is_whole {
                skip_until(bytes, b'\n')?;
            }
            let is_end = line.is_empty();
            if is_end || (is_apart && line.starts_with(START)) {
                if is_long {
                    return Ok(Cut::TooLong);
                }
                if !message.trim_ascii().is_empty() {
                    return Ok(Cut::Message(message));
                }
                if is_end {
                    return Ok(Cut::End);
                }
            } else {
                // `From ` within a text was marked by a `>`.
                let marks = line.iter().take_while(|&&byte| byte == b'>').count();
                let is_marked = marks > 0 && line[marks..].starts_with(START);
                message.extend_from_slice(&line[usize::from(is_marked)..]);
                is_long |= message.len() as u64 > max;
                if is_long {
                    message.clear();
                }
            }
            is_apart = line.trim_ascii().is_empty();
        }
    }
}

impl Iterator for Messages {
    type Item = Reading;

    fn next(&mut self) -> Option<Reading> {
        if self.is_over {
            return None;
        }
        let cut = self.cut();
        self.is_over = matches!(cut, Err(_) | Ok(Cut::End));
        if matches!(cut, Ok(Cut::End)) {
            return (self.number == 0).then(|| Err(self.stream.reject("there is no message in the mailbox")));
        }
        self.number += 1;
        let id = format!("{}:{}", self.stream.id, self.number);
        let place = Place::record(Arc::clone(&self.stream.name), self.number);
        let read = match cut {
            Ok(Cut::Message(message)) => mail::article(&message, id.clone(), place.clone()),
            Ok(_) => {
                Err(format!("the message is longer than {} bytes; raise --max-bytes", self.stream.options.max_bytes))
            }
            Err(error) => Err(format!("the file is damaged from here on: {error}")),
        };
        Some(read.map_err(|reason| self.stream.reject_at(Some(id), place, reason)))
    }
}
