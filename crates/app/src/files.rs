//! A read file as people and programs are told of it: sheet names, notices, values by field.

use base::Field;
use documents::read::Notice;
use domain::intake::Draft;

use crate::drafting::FileFacts;

/// A file's facts, ready to be told.
pub struct FileView<'a> {
    /// What was found.
    pub facts: &'a FileFacts,
}

/// Something the sender should know, by its code of the catalogue (`notice-CODE`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeView {
    /// The code.
    pub code: &'static str,
    /// The word its sentence needs: a sheet's name, an extension.
    pub detail: String,
}

impl FileView<'_> {
    /// The name on a sheet's tab.
    pub fn sheet_name(&self, sheet: u16) -> &str {
        let found = self.facts.sheets.iter().find(|found| found.sheet == sheet);
        found.map_or("", |found| found.name.as_str())
    }

    /// Everything the sender should know, hidden sheets first.
    pub fn notices(&self) -> Vec<NoticeView> {
        let hidden = self.facts.sheets.iter().filter(|sheet| sheet.hidden);
        let hidden =
            hidden.map(|sheet| NoticeView { code: "SHEET_HIDDEN", detail: sheet.name.clone() });
        let told = self.facts.notices.iter().map(|notice| NoticeView {
            code: notice.code(),
            detail: match notice {
                Notice::WrongExtension { extension, .. } => extension.clone(),
                Notice::SheetWithoutTable { sheet } | Notice::SheetUnreadable { sheet } => {
                    self.sheet_name(*sheet).to_owned()
                }
                Notice::EncodingGuessed | Notice::MacrosIgnored => String::new(),
            },
        });
        hidden.chain(told).collect()
    }
}

/// What was read of a row, by field, in the order of fields; what is not there is left out.
///
/// It is identity: for the row's owner only.
pub fn field_values(draft: &Draft) -> Vec<(Field, String)> {
    let text = |value: &Option<Box<str>>| value.as_deref().map(str::to_owned);
    let values = [
        (Field::Nik, draft.nik.map(base::Nik::reveal)),
        (Field::NoKk, draft.no_kk.map(base::NoKk::reveal)),
        (Field::Name, draft.name.as_ref().map(|name| name.as_str().to_owned())),
        (Field::BirthPlace, text(&draft.birth_place)),
        (Field::BirthDate, draft.birth.map(|day| day.to_string())),
        (Field::Sex, draft.sex.map(|sex| sex.letter().to_owned())),
        (Field::Address, text(&draft.address)),
        (Field::Rt, draft.rt.map(|rt| rt.to_string())),
        (Field::Rw, draft.rw.map(|rw| rw.to_string())),
        (Field::Village, text(&draft.village_typed)),
        (Field::District, text(&draft.district_typed)),
        (Field::Occupation, text(&draft.occupation_typed)),
        (Field::Facility, text(&draft.facility)),
        (Field::Phone, draft.phone.map(base::Phone::international)),
        (Field::MotherName, draft.mother.as_ref().map(|name| name.as_str().to_owned())),
        (Field::Income, draft.income.map(|income| income.0.to_string())),
        (Field::Note, text(&draft.note)),
    ];
    values.into_iter().filter_map(|(field, value)| value.map(|value| (field, value))).collect()
}
