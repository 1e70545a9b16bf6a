//! Offices under the three clocks of the country: what somebody does at half past eleven in Jakarta
//! is done on the next day in Paser and in Papua, and is one moment for programs. Everybody is
//! invented.

use super::door::sign_in;
use super::*;

/// 2022-11-30 16:30 UTC: 23:30 in Jakarta.
const MOMENT: i64 = 1_669_825_800_000;
const TEN_MINUTES_MS: i64 = 600_000;

/// An office of a regency on the thirtieth of November 2022.
fn office_in(folder: &Path, regency: u64) -> Arc<Office> {
    let office = Office::open(OfficeOptions {
        location: Location::Directory(folder.to_owned()),
        pemda: RegionCode::from_digits(regency, 2),
        reader: Reader::InProcess,
        environment: Environment::fixed(Day::new(2022, 11, 30).expect("a day"), 7),
        keys: app::keys::KeySource::beside(folder),
    });
    Arc::new(office.expect("a fresh folder opens"))
}

/// Lets the clock run up to a moment.
fn pass_to(office: &Office, moment: i64) {
    let wait = u64::try_from(moment - office.now_ms()).expect("it is still to come");
    office.environment.pass(wait);
}

/// Lines of the log that a page shows, and the whole of it.
async fn log(browser: &mut Browser, pages: &Router, query: &str) -> (usize, String) {
    let data = browser.get(pages, &format!("/audit.json?{query}")).await;
    assert_eq!(data.status, StatusCode::OK, "{}", data.text);
    let data: Value = serde_json::from_str(&data.text).expect("data");
    let page = browser.get(pages, &format!("/audit?{query}")).await;
    (data["rows"].as_array().expect("rows").len(), page.text)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_late_at_night_is_on_the_day_of_the_offices_clock() {
    for (regency, shown, on_the_day, on_the_next, ahead) in [
        // Bogor, Paser, Jayapura.
        (3201, "30 November 2022 pukul 23.30 WIB", 1, 0, 420),
        (6401, "1 Desember 2022 pukul 00.30 WITA", 0, 1, 480),
        (9103, "1 Desember 2022 pukul 01.30 WIT", 0, 1, 540),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let office = office_in(folder.path(), regency);
        let pages = crate::router(Arc::clone(&office));
        pass_to(&office, MOMENT - TEN_MINUTES_MS);
        let mut browser = sign_in(&pages, &office, "operator").await;
        let keeper = office.actor("operator", Operation::SetUp).expect("the first user");
        pass_to(&office, MOMENT);
        let territory = RegionCode::from_digits(regency, 2);
        office.add_org(&keeper, "kantor-malam", "Kantor malam", territory).expect("an office");
        let act = "perbuatan=org-added";
        let (lines, page) = log(&mut browser, &pages, act).await;
        assert_eq!(lines, 1, "{regency}: {page}");
        assert!(page.contains(shown), "{regency}: {page}");
        for (range, expect) in [
            ("dari=2022-12-01", on_the_next),
            ("sampai=2022-11-30", on_the_day),
            ("dari=2022-11-30&sampai=2022-12-01", 1),
            ("sampai=2022-11-29", 0),
            ("dari=2022-12-02", 0),
        ] {
            let (lines, _) = log(&mut browser, &pages, &format!("{act}&{range}")).await;
            assert_eq!(lines, expect, "{regency}: {range}");
        }
        // The books stay on the day of Jakarta, and the field app is told of the office's clock.
        assert_eq!(office.today(), Day::new(2022, 11, 30).expect("a day"), "{regency}");
        let shell = browser.get(&pages, "/lapangan").await.text;
        assert!(shell.contains(&format!("data-jam=\"{ahead}\"")), "{regency}");
        // For programs it is one moment.
        let data = browser.get(&pages, &format!("/audit.json?{act}")).await.text;
        assert!(data.contains(&MOMENT.to_string()[..9]), "{regency}: {data}");
    }
}
