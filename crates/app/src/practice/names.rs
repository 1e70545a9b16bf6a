//! Names of invented people, joined by chance out of the words of `data/names.csv`.

use base::Sex;

use super::dice::Dice;

const LIST: &str = include_str!("../../data/names.csv");

/// The words of one flavour, by sex and by place in the name.
#[derive(Default)]
struct Flavour {
    first: [Vec<&'static str>; 2],
    later: [Vec<&'static str>; 2],
}

/// The words, by flavour.
pub struct Names {
    flavours: Vec<(&'static str, Flavour)>,
}

/// How often each flavour is drawn, in the order in which the list names them.
const FLAVOUR_WEIGHTS: [u32; 5] = [23, 23, 16, 22, 16];

impl Names {
    /// Reads the list that is part of the program.
    pub fn load() -> Names {
        let mut flavours: Vec<(&'static str, Flavour)> = Vec::new();
        for line in LIST.lines().skip(1) {
            let mut parts = line.splitn(4, ',');
            let mut next = || parts.next().expect("four columns, by the test below");
            let (flavour, sex, place, words) = (next(), next(), next(), next());
            if flavours.last().is_none_or(|(name, _)| *name != flavour) {
                flavours.push((flavour, Flavour::default()));
            }
            let words_of = &mut flavours.last_mut().expect("pushed above").1;
            let by_sex = if place == "first" { &mut words_of.first } else { &mut words_of.later };
            by_sex[usize::from(sex == "P")].extend(words.split(' '));
        }
        assert_eq!(flavours.len(), FLAVOUR_WEIGHTS.len(), "a weight for every flavour");
        Names { flavours }
    }

    /// A full name of one to three words; 41 in 100 have one word.
    pub fn full(&self, dice: &mut Dice, sex: Sex) -> String {
        let words = 1 + dice.weighted(&[41, 45, 14]);
        self.of_words(dice, sex, words)
    }

    /// A full name of so many words.
    pub fn of_words(&self, dice: &mut Dice, sex: Sex, words: usize) -> String {
        let flavour = &self.flavours[dice.weighted(&FLAVOUR_WEIGHTS)].1;
        let which = usize::from(sex == Sex::Female);
        let mut name = String::from(*dice.pick(&flavour.first[which]));
        let mut last = "";
        for _ in 1..words {
            let mut word = *dice.pick(&flavour.later[which]);
            while word == last || name == word {
                word = *dice.pick(&flavour.later[which]);
            }
            name.push(' ');
            name.push_str(word);
            last = word;
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_well_made() {
        for line in LIST.lines().skip(1) {
            let parts: Vec<&str> = line.splitn(4, ',').collect();
            assert!(matches!(parts[1], "L" | "P") && matches!(parts[2], "first" | "later"));
            assert!(parts[3].split(' ').all(|word| word.chars().all(char::is_alphabetic)));
            assert!(parts[3].split(' ').count() >= 15, "{} {}", parts[0], parts[1]);
        }
        Names::load();
    }

    #[test]
    fn names_have_the_words_asked_for() {
        let (names, mut dice) = (Names::load(), Dice::new(1, 1));
        for words in 1..=3 {
            let name = names.of_words(&mut dice, Sex::Female, words);
            assert_eq!(name.split(' ').count(), words, "{name}");
        }
        let single = (0..10_000).filter(|_| !names.full(&mut dice, Sex::Male).contains(' '));
        assert!((3_900..4_300).contains(&single.count()));
    }
}
