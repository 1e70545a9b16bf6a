//! Our own functions over columns: names and numbers made comparable, blocks, evidence, the law's
//! arithmetic, months of cover.
//!
//! Each is the function of `linkage`, `domain` or `rules` that the office's program calls, given
//! columns; none decides anything of its own.

pub mod cover;
pub mod gather;
pub mod money;
pub mod people;

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

use crate::functions;

/// What our own refusals begin with: they are answered the same however often one asks.
pub const REFUSED: &str = "payung:";

/// A refusal of ours.
pub fn refused(why: impl std::fmt::Display) -> DataFusionError {
    DataFusionError::Execution(format!("{REFUSED} {why}"))
}

/// A function of one row: takes columns of these types and gives one of that.
fn kernel(
    name: &str,
    takes: Vec<DataType>,
    gives: DataType,
    run: fn(&[ArrayRef], usize) -> Result<ArrayRef>,
) -> ScalarUDF {
    let run = move |values: &[ColumnarValue]| -> Result<ColumnarValue> {
        let rows = values.iter().find_map(|value| match value {
            ColumnarValue::Array(array) => Some(array.len()),
            ColumnarValue::Scalar(_) => None,
        });
        let columns = ColumnarValue::values_to_arrays(values)?;
        let result = run(&columns, rows.unwrap_or(1))?;
        Ok(match rows {
            Some(_) => ColumnarValue::Array(result),
            None => {
                ColumnarValue::Scalar(datafusion::common::ScalarValue::try_from_array(&result, 0)?)
            }
        })
    };
    create_udf(&functions::name(name), takes, gives, Volatility::Immutable, Arc::new(run))
}

/// How long the lists of a column may be together: their ends are numbers of 32 bits.
///
/// # Errors
/// That they are longer, and what to do.
fn fit(values: usize) -> Result<()> {
    match i32::try_from(values) {
        Ok(_) => Ok(()),
        Err(_) => Err(refused(
            "satu bagian memberi lebih dari 2.147.483.647 baris: beri --partitions yang lebih \
             besar (one part gives more rows than a list can hold: give more --partitions)",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_longer_than_their_numbers_are_refused() {
        assert!(fit(i32::MAX as usize).is_ok());
        let told = fit(i32::MAX as usize + 1).expect_err("too long").to_string();
        assert!(told.contains("--partitions") && told.contains(REFUSED), "{told}");
    }
}
