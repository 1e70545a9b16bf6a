//! A sheet that BPJS reads, as data: its file's name, its tab, its columns and what fills each.
//!
//! A column whose value nobody told stays empty; one that the form needs holds its person back.

use base::{Day, Kpj, Month, Phone, Rupiah};

use crate::registry::Person;

/// How well a sheet's headings are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SippStatus {
    /// From the insurer's own form.
    Official,
    /// From a description by somebody else.
    Unconfirmed,
    /// Everybody's own to choose.
    Configurable,
}

impl SippStatus {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            SippStatus::Official => "official",
            SippStatus::Unconfirmed => "unconfirmed",
            SippStatus::Configurable => "configurable",
        }
    }
}

macro_rules! sources {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),* $(,)?) => {
        /// What fills a column.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum ColumnSource {
            /// Nothing: the register does not know it, or the column is left to others.
            Nothing,
            /// The same text for everybody.
            Always(Box<str>),
            $($(#[$doc])* $variant),*
        }

        impl ColumnSource {
            /// The names that a map of columns may use.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// The name in a map of columns.
            pub fn name(&self) -> std::borrow::Cow<'static, str> {
                match self {
                    ColumnSource::Nothing => "-".into(),
                    ColumnSource::Always(text) => format!("={text}").into(),
                    $(ColumnSource::$variant => $name.into()),*
                }
            }

            fn parse(text: &str) -> Option<ColumnSource> {
                match text {
                    "-" => Some(ColumnSource::Nothing),
                    $($name => Some(ColumnSource::$variant),)*
                    text => text.strip_prefix('=').map(|text| ColumnSource::Always(text.into())),
                }
            }
        }
    };
}

sources! {
    /// The row's place on the list.
    Number = "number",
    /// National identity number.
    Nik = "nik",
    /// Participant number.
    KpjNumber = "kpj",
    /// Name.
    Name = "name",
    /// Place of birth.
    BirthPlace = "birth-place",
    /// Day of birth.
    Birth = "birth",
    /// L or P.
    Sex = "sex",
    /// Mother's maiden name.
    Mother = "mother",
    /// Telephone, as dialled at home.
    Phone = "phone",
    /// Address.
    Address = "address",
    /// Village by name.
    Village = "village",
    /// District by name.
    District = "district",
    /// Work, as a label.
    Occupation = "occupation",
    /// The amount that contributions are computed from.
    Wage = "wage",
    /// Code of the place of work.
    Location = "location",
    /// The first day of the membership.
    MembershipFrom = "membership-from",
    /// The first month of the membership, mm-yyyy.
    MonthFirst = "month-first",
    /// Until when the identity card is valid, as the office was told to write it.
    IdentityUntil = "identity-until",
    /// Why the membership ended.
    EndCause = "end-cause",
    /// The last day of the membership.
    EndDay = "end-day",
    /// The programme's name.
    ProgrammeName = "programme",
    /// Its schemes.
    SchemeNames = "schemes",
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SippColumn {
    /// The heading, to the letter.
    pub head: Box<str>,
    /// # Units
    /// Characters.
    pub width: u16,
    /// Whether the form refuses a person without it.
    pub required: bool,
    /// What fills it.
    pub source: ColumnSource,
}

/// A sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SippSheet {
    /// The file's name, with `{npp}` or `{programme}` in it.
    pub file: Box<str>,
    /// The tab's name.
    pub tab: Box<str>,
    /// How well all of it is known.
    pub status: SippStatus,
    /// Rows of people in one file.
    pub rows_max: usize,
    /// The columns.
    pub columns: Vec<SippColumn>,
    /// The page of instructions: row and cells.
    pub guide: Vec<(u32, Vec<Box<str>>)>,
}

/// A line that cannot be read, 1 for the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SippSheetProblem(pub usize);

/// The word behind a column without which nobody is sent.
pub const REQUIRED: &str = "wajib";

/// The width of a column of which nobody said it.
const WIDTH: u16 = 25; // not law: a name fits

/// The longest heading.
const HEAD_CHARS: usize = 80; // not law: longer than any that is written

/// The most columns that a map of an office's own may have.
const COLUMNS_MAX: usize = 80;

/// What one row is made from.
#[derive(Debug, Clone, Copy)]
pub struct SippFacts<'a> {
    /// The row's place, 1 for the first.
    pub number: usize,
    /// Who.
    pub person: &'a Person,
    /// The participant number, when a reply gave one.
    pub kpj: Option<Kpj>,
    /// What contributions are computed from.
    pub wage: Rupiah,
    /// Code of the place of work.
    pub location: Option<&'a str>,
    /// Village and district by name.
    pub place: [&'a str; 2],
    /// Work, as a label.
    pub occupation: &'a str,
    /// The first month.
    pub first: Month,
    /// The last month.
    pub last: Month,
    /// Until when identity cards are valid, as the office was told.
    pub identity_until: Option<&'a str>,
    /// Why the membership ended, in the words of the branch.
    pub end_cause: &'a str,
    /// The programme's name.
    pub programme: &'a str,
    /// Its schemes.
    pub schemes: &'a str,
}

/// A row of texts, or the heading that has no value and needs one.
pub type Filled = Result<Vec<String>, Box<str>>;

impl SippSheet {
    /// Reads a sheet's description.
    ///
    /// # Shape
    /// Lines with tabs: `file`, `sheet`, `status` and `rows` once each; `column`, heading, width,
    /// `required` or `-`, source; `guide`, row and up to two cells. `#` begins a remark.
    ///
    /// # Errors
    /// The first line that says something else, or the one behind the last when something lacks.
    pub fn parse(text: &str) -> Result<SippSheet, SippSheetProblem> {
        let mut sheet = SippSheet {
            file: "".into(),
            tab: "".into(),
            status: SippStatus::Configurable,
            rows_max: 0,
            columns: Vec::new(),
            guide: Vec::new(),
        };
        for (at, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let fields: Vec<&str> = line.split('\t').collect();
            sheet.take(&fields).ok_or(SippSheetProblem(at + 1))?;
        }
        let heads: std::collections::HashSet<&str> =
            sheet.columns.iter().map(|column| &*column.head).collect();
        let whole = !sheet.tab.is_empty()
            && !sheet.columns.is_empty()
            && sheet.columns.len() <= COLUMNS_MAX
            && heads.len() == sheet.columns.len()
            && sheet.rows_max > 0;
        match whole {
            true => Ok(sheet),
            false => Err(SippSheetProblem(text.lines().count() + 1)),
        }
    }

    fn take(&mut self, fields: &[&str]) -> Option<()> {
        match *fields {
            ["file", name] => {
                let plain = |c: char| c.is_ascii_alphanumeric() || "_-.{}".contains(c);
                (name.chars().all(plain) && name.ends_with(".xlsx")).then_some(())?;
                self.file = name.into();
            }
            ["sheet", name] => {
                (!name.is_empty() && name.chars().count() <= 31).then_some(())?;
                self.tab = name.into();
            }
            ["status", "official"] => self.status = SippStatus::Official,
            ["status", "unconfirmed"] => self.status = SippStatus::Unconfirmed,
            ["status", "configurable"] => self.status = SippStatus::Configurable,
            ["rows", rows] => self.rows_max = rows.parse().ok()?,
            ["column", head, width, required, source] => {
                self.columns.push(SippColumn {
                    head: (!head.trim().is_empty()).then(|| head.into())?,
                    width: width.parse().ok()?,
                    required: match required {
                        "required" => true,
                        "-" => false,
                        _ => return None,
                    },
                    source: ColumnSource::parse(source)?,
                });
            }
            ["guide", row, ref cells @ ..] if !cells.is_empty() => {
                let cells = cells.iter().map(|cell| (*cell).into()).collect();
                self.guide.push((row.parse().ok()?, cells));
            }
            _ => return None,
        }
        Some(())
    }

    /// The columns as a person writes them, one a line.
    ///
    /// # Shape
    /// Heading, source and, where nobody is sent without it, [`REQUIRED`], with `|` between.
    pub fn columns_text(&self) -> String {
        let line = |column: &SippColumn| {
            let required = if column.required { format!(" | {REQUIRED}") } else { String::new() };
            format!("{} | {}{required}\n", column.head, column.source.name())
        };
        self.columns.iter().map(line).collect()
    }

    /// The same sheet with the columns that somebody wrote, as [`SippSheet::columns_text`] writes
    /// them; a column that was there before keeps its width.
    ///
    /// # Errors
    /// The first line that is none, or the one behind the last when there are none or too many.
    pub fn with_columns(self, text: &str) -> Result<SippSheet, SippSheetProblem> {
        let mut columns: Vec<SippColumn> = Vec::new();
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let problem = SippSheetProblem(at + 1);
            let parts: Vec<&str> = line.split('|').map(str::trim).collect();
            let (head, source, required) = match *parts {
                [head, source] => (head, source, false),
                [head, source, required] if required == REQUIRED => (head, source, true),
                _ => return Err(problem),
            };
            let is_new = columns.iter().all(|column| *column.head != *head);
            let plain = !head.chars().any(char::is_control);
            let fits = (1..=HEAD_CHARS).contains(&head.chars().count());
            let source = ColumnSource::parse(source).filter(|_| is_new && plain && fits);
            let before = self.columns.iter().find(|column| *column.head == *head);
            columns.push(SippColumn {
                head: head.into(),
                width: before.map_or(WIDTH, |column| column.width),
                required,
                source: source.ok_or(problem)?,
            });
        }
        match columns.is_empty() || columns.len() > COLUMNS_MAX {
            true => Err(SippSheetProblem(text.lines().count() + 1)),
            false => Ok(SippSheet { columns, ..self }),
        }
    }

    /// One person's row, every cell a text.
    ///
    /// # Errors
    /// The heading of the first column that needs a value and has none.
    pub fn fill(&self, facts: &SippFacts<'_>) -> Filled {
        let mut cells = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let text = cell(&column.source, facts);
            if column.required && text.is_empty() {
                return Err(column.head.clone());
            }
            cells.push(text);
        }
        Ok(cells)
    }

    /// Whether a column of it holds this.
    pub fn asks_for(&self, source: &ColumnSource) -> bool {
        self.columns.iter().any(|column| column.source == *source)
    }
}

fn cell(source: &ColumnSource, facts: &SippFacts<'_>) -> String {
    let person = facts.person;
    let text = |text: Option<&str>| text.unwrap_or("").to_owned();
    match source {
        ColumnSource::Nothing => String::new(),
        ColumnSource::Always(text) => text.to_string(),
        ColumnSource::Number => facts.number.to_string(),
        ColumnSource::Nik => person.nik.reveal(),
        ColumnSource::KpjNumber => facts.kpj.map(Kpj::reveal).unwrap_or_default(),
        ColumnSource::Name => person.name.as_str().to_owned(),
        ColumnSource::BirthPlace => text(person.birth_place.as_deref()),
        ColumnSource::Birth => day(person.birth),
        ColumnSource::Sex => person.sex.letter().to_owned(),
        ColumnSource::Mother => text(person.mother.as_ref().map(|mother| mother.as_str())),
        ColumnSource::Phone => person.phone.map(dialled).unwrap_or_default(),
        ColumnSource::Address => text(person.address.as_deref()),
        ColumnSource::Village => facts.place[0].to_owned(),
        ColumnSource::District => facts.place[1].to_owned(),
        ColumnSource::Occupation => facts.occupation.to_owned(),
        ColumnSource::Wage => facts.wage.0.to_string(),
        ColumnSource::Location => text(facts.location),
        ColumnSource::MembershipFrom => day(facts.first.first_day()),
        ColumnSource::MonthFirst => {
            let first = facts.first.first_day();
            format!("{:02}-{:04}", first.month(), first.year())
        }
        ColumnSource::IdentityUntil => text(facts.identity_until),
        ColumnSource::EndCause => facts.end_cause.to_owned(),
        ColumnSource::EndDay => day(facts.last.last_day()),
        ColumnSource::ProgrammeName => facts.programme.to_owned(),
        ColumnSource::SchemeNames => facts.schemes.to_owned(),
    }
}

/// A telephone number as people dial it at home.
fn dialled(phone: Phone) -> String {
    format!("0{}", phone.international().trim_start_matches("+62"))
}

/// "31-12-1992", as the form wants it.
fn day(day: Day) -> String {
    format!("{:02}-{:02}-{:04}", day.day(), day.month(), day.year())
}
