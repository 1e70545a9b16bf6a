//! The chart of accounts in the office's own words: which code and name an account has.
//!
//! An account stands for a role of a fund or programme ([`AccountRole`]). The office says by a
//! table what it calls each role, otherwise for one fund or programme if it likes. It is dated.

use super::Account;
use super::chart::{AccountRole, office_account};
use crate::digest::Feed;

/// What an account is called by the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountTitle {
    /// The office's code, such as `5.1.02.02.02`.
    pub code: Box<str>,
    /// Its name.
    pub name: Box<str>,
}

/// A line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartLine {
    /// The role.
    pub role: AccountRole,
    /// The fund or programme that it is said of, by code; empty for all.
    pub owner: Box<str>,
    /// What it is called.
    pub title: AccountTitle,
    /// What is to be said about it, such as that nobody has confirmed it.
    pub note: Box<str>,
}

/// The table: every role has a line for all, some have another for one fund or programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartMap {
    lines: Vec<ChartLine>,
}

/// Why a table is none; the number is that of the line. The order is the order of trying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChartRefusal {
    /// The first line does not name the columns, or a line has others.
    Unreadable(usize),
    /// There is no such role.
    RoleUnknown(usize),
    /// The code is empty, too long, or of other signs than digits, letters, dots and strokes.
    CodeUnfit(usize),
    /// There is no name, or one that is too long.
    NameUnfit(usize),
    /// The same role of the same owner stands twice.
    LineTwice(usize),
    /// An account that the office adds has no short code of its own.
    OwnerUnfit(usize),
    /// A role has no line for all.
    RoleMissing(AccountRole),
}

/// The columns of the table, in their order; the last may be left out.
pub const CHART_COLUMNS: [&str; 5] = ["role", "owner", "code", "name", "note"];

/// The most signs of a code, and of a name or a note.
const CODE_MAX: usize = 40;
const TEXT_MAX: usize = 200; // not law: what fits into a column

/// What ships with the program.
const SHIPPED: &str = include_str!("../../data/bagan-akun.csv");

impl ChartRefusal {
    /// The stable code.
    pub fn name(&self) -> &'static str {
        match self {
            ChartRefusal::Unreadable(_) => "CHART_UNREADABLE",
            ChartRefusal::RoleUnknown(_) => "CHART_ROLE_UNKNOWN",
            ChartRefusal::CodeUnfit(_) => "CHART_CODE_UNFIT",
            ChartRefusal::NameUnfit(_) => "CHART_NAME_UNFIT",
            ChartRefusal::LineTwice(_) => "CHART_LINE_TWICE",
            ChartRefusal::OwnerUnfit(_) => "CHART_OWNER_UNFIT",
            ChartRefusal::RoleMissing(_) => "CHART_ROLE_MISSING",
        }
    }

    /// The line it is about, or the role.
    pub fn detail(&self) -> String {
        match self {
            ChartRefusal::Unreadable(line)
            | ChartRefusal::RoleUnknown(line)
            | ChartRefusal::CodeUnfit(line)
            | ChartRefusal::NameUnfit(line)
            | ChartRefusal::LineTwice(line)
            | ChartRefusal::OwnerUnfit(line) => line.to_string(),
            ChartRefusal::RoleMissing(role) => role.name().to_owned(),
        }
    }
}

impl ChartMap {
    /// The table that ships: groups of accounts as Permendagri 90/2019 has them, to be replaced by
    /// the office's own.
    pub fn shipped() -> ChartMap {
        ChartMap::parse(SHIPPED).expect("a test reads what ships")
    }

    /// Reads a table: columns `role,owner,code,name,note` between commas or semicolons, a first
    /// line that names them, lines that begin with `#` passed over.
    ///
    /// # Errors
    /// The first [`ChartRefusal`], by line.
    pub fn parse(text: &str) -> Result<ChartMap, ChartRefusal> {
        let text = text.trim_start_matches('\u{feff}');
        let rows = text.lines().zip(1..);
        let mut rows = rows.filter(|(row, _)| !row.trim().is_empty() && !row.starts_with('#'));
        let (head, _) = rows.next().ok_or(ChartRefusal::Unreadable(1))?;
        let separator = if head.contains(';') { ';' } else { ',' };
        let head = cells(head, separator).ok_or(ChartRefusal::Unreadable(1))?;
        let is_head = head.iter().zip(CHART_COLUMNS).all(|(cell, column)| cell == column);
        if head.len() < CHART_COLUMNS.len() - 1 || head.len() > CHART_COLUMNS.len() || !is_head {
            return Err(ChartRefusal::Unreadable(1));
        }
        let mut lines = Vec::new();
        for (row, number) in rows {
            let line = line(row, separator, number)?;
            let twice = |other: &ChartLine| (other.role, &other.owner) == (line.role, &line.owner);
            if lines.iter().any(twice) {
                return Err(ChartRefusal::LineTwice(number));
            }
            lines.push(line);
        }
        let has = |role| lines.iter().any(|line| line.role == role && line.owner.is_empty());
        if let Some(role) = AccountRole::all().find(|role| !has(*role)) {
            return Err(ChartRefusal::RoleMissing(role));
        }
        lines.sort_by(|a, b| (a.role, &a.owner).cmp(&(b.role, &b.owner)));
        Ok(ChartMap { lines })
    }

    /// The lines, by role and owner; those for all first.
    pub fn lines(&self) -> &[ChartLine] {
        &self.lines
    }

    /// The accounts that the office adds.
    pub fn added(&self) -> impl Iterator<Item = Account> {
        let added = self.lines.iter().filter(|line| line.role.is_added());
        added.map(|line| office_account(line.role, &line.owner))
    }

    /// What the account of a role is called, of a fund or programme with this code.
    pub fn title(&self, role: AccountRole, owner: &str) -> &AccountTitle {
        self.said_of(role, owner).expect("parse() asks for a line for all")
    }

    fn said_of(&self, role: AccountRole, owner: &str) -> Option<&AccountTitle> {
        let of = |owner: &str| {
            self.lines.iter().find(|line| line.role == role && line.owner.as_ref() == owner)
        };
        of(owner).or_else(|| of("")).map(|line| &line.title)
    }

    /// What an account is called, by its own code; its own code where it stands for no role, or
    /// where the office added it by another table than this.
    pub fn title_of(&self, account: &str) -> AccountTitle {
        let role = AccountRole::of_account(account);
        match role.and_then(|(role, owner)| self.said_of(role, owner)) {
            Some(title) => title.clone(),
            None => AccountTitle { code: account.into(), name: account.into() },
        }
    }

    /// A digest of the table.
    pub fn hash(&self) -> [u8; 32] {
        let feed = self.lines.iter().fold(Feed::new("chart of accounts"), |feed, line| {
            let texts = [&line.owner, &line.title.code, &line.title.name, &line.note];
            let feed = feed.part(line.role.name().as_bytes());
            texts.into_iter().fold(feed, |feed, text| feed.part(text.as_bytes()))
        });
        feed.finish()
    }

    /// The table as text, as [`ChartMap::parse`] reads it.
    pub fn to_text(&self) -> String {
        let mut text = CHART_COLUMNS.join(",") + "\n";
        for line in &self.lines {
            let cells =
                [line.role.name(), &line.owner, &line.title.code, &line.title.name, &line.note];
            text += &cells.map(quoted).join(",");
            text.push('\n');
        }
        text
    }
}

fn line(row: &str, separator: char, number: usize) -> Result<ChartLine, ChartRefusal> {
    let mut cells = cells(row, separator).ok_or(ChartRefusal::Unreadable(number))?;
    if cells.len() == CHART_COLUMNS.len() - 1 {
        cells.push(String::new());
    }
    let [role, owner, code, name, note]: [String; 5] =
        cells.try_into().map_err(|_| ChartRefusal::Unreadable(number))?;
    let role = AccountRole::from_name(&role).ok_or(ChartRefusal::RoleUnknown(number))?;
    let is_code = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '/');
    if code.is_empty() || code.len() > CODE_MAX || !code.chars().all(is_code) {
        return Err(ChartRefusal::CodeUnfit(number));
    }
    let long = |text: &str| text.chars().count() > TEXT_MAX;
    if name.is_empty() || [&name, &note, &owner].into_iter().any(|text| long(text)) {
        return Err(ChartRefusal::NameUnfit(number));
    }
    if role.is_added() && !is_own_code(&owner) {
        return Err(ChartRefusal::OwnerUnfit(number));
    }
    let title = AccountTitle { code: code.into(), name: name.into() };
    Ok(ChartLine { role, owner: owner.into(), title, note: note.into() })
}

/// Small letters, digits and strokes: what stands well behind the dot of an account's code.
fn is_own_code(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (2..=CODE_MAX).contains(&text.len()) && text.chars().all(fits)
}

/// The cells of a line without blanks around them; none when a quotation does not end.
fn cells(row: &str, separator: char) -> Option<Vec<String>> {
    let (mut cells, mut cell, mut inside) = (Vec::new(), String::new(), false);
    let mut signs = row.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '"' if inside && signs.peek() == Some(&'"') => cell.extend(signs.next()),
            '"' => inside = !inside,
            sign if sign == separator && !inside => cells.push(std::mem::take(&mut cell)),
            sign => cell.push(sign),
        }
    }
    cells.push(cell);
    let trimmed = cells.iter().map(|cell| cell.trim().to_owned()).collect();
    (!inside).then_some(trimmed)
}

fn quoted(cell: &str) -> String {
    match cell.contains([',', ';', '"']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "role,owner,code,name,note\n";

    fn refused(text: &str, expect: ChartRefusal) {
        assert_eq!(ChartMap::parse(text), Err(expect), "{text}");
    }

    #[test]
    fn what_ships_names_every_role_and_is_read_back() {
        let shipped = ChartMap::shipped();
        for role in AccountRole::all() {
            assert!(!shipped.title(role, "").name.is_empty(), "{}", role.name());
        }
        assert_eq!(ChartMap::parse(&shipped.to_text()), Ok(shipped.clone()));
        let title = shipped.title_of("contribution-expense.rentan-2022");
        assert_eq!(title.code.as_ref(), "5.1.02.02.02");
        assert_eq!(shipped.title_of("x").code.as_ref(), "x");
    }

    #[test]
    fn one_programme_may_be_called_otherwise() {
        let own = "contribution-expense;kader-2024;5.1.02.02.02.0006;\"Belanja; JKK\"";
        let shipped = ChartMap::shipped().to_text().replace(',', ";");
        let map = ChartMap::parse(&format!("{shipped}{own};catatan\n")).expect("a table");
        let role = AccountRole::ContributionExpense;
        assert_eq!(map.title(role, "kader-2024").name.as_ref(), "Belanja; JKK");
        assert_eq!(map.title(role, "rentan-2022").code.as_ref(), "5.1.02.02.02");
        assert_ne!(map.hash(), ChartMap::shipped().hash());
    }

    #[test]
    fn an_office_adds_accounts_of_its_own() {
        let own =
            "other-expense,biaya-bank,5.1.02.99,Biaya bank,\nequity,awal,3.1.01,Saldo awal,\n";
        let map = ChartMap::parse(&format!("{}{own}", ChartMap::shipped().to_text()));
        let map = map.expect("a table");
        let added: Vec<Account> = map.added().collect();
        let codes: Vec<_> = added.iter().map(|one| (&*one.code, one.kind.name())).collect();
        let expect = [("equity.awal", "equity"), ("other-expense.biaya-bank", "expense")];
        assert_eq!(codes, expect);
        assert_ne!(added[0].id, added[1].id);
        assert_eq!(&*map.title_of("other-expense.biaya-bank").name, "Biaya bank");
        // On a day before, the table of then does not name it.
        let before = ChartMap::shipped().title_of("other-expense.biaya-bank");
        assert_eq!(&*before.code, "other-expense.biaya-bank");
        assert_eq!(ChartMap::shipped().added().count(), 0);
    }

    #[test]
    fn every_refusal_in_its_order() {
        let row = |text: &str| format!("{HEAD}{text}\n");
        refused("", ChartRefusal::Unreadable(1));
        refused("kode,nama\n", ChartRefusal::Unreadable(1));
        refused(&row("cash,,1.1.01"), ChartRefusal::Unreadable(2));
        refused(&row("cash,,1.1.01,\"Kas,"), ChartRefusal::Unreadable(2));
        refused(&row("gold,,1.1.01,Emas,"), ChartRefusal::RoleUnknown(2));
        refused(&row("cash,,,Kas,"), ChartRefusal::CodeUnfit(2));
        refused(&row("cash,,1 1,Kas,"), ChartRefusal::CodeUnfit(2));
        refused(&row("cash,,1.1.01,,"), ChartRefusal::NameUnfit(2));
        refused(&row("other-expense,,5.1,Biaya bank,"), ChartRefusal::OwnerUnfit(2));
        refused(&row("other-expense,Biaya,5.1,Biaya,"), ChartRefusal::OwnerUnfit(2));
        refused(&row("cash,,1.1,Kas,\ncash,,1.2,Kas,"), ChartRefusal::LineTwice(3));
        refused(&row("cash,,1.1,Kas,"), ChartRefusal::RoleMissing(AccountRole::BudgetSource));
        assert_eq!(ChartRefusal::LineTwice(3).detail(), "3");
        assert_eq!(ChartRefusal::RoleMissing(AccountRole::Cash).detail(), "cash");
    }
}
