//! Questions about accidents, deaths, old age and dismissal.

use super::*;

pub fn ask(rulebook: &Rulebook, kind: &str, fields: &Fields<'_>) -> Result<Found, RuleGap> {
    match kind {
        "jkk-kematian" => Ok(rulebook.jkk_death(&jkk(fields))?.into()),
        "jkk-cacat-total" => Ok(rulebook.jkk_total(&jkk(fields))?.into()),
        "jkk-cacat-sebagian" => Ok(rulebook
            .jkk_partial(&PartialQuery {
                wage: fields.rupiah("upah"),
                accident: fields.day("kecelakaan"),
                losses: fields
                    .all("kehilangan")
                    .into_iter()
                    .map(|text| Loss::parse(text).expect("a loss"))
                    .collect(),
                left_handed: fields.flag("kidal"),
            })?
            .into()),
        "jkk-stmb" => Ok(rulebook
            .jkk_incapacity(&IncapacityQuery {
                wage: fields.rupiah("upah"),
                accident: fields.day("kecelakaan"),
                months: fields.whole("bulan").unwrap_or(0),
                days: fields.whole("hari").unwrap_or(0),
            })?
            .into()),
        "jkk-angkutan" => Ok(rulebook
            .jkk_transport(&TransportQuery {
                accident: fields.day("kecelakaan"),
                land: fields.rupiah("darat"),
                sea: fields.rupiah("laut"),
                air: fields.rupiah("udara"),
            })?
            .into()),
        "jkk-alat" => Ok(rulebook
            .jkk_aids(&AidsQuery {
                accident: fields.day("kecelakaan"),
                dentures: fields.rupiah("gigi"),
                hearing_aid: fields.rupiah("dengar"),
                glasses: fields.rupiah("kacamata"),
                prosthesis: fields.whole("prostesis").map(|cost| ProsthesisCost {
                    cost: Rupiah(cost),
                    hospital_price: fields.rupiah("harga"),
                }),
                home_care: fields.rupiah("rumah"),
            })?
            .into()),
        "beasiswa" => scholarship(rulebook, fields),
        "jkm" => Ok(rulebook.jkm(&jkm(fields, fields.segment(), "terdaftar", "dibayar"))?.into()),
        "jkm-ganda" => {
            let bpu = jkm(fields, Segment::Bpu, "bpu-terdaftar", "bpu-dibayar");
            let pu = jkm(fields, Segment::Pu, "pu-terdaftar", "pu-dibayar");
            Ok(rulebook.jkm_in_segments(&[bpu, pu])?.into())
        }
        "kepesertaan" => cover(rulebook, fields),
        "waris" => heirs(rulebook, fields),
        "jht" | "jht-saldo" | "jp" | "jkp" => money(rulebook, kind, fields),
        _ => limits(rulebook, kind, fields),
    }
}

fn jkk(fields: &Fields<'_>) -> JkkQuery {
    JkkQuery { wage: fields.rupiah("upah"), accident: fields.day("kecelakaan") }
}

fn jkm<'a>(fields: &Fields<'a>, segment: Segment, registered: &'a str, paid: &'a str) -> JkmQuery {
    JkmQuery {
        segment,
        death: fields.day("meninggal"),
        registered: fields.day(registered),
        paid: parse_paid_months(fields.get(paid).unwrap_or("")).expect("months"),
    }
}

fn scholarship(rulebook: &Rulebook, fields: &Fields<'_>) -> Result<Found, RuleGap> {
    let cause = match fields.get("sebab") {
        Some("jkm") => Cause::Death(MonthsPaid {
            continuous: fields.whole("terus").unwrap_or(0),
            cumulative: fields.whole("seluruhnya").unwrap_or(0),
        }),
        _ => Cause::WorkAccident,
    };
    let children = fields.all("anak").into_iter();
    let children = children.map(|text| SchoolStart::parse(text).expect("a school year"));
    let event = fields.day("peristiwa");
    let query = ScholarshipQuery { event, cause, children: children.collect() };
    Ok(rulebook.scholarship(&query)?.into())
}

fn cover(rulebook: &Rulebook, fields: &Fields<'_>) -> Result<Found, RuleGap> {
    let paid = parse_paid_months(fields.get("dibayar").unwrap_or("")).expect("months");
    let answer = rulebook.cover(&CoverQuery {
        segment: fields.segment(),
        registered: fields.day("terdaftar"),
        paid: &paid,
        on: fields.day("pada"),
    })?;
    let word = match answer.state {
        Cover::Grace { months } => format!("grace {months}"),
        Cover::Inactive { paid_until } => format!("inactive {paid_until}"),
        state => state.name().to_owned(),
    };
    Ok(Found::word(word, answer.status, vec![answer.rule.rule.clone()]))
}

fn heirs(rulebook: &Rulebook, fields: &Fields<'_>) -> Result<Found, RuleGap> {
    let left = fields.get("tinggal").unwrap_or("").split(',').map(str::trim);
    let left: Vec<Heir> = left.filter_map(Heir::from_name).collect();
    let death = fields.day("meninggal");
    let Some(answer) = rulebook.heirs(&left, death)? else {
        return Ok(Found::word("none", RuleStatus::Recalled, Vec::new()));
    };
    let names: Vec<&str> = answer.heirs.iter().map(|heir| heir.name()).collect();
    let only = if answer.burial_only { " (burial only)" } else { "" };
    Ok(Found::by_entry(format!("{}{only}", names.join(" ")), answer.rule))
}

fn money(rulebook: &Rulebook, kind: &str, fields: &Fields<'_>) -> Result<Found, RuleGap> {
    Ok(match kind {
        "jht" => rulebook.jht(&JhtQuery {
            gross: fields.rupiah("saldo"),
            on: fields.day("tanggal"),
            reason: JhtReason::from_name(fields.get("sebab").unwrap_or("pension-age"))
                .expect("a known reason"),
        })?,
        "jht-saldo" => {
            let (first, last) = (fields.month("dari"), fields.month("sampai"));
            let each = fields.rupiah("iuran");
            let paid = fields.get("dibayar").and_then(Month::parse);
            let paid_in = first.through(last).map(|month| JhtDeposit {
                month,
                paid: paid.unwrap_or(month),
                rupiah: each,
            });
            let (paid_in, until) = (paid_in.collect(), fields.month("hingga"));
            let taken = fields.get("diambil").and_then(Month::parse).map(|month| JhtTaken {
                month,
                rupiah: fields.rupiah("jumlah"),
                whole: false,
            });
            let taken = taken.into_iter().collect();
            rulebook.jht_account(&JhtAccountQuery { paid_in, taken, until })?.answer
        }
        "jp" => rulebook.jp(&JpQuery {
            on: fields.day("tanggal"),
            months: fields.whole("bulan").expect("months"),
            average_wage: fields.rupiah("upah"),
            balance: fields.rupiah("saldo"),
        })?,
        _ => rulebook.jkp(&JkpQuery {
            wage: fields.rupiah("upah"),
            on: fields.day("tanggal"),
            months_paid: fields.whole("bulan"),
            age_at_joining: fields.whole("usia"),
        })?,
    }
    .into())
}

fn limits(rulebook: &Rulebook, kind: &str, fields: &Fields<'_>) -> Result<Found, RuleGap> {
    let by_day = |(day, entry): (Day, &Entry)| Found::by_entry(day.to_string(), entry);
    let by_number = |(number, entry): (i64, &Entry)| Found::number(number, entry);
    let on = fields.day("tanggal");
    match kind {
        "klaim-terakhir" => rulebook.claim_until(on).map(by_day),
        "lapor-terakhir" => rulebook.report_until(on).map(by_day),
        "simpulan-terakhir" => rulebook.conclude_until(on).map(by_day),
        "perawatan-rumah-bulan" => rulebook.home_care_months(on).map(by_number),
        "usia-dewasa" => rulebook.full_age(on).map(by_number),
        "berkas" => {
            let scheme = Scheme::from_name(fields.need("program")).expect("a programme");
            let entry = rulebook.claim_papers(scheme, on)?;
            let always = entry.rows().iter().filter(|row| row.number() == Some(1));
            let keys: Vec<&str> = always.map(|row| &*row.key).collect();
            Ok(Found::by_entry(keys.join(" "), entry))
        }
        "jawab-data" => {
            let (days, row) = rulebook.data_answer_within(fields.need("hak"), on)?;
            let found = rulebook.parameter("pdp.batas_jawab").and_then(|known| known.entry_on(on));
            let rules = found.map(|entry| entry.rule.clone()).into_iter().collect();
            let (status, notes) = (row.citation.status, Vec::new());
            Ok(Found { value: days, word: None, status, notes, rules })
        }
        "beasiswa-pertama" => {
            let (year, entry) = rulebook.first_school_year(on)?;
            Ok(Found::by_entry(year.to_string(), entry))
        }
        "beasiswa-terakhir" => {
            let year = fields.whole("tahun").and_then(|year| i32::try_from(year).ok());
            rulebook.scholarship_until(year.expect("a year"), on).map(by_day)
        }
        "beasiswa-setahun" => {
            let level = SchoolLevel::ALL.into_iter();
            let mut level = level.filter(|level| level.name() == fields.need("jenjang"));
            let level = level.next().expect("a level");
            let found = rulebook.scholarship_yearly(level, on);
            found.map(|(rupiah, _, entry)| by_number((rupiah.0, entry)))
        }
        "beasiswa-surat" => {
            let entry = rulebook.scholarship_papers(on)?;
            let keys: Vec<&str> = entry.rows().iter().map(|row| &*row.key).collect();
            Ok(Found::by_entry(keys.join(" "), entry))
        }
        "beasiswa-hari-surat" => {
            let year = fields.whole("tahun").and_then(|year| i32::try_from(year).ok());
            let found = rulebook.school_letter_days(year.expect("a year"), on)?;
            let known = rulebook.parameter("beasiswa.surat_hari");
            let entry = known.and_then(|known| known.entry_on(on)).expect("an entry");
            Ok(Found::by_entry(format!("{}..{}", found.0, found.1), entry))
        }
        "usia-beasiswa" => rulebook.scholarship_age(on).map(by_number),
        "usia-jht" => rulebook.jht_age(on).map(by_number),
        "usia-jp" => rulebook.jp_age(on).map(by_number),
        "tunggakan-lama" => {
            let found = rulebook.return_after_lapse(on)?;
            let (consequence, entry) = found[0];
            let charged = consequence == Consequence::OldArrears { charged: true };
            Ok(Found::by_entry(if charged { "charged" } else { "not-charged" }, entry))
        }
        _ => panic!("no question is called {kind}"),
    }
}
