//! Sheets, choices, replies and the tie-out, each against a table worked out by hand.

use std::collections::HashMap;

use base::{Day, Kpj, KpjProblem, Nik, PersonName, Phone, Rupiah, Sex};
use linkage::NameAgreement;
use rules::Schemes;

use super::*;
use crate::registry::Person;

const NEW: &str = include_str!("../../data/sipp/mendaftar.tsv");
const CONTINUING: &str = include_str!("../../data/sipp/lanjutan.tsv");
const ENDED: &str = include_str!("../../data/sipp/nonaktif.tsv");
const ROSTER: &str = include_str!("../../data/sipp/roster_bpu.tsv");

fn id<K>(number: u8) -> Id<K> {
    Id::from_bytes([number; 16])
}

fn month(text: &str) -> Month {
    Month::parse(text).expect("a month")
}

fn place(text: &str) -> RegionCode {
    RegionCode::parse(text).expect("a region")
}

fn kpj(text: &str) -> Kpj {
    Kpj::parse(text).expect("a number")
}

fn person() -> Person {
    Person {
        id: id(1),
        nik: Nik::parse("6401011708620001").expect("a number"),
        no_kk: None,
        name: PersonName::parse("=Rekaan Sumarno").expect("a name"),
        birth: Day::parse_iso("1962-08-17").expect("a day"),
        birth_place: None,
        sex: Sex::Male,
        address: Some("RT 1".into()),
        place: place("64.01.05.2001"),
        occupation: None,
        phone: Phone::parse("0812-3456-7890"),
        mother: None,
    }
}

fn facts(person: &Person) -> SippFacts<'_> {
    SippFacts {
        number: 1,
        person,
        kpj: None,
        wage: Rupiah(1_000_000),
        location: Some("6401"),
        place: ["Desa Contoh", "Kecamatan Contoh"],
        occupation: "Nelayan",
        first: month("2022-10"),
        last: month("2022-12"),
        identity_until: None,
        end_cause: "Berakhir",
        programme: "Pekerja rentan",
        schemes: "JKK, JKM",
    }
}

fn heads(sheet: &SippSheet) -> String {
    sheet.columns.iter().map(|column| &*column.head).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_official_sheets_have_their_names() {
    let new = SippSheet::parse(NEW).expect("a sheet");
    assert_eq!((&*new.tab, &*new.file), ("data_tk_baru", "template_tk_{npp}.xlsx"));
    assert_eq!(
        heads(&new),
        "NO_PEGAWAI NAMA_LENGKAP GELAR TELEPON_AREA_RUMAH TELEPON_RUMAH TELEPON_AREA_KANTOR \
         TELEPON_KANTOR TELEPON_EXT_KANTOR HP EMAIL TEMPAT_LAHIR TANGGAL_LAHIR NAMA_IBU_KANDUNG \
         JENIS_IDENTITAS NOMOR_IDENTITAS MASA_LAKU_IDENTITAS JENIS_KELAMIN SURAT_MENYURAT_KE \
         TANGGAL_KEPESERTAAN STATUS_KAWIN GOLONGAN_DARAH NPWP KODE_NEGARA UPAH ALAMAT KODE_POS \
         LOKASI_PEKERJAAN STATUS_PEGAWAI TGL_AWAL_BEKERJA TGL_AKHIR_KONTRAK"
    );
    let old = SippSheet::parse(CONTINUING).expect("a sheet");
    assert_eq!((&*old.tab, old.status.name()), ("data_tk_lanjutan", "official"));
    assert_eq!(
        heads(&old),
        "NOMOR_IDENTITAS KPJ NO_PEGAWAI NAMA_LENGKAP TGL_LAHIR UPAH LOKASI_PEKERJAAN \
         STATUS_PEGAWAI TGL_AWAL_BEKERJA TGL_AKHIR_KONTRAK"
    );
    let ended = SippSheet::parse(ENDED).expect("a sheet");
    assert_eq!((&*ended.tab, ended.status.name()), ("data_tk_na", "unconfirmed"));
    let roster = SippSheet::parse(ROSTER).expect("a sheet");
    assert_eq!(roster.status.name(), "configurable");
    assert!(roster.asks_for(&ColumnSource::Occupation) && !new.asks_for(&ColumnSource::KpjNumber));
}

#[test]
fn every_cell_is_a_text_and_what_is_not_known_stays_empty() {
    let person = person();
    let row = SippSheet::parse(NEW).expect("a sheet").fill(&facts(&person)).expect("a row");
    assert_eq!(
        row.join("|"),
        "|=Rekaan Sumarno|||||||081234567890|||17-08-1962||KTP|6401011708620001||L|S|01-10-2022\
         ||||ID|1000000|RT 1||6401|||"
    );
    let told = SippFacts { identity_until: Some("31-12-2999"), ..facts(&person) };
    let row = SippSheet::parse(NEW).expect("a sheet").fill(&told).expect("a row");
    assert_eq!(row[15], "31-12-2999");
    // A form that needs a participant number holds whoever has none.
    let old = SippSheet::parse(CONTINUING).expect("a sheet");
    assert_eq!(old.fill(&facts(&person)), Err("KPJ".into()));
    let known = SippFacts { kpj: Some(kpj("01234567890")), ..facts(&person) };
    assert_eq!(
        old.fill(&known).expect("a row").join("|"),
        "6401011708620001|01234567890||=Rekaan Sumarno|17-08-1962|1000000|6401|||"
    );
    let ended = SippSheet::parse(ENDED).expect("a sheet");
    assert_eq!(
        ended.fill(&known).expect("a row").join("|"),
        "01234567890|=Rekaan Sumarno|17-08-1962|Berakhir|31-12-2022|Pekerja rentan"
    );
}

#[test]
fn a_map_of_columns_is_read_whole_or_refused_at_its_line() {
    for (text, line) in [
        ("sheet\tA\nrows\t10\n", 3),
        ("sheet\tA\nrows\t10\ncolumn\tNIK\t9\t-\tnik\ncolumn\tNIK\t9\t-\tnik\n", 5),
        ("sheet\tA\nrows\t10\ncolumn\tNIK\t9\t-\tnomor\n", 3),
        ("sheet\tA\nrows\t10\ncolumn\tNIK\t9\tya\tnik\n", 3),
        ("file\t../x.xlsx\n", 1),
        ("judul\tA\n", 1),
    ] {
        assert_eq!(SippSheet::parse(text), Err(SippSheetProblem(line)), "{text:?}");
    }
    let own = "sheet\tA\nrows\t10\ncolumn\tNo. KTP\t9\trequired\tnik\ncolumn\tKet\t9\t-\t=-\n";
    let own = SippSheet::parse(own).expect("a map");
    assert_eq!(own.fill(&facts(&person())).expect("a row"), ["6401011708620001", "-"]);
}

#[test]
fn employers_numbers_are_plain_and_the_smallest_territory_counts() {
    for (text, expect) in [
        ("14005857", Some("14005857")),
        ("jj 012345", Some("JJ012345")),
        ("123", None),
        ("ABCDEFGH", None),
        ("1400/857", None),
    ] {
        assert_eq!(Npp::parse(text).as_ref().map(Npp::as_str), expect, "{text}");
    }
    let employer = |territory: &str, npp: &str| Employer {
        programme: id(9),
        territory: place(territory),
        npp: Npp::parse(npp).expect("a number"),
        name: "Dinas".into(),
    };
    let all = [employer("64.01", "14005857"), employer("64.01.05", "14005858")];
    let of = |place_code: &str| employer_of(&all, place(place_code)).map(|one| one.npp.to_string());
    assert_eq!(of("64.01.05.2001").as_deref(), Some("14005858"));
    assert_eq!(of("64.01.06.2001").as_deref(), Some("14005857"));
    assert_eq!(of("64.02.01.2001"), None);
}

fn member() -> Member {
    Member {
        person: id(1),
        place: place("64.01.05.2001"),
        first: month("2022-10"),
        last: month("2022-12"),
        is_dead: false,
        has_number: false,
        standing: None,
        is_changed: false,
        round: 0,
        has_other_wage: false,
        is_elsewhere: false,
    }
}

#[test]
fn every_member_has_one_answer_for_every_file() {
    use StandingState::{Accepted, Mended, Rejected, Resent, Sent};
    let (october, november) = (month("2022-10"), month("2022-11"));
    let with = |state, sent| Member { standing: Some((state, sent)), ..member() };
    let numbered = |member| Member { has_number: true, ..member };
    // new, continuing, roster and resubmission in November, deactivation in January; `-` is none
    // of the file's business, `+` is in the file.
    let table: &[(Member, &str)] = &[
        (member(), "+ no-number + - no-number"),
        (Member { is_dead: true, ..member() }, "dead dead dead - dead"),
        (numbered(member()), "has-number unchanged + - +"),
        (numbered(Member { first: november, ..member() }), "has-number + + - +"),
        (numbered(Member { has_other_wage: true, ..member() }), "has-number + + - +"),
        (numbered(Member { is_elsewhere: true, ..member() }), "has-number unchanged + - elsewhere"),
        (numbered(with(Accepted, october)), "has-number unchanged + - +"),
        (with(Sent, november), "+ no-number + - no-number"),
        (with(Sent, october), "waiting no-number + - no-number"),
        (with(Accepted, october), "accepted no-number + - no-number"),
        (with(Rejected, october), "rejected no-number + rejected no-number"),
        (
            Member { is_changed: true, ..with(Rejected, october) },
            "rejected no-number + + no-number",
        ),
        (with(Mended, october), "rejected no-number + + no-number"),
        (with(Resent, november), "rejected no-number + + no-number"),
        // The forms differ: with a number one is sent again in the file that has numbers.
        (numbered(with(Rejected, october)), "has-number rejected + has-number +"),
        (numbered(with(Mended, october)), "has-number + + has-number +"),
        (numbered(with(Resent, november)), "has-number + + has-number +"),
        (Member { last: october, ..member() }, "- - - - -"),
        (Member { place: place("63.01"), ..member() }, "no-employer no-number + - no-number"),
    ];
    let employer = Employer {
        programme: id(9),
        territory: place("64.01"),
        npp: Npp::parse("14005857").expect("a number"),
        name: "Dinas".into(),
    };
    let files = [
        (SippKind::New, november),
        (SippKind::Continuing, november),
        (SippKind::Roster, november),
        (SippKind::Resubmission, november),
        (SippKind::Deactivation, month("2023-01")),
    ];
    for (member, row) in table {
        for (file, expect) in files.into_iter().zip(row.split(' ')) {
            let members = std::slice::from_ref(member);
            let chosen = choose(file, false, members, std::slice::from_ref(&employer));
            let found = match (chosen.picked.first(), chosen.held.first()) {
                (Some(_), None) => "+",
                (None, Some((_, held))) => held.code(),
                (None, None) => "-",
                _ => "both",
            };
            assert_eq!(found, expect, "{file:?} {member:?}");
        }
    }
}

#[test]
fn all_sends_the_unchanged_too() {
    let numbered = Member { has_number: true, ..member() };
    let employer = Employer {
        programme: id(9),
        territory: place("64.01"),
        npp: Npp::parse("14005857").expect("a number"),
        name: "Dinas".into(),
    };
    let file = (SippKind::Continuing, month("2022-11"));
    assert_eq!(choose(file, true, &[numbered], &[employer]).picked.len(), 1);
}

#[test]
fn the_same_people_are_the_same_submission() {
    let picked = |round| vec![Picked { person: id(1), npp: Npp::parse("14005857"), round }];
    let of = |kind, round| submission_id(id(9), kind, month("2022-10"), &picked(round));
    assert_eq!(of(SippKind::New, 0), of(SippKind::New, 0));
    assert_ne!(of(SippKind::New, 0), of(SippKind::Resubmission, 0));
    assert_ne!(of(SippKind::Resubmission, 1), of(SippKind::Resubmission, 2));
}

#[test]
fn reasons_are_read_from_what_bpjs_writes() {
    let reasons = Reasons::builtin();
    for (text, expect) in [
        ("NIK TIDAK DITEMUKAN", "NIK_UNKNOWN"),
        ("Nik tidak terdaftar di Dukcapil", "NIK_UNKNOWN"),
        ("NIK harus 16 digit", "NIK_FORMAT"),
        ("Nama tidak sesuai dengan data Adminduk", "IDENTITY_DIFFERS"),
        ("Tanggal lahir tidak sesuai", "IDENTITY_DIFFERS"),
        ("Nama ibu kandung tidak sesuai", "MOTHER"),
        ("Sudah terdaftar di perusahaan lain", "ALREADY_MEMBER"),
        ("TK masih aktif", "ALREADY_MEMBER"),
        ("Usia melebihi 65 tahun", "AGE"),
        ("Peserta telah meninggal dunia", "DEAD"),
        ("Data ganda dalam berkas", "REPEATED"),
        ("KPJ tidak ditemukan", "KPJ_UNKNOWN"),
        ("Kode lokasi pekerjaan salah", "LOCATION"),
        ("Upah di bawah ketentuan", "WAGE"),
        ("Nomor HP tidak valid", "PHONE"),
        ("Tgl lahir kosong", "BIRTH"),
        ("Nama mengandung angka", "NAME"),
        ("Format tanggal salah", "FORM"),
        ("Terdaftar sebagai PNS", "CIVIL_SERVANT"),
        ("Request timeout", "BPJS_SYSTEM"),
        ("Rujuk kantor pusat", "OTHER"),
        ("", "OTHER"),
    ] {
        assert_eq!(reasons.of(text).name(), expect, "{text}");
    }
    for code in ReasonCode::ALL {
        assert_eq!(ReasonCode::from_name(code.name()), Some(*code));
    }
    assert_eq!(reasons.mender(ReasonCode::NikUnknown), Mender::Village);
    assert_eq!(reasons.mender(ReasonCode::BpjsSystem), Mender::Bpjs);
    assert_eq!(reasons.mender(ReasonCode::Other), Mender::Office);
}

#[test]
fn verdicts_are_read_from_status_reason_tab_and_number() {
    let (words, reasons) = (ReplyWords::builtin(), Reasons::builtin());
    // number, status, reason, tab
    for (row, expect) in [
        (["", "Valid", "", ""], "accepted"),
        (["", "TIDAK VALID", "NIK tidak ditemukan", ""], "rejected"),
        (["", "Gagal", "", "Valid"], "rejected"),
        (["", "", "Berhasil disimpan", ""], "accepted"),
        (["", "", "Masih aktif di perusahaan lain", ""], "rejected"),
        (["", "", "NIK tidak ditemukan", "Sheet1"], "rejected"),
        (["", "", "", "Data Tidak Valid"], "rejected"),
        (["", "", "catatan saja", "Valid"], "accepted"),
        (["22012345678", "", "", "Sheet1"], "accepted"),
        (["2201234567", "", "", "Sheet1"], "-"),
        (["", "", "", "Sheet1"], "-"),
        (["", "Proses", "", ""], "-"),
    ] {
        let [number, status, reason, tab] = row.map(str::to_owned);
        let said = RowSaid { number, status, reason, tab };
        let found = words.verdict_of(&reasons, &said).map_or("-", Verdict::name);
        assert_eq!(found, expect, "{row:?}");
    }
    for (head, expect) in [
        ("No. KPJ", Some(ReplyHead::Number)),
        ("Nomor Peserta", Some(ReplyHead::Number)),
        ("Status", Some(ReplyHead::Status)),
        ("Status Kawin", None),
        ("STATUS_VALIDASI", Some(ReplyHead::Status)),
        ("Keterangan Gagal", Some(ReplyHead::Reason)),
        ("Alasan Penolakan", Some(ReplyHead::Reason)),
        ("NAMA_LENGKAP", None),
    ] {
        assert_eq!(words.head(head), expect, "{head}");
    }
}

/// One row: verdict, number, whom it may be about.
fn row(verdict: Option<Verdict>, number: &str, candidates: Vec<Candidate>) -> ReplyFacts {
    ReplyFacts {
        is_a_person: true,
        has_identity: true,
        verdict,
        number: Kpj::parse(number),
        holder: None,
        candidates,
    }
}

fn found(person: u8, grip: Grip) -> Candidate {
    Candidate { person: id(person), grip, is_listed: true, known: None }
}

#[test]
fn every_row_of_a_reply_has_one_outcome() {
    use Verdict::{Accepted, Rejected};
    let sure = |person| vec![found(person, Grip::Nik(NameAgreement::Same))];
    let yes = Some(Accepted);
    let (a, b) = ("22012345678", "22012345679");
    let with = |base: ReplyFacts, change: fn(&mut ReplyFacts)| {
        let mut changed = base;
        change(&mut changed);
        changed
    };
    let known = |number: &str| vec![Candidate { known: Some(kpj(number)), ..found(9, Grip::Kpj) }];
    let unlisted = vec![Candidate { is_listed: false, ..found(8, Grip::Kpj) }];
    let table: Vec<(ReplyFacts, &str)> = vec![
        (with(row(yes, a, sure(1)), |row| row.is_a_person = false), "not-a-person"),
        (with(row(yes, a, sure(1)), |row| row.has_identity = false), "no-identity"),
        (row(yes, a, vec![]), "unknown"),
        (row(yes, a, vec![found(1, Grip::Name)]), "question"),
        (row(yes, a, vec![found(1, Grip::Nik(NameAgreement::Different))]), "question"),
        (row(yes, a, unlisted), "not-listed"),
        (row(None, a, sure(1)), "unclear"),
        (row(yes, "2201234567", sure(1)), "number-wrong"),
        (with(row(yes, a, sure(1)), |row| row.holder = Some(id(2))), "number-taken"),
        (row(yes, b, known(a)), "number-differs"),
        (row(yes, a, vec![found(1, Grip::Nik(NameAgreement::Close))]), "accepted"),
        (row(yes, a, sure(1)), "repeated"),
        (row(Some(Rejected), "", sure(1)), "contradicts"),
        // The same number again, for somebody else of the same file.
        (row(yes, a, sure(2)), "number-taken"),
        (row(yes, "", sure(2)), "accepted"),
        (row(Some(Rejected), "", vec![found(3, Grip::Kpj)]), "rejected"),
        (row(yes, a, known(a)), "number-taken"),
    ];
    let rows: Vec<ReplyFacts> = table.iter().map(|(row, _)| row.clone()).collect();
    let outcomes = decide_rows(&rows, &HashMap::new());
    assert_eq!(outcomes.len(), rows.len());
    for (at, ((outcome, _), (_, expect))) in outcomes.iter().zip(&table).enumerate() {
        assert_eq!(outcome.name(), *expect, "row {at}");
    }
    let named: std::collections::BTreeSet<ReplyOutcome> =
        outcomes.iter().map(|(outcome, _)| *outcome).collect();
    assert_eq!(named.len(), ReplyOutcome::ALL.len(), "every outcome has a row");
    let before = HashMap::from([(id(1), Verdict::Accepted)]);
    assert_eq!(decide_rows(&[row(yes, a, sure(1))], &before)[0].0, ReplyOutcome::Repeated);
    assert_eq!(Kpj::parse(""), Err(KpjProblem::Empty));
}

#[test]
fn papers_that_differ_are_told_person_by_person() {
    use StandingState::{Accepted, Rejected, Sent};
    let both = Charge { schemes: Schemes::JKK_JKM, rupiah: Rupiah(16_800) };
    let three = Charge { schemes: Schemes::JKK_JKM_JHT, rupiah: Rupiah(36_800) };
    let half = Charge { rupiah: Rupiah(8_400), ..both };
    let all = TieFacts {
        person: id(1),
        annex: true,
        list: true,
        reply: Some(Accepted),
        bill: Some(true),
        annexed: Some(Rupiah(16_800)),
        due: Some(both),
        billed: Some(both),
        card: Some(true),
    };
    let table: &[(TieFacts, &str)] = &[
        (all, ""),
        (TieFacts { annex: false, ..all }, "list-without-annex"),
        (
            TieFacts { list: false, ..all },
            "annex-without-list accepted-without-list bill-without-list card-without-list",
        ),
        (TieFacts { reply: Some(Rejected), ..all }, "rejected"),
        (TieFacts { reply: Some(Sent), ..all }, "not-answered"),
        (TieFacts { reply: None, bill: Some(false), ..all }, "not-sent list-without-bill"),
        (TieFacts { card: Some(false), ..all }, "list-without-card"),
        (TieFacts { bill: None, card: None, ..all }, ""),
        (TieFacts { billed: Some(three), annexed: None, ..all }, "bill-schemes-differ"),
        (TieFacts { billed: Some(half), annexed: None, ..all }, "bill-rupiah-differs"),
        // By the rules it is as billed, and the annex once said otherwise.
        (TieFacts { annexed: Some(Rupiah(36_800)), ..all }, "annex-rupiah-differs"),
        (TieFacts { bill: None, billed: None, due: Some(half), ..all }, "annex-rupiah-differs"),
        // Nothing is due for whom has died since: what was billed stands by itself.
        (TieFacts { due: None, ..all }, ""),
    ];
    for (facts, expect) in table {
        let out = tie_out(std::slice::from_ref(facts));
        let found = out.lines.first().map(|line| {
            line.differences.iter().map(|one| one.name()).collect::<Vec<_>>().join(" ")
        });
        assert_eq!(found.unwrap_or_default(), *expect, "{facts:?}");
        assert_eq!(out.agree + out.lines.len() as u64, 1);
    }
    let nowhere = TieFacts {
        annex: false,
        list: false,
        reply: None,
        bill: Some(false),
        annexed: None,
        due: None,
        billed: None,
        card: None,
        ..all
    };
    assert_eq!(tie_out(&[nowhere]).people, 0);
    let out = tie_out(&[all, TieFacts { reply: Some(Rejected), bill: Some(false), ..all }]);
    assert_eq!((out.people, out.annex, out.list, out.accepted), (2, 2, 2, 1));
    assert_eq!((out.bill, out.cards, out.agree), (Some(1), Some(2), 1));
    let out = tie_out(&[all, TieFacts { bill: Some(false), billed: None, ..all }]);
    // Twice 16.800 on the annex and due, once billed.
    assert_eq!((out.annexed, out.due), (Rupiah(33_600), Rupiah(33_600)));
    assert_eq!(out.billed, Some(Rupiah(16_800)));
}

#[test]
fn names_are_read_back() {
    for kind in SippKind::ALL {
        assert_eq!(SippKind::from_name(kind.name()), Some(kind));
    }
    for state in StandingState::ALL {
        assert_eq!(StandingState::from_name(state.name()), Some(state));
    }
    for outcome in ReplyOutcome::ALL {
        assert_eq!(ReplyOutcome::from_name(outcome.name()), Some(*outcome));
    }
    for difference in Difference::ALL {
        assert_eq!(Difference::from_name(difference.name()), Some(difference));
    }
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    fn any_candidate() -> impl Strategy<Value = Candidate> {
        let grip = prop_oneof![
            Just(Grip::Nik(NameAgreement::Same)),
            Just(Grip::Nik(NameAgreement::Different)),
            Just(Grip::Kpj),
            Just(Grip::Name),
        ];
        (1u8..6, grip, any::<bool>()).prop_map(|(person, grip, is_listed)| Candidate {
            person: id(person),
            grip,
            is_listed,
            known: None,
        })
    }

    fn any_row() -> impl Strategy<Value = ReplyFacts> {
        let verdict =
            prop_oneof![Just(None), Just(Some(Verdict::Accepted)), Just(Some(Verdict::Rejected))];
        let number = prop_oneof![Just(""), Just("1"), Just("22012345678"), Just("22012345679")];
        let candidates = proptest::collection::vec(any_candidate(), 0..3);
        (any::<bool>(), verdict, number, candidates).prop_map(
            |(is_a_person, verdict, number, candidates)| ReplyFacts {
                is_a_person,
                ..row(verdict, number, candidates)
            },
        )
    }

    proptest! {
        #[test]
        fn nobody_is_decided_twice_and_no_number_is_anybodys_twice(
            rows in proptest::collection::vec(any_row(), 0..40)
        ) {
            let outcomes = decide_rows(&rows, &HashMap::new());
            prop_assert_eq!(outcomes.len(), rows.len());
            let mut people = std::collections::HashSet::new();
            let mut numbers = HashMap::new();
            for (row, (outcome, person)) in rows.iter().zip(&outcomes) {
                let decides = matches!(outcome, ReplyOutcome::Accepted | ReplyOutcome::Rejected);
                if decides {
                    let person = person.expect("a decision is about somebody");
                    prop_assert!(people.insert(person));
                    if let (ReplyOutcome::Accepted, Ok(number)) = (outcome, row.number) {
                        prop_assert!(numbers.insert(number, person).is_none());
                    }
                }
                if row.candidates.iter().all(|one| one.grip == Grip::Name) {
                    prop_assert!(!decides, "a name decides nothing");
                }
            }
        }
    }
}

#[test]
fn that_somebody_is_active_no_more_is_a_yes_of_those_who_left() {
    let words = ReplyWords::builtin();
    let of = |status: &str, reason: &str| {
        let said = RowSaid { status: status.into(), reason: reason.into(), ..RowSaid::default() };
        words.verdict_of_leaver(&said)
    };
    let (yes, no) = (Some(Verdict::Accepted), Some(Verdict::Rejected));
    for (status, reason, expect) in [
        ("Nonaktif", "", yes),
        ("Non-Aktif", "mengundurkan diri", yes),
        ("Berhasil dinonaktifkan", "", yes),
        ("Sukses", "", yes),
        ("", "Tidak aktif", yes),
        ("Aktif", "", no),
        ("Gagal nonaktif", "", no),
        ("Tidak dapat dinonaktifkan", "", no),
        // Why they left says nothing of whether BPJS has taken it.
        ("", "mengundurkan diri", None),
        ("", "", None),
    ] {
        assert_eq!(of(status, reason), expect, "{status}; {reason}");
    }
    // Of anybody else it is a no, however it is written.
    let of_member = |status: &str| {
        let said = RowSaid { status: status.into(), ..RowSaid::default() };
        words.verdict_of(&Reasons::builtin(), &said)
    };
    assert_eq!((of_member("Nonaktif"), of_member("Non-Aktif")), (no, no));
    assert_eq!(of_member("Aktif"), yes);
}

#[test]
fn columns_are_written_and_read_back() {
    let roster = SippSheet::parse(ROSTER).expect("a sheet");
    let text = roster.columns_text();
    assert!(text.starts_with("NO | number\nNIK | nik | wajib\n"), "{text}");
    assert_eq!(roster.clone().with_columns(&text), Ok(roster.clone()));
    let own = "Nama Lengkap | name | wajib\n\nKota|=Paser\nKosong | -\nNIK | nik\n";
    let own = roster.clone().with_columns(own).expect("columns");
    let found: Vec<_> =
        own.columns.iter().map(|one| (&*one.head, one.width, one.required)).collect();
    // A column that was there keeps its width of 21; of the others nobody said one.
    let expected = [
        ("Nama Lengkap", 25, true),
        ("Kota", 25, false),
        ("Kosong", 25, false),
        ("NIK", 21, false),
    ];
    assert_eq!(found, expected);
    assert_eq!((own.file, own.tab), (roster.file.clone(), roster.tab.clone()));
}

#[test]
fn a_line_that_is_no_column_is_named() {
    let wrong = |text: &str| {
        let roster = SippSheet::parse(ROSTER).expect("a sheet");
        roster.with_columns(text).map_err(|problem| problem.0).err()
    };
    let cases = [
        ("", 1),
        ("NIK", 1),
        ("NIK | nik\nNama | nama", 2),
        ("NIK | nik\nNIK | name", 2),
        ("NIK | nik | perlu", 1),
        (" | nik", 1),
        ("NIK | nik | wajib | lagi", 1),
    ];
    for (text, line) in cases {
        assert_eq!(wrong(text), Some(line), "{text}");
    }
    let many: String = (0..81).map(|at| format!("K{at} | -\n")).collect();
    assert_eq!(wrong(&many), Some(82));
}
