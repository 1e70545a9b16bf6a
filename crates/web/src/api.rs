//! What the program's addresses for programs are, in a description made from the routes themselves.

use serde_json::{Map, Value, json};

use crate::routes::{Route, is_public};
use crate::session::COOKIE_NAME;
use crate::table::{Column, Kind, View};

/// What an address answers to a program, for its description.
#[derive(Clone)]
pub(crate) struct Described {
    /// Its name: English, forever.
    pub id: String,
    /// One sentence about it.
    pub summary: String,
    pub parameters: Vec<Parameter>,
    pub answer: Answer,
}

/// Something that may stand in the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parameter {
    pub name: &'static str,
    /// One sentence about it.
    pub meaning: &'static str,
    pub shape: Shape,
}

/// How a parameter is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Text,
    Whole,
    /// `YYYY-MM`.
    Month,
    /// `YYYY-MM-DD`.
    Day,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

/// What is answered.
#[derive(Clone)]
pub(crate) enum Answer {
    /// Rows of these columns, with these values beside them.
    Table { columns: &'static [Column], meta: &'static [Column] },
    /// An object with these values.
    Object(&'static [Column]),
    /// JSON whose shape another standard tells.
    Other(&'static str),
}

impl Described {
    /// The description of a table's JSON.
    pub(crate) fn of_view(view: &View) -> Described {
        Described {
            id: view.id.to_owned(),
            summary: format!("The table at {}, every row.", view.path),
            parameters: view.parameters.to_vec(),
            answer: Answer::Table { columns: view.columns, meta: view.meta },
        }
    }
}

/// The whole description, from every route that answers programs.
pub(crate) fn document(table: &[Route]) -> Value {
    let described = table.iter().filter_map(|route| Some((route, route.described.as_ref()?)));
    let paths: Map<String, Value> = described
        .map(|(route, found)| (route.path.clone(), json!({ "get": operation(route, found) })))
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Payung",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Every table of the application as data. Amounts are whole rupiah; \
                            names of fields never change.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "login": { "type": "apiKey", "in": "cookie", "name": COOKIE_NAME },
            },
            "schemas": { "Problem": problem() },
            "responses": {
                "Problem": {
                    "description": "Why there is no answer (RFC 9457).",
                    "content": { "application/problem+json": {
                        "schema": { "$ref": "#/components/schemas/Problem" },
                    } },
                },
            },
        },
    })
}

fn operation(route: &Route, described: &Described) -> Value {
    let public = is_public(route.operation);
    let mut responses = json!({
        "200": {
            "description": "The answer.",
            "content": { "application/json": { "schema": answer(&described.answer) } },
        },
        "default": { "$ref": "#/components/responses/Problem" },
    });
    let mut problems = vec!["400", "404", "405", "503"];
    if !public {
        problems.extend(["401", "403"]);
    }
    for status in problems {
        responses[status] = json!({ "$ref": "#/components/responses/Problem" });
    }
    let in_path =
        route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path = in_path.map(|name| {
        json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
    });
    let in_query = described.parameters.iter().map(parameter);
    json!({
        "operationId": described.id,
        "summary": described.summary,
        "parameters": in_path.chain(in_query).collect::<Vec<Value>>(),
        "responses": responses,
        // What the policy table asks before anything is answered.
        "x-operation": route.operation.name(),
        "security": if public { json!([]) } else { json!([{ "login": [] }]) },
    })
}

fn parameter(parameter: &Parameter) -> Value {
    let schema = match parameter.shape {
        Shape::Text => json!({ "type": "string" }),
        Shape::Whole => json!({ "type": "integer", "minimum": 0 }),
        Shape::Month => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$" }),
        Shape::Day => json!({ "type": "string", "format": "date" }),
        Shape::OneOf(words) => json!({ "type": "string", "enum": words }),
    };
    json!({
        "name": parameter.name,
        "in": "query",
        "required": false,
        "description": parameter.meaning,
        "schema": schema,
    })
}

fn answer(answer: &Answer) -> Value {
    match answer {
        Answer::Other(what) => json!({ "type": "object", "description": what }),
        Answer::Object(columns) => object(columns, Map::new()),
        Answer::Table { columns, meta } => {
            let rows = json!({ "type": "array", "items": object(columns, Map::new()) });
            object(meta, Map::from_iter([("rows".to_owned(), rows)]))
        }
    }
}

/// An object with exactly these fields; a field without a value is null.
fn object(columns: &[Column], more: Map<String, Value>) -> Value {
    let own = columns.iter().map(|column| (column.key.to_owned(), value(column.kind)));
    let properties: Map<String, Value> = own.chain(more).collect();
    let required: Vec<&String> = properties.keys().collect();
    json!({
        "type": "object",
        "required": required,
        "additionalProperties": false,
        "properties": properties,
    })
}

fn value(kind: Kind) -> Value {
    match kind {
        Kind::Text | Kind::Indonesian => json!({ "type": ["string", "null"] }),
        Kind::Count => json!({ "type": ["integer", "null"], "minimum": 0 }),
        Kind::Rupiah => json!({ "type": ["integer", "null"], "description": "Whole rupiah." }),
        Kind::Share => json!({ "type": ["integer", "null"], "description": "Parts per million." }),
        Kind::Moment => {
            json!({ "type": ["integer", "null"], "description": "Milliseconds since 1970, UTC." })
        }
        Kind::Day => json!({ "type": ["string", "null"], "format": "date" }),
        Kind::Month => json!({ "type": ["string", "null"], "pattern": "^[0-9]{4}-[0-9]{2}$" }),
    }
}

fn problem() -> Value {
    let text = json!({ "type": "string" });
    json!({
        "type": "object",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": {
            "type": text,
            "title": text,
            "status": { "type": "integer" },
            "code": { "type": "string", "pattern": "^[A-Z_]+$" },
            "detail": text,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes;

    #[test]
    fn every_route_for_programs_is_described_and_nothing_else() {
        let table = routes::table();
        let document = document(&table);
        let paths = document["paths"].as_object().expect("paths");
        for route in &table {
            let answers_programs = route.path.ends_with(".json");
            assert_eq!(paths.contains_key(&route.path), answers_programs, "{}", route.path);
        }
        let routes = table.iter().filter(|route| route.described.is_some());
        assert_eq!(paths.len(), routes.count());
        let mut ids: Vec<&str> =
            paths.values().filter_map(|path| path["get"]["operationId"].as_str()).collect();
        assert_eq!(ids.len(), paths.len());
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), paths.len(), "names are unique");
        assert_eq!(document["openapi"], "3.1.0");
    }

    #[test]
    fn what_needs_a_login_says_so() {
        let document = document(&routes::table());
        let operation = |path: &str| document["paths"][path]["get"].clone();
        assert_eq!(operation("/cakupan.json")["security"], json!([]));
        let sheets = operation("/impor.json");
        assert_eq!(sheets["security"], json!([{ "login": [] }]));
        assert_eq!(sheets["x-operation"], "read-sheets");
        assert!(sheets["responses"]["401"].is_object());
        let rows = &sheets["responses"]["200"]["content"]["application/json"]["schema"];
        assert_eq!(rows["properties"]["rows"]["items"]["properties"]["to_fix"]["minimum"], 0);
    }
}
