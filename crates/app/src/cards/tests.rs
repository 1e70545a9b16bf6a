//! Cards from the register to paper and back, on both engines. Everybody is invented.

use std::collections::{BTreeMap, BTreeSet};

use base::{Day, Month};
use documents::credential::{CardPublicKey, read_card, read_revocations};
use domain::card::CardVerdict;
use store::twin::{FreshDatabase, FreshDirectory, server_url};

use super::*;
use crate::bills::tests::{CODE, month, on_both_on, paid};
use crate::demo::{self, DemoOptions, PROGRAMME};
use crate::office::Location;
use crate::words::{Language, Words};

const LOST: Ending<'_> = Ending { cause: CardCause::Lost, reason: "hilang di laut" };

struct World {
    office: Office,
    actor: Actor,
    programme: Programme,
}

impl World {
    fn new(location: Location) -> World {
        World::of_villages(location, 1)
    }

    fn of_villages(location: Location, villages: u16) -> World {
        let office = Office::invented(location, Day::new(2022, 10, 24).expect("a day"), 7);
        let folder = tempfile::tempdir().expect("a folder");
        let words = Words::of(Language::Indonesian);
        let options =
            DemoOptions { seed: 7, villages: Some(villages), folder: folder.path(), words };
        demo::run(&office, &options, &mut |_, _, _| {}).expect("the journey ends well");
        let actor = office.actor("operator", Operation::Cards).expect("the first user");
        let programme = office.programme(PROGRAMME).expect("a programme");
        World { office, actor, programme }
    }

    fn cards(&self) -> Vec<Card> {
        let id = self.programme.id;
        self.office.store.read(|tx| store::cards::of_programme(tx, id)).expect("cards")
    }

    fn keys(&self) -> Vec<CardPublicKey> {
        self.office.store.read(|tx| self.office.public_keys(tx)).expect("keys")
    }

    /// What the square code of a good card says.
    fn code(&self, card: &Card) -> String {
        let printing = |tx: &mut Tx<'_>| self.office.printing(tx, self.programme.clone());
        let printing = self.office.store.read(printing).expect("reads");
        self.office.face(&printing, card, ("", 1)).expect("signs").code
    }

    fn verdict(&self, said: &str) -> CardVerdict {
        self.office.check_card(said).expect("an answer").verdict
    }
}

fn both(test: impl Fn(&World)) {
    let embedded = FreshDirectory::new();
    test(&World::new(embedded.location()));
    if let Some(url) = server_url() {
        let database = FreshDatabase::new(&url);
        test(&World::new(database.location()));
    }
}

fn code_of<T>(result: Result<T, AppError>) -> String {
    result.err().map(|error| error.code).unwrap_or_default()
}

#[test]
fn a_card_is_checked_until_it_ends() {
    both(|world| {
        let (office, cards) = (&world.office, world.cards());
        let (card, other) = (&cards[0], &cards[1]);
        let (code, number) = (world.code(card), card.number.to_string());
        let answer = office.check_card(&code).expect("an answer");
        assert_eq!(answer.verdict, CardVerdict::Genuine);
        assert_eq!(answer.name.as_deref(), Some(card.name.as_str()));
        assert_eq!((answer.number, answer.paid_until), (Some(card.number), Some(card.paid_until)));
        assert_eq!(world.verdict(&number), CardVerdict::Genuine);
        assert!(office.check_card(&number).expect("an answer").name.is_none(), "no name is told");
        let revoked = || office.revoke_card(&world.actor, &number, LOST);
        assert_eq!((revoked(), revoked()), (Ok(true), Ok(false)), "the same again is no change");
        for said in [&code, &number] {
            assert_eq!(world.verdict(said), CardVerdict::Revoked);
        }
        assert_eq!(world.verdict(&world.code(other)), CardVerdict::Genuine);
        let turned = code.replacen(|c: char| c.is_ascii_digit(), "Q", 1);
        assert_eq!(world.verdict(&turned), CardVerdict::NotGenuine);
        assert_eq!(world.verdict("0000-0000-0000-132"), CardVerdict::NotGenuine);
        assert_eq!(code_of(office.check_card("7KQ2")), "CARD_NUMBER");
        assert_eq!(world.verdict(&"TIDAK ADA ".repeat(9)), CardVerdict::NotGenuine);
        let foreign = documents::credential::CardKey::of_secret(&[5; 32]);
        let claims = read_card(&world.code(other), &world.keys()).expect("ours");
        let forged = documents::credential::sign_card(&foreign, &claims).expect("signs");
        assert_eq!(world.verdict(&forged), CardVerdict::UnknownKey);
        // The months end; the card says so by itself.
        office.environment.pass(120 * 86_400_000);
        assert_eq!(world.verdict(&world.code(other)), CardVerdict::Expired);
        assert_eq!(world.verdict(&code), CardVerdict::Revoked, "the worse is said first");
    });
}

#[test]
fn cards_are_renewed_when_later_months_are_paid() {
    on_both_on("2022-11-25", |office, _| {
        paid(office, month(10));
        paid(office, month(11));
        let actor = office.actor("operator", Operation::Cards).expect("the first user");
        let programme = office.programme(CODE).expect("a programme").id;
        let cards = || office.store.read(|tx| store::cards::of_programme(tx, programme));
        let good = || -> Vec<Card> {
            let cards = cards().expect("cards").into_iter();
            cards.filter(|card| card.state == CardState::Active).collect()
        };
        let members = office.issue_cards(&actor, CODE).expect("issued");
        let renew = || office.renew_cards(&actor, CODE, office.today().month_of());
        assert_eq!(renew(), Ok(0), "November is not over");
        office.environment.pass(10 * 86_400_000);
        assert_eq!(renew(), Ok(0), "December is not paid");
        let old = good();
        paid(office, month(12));
        assert_eq!((renew(), renew()), (Ok(members), Ok(0)));
        let new = good();
        assert_eq!(new.len(), old.len());
        assert!(new.iter().all(|card| card.paid_until == month(12) && card.copy == 2));
        let file = office.card_file(&actor, old[0].id).expect("a card");
        assert_eq!(file.row.card.state, CardState::Replaced);
        assert_eq!(file.end.expect("it ended").0.cause, CardCause::Renewed);
    });
}

#[test]
fn two_cards_are_never_good_at_once() {
    both(|world| {
        let (office, cards) = (&world.office, world.cards());
        let old = &cards[0];
        let number = old.number.to_string();
        let reprint = |ending| office.reprint_card(&world.actor, &number, ending);
        assert_eq!(code_of(reprint(Ending { reason: " ", ..LOST })), "REASON_MISSING");
        assert_eq!(code_of(reprint(Ending { cause: CardCause::Died, ..LOST })), "CARD_ENDED");
        let new = reprint(LOST).expect("another card");
        assert_eq!((new.copy, new.person, &new.name), (2, old.person, &old.name));
        assert_ne!(new.number, old.number);
        assert_eq!(code_of(reprint(LOST)), "CARD_ENDED", "what was made anew is not again");
        assert_eq!(world.verdict(&number), CardVerdict::Revoked);
        assert_eq!(world.verdict(&world.code(&new)), CardVerdict::Genuine);
        // The register itself refuses a second good one, whoever writes.
        let twice = office.store.write(|tx| {
            store::cards::set_state(tx, old.id, CardState::Active)?;
            office.record(tx, &world.actor, "card-revoked", "card", old.id.as_bytes())
        });
        assert!(twice.is_err());
        let ended = office.store.read(|tx| store::card_keys::end_of(tx, old.id)).expect("reads");
        assert_eq!(ended.map(|end| end.cause), Some(CardCause::Lost));
        let mut good: BTreeMap<_, u32> = BTreeMap::new();
        for card in world.cards().iter().filter(|card| card.state == CardState::Active) {
            *good.entry(card.person).or_default() += 1;
        }
        assert!(good.values().all(|count| *count == 1));
        let printed = office.print_card(
            &world.actor,
            &new.number.to_string(),
            (CardLayout::Letter, Words::of(Language::Indonesian)),
        );
        assert!(printed.expect("a letter").bytes.starts_with(b"%PDF"));
        let gone = office.print_card(
            &world.actor,
            &number,
            (CardLayout::Single, Words::of(Language::Indonesian)),
        );
        assert_eq!(code_of(gone), "CARD_ENDED");
    });
}

#[test]
fn keys_and_lists_suffice_to_check_without_the_register() {
    both(|world| {
        let (office, cards) = (&world.office, world.cards());
        office.revoke_card(&world.actor, &cards[0].number.to_string(), LOST).expect("ends");
        let keys = world.keys();
        let list = office.card_revocations(2022).expect("a list");
        let list = read_revocations(&list, &keys).expect("reads");
        let printing = |tx: &mut Tx<'_>| self::places(tx, &world.programme);
        let places = office.store.read(printing).expect("reads");
        let mut seen = BTreeSet::new();
        for card in &cards {
            let place = places[&card.id].place;
            assert!(seen.insert(place), "a place of its own");
            assert_eq!(list.is_revoked(place), Some(card.id == cards[0].id));
        }
        for card in &cards[1..] {
            let claims = read_card(&world.code(card), &keys).expect("ours");
            assert_eq!(claims.place, places[&card.id].place);
            assert_eq!(claims.paid_until, Month::parse("2022-12").expect("a month"));
        }
        assert_eq!(office.card_years(), Ok(vec![2022]));
        assert_eq!(code_of(office.card_revocations(2021)), "CARD_YEAR_UNKNOWN");
        let set = office.card_key_set().expect("a set").to_string();
        assert!(set.contains("\"crv\":\"Ed25519\"") && !set.contains("\"d\""), "{set}");
    });
}

fn places(
    tx: &mut Tx<'_>,
    programme: &Programme,
) -> Result<HashMap<Id<kind::Card>, store::card_keys::CardPlace>, AppError> {
    Ok(store::card_keys::places_of_programme(tx, programme.id)?)
}

#[test]
fn a_withdrawn_card_is_made_anew_when_its_holder_goes_on() {
    both(|world| {
        let (office, cards) = (&world.office, world.cards());
        let [lost, left] = [&cards[0], &cards[1]].map(|card| card.number.to_string());
        office.revoke_card(&world.actor, &lost, LOST).expect("ends");
        let gone = Ending { cause: CardCause::Left, reason: "pindah kabupaten" };
        office.revoke_card(&world.actor, &left, gone).expect("ends");
        assert_eq!(code_of(office.reprint_card(&world.actor, &left, LOST)), "CARD_ENDED");
        let damaged = Ending { cause: CardCause::Damaged, ..LOST };
        let new = office.reprint_card(&world.actor, &lost, damaged).expect("another card");
        assert_eq!((new.copy, new.state), (2, CardState::Active));
        assert_eq!(code_of(office.reprint_card(&world.actor, &lost, LOST)), "CARD_ENDED");
        let ended = office.store.read(|tx| store::card_keys::end_of(tx, cards[0].id));
        assert_eq!(ended.expect("reads").map(|end| end.cause), Some(CardCause::Lost), "the first");
        assert_eq!(world.verdict(&lost), CardVerdict::Revoked);
        assert_eq!(world.verdict(&new.number.to_string()), CardVerdict::Genuine);
    });
}

#[test]
fn cards_of_a_district_share_a_file_and_an_order_of_seats() {
    let folder = FreshDirectory::new();
    let world = World::of_villages(folder.location(), 3);
    let words = Words::of(Language::Indonesian);
    let files = |per| {
        let mut names = Vec::new();
        let how = (CardLayout::Sheet, per, words);
        let printed = world.office.print_cards(&world.actor, PROGRAMME, how, &mut |printed| {
            names.push((printed.name, pages_of(&printed.bytes)));
            Ok(())
        });
        assert_eq!(printed, Ok(world.cards().len() as u64));
        names
    };
    let (villages, districts) = (files(CardsPer::Village), files(CardsPer::District));
    assert_eq!(villages.len(), 3);
    let codes: BTreeSet<&str> = villages.iter().map(|(name, _)| &name[..name.len() - 9]).collect();
    assert_eq!(codes.len(), districts.len(), "{villages:?} {districts:?}");
    assert!(districts.len() < villages.len());
    let pages = |files: &[(String, usize)]| files.iter().map(|(_, pages)| pages).sum::<usize>();
    assert!(pages(&districts) <= pages(&villages), "no village begins a new sheet");
}

fn pages_of(pdf: &[u8]) -> usize {
    let page = b"/Type/Page/";
    pdf.windows(page.len()).filter(|window| window == page).count()
}
