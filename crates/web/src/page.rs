//! What every page shares: language, place, title, navigation, and how values are written.

use std::sync::Arc;

use app::error::AppError;
use app::office::Actor;
use app::words::{Language, Words};
use base::money::grouped;
use base::{Day, Month, Ppm, Rupiah, Zone};

use crate::assets;
use crate::frame::Frame;
use crate::signed::Signed;

/// A part of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Home,
    Desk,
    Intake,
    People,
    Duplicates,
    Search,
    Money,
    Bank,
    Ledger,
    Organisations,
    Agreements,
    Outreach,
    Agents,
    Plan,
    Dashboard,
    Sipp,
    Cards,
    Claims,
    Messages,
    Coverage,
    Rules,
    Users,
    Audit,
    Integrations,
    Settings,
    Health,
    Help,
    SignIn,
    Profile,
    /// A page outside the navigation.
    None,
}

/// Every part with its address and its word; shown to those who may, once the address exists.
pub const SECTIONS: [(Section, &str, &str); 28] = [
    (Section::Home, "/", "web-home"),
    (Section::Desk, "/beranda", "web-desk"),
    (Section::Intake, "/impor", "web-intake"),
    (Section::People, "/peserta", "web-people"),
    (Section::Duplicates, "/ganda", "web-duplicates"),
    (Section::Search, "/cari", "web-search"),
    (Section::Money, "/program", "web-money"),
    (Section::Bank, "/bank", "web-bank"),
    (Section::Ledger, "/buku", "web-ledger"),
    (Section::Organisations, "/organisasi", "web-organisations"),
    (Section::Agreements, "/perjanjian", "web-agreements"),
    (Section::Outreach, "/sosialisasi", "web-outreach"),
    (Section::Agents, "/agen", "web-agents"),
    (Section::Plan, "/rencana", "web-plan"),
    (Section::Sipp, "/sipp", "web-sipp"),
    (Section::Cards, "/kartu/hari", "web-cards"),
    (Section::Claims, "/klaim", "web-claims"),
    (Section::Messages, "/laporan", "web-messages"),
    (Section::Dashboard, "/dasbor", "wall-dashboard"),
    (Section::Coverage, "/cakupan", "web-coverage"),
    (Section::Rules, "/aturan", "web-rules"),
    (Section::Users, "/pengguna", "web-users"),
    (Section::Audit, "/audit", "web-audit"),
    (Section::Integrations, "/integrasi", "web-integrations"),
    (Section::Settings, "/setelan", "web-settings"),
    (Section::Health, "/kesehatan", "web-health"),
    (Section::Help, "/bantuan", "web-help"),
    (Section::SignIn, "/masuk", "web-sign-in"),
];

/// What was asked for, as far as pages care.
#[derive(Debug, Clone)]
pub struct Asked {
    pub language: Language,
    /// The path, without its query.
    pub path: String,
    /// The query, without the language.
    pub query: Vec<(String, String)>,
    /// Who asks, when they logged in.
    pub signed: Option<Signed>,
    /// Whether the reader wants large letters.
    pub large: bool,
    /// The clock on the office's wall.
    pub zone: Zone,
    /// Whether a program asks, which reads problems as JSON.
    pub by_program: bool,
    /// Whether it may change something.
    pub acts: bool,
    /// The number of the request, by which the log finds it.
    pub request: Arc<str>,
}

impl Asked {
    /// The value of a parameter of the query.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Who asks, for use cases that nobody may without a login.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn actor(&self) -> Result<&Actor, AppError> {
        let signed = self.signed.as_ref();
        signed.map(|signed| &signed.actor).ok_or_else(|| AppError::refused("USER_MAY_NOT", ""))
    }
}

/// The frame of a page.
pub struct Page {
    words: &'static Words,
    language: Language,
    /// The language's tag.
    pub lang: &'static str,
    /// The office: its name, where to ask for help, its colours.
    pub office: Arc<Frame>,
    /// What the page is called.
    pub title: String,
    /// "Kesalahan: " before the title of a page that says what is wrong; else nothing.
    pub mistaken: String,
    /// Who is signed in.
    pub user: Option<Box<str>>,
    /// Whether the reader reads behind the glass.
    pub behind_glass: bool,
    /// Whether the reader wants large letters.
    pub large: bool,
    /// The links on top of the page.
    pub nav: Vec<NavLink>,
    /// Seconds until the page asks for itself again; none for a page that stands still.
    pub refresh: Option<u32>,
    /// The address of the page's one script; pages do without.
    pub script: Option<&'static str>,
    csrf: String,
    here: Vec<(String, String)>,
    path: String,
}

/// A link of the navigation.
pub struct NavLink {
    pub href: String,
    pub text: String,
    pub current: bool,
}

impl Page {
    /// The frame of the page that was asked for, with links to `sections`.
    pub fn new(
        asked: &Asked,
        office: Arc<Frame>,
        sections: impl Iterator<Item = (Section, &'static str, &'static str)>,
        section: Section,
        title: String,
    ) -> Page {
        let words = Words::of(asked.language);
        let link = |(found, path, key): (Section, &str, &str)| NavLink {
            href: address(path, &[], asked.language),
            text: words.get(key),
            current: found == section,
        };
        let signed = asked.signed.as_ref();
        Page {
            words,
            language: asked.language,
            lang: tag(asked.language),
            office,
            title,
            mistaken: String::new(),
            user: signed.map(|signed| signed.actor.name.clone()),
            behind_glass: signed
                .is_some_and(|signed| signed.actor.grants.iter().any(|grant| grant.glass)),
            large: asked.large,
            nav: sections.map(link).collect(),
            refresh: None,
            script: None,
            csrf: signed.map(|signed| signed.csrf.to_string()).unwrap_or_default(),
            here: asked.query.clone(),
            path: asked.path.clone(),
        }
    }

    /// The same page, said to have mistakes in its form: its title begins with the word.
    pub fn with_mistakes(mut self) -> Page {
        self.mistaken = self.w("web-mistake-prefix");
        self
    }

    /// The same page, asking for itself again after some seconds.
    pub fn refreshed_after(mut self, seconds: u32) -> Page {
        self.refresh = Some(seconds);
        self
    }

    /// The words under a key.
    pub fn w(&self, key: &str) -> String {
        self.words.get(key)
    }

    /// The words under a key, with one value put in.
    pub fn with(&self, key: &str, name: &str, value: &str) -> String {
        self.words.with(key, &[(name, value)])
    }

    /// An address inside the application, in the language of the page.
    pub fn href(&self, path: &str) -> String {
        address(path, &[], self.language)
    }

    /// This very page in the other language.
    pub fn other_language(&self) -> String {
        address(&self.path, &self.here, other(self.language))
    }

    /// The tag of the other language.
    pub fn other_lang(&self) -> &'static str {
        tag(other(self.language))
    }

    /// Where a reader changes the size of the letters, and comes back.
    pub fn letters(&self) -> String {
        let back = address(&self.path, &self.here, self.language);
        let size = if self.large { "biasa" } else { "besar" };
        let query = [("ukuran".to_owned(), size.to_owned()), ("kembali".to_owned(), back)];
        address("/huruf", &query, self.language)
    }

    /// How large letters are on this page, as classes of the whole document.
    pub fn classes(&self) -> &'static str {
        match (self.large, self.user.is_some()) {
            (true, true) => "petugas besar",
            (true, false) => "besar",
            (false, true) => "petugas",
            (false, false) => "",
        }
    }

    /// What every form of somebody signed in sends back; empty for anybody else.
    pub fn csrf(&self) -> &str {
        &self.csrf
    }

    /// The style sheet, where it stands in the page itself: who is not signed in may be here for
    /// the first time, on a slow line, and sees the page after one request.
    pub fn style(&self) -> Option<&'static str> {
        self.user.is_none().then(assets::style)
    }

    /// Where the style sheet is.
    pub fn stylesheet(&self) -> &'static str {
        assets::stylesheet()
    }

    /// Where the colours of the office are, when it has its own.
    pub fn colours(&self) -> Option<&str> {
        self.office.colours.as_deref()
    }
}

/// How words and values are written in one language.
#[derive(Clone, Copy)]
pub struct Writing {
    words: &'static Words,
    language: Language,
    zone: Zone,
}

impl Writing {
    /// The writing of a language; moments as the clock of the capital shows them.
    pub fn of(language: Language) -> Writing {
        Writing { words: Words::of(language), language, zone: Zone::default() }
    }

    /// The same with moments as another clock shows them.
    #[must_use]
    pub fn in_zone(self, zone: Zone) -> Writing {
        Writing { zone, ..self }
    }

    /// The language's tag.
    pub fn tag(&self) -> &'static str {
        tag(self.language)
    }

    /// The catalogue.
    pub fn words(&self) -> &'static Words {
        self.words
    }

    /// The words under a key.
    pub fn w(&self, key: &str) -> String {
        self.words.get(key)
    }

    /// The words under a key, with values put in.
    pub fn with(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.words.with(key, values)
    }

    /// A count.
    pub fn number(&self, number: u64) -> String {
        self.marks(grouped(number))
    }

    /// An amount.
    pub fn rupiah(&self, amount: Rupiah) -> String {
        self.marks(amount.to_string())
    }

    /// An amount in figures and in words, as on a receipt.
    pub fn spelled(&self, amount: Rupiah) -> String {
        format!("{} ({})", self.rupiah(amount), amount.in_words())
    }

    /// A share in percent with one decimal, rounded down: nothing short of all reads as all.
    pub fn percent(&self, share: Ppm) -> String {
        let tenths = share.0.unsigned_abs() / 1_000;
        self.rate(Ppm((tenths * 1_000).cast_signed()))
    }

    /// A rate of the law in percent, with every digit it has.
    pub fn rate(&self, rate: Ppm) -> String {
        let (whole, rest) = (rate.0.unsigned_abs() / 10_000, rate.0.unsigned_abs() % 10_000);
        let rest = format!("{rest:04}");
        match rest.trim_end_matches('0') {
            "" => format!("{}\u{a0}%", self.number(whole)),
            rest => format!("{}{}{rest}\u{a0}%", self.number(whole), self.decimal_mark()),
        }
    }

    /// A day as in a letter.
    pub fn day(&self, day: Day) -> String {
        match self.language {
            Language::Indonesian => day.in_words(),
            Language::English => format!("{} {}", day.day(), self.month(day.month_of())),
        }
    }

    /// A month as in a letter.
    pub fn month(&self, month: Month) -> String {
        match self.language {
            Language::Indonesian => month.in_words(),
            Language::English => {
                format!("{} {}", self.w(&format!("web-month-{}", month.month())), month.year())
            }
        }
    }

    /// A moment in the office: the day, the hour and whose hour it is.
    pub fn moment(&self, unix_ms: i64) -> String {
        let (hour, minute) = self.zone.clock(unix_ms);
        let (day, zone) = (self.day(self.zone.day(unix_ms)), self.zone.name());
        match self.language {
            Language::Indonesian => format!("{day} pukul {hour:02}.{minute:02} {zone}"),
            Language::English => format!("{day} at {hour:02}:{minute:02} {zone}"),
        }
    }

    /// Evidence, to a tenth of a bit.
    pub fn bits(&self, millibits: i32) -> String {
        let tenths = (millibits.unsigned_abs() + 50) / 100;
        let sign = if millibits < 0 { "−" } else { "" };
        format!("{sign}{}{}{}", tenths / 10, self.decimal_mark(), tenths % 10)
    }

    /// An address inside the application.
    pub fn href(&self, path: &str, query: &[(String, String)]) -> String {
        address(path, query, self.language)
    }

    fn decimal_mark(&self) -> char {
        match self.language {
            Language::Indonesian => ',',
            Language::English => '.',
        }
    }

    /// Thousands are set apart by points in Indonesian and by commas in English.
    fn marks(&self, text: String) -> String {
        match self.language {
            Language::Indonesian => text,
            Language::English => text.replace('.', ","),
        }
    }
}

/// A path with its query, the language last; Indonesian goes without saying.
fn address(path: &str, query: &[(String, String)], language: Language) -> String {
    let pairs = query.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let english = (language == Language::English).then_some(("bahasa", "en"));
    let mut address = path.to_owned();
    for (index, (key, value)) in pairs.chain(english).enumerate() {
        address.push(if index == 0 { '?' } else { '&' });
        encode(key, &mut address);
        address.push('=');
        encode(value, &mut address);
    }
    address
}

/// Writes text as a part of a query.
fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
}

fn other(language: Language) -> Language {
    match language {
        Language::Indonesian => Language::English,
        Language::English => Language::Indonesian,
    }
}

fn tag(language: Language) -> &'static str {
    match language {
        Language::Indonesian => "id",
        Language::English => "en",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_the_language_does() {
        let (id, en) = (Writing::of(Language::Indonesian), Writing::of(Language::English));
        assert_eq!(id.number(32_268), "32.268");
        assert_eq!(en.number(32_268), "32,268");
        assert_eq!(id.rupiah(Rupiah(1_626_307_200)), "Rp1.626.307.200");
        assert_eq!(en.rupiah(Rupiah(1_626_307_200)), "Rp1,626,307,200");
        let day = Day::new(2022, 10, 1).expect("a day");
        assert_eq!(id.day(day), "1 Oktober 2022");
        assert_eq!(en.day(day), "1 October 2022");
    }

    #[test]
    fn a_moment_is_shown_by_the_clock_of_the_office() {
        // 2022-11-30 16:30 UTC.
        let moment = |language, zone| Writing::of(language).in_zone(zone).moment(1_669_825_800_000);
        for (zone, expect) in [
            (Zone::Wib, "30 November 2022 pukul 23.30 WIB"),
            (Zone::Wita, "1 Desember 2022 pukul 00.30 WITA"),
            (Zone::Wit, "1 Desember 2022 pukul 01.30 WIT"),
        ] {
            assert_eq!(moment(Language::Indonesian, zone), expect);
        }
        let english = moment(Language::English, Zone::Wit);
        assert_eq!(english, "1 December 2022 at 01:30 WIT");
    }

    #[test]
    fn evidence_is_said_to_a_tenth_of_a_bit() {
        let bits = |millibits| Writing::of(Language::Indonesian).bits(millibits);
        assert_eq!([0, 49, 50, 9_973, -1_250].map(bits), ["0,0", "0,0", "0,1", "10,0", "−1,3"]);
    }

    #[test]
    fn shares_never_round_up_to_all() {
        let id = Writing::of(Language::Indonesian);
        for (ppm, expect) in [
            (1_000_000, "100\u{a0}%"),
            (999_999, "99,9\u{a0}%"),
            (972_500, "97,2\u{a0}%"),
            (500_000, "50\u{a0}%"),
            (0, "0\u{a0}%"),
        ] {
            assert_eq!(id.percent(Ppm(ppm)), expect, "{ppm}");
        }
    }

    #[test]
    fn rates_of_the_law_lose_no_digit() {
        let (id, en) = (Writing::of(Language::Indonesian), Writing::of(Language::English));
        assert_eq!(id.rate(Ppm(2_400)), "0,24\u{a0}%");
        assert_eq!(en.rate(Ppm(24)), "0.0024\u{a0}%");
        assert_eq!(id.rate(Ppm(500_000)), "50\u{a0}%");
    }

    #[test]
    fn addresses_keep_their_state_and_escape_it() {
        let query = [("per".to_owned(), "a&b=c\"<é".to_owned())];
        assert_eq!(
            address("/cakupan", &query, Language::English),
            "/cakupan?per=a%26b%3Dc%22%3C%C3%A9&bahasa=en"
        );
        assert_eq!(address("/", &[], Language::Indonesian), "/");
    }
}
