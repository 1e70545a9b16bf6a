//! The real program, started in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use app::environment::Environment;
use app::office::{Location, Office, OfficeOptions, Operation};
use app::reading::Reader;
use base::{Day, RegionCode};
use serde_json::Value;
use store::sheets::Sheet;

/// The programme that [`Place::set_up`] makes, and who sends lists for it.
pub const LIST_FLAGS: [&str; 4] = ["--programme", "coba", "--from", "desa"];

/// A folder with files and a register; it goes when it is dropped.
pub struct Place {
    folder: tempfile::TempDir,
}

/// What a command said and how it ended.
#[derive(Debug)]
pub struct Ran {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Place {
    /// An empty one.
    pub fn new() -> Place {
        Place { folder: tempfile::tempdir().expect("a folder") }
    }

    /// One whose register has an office, a village, a fund, a programme for October to December
    /// 2022, a maker, a checker and a treasurer.
    pub fn set_up() -> Place {
        let place = Place::new();
        for words in [
            "org add desa --name Rekaan --territory 64.01.04.2011",
            "fund add dana --kind apbd-p --ceiling 100000000",
            "programme add coba --name Percobaan --fund dana --territory 64.01 --from 2022-10 \
             --to 2022-12",
            "user add ani --role officer",
            "user add budi --role approver",
            "user add citra --role treasurer",
        ] {
            place.well(&words.split_whitespace().collect::<Vec<&str>>());
        }
        place
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The folder of the register.
    pub fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    /// Writes a file and answers its path.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path().join(name);
        std::fs::write(&path, bytes).expect("the folder is ours");
        path.to_str().expect("our names are ASCII").to_owned()
    }

    /// The program on this register, not started yet.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_payung"));
        command.args(words).current_dir(self.path()).stdin(Stdio::null());
        for name in ["PAYUNG_DATABASE", "PAYUNG_PEMDA", "PAYUNG_USER"] {
            command.env_remove(name);
        }
        command.env("PAYUNG_DATA", self.data());
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, words: &[&str]) -> Ran {
        let output = self.command(words).output().expect("the program starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it speaks UTF-8");
        Ran {
            code: output.status.code().expect("it ends by itself"),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// Runs the program, which must end well.
    pub fn well(&self, words: &[&str]) -> Ran {
        let ran = self.run(words);
        assert_eq!(ran.code, 0, "{words:?}: {ran:?}");
        ran
    }

    /// Runs the program with `--json`; answers the exit code and the document.
    pub fn json(&self, words: &[&str]) -> (i32, Value) {
        let ran = self.run(&[words, &["--json"]].concat());
        let document = serde_json::from_str(&ran.out);
        (ran.code, document.unwrap_or_else(|error| panic!("{words:?}: {error}: {ran:?}")))
    }

    /// The same where a refusal speaks in words: no document then.
    pub fn json_of_any(&self, words: &[&str]) -> (i32, Value) {
        let ran = self.run(&[words, &["--json"]].concat());
        (ran.code, serde_json::from_str(&ran.out).unwrap_or_default())
    }

    /// Takes a list in with [`LIST_FLAGS`]; answers the exit code and what became of the file.
    pub fn import(&self, file: &str) -> (i32, Value) {
        let (code, document) = self.json(&[&["import", file], &LIST_FLAGS[..]].concat());
        (code, document["files"][0].clone())
    }

    /// The register, opened by the test itself.
    pub fn office(&self) -> Office {
        open(&self.data())
    }

    /// Every file that was received, the oldest first.
    pub fn sheets(&self) -> Vec<Sheet> {
        let office = self.office();
        let operator = office.actor("operator", Operation::ReadSheets).expect("the first user");
        office.sheets(&operator).expect("readable")
    }
}

/// Opens the register in a folder.
pub fn open(data: &Path) -> Office {
    let day = Day::new(2022, 10, 24).expect("a day");
    Office::open(OfficeOptions {
        location: Location::Directory(data.to_owned()),
        pemda: RegionCode::from_digits(6401, 2),
        reader: Reader::InProcess,
        environment: Environment::fixed(day, 1),
        keys: app::keys::KeySource::beside(data),
    })
    .expect("the register opens")
}
