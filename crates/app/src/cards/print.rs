//! Cards on paper: sorted by village in the order of seats, a file for each village or district,
//! signed as they are printed; and the poster that says where to check them.
//!
//! A card never shows NIK or address, and no file is named after anybody.

use std::collections::{BTreeMap, HashMap};

use base::id::kind;
use base::{Id, Kpj, RegionCode};
use documents::credential::{CardClaims, CardKey, sign_card};
use documents::pdf::{
    CardFace, CardLabels, CardLayout, LetterWords, PosterSheet, cards_pdf, poster_pdf,
};
use domain::card::{Card, CardState};
use domain::programme::Programme;
use store::Tx;
use store::card_keys::{self, CardPlace};

use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};
use crate::prints::{Printed, unwritable};
use crate::words::Words;

/// Everything that the cards of a programme are printed from.
pub(super) struct Printing {
    programme: Programme,
    cards: Vec<(RegionCode, Card)>,
    places: HashMap<Id<kind::Card>, CardPlace>,
    numbers: HashMap<Id<kind::Person>, Kpj>,
    signers: BTreeMap<u32, CardKey>,
}

/// What shares a file and one order of seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardsPer {
    /// A village: its cards begin a new sheet.
    Village,
    /// A district, its villages after one another without gaps: for a day at which all meet.
    District,
}

impl CardsPer {
    fn of(self, place: RegionCode) -> RegionCode {
        match self {
            CardsPer::Village => place,
            CardsPer::District => place.at_level(3),
        }
    }
}

impl Office {
    /// A programme's cards that are good, as PDF, one file per village, eight cards to a page.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn card_sheets(
        &self,
        actor: &Actor,
        code: &str,
        words: &Words,
        each: &mut dyn FnMut(Printed) -> Result<(), AppError>,
    ) -> Result<u64, AppError> {
        self.print_cards(actor, code, (CardLayout::Sheet, CardsPer::Village, words), each)
    }

    /// The same in any layout, by village or district; how many cards.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn print_cards(
        &self,
        actor: &Actor,
        code: &str,
        (layout, per, words): (CardLayout, CardsPer, &Words),
        each: &mut dyn FnMut(Printed) -> Result<(), AppError>,
    ) -> Result<u64, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::Cards, &Target::in_region(programme.territory))?;
        self.place_older_cards(actor, &programme)?;
        let id = programme.id;
        let printing = self.store.read(|tx| self.printing(tx, programme))?;
        if !printing.cards.is_empty() {
            // Names leave with the cards: the log has it before the first file is handed out.
            self.store
                .write(|tx| self.record(tx, actor, "cards-printed", "programme", id.as_bytes()))?;
        }
        let labels = self.card_labels(words)?;
        let info = self.document_info(words.get("card-sheets-title"));
        let by_place = |(one, _): &(RegionCode, Card), (next, _): &(RegionCode, Card)| {
            per.of(*one) == per.of(*next)
        };
        let places: Vec<&[(RegionCode, Card)]> = printing.cards.chunk_by(by_place).collect();
        let draw = |shared: &&[(RegionCode, Card)]| -> Result<Printed, AppError> {
            let place = per.of(shared[0].0);
            let heading = self.heading(place);
            let faces = shared
                .iter()
                .zip(1..)
                .map(|((_, card), seat)| self.face(&printing, card, (&heading, seat)));
            let faces: Vec<CardFace> = faces.collect::<Result<_, _>>()?;
            let bytes = cards_pdf(&faces, &labels, layout, &info).map_err(unwritable)?;
            Ok(Printed { name: format!("{}-{code}-{place}.pdf", file_of(layout)), bytes })
        };
        bulk::in_order(&places, draw, |drawn| each(drawn?))?;
        Ok(printing.cards.len() as u64)
    }

    /// One card as PDF, of its own size or in a letter.
    ///
    /// # Errors
    /// `CARD_NUMBER`, `CARD_UNKNOWN`, `CARD_ENDED` for a card that is good no more.
    pub fn print_card(
        &self,
        actor: &Actor,
        number: &str,
        (layout, words): (CardLayout, &Words),
    ) -> Result<Printed, AppError> {
        let number = super::number_of(number)?;
        let (card, programme) = self.store.read(|tx| self.own_card(tx, actor, number))?;
        if card.state != CardState::Active {
            return Err(AppError::new(ErrorKind::Conflict, "CARD_ENDED", ""));
        }
        self.place_older_cards(actor, &programme)?;
        let printing = self.store.read(|tx| self.printing(tx, programme))?;
        let place = printing.cards.iter().find(|(_, found)| found.id == card.id);
        let (place, card) = place.ok_or_else(|| AppError::not_found("CARD_UNKNOWN", ""))?;
        let face = self.face(&printing, card, (&self.heading(*place), 0))?;
        let labels = self.card_labels(words)?;
        let info = self.document_info(words.get("card-sheets-title"));
        let bytes = cards_pdf(&[face], &labels, layout, &info).map_err(unwritable)?;
        let id = card.id;
        self.store.write(|tx| self.record(tx, actor, "card-printed", "card", id.as_bytes()))?;
        let name = format!("{}-{}.pdf", file_of(layout), printing.programme.code);
        Ok(Printed { name, bytes })
    }

    /// Some cards of a programme in the order of their seats, each with its number below it.
    ///
    /// # Errors
    /// Only those of the register.
    pub(crate) fn cards_in_seats(
        &self,
        programme: Programme,
        seats: &[(Id<kind::Card>, u32)],
        (layout, words): (CardLayout, &Words),
    ) -> Result<Vec<u8>, AppError> {
        let printing = self.store.read(|tx| self.printing(tx, programme))?;
        let known: HashMap<Id<kind::Card>, &(RegionCode, Card)> =
            printing.cards.iter().map(|found| (found.1.id, found)).collect();
        let ready = seats.iter().filter_map(|(card, seat)| Some((known.get(card)?, *seat)));
        let faces = ready.map(|((place, card), seat)| {
            self.face(&printing, card, (&self.heading(place.at_level(3)), seat))
        });
        let faces: Vec<CardFace> = faces.collect::<Result<_, _>>()?;
        let info = self.document_info(words.get("card-sheets-title"));
        cards_pdf(&faces, &self.card_labels(words)?, layout, &info).map_err(unwritable)
    }

    /// The poster that leads to the page which checks cards at this address.
    ///
    /// # Errors
    /// `FILE_UNWRITABLE` for an address that no square code holds.
    pub fn card_poster(&self, address: &str, words: &Words) -> Result<Vec<u8>, AppError> {
        let sheet = PosterSheet {
            title: words.get("card-poster"),
            steps: (1..=4).map(|step| words.get(&format!("card-poster.step{step}"))).collect(),
            address: address.to_owned(),
            foot: self.office_name()?,
        };
        poster_pdf(&sheet, &self.document_info(sheet.title.clone())).map_err(unwritable)
    }

    /// Cards of before cards were signed get their places.
    pub(crate) fn place_older_cards(
        &self,
        actor: &Actor,
        programme: &Programme,
    ) -> Result<(), AppError> {
        let without = |tx: &mut Tx<'_>| -> Result<Vec<Card>, AppError> {
            let places = card_keys::places_of_programme(tx, programme.id)?;
            let mut cards = store::cards::of_programme(tx, programme.id)?;
            cards.retain(|card| !places.contains_key(&card.id));
            Ok(cards)
        };
        if self.store.read(without)?.is_empty() {
            return Ok(());
        }
        self.store.write(|tx| {
            let cards = without(tx)?;
            if !cards.is_empty() {
                self.give_places(tx, &cards)?;
                self.record(tx, actor, "cards-placed", "programme", programme.id.as_bytes())?;
            }
            Ok(())
        })
    }

    pub(super) fn printing(
        &self,
        tx: &mut Tx<'_>,
        programme: Programme,
    ) -> Result<Printing, AppError> {
        let people = store::memberships::people(tx, programme.id)?;
        let villages: HashMap<_, _> = people.iter().map(|one| (one.id, one.place)).collect();
        let village = |card: &Card| villages.get(&card.person).copied();
        let cards = store::cards::of_programme(tx, programme.id)?;
        let good = |card: &Card| card.state == CardState::Active && !card.name.as_str().is_empty();
        let mut cards: Vec<(RegionCode, Card)> = cards
            .into_iter()
            .filter(good)
            .map(|card| (village(&card).unwrap_or(programme.territory), card))
            .collect();
        cards.sort_by(|(a, x), (b, y)| (a, x.name.as_str(), x.id).cmp(&(b, y.name.as_str(), y.id)));
        Ok(Printing {
            cards,
            places: card_keys::places_of_programme(tx, programme.id)?,
            numbers: store::sipp::numbers_of_programme(tx, programme.id)?,
            signers: self.signers(tx)?,
            programme,
        })
    }

    pub(super) fn face(
        &self,
        printing: &Printing,
        card: &Card,
        (heading, seat): (&str, u32),
    ) -> Result<CardFace, AppError> {
        let missing = || AppError::new(ErrorKind::Unexpected, "UNEXPECTED", "a card's place");
        let place = printing.places.get(&card.id).ok_or_else(missing)?;
        let key = printing.signers.get(&place.year).ok_or_else(missing)?;
        let kpj = printing.numbers.get(&card.person);
        let claims = CardClaims {
            issuer: self.card_issuer(),
            number: card.number.plain(),
            name: card.name.as_str().to_owned(),
            programme: printing.programme.name.to_string(),
            paid_until: card.paid_until,
            issued: card.issued,
            place: place.place,
            kpj: kpj.map(|kpj| kpj.as_u64()),
        };
        let too_long = |_| AppError::new(ErrorKind::Unexpected, "UNEXPECTED", "a card's code");
        Ok(CardFace {
            number: card.number.to_string(),
            name: card.name.as_str().to_owned(),
            programme: printing.programme.name.to_string(),
            village: card.village.to_string(),
            paid_until: card.paid_until.in_words(),
            sheet_heading: heading.to_owned(),
            code: sign_card(key, &claims).map_err(too_long)?,
            kpj: kpj.map(|kpj| kpj.reveal()).unwrap_or_default(),
            seat,
        })
    }

    /// The office that keeps the register; the regency when it says nothing.
    fn office_name(&self) -> Result<String, AppError> {
        let settings = self.settings()?;
        Ok(if settings.office.is_empty() { self.place_name() } else { settings.office })
    }

    fn card_labels(&self, words: &Words) -> Result<CardLabels, AppError> {
        let paragraphs = (1..=3).map(|line| words.get(&format!("card-letter.line{line}")));
        Ok(CardLabels {
            title: words.get("card-title"),
            number: words.get("card-number"),
            village: words.get("card-village"),
            paid_until: words.get("card-paid-until"),
            not_official_line: words.get("card-not-official"),
            kpj: words.get("card-kpj"),
            sheet_foot: words.get("card-sheet-foot"),
            sheet: words.get("card-sheet"),
            of: words.get("page-of"),
            letter: LetterWords {
                sender: self.office_name()?,
                to: words.get("card-letter.to"),
                subject: words.get("card-letter"),
                paragraphs: paragraphs.collect(),
            },
        })
    }
}

/// How files of a layout are called.
fn file_of(layout: CardLayout) -> &'static str {
    match layout {
        CardLayout::Sheet => "kartu",
        CardLayout::Single => "kartu-satuan",
        CardLayout::Card => "kartu-pencetak",
        CardLayout::Letter => "surat-kartu",
    }
}
