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

use datafusion::arrow::array::{Array, ArrayRef, Date32Array, Int64Array, StringViewArray};
use datafusion::arrow::compute::cast;
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

/// A column of texts.
fn texts(column: &ArrayRef) -> Result<StringViewArray> {
    let column = cast(column, &DataType::Utf8View)?;
    Ok(datafusion::common::cast::as_string_view_array(&column)?.clone())
}

/// A column of whole numbers.
fn numbers(column: &ArrayRef) -> Result<Int64Array> {
    let column = cast(column, &DataType::Int64)?;
    Ok(datafusion::common::cast::as_int64_array(&column)?.clone())
}

/// A column of days.
fn days(column: &ArrayRef) -> Result<Date32Array> {
    let column = cast(column, &DataType::Date32)?;
    Ok(datafusion::common::cast::as_date32_array(&column)?.clone())
}

/// A cell of a column of texts; nothing where there is none.
fn cell(column: &StringViewArray, row: usize) -> &str {
    if column.is_null(row) { "" } else { column.value(row) }
}
