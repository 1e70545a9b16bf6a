//! The list of records a page at a time, while agents go on sending. Everybody is invented.

use super::*;

/// Numbers of the records that a list gives, so many on a page; between two pages `meanwhile` is
/// done.
fn paged(
    office: &Office,
    filter: &FieldFilter,
    rows: usize,
    mut meanwhile: impl FnMut(usize),
) -> Vec<String> {
    let ani = who(office, "ani");
    let (mut found, mut after) = (Vec::new(), None);
    for turn in 0.. {
        let (page, more) = office.field_page(&ani, filter, after, rows).expect("read");
        assert!(page.len() == rows || !more, "only the last page is shorter");
        let Some(last) = page.last() else { break };
        let key = FieldKey { received_at_ms: last.record.received_at_ms, record: last.record.id };
        after = FieldKey::parse(&key.written());
        assert_eq!(after, Some(key));
        found.extend(page.iter().map(|one| one.record.id.to_string()));
        if !more {
            break;
        }
        meanwhile(turn);
    }
    found
}

fn ids(numbers: &[u32]) -> Vec<String> {
    numbers.iter().map(|number| id(*number)).collect()
}

/// Three batches, each come in one moment, with numbers that are not in the order of coming: the
/// newest batch first and, of one moment, the highest number.
const BATCHES: [&[u32]; 3] = [&[52, 11, 33, 70], &[20, 71, 12, 40, 41], &[30, 10, 60]];
const IN_ORDER: [u32; 12] = [60, 30, 10, 71, 41, 40, 20, 12, 70, 52, 33, 11];

#[test]
fn no_record_is_skipped_or_shown_twice_while_others_come() {
    on_both_on(DAY, |office, _| {
        let kader = agent(office, "kader-satu", VILLAGE);
        let phone = device(office, &kader, 1);
        for batch in BATCHES {
            let records: Vec<Value> = batch.iter().map(|number| person(*number)).collect();
            send(office, &phone, &records);
        }
        let all = FieldFilter::default();
        assert_eq!(paged(office, &all, 99, |_| ()), ids(&IN_ORDER));
        // Whatever the size of a page; it is read in parts of four.
        for rows in [1, 2, 3, 4, 5, 11, 12] {
            assert_eq!(paged(office, &all, rows, |_| ()), ids(&IN_ORDER), "{rows}");
        }
        // Between two pages two more come, with a lower and a higher number than all: they stand
        // before the first page, and push nothing from one page to another.
        let more = |turn: usize| {
            let turn = u32::try_from(turn).expect("few");
            send(office, &phone, &[person(3 + turn), person(90 + turn)]);
        };
        assert_eq!(paged(office, &all, 3, more), ids(&IN_ORDER));
        // Three turns of the page, each with two more, the last of them first.
        let come = [92, 5, 91, 4, 90, 3];
        let now = [&come[..], &IN_ORDER].concat();
        assert_eq!(paged(office, &all, 3, |_| ()), ids(&now));
    });
}

#[test]
fn the_narrowed_list_has_what_is_open_with_what_was_found_in_it() {
    on_both_on(DAY, |office, _| {
        let kader = agent(office, "kader-satu", VILLAGE);
        let phone = device(office, &kader, 1);
        for batch in BATCHES {
            let records: Vec<Value> = batch.iter().map(|number| person(*number)).collect();
            send(office, &phone, &records);
        }
        // All are about one person: the first was taken in, the others are asked about.
        let returned = |number: u32| {
            let file = office.field_record(&who(office, "ani"), &id(number)).expect("there");
            (file.shown.standing, file.shown.found)
        };
        let open = FieldFilter { only_open: true, ..FieldFilter::default() };
        assert_eq!(paged(office, &open, 2, |_| ()), ids(&[]));
        // What differs from a record that was taken in, once and twice.
        let other = |name: &str| with(52, &[("name", json!(name))]);
        send(office, &phone, &[other("KENARI REKAAN LAIN")]);
        send(office, &phone, &[other("KENARI KETIGA")]);
        assert_eq!(paged(office, &open, 2, |_| ()), ids(&[52]));
        let ani = who(office, "ani");
        let listed = office.field_records(&ani, &FieldFilter::default()).expect("read");
        assert_eq!(listed.len(), IN_ORDER.len());
        for one in &listed {
            let number = one.record.id.to_string();
            let file = office.field_record(&ani, &number).expect("there").shown;
            assert_eq!(
                (one.standing, &one.found, one.conflicts, &one.seen, &one.initials, one.person),
                (
                    file.standing,
                    &file.found,
                    file.conflicts,
                    &file.seen,
                    &file.initials,
                    file.person
                )
            );
            assert_eq!(one.conflicts, if number == id(52) { 2 } else { 0 });
        }
        let (standing, found) = returned(11);
        assert_eq!(standing, FieldStanding::Duplicate, "{found:?}");
        assert!(!found.is_empty());
        let asked = FieldFilter { standing: Some(FieldStanding::Duplicate), ..open.clone() };
        let asked = FieldFilter { only_open: false, ..asked };
        let duplicates: Vec<u32> = IN_ORDER.into_iter().filter(|number| *number != 52).collect();
        assert_eq!(paged(office, &asked, 3, |_| ()), ids(&duplicates));
    });
}
