//! The fields that an act takes: one list says what is read, what is refused, and how it is
//! described to programs.

use serde_json::{Map, Value, json};

/// A field.
#[derive(Clone, Copy)]
pub(crate) struct Input {
    pub name: &'static str,
    /// One sentence about it.
    pub meaning: &'static str,
    pub shape: Shape,
}

/// What a field holds.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    /// Text of at most so many characters, not empty unless it may be.
    Text { most: usize, may_be_empty: bool },
    /// A whole number from 0 on.
    Whole { most: u32 },
    /// One of these words.
    Word(fn() -> Vec<&'static str>),
    /// A digest: 64 hexadecimal digits.
    Digest,
    /// One to so many objects with these fields.
    List { of: &'static [Input], most: usize },
}

/// A field that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// Where it stands, as a JSON pointer.
    pub pointer: String,
    /// Why, by a stable code.
    pub code: &'static str,
}

/// Fields that are as they should be.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Given(Map<String, Value>);

impl Wrong {
    /// A field at the top.
    pub(crate) fn of(name: &str, code: &'static str) -> Wrong {
        Wrong { pointer: format!("/{name}"), code }
    }
}

impl Given {
    /// Reads an object; everything that is wrong with it at once.
    pub(crate) fn read(value: Value, inputs: &[Input]) -> Result<Given, Vec<Wrong>> {
        let mut wrong = Vec::new();
        check_object(&value, inputs, "", &mut wrong);
        match value {
            Value::Object(fields) if wrong.is_empty() => Ok(Given(fields)),
            _ => Err(wrong),
        }
    }

    /// A text; empty when there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// A whole number; 0 when there is none.
    pub(crate) fn whole(&self, name: &str) -> u32 {
        let number = self.0.get(name).and_then(Value::as_u64);
        number.and_then(|number| u32::try_from(number).ok()).unwrap_or_default()
    }

    /// The objects of a list.
    pub(crate) fn list(&self, name: &str) -> Vec<Given> {
        let items = self.0.get(name).and_then(Value::as_array).into_iter().flatten();
        items.filter_map(Value::as_object).map(|fields| Given(fields.clone())).collect()
    }
}

/// An object with exactly these fields.
fn check_object(value: &Value, inputs: &[Input], at: &str, wrong: &mut Vec<Wrong>) {
    let Value::Object(fields) = value else {
        wrong.push(Wrong { pointer: at.to_owned(), code: "FIELD_UNFIT" });
        return;
    };
    for name in fields.keys().filter(|name| inputs.iter().all(|input| input.name != *name)) {
        let escaped = name.replace('~', "~0").replace('/', "~1");
        wrong.push(Wrong { pointer: format!("{at}/{escaped}"), code: "FIELD_UNKNOWN" });
    }
    for input in inputs {
        let pointer = format!("{at}/{}", input.name);
        match fields.get(input.name) {
            None => wrong.push(Wrong { pointer, code: "FIELD_MISSING" }),
            Some(value) => check(value, input.shape, &pointer, wrong),
        }
    }
}

fn check(value: &Value, shape: Shape, at: &str, wrong: &mut Vec<Wrong>) {
    let code = match (shape, value) {
        (Shape::Text { most, .. }, Value::String(text)) if text.chars().count() > most => {
            Some("FIELD_TOO_LONG")
        }
        (Shape::Text { may_be_empty, .. }, Value::String(text)) => {
            let is_unfit = text.contains('\0') || (text.trim().is_empty() && !may_be_empty);
            is_unfit.then_some("FIELD_UNFIT")
        }
        (Shape::Whole { most }, Value::Number(number)) => {
            let fits = number.as_u64().is_some_and(|number| number <= u64::from(most));
            (!fits).then_some("FIELD_UNFIT")
        }
        (Shape::Word(words), Value::String(text)) => {
            (!words().contains(&text.as_str())).then_some("FIELD_UNFIT")
        }
        (Shape::Digest, Value::String(text)) => {
            let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            (text.len() != 64 || !text.bytes().all(is_hex)).then_some("FIELD_UNFIT")
        }
        (Shape::List { most, .. }, Value::Array(items)) if items.len() > most => {
            Some("FIELD_TOO_LONG")
        }
        (Shape::List { of, .. }, Value::Array(items)) => {
            for (place, item) in items.iter().enumerate() {
                check_object(item, of, &format!("{at}/{place}"), wrong);
            }
            items.is_empty().then_some("FIELD_UNFIT")
        }
        _ => Some("FIELD_UNFIT"),
    };
    wrong.extend(code.map(|code| Wrong { pointer: at.to_owned(), code }));
}

/// The fields as a JSON schema.
pub(crate) fn schema(inputs: &[Input]) -> Value {
    let one = |input: &Input| {
        let mut schema = schema_of(input.shape);
        schema["description"] = json!(input.meaning);
        (input.name.to_owned(), schema)
    };
    json!({
        "type": "object",
        "required": inputs.iter().map(|input| input.name).collect::<Vec<_>>(),
        "additionalProperties": false,
        "properties": inputs.iter().map(one).collect::<Map<String, Value>>(),
    })
}

fn schema_of(shape: Shape) -> Value {
    match shape {
        Shape::Text { most, may_be_empty: true } => {
            json!({ "type": "string", "maxLength": most, "pattern": "^[^\\u0000]*$" })
        }
        Shape::Text { most, may_be_empty: false } => {
            // Something that is seen, and nothing that databases end texts with.
            let pattern = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$";
            json!({ "type": "string", "minLength": 1, "maxLength": most, "pattern": pattern })
        }
        Shape::Whole { most } => json!({ "type": "integer", "minimum": 0, "maximum": most }),
        Shape::Word(words) => json!({ "type": "string", "enum": words() }),
        Shape::Digest => json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" }),
        Shape::List { of, most } => {
            json!({ "type": "array", "minItems": 1, "maxItems": most, "items": schema(of) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &[Input] = &[Input { name: "baris", meaning: "", shape: Shape::Whole { most: 9 } }];
    const ALL: &[Input] = &[
        Input { name: "sebab", meaning: "", shape: Shape::Text { most: 3, may_be_empty: false } },
        Input { name: "kode", meaning: "", shape: Shape::Word(|| vec!["a", "b"]) },
        Input { name: "daftar", meaning: "", shape: Shape::List { of: ROW, most: 2 } },
    ];

    fn check(text: &str, expect: &[(&str, &str)]) {
        let value = serde_json::from_str(text).expect("JSON");
        let wrong = Given::read(value, ALL).err().unwrap_or_default();
        let found: Vec<(&str, &str)> =
            wrong.iter().map(|one| (one.pointer.as_str(), one.code)).collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn what_is_not_in_the_list_is_refused_by_its_place() {
        check(r#"{"sebab":"abc","kode":"a","daftar":[{"baris":9}]}"#, &[]);
        check("[]", &[("", "FIELD_UNFIT")]);
        check(r#"{"sebab":"abc","kode":"a"}"#, &[("/daftar", "FIELD_MISSING")]);
        check(
            r#"{"sebab":" ","kode":"c","daftar":[{"baris":10},{"baris":1,"role":"x"}]}"#,
            &[
                ("/sebab", "FIELD_UNFIT"),
                ("/kode", "FIELD_UNFIT"),
                ("/daftar/0/baris", "FIELD_UNFIT"),
                ("/daftar/1/role", "FIELD_UNKNOWN"),
            ],
        );
        check(
            r#"{"sebab":"abcd","kode":"a","daftar":[],"a/b~":null}"#,
            &[
                ("/a~1b~0", "FIELD_UNKNOWN"),
                ("/sebab", "FIELD_TOO_LONG"),
                ("/daftar", "FIELD_UNFIT"),
            ],
        );
        check(
            r#"{"sebab":"a\u0000","kode":1,"daftar":[{"baris":-1}]}"#,
            &[
                ("/sebab", "FIELD_UNFIT"),
                ("/kode", "FIELD_UNFIT"),
                ("/daftar/0/baris", "FIELD_UNFIT"),
            ],
        );
    }

    #[test]
    fn the_description_says_what_is_read() {
        let schema = schema(ALL);
        assert_eq!(schema["required"], json!(["sebab", "kode", "daftar"]));
        assert_eq!(schema["additionalProperties"], json!(false));
        assert_eq!(schema["properties"]["daftar"]["items"]["required"], json!(["baris"]));
    }
}
