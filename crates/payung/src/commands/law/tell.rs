//! How a number came about, for people and as JSON: each line with its formula, the numbers used,
//! the article and how well it is known.

use base::Rupiah;
use rules::{Answer, Line, Note, Number, Op, Quantity, RuleStatus, Rulebook};
use serde_json::{Value, json};

use crate::say::Say;

/// Tells a whole answer.
pub fn answer(rulebook: &Rulebook, say: &Say, answer: &Answer) {
    if !say.json {
        lines(say, answer);
        for note in &answer.notes {
            say.line(&note_in_words(say, *note));
        }
        total(rulebook, say, answer.total, answer.status);
        return;
    }
    let lines: Vec<Value> = answer.lines.iter().map(|line| document(say, line)).collect();
    let notes = answer
        .notes
        .iter()
        .map(|note| json!({"code": note.name(), "text": note_in_words(say, *note)}));
    let decided_by: Vec<&str> = answer.decided_by.iter().map(|rule| rule.as_str()).collect();
    say.document(&json!({
        "total_rupiah": answer.total.0,
        "lines": lines,
        "notes": notes.collect::<Vec<_>>(),
        "decided_by": decided_by,
        "rulebook": rulebook.version().to_string(),
        "status": answer.status.name(),
    }));
}

/// Prints the lines of an answer as a tree.
pub fn lines(say: &Say, answer: &Answer) {
    answer.lines.iter().for_each(|line| print(say, line, 0));
}

/// Prints what it comes to, how well that is known, and by which rulebook.
pub fn total(rulebook: &Rulebook, say: &Say, total: Rupiah, status: RuleStatus) {
    let status = status_in_words(say, status);
    let values = [("total", &*total.to_string()), ("status", &*status)];
    say.line(&say.words.with("law-total", &values));
    let version = rulebook.version().to_string();
    say.line(&say.words.with("rulebook-note", &[("version", &version)]));
}

/// How well a rule is known, in words.
pub fn status_in_words(say: &Say, status: RuleStatus) -> String {
    say.words.get(&format!("status-{}", status.name()))
}

/// A line and those it is made of.
pub fn document(say: &Say, line: &Line) -> Value {
    let numbers = line.numbers.iter().map(|number| {
        let (unit, value) = match number.quantity {
            Quantity::Rupiah(rupiah) => ("rupiah", json!(rupiah.0)),
            Quantity::Share(share) => ("ppm", json!(share.0)),
            Quantity::Count(count) => ("count", json!(count)),
            Quantity::Divisor(count) => ("divisor", json!(count)),
            Quantity::Day(day) => ("day", json!(day.to_string())),
        };
        let rule = number.rule.as_ref().map(|rule| rule.as_str());
        json!({"key": number.key.name(), "unit": unit, "value": value, "rule": rule})
    });
    let schemes: Vec<&str> = line.schemes.iter().map(|scheme| scheme.name()).collect();
    json!({
        "key": line.key.name(),
        "text": name(say, line),
        "about": line.about.as_deref(),
        "scheme": schemes.first(),
        "schemes": schemes,
        "borne_by": line.borne_by.map(|bearer| bearer.name()),
        "rupiah": line.rupiah.0,
        "formula": line.arithmetic(),
        "numbers": numbers.collect::<Vec<_>>(),
        "rule": line.rule.as_str(),
        "article": &*line.article,
        "status": line.status.name(),
        "open": line.open.iter().map(|rule| rule.as_str()).collect::<Vec<_>>(),
        "lines": line.lines.iter().map(|line| document(say, line)).collect::<Vec<_>>(),
    })
}

/// A line in words.
pub struct Told {
    /// How much.
    pub amount: String,
    /// What it is, and who bears it.
    pub text: String,
    /// The formula, the numbers, the article and the doubt, a row each.
    pub details: Vec<String>,
}

/// Puts a line into words; those it is made of not.
pub fn told(say: &Say, line: &Line) -> Told {
    let schemes = line.schemes.to_string().to_uppercase().replace(',', "+");
    let bearer = line.borne_by.map_or_else(String::new, |bearer| {
        let words = say.words.get(&format!("law-bearer-{}", bearer.name()));
        format!(" · {words}")
    });
    let scheme = if schemes.is_empty() { String::new() } else { format!("{schemes}: ") };
    let mut details = Vec::new();
    if line.op != Op::Given {
        details.push(format!("= {}", line.arithmetic()));
    }
    let numbers: Vec<String> =
        line.numbers.iter().map(|number| number_in_words(say, number)).collect();
    if !numbers.is_empty() {
        details.push(numbers.join("; "));
    }
    let status = status_in_words(say, line.status);
    details.push(format!("{} · {status} · {}", line.article, line.rule));
    if !line.open.is_empty() {
        let rules: Vec<&str> = line.open.iter().map(|rule| rule.as_str()).collect();
        details.push(say.words.with("law-open", &[("rules", &rules.join(", "))]));
    }
    let about = line.about.as_ref().map_or_else(String::new, |about| format!(": {about}"));
    let text = format!("{scheme}{}{about}{bearer}", name(say, line));
    Told { amount: line.rupiah.to_string(), text, details }
}

fn print(say: &Say, line: &Line, depth: usize) {
    let indent = "    ".repeat(depth);
    let Told { amount, text, details } = told(say, line);
    say.line(&format!("{indent}{amount:>14}  {text}"));
    details.iter().for_each(|detail| say.line(&format!("{indent}{:14}  {detail}", "")));
    line.lines.iter().for_each(|line| print(say, line, depth + 1));
}

fn name(say: &Say, line: &Line) -> String {
    say.words.get(&format!("law-line-{}", line.key.name()))
}

fn number_in_words(say: &Say, number: &Number) -> String {
    let value = match number.quantity {
        Quantity::Rupiah(rupiah) => rupiah.to_string(),
        Quantity::Share(share) => rules::percent(share),
        Quantity::Count(count) | Quantity::Divisor(count) => count.to_string(),
        Quantity::Day(day) => day.in_words(),
    };
    format!("{} {value}", say.words.get(&format!("law-number-{}", number.key.name())))
}

/// What a note says.
pub fn note_in_words(say: &Say, note: Note) -> String {
    say.words.note(note)
}
