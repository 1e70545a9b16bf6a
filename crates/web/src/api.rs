//! What the program's addresses for programs are, in a description made from the routes themselves.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::acts::{self, FILE_BYTES, Takes};
use crate::routes::{Route, is_public};
use crate::session::COOKIE_NAME;
use crate::signed::Readers;
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
    /// What is sent to it; nothing when it is only read.
    pub sends: Option<Sends>,
}

/// What is sent to an address, and what it says when it went well.
#[derive(Clone, Copy)]
pub(crate) struct Sends {
    pub takes: Takes,
    /// Whether the request has a key.
    pub keyed: bool,
    pub statuses: &'static [StatusCode],
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
            sends: None,
        }
    }
}

/// The whole description, from every route that answers programs.
pub(crate) fn document(table: &[Route]) -> Value {
    let described = table.iter().filter_map(|route| Some((route, route.described.as_ref()?)));
    let mut paths: Map<String, Value> = Map::new();
    for (route, found) in described {
        let at = paths.entry(route.path.clone()).or_insert_with(|| json!({}));
        at[route.method.as_str().to_lowercase()] = operation(route, found);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Payung",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Every table of the application as data, and what programs may do in \
                            the name of whoever gave them a token. Amounts are whole rupiah; \
                            names of fields never change. `?bahasa=en` answers in English.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "login": { "type": "apiKey", "in": "cookie", "name": COOKIE_NAME },
                "token": { "type": "http", "scheme": "bearer" },
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
    let in_path =
        route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path = in_path.map(|name| {
        json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
    });
    let is_needed = described.sends.is_some();
    let in_query = described.parameters.iter().map(|one| parameter(one, is_needed));
    let key = described.sends.filter(|sends| sends.keyed).map(|_| key());
    let mut operation = json!({
        "operationId": described.id,
        "summary": described.summary,
        "parameters": in_path.chain(in_query).chain(key).collect::<Vec<Value>>(),
        "responses": responses(route, described),
        // What the policy table asks before anything is answered.
        "x-operation": route.operation.name(),
        "security": match (is_public(route.operation), route.readers) {
            (true, _) => json!([]),
            (false, Readers::Programs) => json!([{ "token": [] }]),
            (false, _) => json!([{ "login": [] }, { "token": [] }]),
        },
    });
    if let Some(sends) = described.sends {
        operation["requestBody"] = body(sends.takes);
    }
    operation
}

/// Every status that an address may answer with.
fn responses(route: &Route, described: &Described) -> Value {
    let well: &[StatusCode] = described.sends.map_or(&[StatusCode::OK], |sends| sends.statuses);
    let mut responses = Map::new();
    for status in well {
        let what = match *status {
            StatusCode::CREATED => "It was made.",
            StatusCode::ACCEPTED => "A job does it; ask for the job until it is done.",
            _ => "The answer.",
        };
        let schema = answer(&described.answer);
        let answer = json!({
            "description": what,
            "content": { "application/json": { "schema": schema } },
        });
        responses.insert(status.as_str().to_owned(), answer);
    }
    let mut problems = vec!["400", "401", "404", "421", "429", "500", "503"];
    if !is_public(route.operation) {
        problems.push("403");
    }
    if described.sends.is_some() || route.path.starts_with("/api/") {
        problems.extend(["409", "422"]);
    }
    if described.sends.is_some() {
        problems.extend(["413", "415"]);
    }
    for status in problems {
        let problem = json!({ "$ref": "#/components/responses/Problem" });
        responses.insert(status.to_owned(), problem);
    }
    Value::Object(responses)
}

/// The header by which nothing is done twice.
fn key() -> Value {
    json!({
        "name": "Idempotency-Key",
        "in": "header",
        "required": true,
        "description": "A name of the program's own for this request, such as a UUID: sent again \
                        with the same content it is answered the same and done once.",
        "schema": { "type": "string", "pattern": "^[A-Za-z0-9._:-]{1,255}$" },
    })
}

fn body(takes: Takes) -> Value {
    let (kind, schema, is_needed) = match takes {
        Takes::Fields(inputs) => ("application/json", acts::schema(inputs), !inputs.is_empty()),
        Takes::File => {
            let schema = json!({ "type": "string", "format": "binary", "maxLength": FILE_BYTES });
            ("application/octet-stream", schema, true)
        }
    };
    json!({ "required": is_needed, "content": { kind: { "schema": schema } } })
}

fn parameter(parameter: &Parameter, is_needed: bool) -> Value {
    let schema = match parameter.shape {
        Shape::Text => json!({ "type": "string" }),
        Shape::Month => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$" }),
        Shape::Day => json!({ "type": "string", "format": "date" }),
        Shape::OneOf(words) => json!({ "type": "string", "enum": words }),
    };
    json!({
        "name": parameter.name,
        "in": "query",
        "required": is_needed,
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
    let code = json!({ "type": "string", "pattern": "^[A-Z_]+$" });
    json!({
        "type": "object",
        "required": ["type", "title", "status", "kode", "detail", "lacak"],
        "additionalProperties": false,
        "properties": {
            "type": text,
            "title": text,
            "status": { "type": "integer" },
            "kode": code,
            "detail": text,
            "lacak": { "type": "string", "description": "The number of the request." },
            "bidang": {
                "type": "array",
                "description": "Fields that are not as they should be.",
                "items": {
                    "type": "object",
                    "required": ["pointer", "kode", "pesan"],
                    "additionalProperties": false,
                    "properties": { "pointer": text, "kode": code, "pesan": text },
                },
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use axum::http::Method;

    use super::*;
    use crate::routes;

    #[test]
    fn every_route_for_programs_is_described_and_nothing_else() {
        let table = routes::table();
        let document = document(&table);
        let paths = document["paths"].as_object().expect("paths");
        for route in &table {
            // Public keys (RFC 7517) and the description of open data are formats of their own.
            let own = ["/kartu/kunci.json", "/cakupan/datapackage.json"];
            let is_keys = own.contains(&route.path.as_str());
            let for_programs =
                (route.path.ends_with(".json") && !is_keys) || route.path.starts_with("/api/");
            assert_eq!(paths.contains_key(&route.path), for_programs, "{}", route.path);
            let is_act = route.path.starts_with("/api/") && route.method == Method::POST;
            assert_eq!(route.readers == Readers::Programs, is_act, "{}", route.path);
        }
        let routes = table.iter().filter(|route| route.described.is_some()).count();
        let methods = paths.values().flat_map(|path| path.as_object().expect("methods").values());
        let mut ids: Vec<&str> =
            methods.filter_map(|method| method["operationId"].as_str()).collect();
        assert_eq!(ids.len(), routes);
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), routes, "names are unique");
        assert_eq!(document["openapi"], "3.1.0");
    }

    #[test]
    fn an_act_says_what_it_takes_and_every_way_it_ends() {
        let document = document(&routes::table());
        let act = &document["paths"]["/api/tugas/{id}/persetujuan"]["post"];
        assert_eq!(act["security"], json!([{ "token": [] }]));
        let key = act["parameters"].as_array().expect("parameters").iter();
        assert!(
            key.into_iter().any(|one| one["name"] == "Idempotency-Key" && one["required"] == true)
        );
        let schema = &act["requestBody"]["content"]["application/json"]["schema"];
        assert_eq!(schema["required"], json!(["sidik"]));
        assert_eq!(schema["additionalProperties"], json!(false));
        for status in ["200", "400", "401", "403", "404", "409", "413", "415", "422", "429"] {
            assert!(act["responses"][status].is_object(), "{status}");
        }
        assert!(act["responses"]["default"].is_null());
    }

    #[test]
    fn what_needs_a_login_says_so() {
        let document = document(&routes::table());
        let operation = |path: &str| document["paths"][path]["get"].clone();
        assert_eq!(operation("/cakupan.json")["security"], json!([]));
        let sheets = operation("/impor.json");
        assert_eq!(sheets["security"], json!([{ "login": [] }, { "token": [] }]));
        assert_eq!(sheets["x-operation"], "read-sheets");
        assert!(sheets["responses"]["401"].is_object());
        let rows = &sheets["responses"]["200"]["content"]["application/json"]["schema"];
        assert_eq!(rows["properties"]["rows"]["items"]["properties"]["to_fix"]["minimum"], 0);
    }
}
