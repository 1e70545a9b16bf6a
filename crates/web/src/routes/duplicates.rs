//! `/ganda`: pairs of records that may be one human, one of them side by side, the search for them;
//! `/benturan`: who on a list or a bill is paid for elsewhere.

pub(crate) mod conflicts;
mod limits;
mod pair;
mod search;

use app::duplicates::{PairShown, PairState};
use app::error::AppError;
use app::office::Operation;
use base::{Id, Ppm};

use crate::api::{Parameter, Shape};
use crate::page::{Asked, Section, Writing};
use crate::routes::{Route, Web};
use crate::table::{Cell, Column, Facet, Kind, Listing, Row, View, Window};

/// Each state with its word in an address.
const STATES: [(PairState, &str); 7] = [
    (PairState::Open, "menunggu"),
    (PairState::Asked, "ditanya"),
    (PairState::Proposed, "orang-kedua"),
    (PairState::Same, "satu"),
    (PairState::Parting, "memisah"),
    (PairState::Different, "dua"),
    (PairState::Resting, "istirahat"),
];

const VIEW: View = View {
    path: "/ganda",
    operation: Operation::ReadPeople,
    id: "duplicates",
    section: Section::Duplicates,
    columns: &[
        Column::of_data("id", Kind::Text),
        Column::new("first", "pair-first", Kind::Text),
        Column::new("second", "pair-second", Kind::Text),
        Column::new("monthly_rupiah", "pair-monthly", Kind::Rupiah),
        Column::new("paid_rupiah", "pair-paid", Kind::Rupiah),
        Column::new("certainty_ppm", "pair-certainty", Kind::Share),
        Column::new("why", "pair-why", Kind::Text),
        Column::of_data("state", Kind::Text),
    ],
    meta: &[],
    parameters: &[Parameter {
        name: "keadaan",
        meaning: "Where the pairs stand; those that wait for a decision when absent.",
        shape: Shape::OneOf(&[
            "menunggu",
            "ditanya",
            "orang-kedua",
            "satu",
            "memisah",
            "dua",
            "istirahat",
        ]),
    }],
    load,
};

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let others = [search::routes(), limits::routes(), pair::routes(), conflicts::routes()];
    VIEW.routes().into_iter().chain(others.into_iter().flatten()).collect()
}

fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let decides = web.may_somewhere(actor, Operation::ChangePerson);
    let state = match asked.value("keadaan").filter(|word| !word.is_empty()) {
        // Who only answers for a village begins with what it was asked.
        None if !decides => PairState::Asked,
        None => PairState::Open,
        Some(word) => state_of(word).ok_or_else(|| AppError::usage("KIND_UNKNOWN", ""))?,
    };
    let after = window.after.as_deref().and_then(|key| Id::parse(key).ok());
    let most = window.rows + 1;
    let found = web.office().duplicates(actor, state, after, most as u32)?;
    // How many there are is known to whoever may see all of them.
    let counts = web.office().duplicate_counts(actor).ok();
    let count = |state| counts.as_ref().map(|counts| counts.get(&state).copied().unwrap_or(0));
    let choice = |(state, word): (PairState, &str)| {
        (word.to_owned(), writing.w(&format!("pair-state-{}", state.name())), count(state))
    };
    let head = writing.w("pair-state");
    let search = search::of(web, asked)?;
    let searched = search.as_ref().map(|search| search::sentence(search, writing));
    let facet = Facet { head, name: "keadaan", choices: STATES.map(choice).to_vec() };
    Ok(Listing {
        title: format!(
            "{}: {}",
            writing.w("pair-heading"),
            writing.w(&format!("pair-state-{}", state.name()))
        ),
        heading: writing.w("pair-heading"),
        lead: [Some(writing.w("pair-lead")), searched]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" "),
        beside: search.map(|_| search::link(writing)),
        caption: writing.w("pair-caption"),
        empty: writing.w("pair-empty"),
        facets: vec![facet],
        state: vec![("keadaan".to_owned(), word_of(state).to_owned())],
        rows: found.iter().take(window.rows).map(|pair| row(web, pair, writing)).collect(),
        more: found.len() == most,
        ..Listing::default()
    })
}

fn row(web: &Web, pair: &PairShown, writing: Writing) -> Row {
    let href = writing.href(&format!("/ganda/{}", pair.id), &[]);
    let [first, second] = pair
        .people
        .each_ref()
        .map(|person| (person.name.clone(), web.office().place_words(person.place)));
    let why: Vec<String> =
        pair.reasons.iter().take(3).map(|reason| writing.words().reason(reason)).collect();
    let noted = |cell: Cell, note: String| Cell::Noted(Box::new(cell), note);
    let cells = vec![
        Cell::Text(pair.id.to_string()),
        noted(Cell::Link(first.0, href), first.1),
        noted(Cell::text(second.0), second.1),
        Cell::Rupiah(pair.stake.monthly),
        Cell::Rupiah(pair.stake.paid),
        // Told apart while a file was checked: nobody has compared the two yet.
        match pair.reasons.is_empty() {
            true => Cell::Empty,
            false => Cell::Share(Ppm(pair.certainty_ppm)),
        },
        Cell::text(why.join("; ")),
        Cell::Text(pair.state.name().to_owned()),
    ];
    Row::new(pair.id.to_string(), cells)
}

fn state_of(word: &str) -> Option<PairState> {
    STATES.into_iter().find(|(_, known)| *known == word).map(|(state, _)| state)
}

fn word_of(state: PairState) -> &'static str {
    STATES.into_iter().find(|(known, _)| *known == state).map_or("", |(_, word)| word)
}
