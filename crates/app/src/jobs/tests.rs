//! Jobs whose worker died.

use crate::jobs::{Crew, JobState};
use crate::staging::Standing;
use crate::staging::tests::both;

#[test]
fn a_job_whose_process_died_is_taken_up_by_the_next() {
    both(|world| {
        let heads = "NIK,Nama,Tanggal Lahir,JK\n";
        let mut text = heads.to_owned();
        for serial in 1..=2_001 {
            text += &format!("640105170862{serial:04},Budi Contoh,17-08-1962,L\n");
        }
        let id = world.stage("besar.csv", &text);
        let office = &world.office;
        let Standing::Working(job) = office.examine(&world.actor, id).expect("asks") else {
            panic!("a large file needs a job");
        };
        // Somebody claimed it long ago and was never heard of again.
        let dead = store::jobs::Claim { worker: &[7; 16], now_ms: 1, dead_before_ms: 0 };
        let claimed = office.store.write(|tx| store::jobs::claim(tx, &dead, |_| false));
        assert_eq!(claimed.expect("claims").map(|job| job.tries), Some(1));
        let crew = Crew::new(office);
        assert_eq!(office.work_once(&crew), Ok(true));
        let done = office.job(&world.actor, job).expect("is there");
        assert_eq!((done.state, done.tries), (JobState::Done, 2));
        assert_eq!(office.work_once(&crew), Ok(false));
    });
}
