//! `cargo xtask bench money bill`: a month's bill drafted for a regency's 32,268 and for a million
//! people, by `payung bill draft` from its start to its end, on both engines.

use std::path::Path;

use anyhow::Result;

use super::register::{Register, month};
use crate::bench::web::superuser;
use crate::bench::{Measured, release};

/// How many people, and how many seconds their bill may take.
const SIZES: [(u64, f64); 2] = [(32_268, 1.0), (1_000_000, 20.0)];

/// Both sizes on both engines; the record says which limit was not held.
pub fn bill(root: &Path, data: &Path) -> Result<Vec<Measured>> {
    let payung = release(root, &["-p", "payung"])?.join("payung");
    let superuser = superuser()?;
    let mut all = Vec::new();
    for server in [None, Some(&*superuser)] {
        for (people, limit) in SIZES {
            let register = Register::new(&payung, &data.join("bill"), server)?;
            all.extend(register.fill(people)?);
            let month = month(0);
            let words = ["bill", "draft", "--programme", "bench", "--month", &month];
            let drafted = register.timed(&format!("bill for {people}"), "citra", &words)?;
            let rate = people as f64 / drafted.seconds;
            let said = if drafted.seconds > limit { "ABOVE" } else { "within" };
            let figure = Some(format!("{rate:.0} people/s, {said} {limit} s"));
            all.push(Measured { figure, ..drafted });
            register.end()?;
        }
    }
    Ok(all)
}
