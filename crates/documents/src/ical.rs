//! A calendar feed as other programs read it (RFC 5545): lines of CRLF folded at 75 octets, texts
//! escaped, every event with an identifier and a sequence, so that a change replaces what was.
//!
//! Hours are written without a zone: nine o'clock is nine o'clock where the event is.

use base::Day;

/// A calendar.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// What it is called.
    pub name: String,
    /// The events, in the order in which they are written.
    pub events: Vec<CalendarEvent>,
}

/// An event of a calendar.
#[derive(Debug, Clone)]
pub struct CalendarEvent {
    /// The identifier, the same for ever.
    pub uid: String,
    /// Counts the changes.
    pub sequence: u32,
    /// When it was last said otherwise, in milliseconds since 1970-01-01 UTC.
    pub changed_at_ms: i64,
    /// The day.
    pub day: Day,
    /// From when to when, in minutes since midnight; 1440 is the next midnight.
    pub minutes: (u16, u16),
    /// What it is called.
    pub summary: String,
    /// Where.
    pub location: String,
    /// What is on.
    pub description: String,
    /// Whether it takes place for certain, may still, or does not.
    pub status: CalendarStatus,
}

/// What becomes of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarStatus {
    /// It is to be.
    Tentative,
    /// It was, or is certain.
    Confirmed,
    /// It will not be.
    Cancelled,
}

/// The longest line, in octets without its end.
const OCTETS: usize = 75;

/// Writes a calendar.
pub fn write(calendar: &Calendar) -> String {
    let mut out = String::new();
    line(&mut out, "BEGIN:VCALENDAR");
    line(&mut out, "VERSION:2.0");
    line(&mut out, "PRODID:-//Payung//Sosialisasi//ID");
    line(&mut out, "CALSCALE:GREGORIAN");
    line(&mut out, "METHOD:PUBLISH");
    line(&mut out, &format!("X-WR-CALNAME:{}", escaped(&calendar.name)));
    for event in &calendar.events {
        write_event(&mut out, event);
    }
    line(&mut out, "END:VCALENDAR");
    out
}

fn write_event(out: &mut String, event: &CalendarEvent) {
    let status = match event.status {
        CalendarStatus::Tentative => "TENTATIVE",
        CalendarStatus::Confirmed => "CONFIRMED",
        CalendarStatus::Cancelled => "CANCELLED",
    };
    line(out, "BEGIN:VEVENT");
    line(out, &format!("UID:{}", escaped(&event.uid)));
    line(out, &format!("SEQUENCE:{}", event.sequence));
    line(out, &format!("DTSTAMP:{}", utc(event.changed_at_ms)));
    line(out, &format!("LAST-MODIFIED:{}", utc(event.changed_at_ms)));
    line(out, &format!("DTSTART:{}", local(event.day, event.minutes.0)));
    line(out, &format!("DTEND:{}", local(event.day, event.minutes.1)));
    line(out, &format!("SUMMARY:{}", escaped(&event.summary)));
    for (name, text) in [("LOCATION", &event.location), ("DESCRIPTION", &event.description)] {
        if !text.is_empty() {
            line(out, &format!("{name}:{}", escaped(text)));
        }
    }
    line(out, &format!("STATUS:{status}"));
    line(out, "END:VEVENT");
}

/// A text of one value: backslash, semicolon, comma and line ends are written with a backslash;
/// other control characters are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' | '\r' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A line, folded where it is longer than the rule allows; no character is torn apart.
fn line(out: &mut String, text: &str) {
    let mut room = OCTETS;
    for c in text.chars() {
        if c.len_utf8() > room {
            out.push_str("\r\n ");
            // The blank at the beginning counts.
            room = OCTETS - 1;
        }
        out.push(c);
        room -= c.len_utf8();
    }
    out.push_str("\r\n");
}

fn local(day: Day, minutes: u16) -> String {
    let (day, minutes) = match minutes / 1_440 {
        0 => (day, minutes),
        _ => (day.plus_days(1), minutes - 1_440),
    };
    format!("{}T{:02}{:02}00", day.as_number(), minutes / 60, minutes % 60)
}

/// A moment in UTC.
fn utc(ms: i64) -> String {
    let epoch = Day::new(1970, 1, 1).expect("the epoch is a day");
    let seconds = ms.div_euclid(1_000);
    let day = epoch.plus_days(i32::try_from(seconds.div_euclid(86_400)).unwrap_or(0));
    let rest = seconds.rem_euclid(86_400);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{}T{hour:02}{minute:02}{second:02}Z", day.as_number())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> CalendarEvent {
        CalendarEvent {
            uid: "018f-1@payung".to_owned(),
            sequence: 2,
            changed_at_ms: 1_679_360_523_000,
            day: Day::new(2023, 3, 21).expect("a day"),
            minutes: (540, 690),
            summary: "Pembekalan; Bhabinkamtibmas, rekaan".to_owned(),
            location: "Balai Kota \\ lantai 2".to_owned(),
            description: "Manfaat JKK\nManfaat JKM\u{7}".to_owned(),
            status: CalendarStatus::Confirmed,
        }
    }

    fn written(event: CalendarEvent) -> String {
        write(&Calendar { name: "Sosialisasi".to_owned(), events: vec![event] })
    }

    /// As a reader undoes it: line ends before a blank are gone.
    fn unfolded(text: &str) -> Vec<String> {
        text.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn an_event_is_written_as_the_rule_says() {
        let lines = unfolded(&written(event()));
        assert_eq!(lines.first().map(String::as_str), Some("BEGIN:VCALENDAR"));
        assert_eq!(lines[lines.len() - 2], "END:VCALENDAR");
        for expect in [
            "UID:018f-1@payung",
            "SEQUENCE:2",
            // 1679360523 s = 19437 days and 3723 s: 21 March 2023, 01:02:03 UTC.
            "DTSTAMP:20230321T010203Z",
            "DTSTART:20230321T090000",
            "DTEND:20230321T113000",
            "SUMMARY:Pembekalan\\; Bhabinkamtibmas\\, rekaan",
            "LOCATION:Balai Kota \\\\ lantai 2",
            "DESCRIPTION:Manfaat JKK\\nManfaat JKM",
            "STATUS:CONFIRMED",
        ] {
            assert!(lines.iter().any(|line| line == expect), "{expect}\n{lines:#?}");
        }
    }

    #[test]
    fn long_lines_are_folded_and_no_letter_is_torn() {
        let summary = "é".repeat(100);
        let text = written(CalendarEvent { summary: summary.clone(), ..event() });
        assert!(text.split("\r\n").all(|line| line.len() <= 75));
        assert!(unfolded(&text).contains(&format!("SUMMARY:{summary}")));
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
    }

    #[test]
    fn midnight_is_the_next_day() {
        let text = written(CalendarEvent { minutes: (1_320, 1_440), ..event() });
        assert!(text.contains("DTEND:20230322T000000\r\n"));
    }
}
