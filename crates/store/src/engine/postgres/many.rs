//! A statement asked once for many rows of values: each parameter becomes a column of an array, and
//! the rows stand beside the table by the name `given`.

use tokio_postgres::types::Type;

/// `select * from t where …`, `update t set … where … returning *` or `delete from t where …
/// returning *` for whole columns of values. Statements are plain on purpose (see `sql/`), so that
/// a few lines understand them; a text of another form is a bug that a test finds.
pub(super) fn by_arrays(text: &str, types: &[Type]) -> String {
    let (head, condition) = text.split_once(" where ").expect("it names its rows");
    let names: Vec<String> = (1..=types.len()).map(|number| format!("v{number}")).collect();
    let given = format!("{} as given ({})", unnested(types), names.join(", "));
    let mut words = head.split(' ');
    let (table, join) = match words.next() {
        Some("update") => (words.next(), format!("from {given}")),
        Some("delete") => (words.nth(1), format!("using {given}")),
        Some("select") => (words.nth(2), format!("cross join {given}")),
        _ => (None, String::new()),
    };
    let table = table.expect("a plain statement names its table");
    let head = head.replace("select *", &format!("select {table}.*"));
    let condition = condition.replace("returning *", &format!("returning {table}.*"));
    format!("{} {join} where {}", from_columns(&head), from_columns(&condition))
}

/// The values as rows: `unnest($1::int8[], …)`.
pub(super) fn unnested(types: &[Type]) -> String {
    let array = |(number, ty): (usize, &Type)| format!("${number}::{}[]", ty.name());
    let arrays: Vec<String> = (1..).zip(types).map(array).collect();
    format!("unnest({})", arrays.join(", "))
}

/// `$1` as `given.v1`, and so on.
fn from_columns(text: &str) -> String {
    text.replace('$', "given.v")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_statement_takes_its_values_from_arrays() {
        let check = |text: &str, types: &[Type], expect: &str| {
            assert_eq!(by_arrays(text, types), expect);
        };
        check(
            "update pair set score = $1 where tenant = $2 and id = $3 returning *",
            &[Type::INT8, Type::INT8, Type::BYTEA],
            "update pair set score = given.v1 \
             from unnest($1::int8[], $2::int8[], $3::bytea[]) as given (v1, v2, v3) \
             where tenant = given.v2 and id = given.v3 returning pair.*",
        );
        check(
            "select * from pair where tenant = $1 and id = $2",
            &[Type::INT8, Type::BYTEA],
            "select pair.* from pair cross join unnest($1::int8[], $2::bytea[]) as given (v1, v2) \
             where tenant = given.v1 and id = given.v2",
        );
        check(
            "delete from pair where tenant = $1 and state = 'open' returning *",
            &[Type::INT8],
            "delete from pair using unnest($1::int8[]) as given (v1) \
             where tenant = given.v1 and state = 'open' returning pair.*",
        );
    }
}
