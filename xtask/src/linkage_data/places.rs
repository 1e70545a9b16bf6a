//! Where invented people live and were born: real villages of the regencies asked for.

use std::path::Path;

use anyhow::{Context, Result, bail};

/// A district with its villages.
pub struct District {
    /// Six digits, as a NIK begins.
    pub code: u64,
    pub name: String,
    pub regency: String,
    pub villages: Vec<String>,
}

/// The districts of the region, those of the first regency first.
pub struct Places {
    pub districts: Vec<District>,
    /// How many belong to the first regency.
    pub home: usize,
    /// First districts of regencies elsewhere, with the regency's name.
    pub elsewhere: Vec<(u64, String)>,
}

impl Places {
    /// Reads the places of regencies such as `6401`.
    pub fn load(root: &Path, regencies: &[&str]) -> Result<Places> {
        let read = |path: String| std::fs::read_to_string(root.join(&path)).context(path);
        let names = read("regions/provinces_to_districts.csv".to_owned())?;
        let mut elsewhere = Vec::new();
        let mut home = 0;
        let mut districts = Vec::new();
        for (at, regency) in regencies.iter().enumerate() {
            let dotted = regency.get(..2).zip(regency.get(2..)).context("a regency as 6401")?;
            let villages = read(format!("regions/villages/{}.csv", dotted.0))?;
            let dotted = format!("{}.{}", dotted.0, dotted.1);
            districts.extend(districts_of(&dotted, &names, &villages));
            if districts.is_empty() {
                bail!("no regency has the code {regency}");
            }
            if at == 0 {
                home = districts.len();
            }
        }
        for line in names.lines() {
            let Some((code, name)) = line.split_once(',').filter(|(code, _)| code.len() == 5)
            else {
                continue;
            };
            let digits = code.replace('.', "");
            if !regencies.contains(&digits.as_str()) {
                elsewhere.push((digits.parse::<u64>()? * 100 + 1, short(name)));
            }
        }
        Ok(Places { districts, home, elsewhere })
    }
}

/// The districts of a regency such as `64.01`, without those that have no villages.
fn districts_of(regency: &str, names: &str, villages: &str) -> Vec<District> {
    let lines = || names.lines().filter_map(|line| line.split_once(','));
    let regency_name = lines().find(|(code, _)| *code == regency).map(|(_, name)| short(name));
    let below = |code: &str| code.len() == 8 && code.starts_with(regency);
    let districts = lines().filter(|(code, _)| below(code)).map(|(code, name)| {
        let own = villages.lines().filter(|line| line.starts_with(code));
        District {
            code: code.replace('.', "").parse().unwrap_or_default(),
            name: name.to_owned(),
            regency: regency_name.clone().unwrap_or_default(),
            villages: own.filter_map(|line| line.get(14..).map(unquoted)).collect(),
        }
    });
    districts.filter(|district| !district.villages.is_empty()).collect()
}

fn unquoted(name: &str) -> String {
    name.replace('"', "")
}

fn short(regency: &str) -> String {
    let name = regency.trim_start_matches("Kabupaten ").trim_start_matches("Kota ");
    name.trim_start_matches("Administrasi ").to_owned()
}
