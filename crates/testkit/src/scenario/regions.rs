//! Another regency of the same server in a scenario: it locks or opens its own bill of somebody for
//! whom the office pays too.

use anyhow::{Context, Result, bail};
use base::{Nik, RegionCode};
use store::months::{self, HoldState, LIMIT_MS};

use super::block::Block;
use super::journey::Journey;

/// `wilayah:` locks (`langkah: kunci`) or opens (`buka`) its bills of `bulan:` for `nik:`. What the
/// office holds already it does not get.
pub(super) fn other(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let region = RegionCode::parse(block.value("wilayah")?);
    let region = region.with_context(|| block.at("wilayah", "not a code"))?;
    let nik = Nik::parse(block.value("nik")?);
    let nik = nik.map_err(|_| anyhow::anyhow!(block.at("nik", "not a number")))?;
    let (first, last) = block.months("bulan")?;
    let keys = &journey.office.store;
    let key = keys.read(|tx| months::key_of(tx, nik))?;
    let other = keys.of_regency(region);
    for month in first.through(last) {
        match block.value("langkah")? {
            "kunci" => {
                let held = other.read(|tx| months::holds(tx, month))?.get(&key).copied();
                if held.is_some_and(|hold| hold.state == HoldState::Confirmed) {
                    continue;
                }
                let wanted = [(key, held.map_or(0, |hold| hold.turn))];
                let granted = months::reserve(&other, month, &wanted, LIMIT_MS)?;
                let granted: Vec<_> = granted.into_iter().collect();
                other.write(|tx| months::hold(tx, month, &granted))?;
            }
            // It has no bill in this register: nothing is needed any more.
            "buka" => other.write(|tx| months::align(tx, month))?,
            step => bail!(block.at("langkah", step)),
        }
        months::settle(&other)?;
    }
    Ok(())
}
