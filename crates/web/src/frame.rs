//! What every page says of the office: its name, where to ask for help, its colours, and whether
//! this is practice.

use app::settings::Settings;
use app::theme::Theme;

use crate::assets;

/// What every page says of the office.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frame {
    /// The regency.
    pub place: String,
    /// The office that keeps the register; the regency's name when it says nothing.
    pub office: String,
    /// Where to ask for help.
    pub help: Help,
    /// Whether the people in here are invented.
    pub practice: bool,
    /// The address of the colours of the office, when it has its own.
    pub colours: Option<String>,
    /// The same colours, for pages that hold their style themselves.
    pub style: Option<String>,
    /// The address of its mark, when it has its own.
    pub mark: Option<String>,
}

/// Where to ask for help; what the office did not say is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Help {
    pub phone: String,
    pub whatsapp: String,
    pub hours: String,
    pub address: String,
}

impl Frame {
    /// What the theme and the settings say of the office in a regency.
    pub fn of(theme: &Theme, place: String, settings: Settings) -> Frame {
        let place = theme.name.clone().unwrap_or(place);
        let Settings { office, phone, whatsapp, hours, address, practice } = settings;
        Frame {
            office: if office.is_empty() { place.clone() } else { office },
            place,
            help: Help { phone, whatsapp, hours, address },
            practice,
            colours: assets::colours_address(theme),
            style: assets::colours(theme),
            mark: assets::mark_address(theme),
        }
    }
}

impl Help {
    /// Whether the office said nothing.
    pub fn is_empty(&self) -> bool {
        [&self.phone, &self.whatsapp, &self.hours, &self.address].iter().all(|said| said.is_empty())
    }

    /// The number that a telephone dials.
    pub fn dials(&self) -> String {
        self.phone.chars().filter(|found| found.is_ascii_digit() || *found == '+').collect()
    }

    /// The conversation's address: the number with its country, digits only.
    pub fn conversation(&self) -> String {
        let digits: String = self.whatsapp.chars().filter(char::is_ascii_digit).collect();
        match digits.strip_prefix('0') {
            Some(rest) => format!("https://wa.me/62{rest}"),
            None => format!("https://wa.me/{digits}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_dialled_and_chatted_with() {
        let help = Help {
            phone: "(0543) 21-234".into(),
            whatsapp: "0812-0000-1111".into(),
            ..Help::default()
        };
        assert_eq!(help.dials(), "054321234");
        assert_eq!(help.conversation(), "https://wa.me/6281200001111");
        let abroad = Help { whatsapp: "+62 812 0000 1111".into(), ..Help::default() };
        assert_eq!(abroad.conversation(), "https://wa.me/6281200001111");
    }
}
