//! Months of cover, twelve bits of a year.

use std::sync::Arc;

use datafusion::arrow::array::{Int64Builder, ListBuilder};
use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::ScalarUDF;

use super::kernel;
use super::people::list_of_numbers;
use crate::cells::{numbers, required};

/// The months of a year that a number holds, the first in its lowest bit.
pub fn months(bits: i64) -> impl Iterator<Item = i64> {
    (1..=12).filter(move |month| bits >> (month - 1) & 1 == 1)
}

/// `months_of(bits)`: the months, 1 to 12.
pub fn months_of() -> ScalarUDF {
    kernel("months_of", vec![DataType::Int64], list_of_numbers(), |columns, rows| {
        let bits = numbers(&columns[0])?;
        let mut lists = ListBuilder::new(Int64Builder::new());
        for row in 0..rows {
            months(required(&bits, row, "months")?)
                .for_each(|month| lists.values().append_value(month));
            lists.append(true);
        }
        Ok(Arc::new(lists.finish()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_bit_is_january() {
        assert_eq!(months(0b1000_0000_0101).collect::<Vec<_>>(), [1, 3, 12]);
        assert_eq!(months(0).count(), 0);
    }
}
