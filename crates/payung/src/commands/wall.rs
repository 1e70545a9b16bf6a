//! `payung coverage show|text|basis|target|export|check` and `payung report …`.

use std::process::ExitCode;

use app::error::AppError;
use app::office::{Actor, Office, Operation};
use app::overview::CoverageBy;
use app::wall::map::{MapLevel, geojson};
use app::wall::{
    Aim, BasisInput, OpenAsked, ReportAgain, ReportFile, Scheme, TargetInput, Wall, WallAsked,
    WallBy, WallLine, class_of, descriptor, document, percent, report_lines, text_of, years_of,
};
use base::money::grouped;
use serde_json::{Value, json};

use crate::cli::{
    BasisCommand, CoverageCommand, CoverageExportArgs, CoverageTargetCommand, Global, OpenFormat,
    OpenKey, ReportCommand, WallArgs,
};
use crate::commands::{self, Done};
use crate::say::Say;

/// The office, who acts, and how it is spoken of.
struct Wallside<'a> {
    say: &'a Say,
    office: &'a Office,
    actor: &'a Actor,
}

/// Runs a command on coverage.
pub fn coverage(global: &Global, say: &Say, command: &CoverageCommand) -> Done {
    let office = commands::open(global)?;
    match command {
        CoverageCommand::Export(args) => {
            export(say, &office, args)?;
            return Ok(ExitCode::SUCCESS);
        }
        CoverageCommand::National { month } => {
            national(say, &office, month.as_deref())?;
            return Ok(ExitCode::SUCCESS);
        }
        _ => {}
    }
    let actor = office.actor(&global.actor, Operation::OwnDesk)?;
    let side = Wallside { say, office: &office, actor: &actor };
    match command {
        CoverageCommand::Show(args) => side.show(args)?,
        CoverageCommand::Text(args) => {
            let wall = office.wall(&actor, &asked_of(args)?)?;
            let text = text_of(&wall, say.words);
            say.record(&json!({ "text": text }), text.trim_end());
        }
        CoverageCommand::Basis(command) => side.basis(command)?,
        CoverageCommand::Target(command) => side.target(command)?,
        CoverageCommand::Check { repair } => return side.check(*repair),
        CoverageCommand::Export(_) | CoverageCommand::National { .. } => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs a command on reports.
pub fn report(global: &Global, say: &Say, command: &ReportCommand) -> Done {
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::OwnDesk)?;
    let side = Wallside { say, office: &office, actor: &actor };
    match command {
        ReportCommand::Make(args) => {
            let report = office.make_report(&actor, &asked_of(args)?)?;
            side.report(&report, &ReportAgain::Same);
        }
        ReportCommand::List => side.reports()?,
        ReportCommand::Show { id, pdf } => {
            let report = office.report(&actor, id)?;
            let again = office.report_again(&actor, &report)?;
            side.report(&report, &again);
            if let Some(out) = pdf {
                commands::write_file(out, &office.report_pdf(&actor, id)?.bytes)?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn asked_of(args: &WallArgs) -> Result<WallAsked, AppError> {
    let unknown = || AppError::usage("NOT_SCHEMES", &*args.scheme);
    Ok(WallAsked {
        month: args.month.as_deref().map(commands::month).transpose()?,
        known: args.known.as_deref().map(commands::day).transpose()?,
        scheme: Some(Scheme::from_name(&args.scheme).ok_or_else(unknown)?),
        place: args.place.clone(),
        basis: args.basis.clone(),
        programme: args.programme.clone(),
        fund: args.fund.clone(),
    })
}

fn export(say: &Say, office: &Office, args: &CoverageExportArgs) -> Result<(), AppError> {
    let (by, level) = match args.by {
        OpenKey::Kecamatan => (CoverageBy::Kecamatan, MapLevel::District),
        OpenKey::Desa => (CoverageBy::Desa, MapLevel::Village),
    };
    let month = args.month.as_deref().map(commands::month).transpose()?;
    let open = office.open_coverage(&OpenAsked { by, month, basis: String::new() })?;
    let written = |value: &Value| format!("{value:#}\n").into_bytes();
    let bytes = match args.format {
        OpenFormat::Csv => open.csv().into_bytes(),
        OpenFormat::Xlsx => open.workbook(say.words),
        OpenFormat::Parquet => open.parquet()?,
        OpenFormat::Geojson => {
            written(&geojson(&open, level, office.pemda(), &say.words.get("wall-map-note")))
        }
        OpenFormat::Descriptor => written(&descriptor(&open, &office.place_name(), say.words)),
    };
    commands::write_file(&args.out, &bytes)?;
    let path = args.out.display().to_string();
    say.record(&json!({ "path": path, "bytes": bytes.len() }), &path);
    Ok(())
}

fn national(say: &Say, office: &Office, month: Option<&str>) -> Result<(), AppError> {
    let found = office.roll_up(None, month.map(commands::month).transpose()?)?;
    if say.json {
        let regencies = found.regencies.iter().map(|one| {
            json!({
                "region": one.region.to_string(),
                "name": one.name,
                "covered": one.covered,
                "denominator": one.all,
                "share_ppm": one.share.map(|share| share.0),
            })
        });
        let provinces = found.provinces.iter().map(|one| {
            json!({
                "region": one.region.to_string(),
                "name": one.name,
                "regencies": one.regencies,
                "covered": one.covered,
            })
        });
        say.document(&json!({
            "month": found.month.to_string(),
            "covered": found.covered,
            "provinces": provinces.collect::<Vec<_>>(),
            "regencies": regencies.collect::<Vec<_>>(),
        }));
        return Ok(());
    }
    let row = |one: &app::wall::ProvinceLine| {
        vec![one.name.clone(), grouped(one.regencies), grouped(one.covered)]
    };
    let heads = ["wall-province", "wall-regencies", "wall-covered"].map(|key| say.words.get(key));
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let rows: Vec<Vec<String>> = found.provinces.iter().map(row).collect();
    say.line(&say.words.with("coverage-month", &[("month", &found.month.in_words())]));
    say.table(&heads, &rows, &[1, 2]);
    Ok(())
}

impl Wallside<'_> {
    fn words(&self, key: &str) -> String {
        self.say.words.get(key)
    }

    fn show(&self, args: &WallArgs) -> Result<(), AppError> {
        let by = WallBy::from_name(&args.by)
            .ok_or_else(|| AppError::usage("KIND_UNKNOWN", &*args.by))?;
        let wall = self.office.wall(self.actor, &asked_of(args)?)?;
        let money = self.office.wall_money(self.actor)?;
        let figures = document(&wall, Some(&money));
        if self.say.json {
            self.say.document(&figures);
            return Ok(());
        }
        self.lines(&figures);
        self.part(&wall, by);
        Ok(())
    }

    fn lines(&self, figures: &Value) {
        for (heading, rows) in report_lines(figures, self.say.words) {
            self.say.line(&format!("{heading}:"));
            self.say.pairs(&rows);
        }
    }

    fn part(&self, wall: &Wall, by: WallBy) {
        let lines = wall.parts.get(&by).map(Vec::as_slice).unwrap_or_default();
        let number = |count: Option<u64>| count.map(grouped).unwrap_or_default();
        let row = |line: &WallLine| {
            let step = class_of(line.share).map(|at| self.words(&format!("wall-step-{at}")));
            vec![
                self.name(line, by),
                grouped(line.covered),
                number(line.all),
                line.share.map(|share| percent(share.0)).unwrap_or_default(),
                number(line.gap),
                step.unwrap_or_default(),
            ]
        };
        let rows: Vec<Vec<String>> = lines.iter().map(row).collect();
        let keys =
            ["wall-name", "wall-covered", "wall-all", "wall-share", "wall-gap", "wall-map-class"];
        let heads = keys.map(|key| self.words(key));
        let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
        self.say.table(&heads, &rows, &[1, 2, 3, 4]);
    }

    fn name(&self, line: &WallLine, by: WallBy) -> String {
        match (by, line.key.as_str()) {
            (_, "") => self.words("wall-unknown"),
            (WallBy::Sex, letter) => self.words(&format!("sex-{letter}")),
            (WallBy::Age, key) => match years_of(key) {
                Some((from, Some(to))) => format!("{from}-{to}"),
                _ => format!("{key}+"),
            },
            _ if line.name.is_empty() => line.key.clone(),
            _ if line.within.is_empty() => line.name.clone(),
            _ => format!("{}, {}", line.name, line.within),
        }
    }

    fn basis(&self, command: &BasisCommand) -> Result<(), AppError> {
        let args = match command {
            BasisCommand::Set(args) => args,
            BasisCommand::List => return self.bases(),
        };
        let lines = match &args.lines {
            Some(path) => std::fs::read_to_string(path)
                .map_err(|_| AppError::not_found("FILE_UNREADABLE", path.display().to_string()))?,
            None => String::new(),
        };
        let basis = self.office.set_basis(
            self.actor,
            &BasisInput {
                code: args.code.clone(),
                name: args.name.clone(),
                source: args.source.clone(),
                definition: args.definition.clone(),
                as_of: args.as_of.clone(),
                people: args.people.clone(),
                lines,
            },
        )?;
        let document = json!({ "basis": basis.id.to_string(), "code": basis.code });
        self.say.record(&document, &self.words("wall-basis-kept"));
        Ok(())
    }

    fn bases(&self) -> Result<(), AppError> {
        let found = self.office.coverage_bases(self.actor)?;
        if self.say.json {
            let lines = found.iter().map(|one| {
                json!({
                    "code": one.code,
                    "name": one.name,
                    "source": one.source,
                    "definition": one.definition,
                    "as_of": one.as_of.to_string(),
                })
            });
            self.say.document(&lines.collect());
            return Ok(());
        }
        let row = |one: &app::wall::Basis| {
            let day = one.as_of.in_words();
            vec![one.code.to_string(), one.name.to_string(), one.source.to_string(), day]
        };
        let keys = ["wall-basis-code", "wall-basis-name", "wall-basis-source", "wall-basis-as-of"];
        let heads = keys.map(|key| self.words(key));
        let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
        self.say.table(&heads, &found.iter().map(row).collect::<Vec<_>>(), &[]);
        Ok(())
    }

    fn target(&self, command: &CoverageTargetCommand) -> Result<(), AppError> {
        if let CoverageTargetCommand::Set { aim, due, source, place } = command {
            let target = self.office.set_coverage_target(
                self.actor,
                &TargetInput {
                    place: place.clone(),
                    due: due.clone(),
                    aim: aim.clone(),
                    source: source.clone(),
                },
            )?;
            let document = json!({ "target": target.id.to_string(), "place": target.part });
            self.say.record(&document, &self.words("wall-target-kept"));
            return Ok(());
        }
        let found = self.office.coverage_targets(self.actor)?;
        let aim = |aim: Aim| match aim {
            Aim::People(people) => grouped(people),
            Aim::Share(share) => percent(share.0),
        };
        if self.say.json {
            let lines = found.iter().map(|one| {
                json!({
                    "place": one.part,
                    "due": one.due.to_string(),
                    "aim": aim(one.aim),
                    "source": one.source,
                })
            });
            self.say.document(&lines.collect());
            return Ok(());
        }
        let row = |one: &app::wall::TargetKept| {
            vec![one.part.to_string(), aim(one.aim), one.due.in_words(), one.source.to_string()]
        };
        let keys = ["wall-place", "wall-target", "wall-target-due", "wall-target-source"];
        let heads = keys.map(|key| self.words(key));
        let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
        self.say.table(&heads, &found.iter().map(row).collect::<Vec<_>>(), &[]);
        Ok(())
    }

    fn check(&self, repair: bool) -> Done {
        let wrong = match repair {
            true => self.office.rebuild_cover_sums(self.actor)?,
            false => self.office.differing_cover_sums(self.actor)?,
        };
        let count = grouped(wrong as u64);
        let line = match (wrong, repair) {
            (0, _) => self.words("cover-sums-same"),
            (_, true) => self.say.words.with("cover-sums-mended", &[("count", &count)]),
            (_, false) => {
                let said = self.say.words.with("cover-sums-wrong", &[("count", &count)]);
                format!("{said} {}", self.words("cover-sums-wrong.remedy"))
            }
        };
        self.say.record(&json!({ "differing": wrong, "repaired": repair && wrong > 0 }), &line);
        let is_well = wrong == 0 || repair;
        Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }

    fn report(&self, report: &ReportFile, again: &ReportAgain) {
        let differs = match again {
            ReportAgain::Same => Vec::new(),
            ReportAgain::Differs(names) => names.clone(),
        };
        if self.say.json {
            self.say.document(&json!({
                "report": report.id.to_string(),
                "made_on": report.made_on.to_string(),
                "made_by": report.made_by,
                "asked": report.asked,
                "figures": report.figures,
                "digest": report.digest,
                "is_whole": report.is_whole,
                "differs": differs,
            }));
            return;
        }
        self.say.pairs(&[
            (self.words("report-id"), report.id.to_string()),
            (self.words("report-made-on"), report.made_on.in_words()),
            (self.words("report-made-by"), report.made_by.to_string()),
            (self.words("report-digest"), report.digest.clone()),
        ]);
        self.lines(&report.figures);
        let names = differs.join(", ");
        self.say.line(&match (report.is_whole, differs.is_empty()) {
            (false, _) => self.words("report-broken"),
            (true, true) => format!("{} {}", self.words("report-whole"), self.words("report-same")),
            (true, false) => self.say.words.with("report-differs", &[("names", &names)]),
        });
    }

    fn reports(&self) -> Result<(), AppError> {
        let found = self.office.reports(self.actor)?;
        let text = |one: &ReportFile, name: &str| {
            one.figures[name].as_str().unwrap_or_default().to_owned()
        };
        if self.say.json {
            let lines = found.iter().map(|one| {
                json!({
                    "report": one.id.to_string(),
                    "made_on": one.made_on.to_string(),
                    "month": text(one, "month"),
                    "covered": one.figures["covered"],
                    "digest": one.digest,
                })
            });
            self.say.document(&lines.collect());
            return Ok(());
        }
        let row = |one: &ReportFile| {
            let covered = one.figures["covered"].as_u64().map(grouped).unwrap_or_default();
            let day = one.made_on.in_words();
            vec![one.id.to_string(), day, text(one, "month"), text(one, "place_name"), covered]
        };
        let keys =
            ["report-id", "report-made-on", "report-month", "report-place", "report-covered"];
        let heads = keys.map(|key| self.words(key));
        let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
        self.say.table(&heads, &found.iter().map(row).collect::<Vec<_>>(), &[4]);
        Ok(())
    }
}
