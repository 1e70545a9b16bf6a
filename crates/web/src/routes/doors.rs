//! Doors for everybody: `/cek` a card's status, `/musibah` what to do, `/musibah/lapor` tell of an
//! event, `/keberatan` what somebody asks of their own data, `/lacak` what became of it,
//! `/simulasi-jht` what savings for old age may come to.
//!
//! Nobody signs in and no cookie is given: there is nothing that another site could do in
//! somebody's name. What was typed stands in no address and in no line of the log.

mod guide;
mod savings;
mod status;
mod tell;
mod track;

use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::IpAddr;
use std::time::Duration;

use axum::response::Response;
use tokio::time::Instant;

use crate::limits;
use crate::page::{Page, Writing};
use crate::parts::{Field, Form};
use crate::routes::Route;

/// Answers about cards and codes leave so long after they were asked for, whatever they are: what
/// the work took cannot be told from outside.
const HELD: Duration = Duration::from_millis(60);

/// The last of that wait is a thread's own. Tasks are woken whole milliseconds after the work
/// ended, so the part of a millisecond that it took could be told.
const HELD_BY_THREAD: Duration = Duration::from_millis(3);

/// And up to so much longer, by chance: what is left of a difference, some millionths of a second
/// that caches make, drowns in it.
const SCATTERED: Duration = Duration::from_millis(4);

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let parts =
        [status::routes(), guide::routes(), savings::routes(), tell::routes(), track::routes()];
    parts.into_iter().flatten().collect()
}

/// A form that anybody sends: it needs no key, because it acts in nobody's name.
fn open_form(page: &Page, action: &str, button: &str, fields: Vec<Field>) -> Form {
    Form::new(page, action, button, fields).of_nobody()
}

/// From where somebody asks, as far as limits care.
fn place_of(address: IpAddr) -> String {
    limits::network(address).to_string()
}

/// Gives an answer no sooner than its time; work that took longer goes to the next full time.
async fn held(begun: Instant, response: Response) -> Response {
    let times = begun.elapsed().as_millis() / HELD.as_millis() + 1;
    // Each state of the standard library's hashing has keys of its own, which nobody outside knows.
    let chance = RandomState::new().build_hasher().finish() as u32;
    let scattered = SCATTERED.mul_f64(f64::from(chance) / f64::from(u32::MAX));
    let due = begun + HELD * u32::try_from(times).unwrap_or(1) + scattered;
    tokio::time::sleep_until(due - HELD_BY_THREAD).await;
    let last = move || std::thread::sleep(due.saturating_duration_since(Instant::now()));
    // A server that is stopping gives no thread: the answer goes out all the same.
    let _waited = tokio::task::spawn_blocking(last).await;
    response
}

/// The number of a card or a code as people type it.
fn number_field(writing: Writing, name: &'static str, key: &str) -> Field {
    use crate::parts::Control;
    let line = Control::Line { width: 24, keyboard: "text", filled_by: "off" };
    Field::new(writing, name, key, line)
}
