//! What the program is built from, as CycloneDX 1.6 lists it: name, version, licence, source.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::ci::cargo;

/// The list, as JSON.
pub fn list(root: &Path, version: &str) -> Result<Vec<u8>> {
    let metadata = ["metadata", "--locked", "--format-version", "1"];
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let output = cargo(root).args(metadata).args(["--filter-platform", &host]).output()?;
    let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
    let packages = array(&metadata["packages"]);
    let used = built_in(&metadata)?;
    let mut components: Vec<Value> = packages
        .iter()
        .filter(|package| package["id"].as_str().is_some_and(|id| used.contains(id)))
        .filter(|package| !package["source"].is_null())
        .map(component)
        .collect();
    components.sort_by_key(|component| component["purl"].to_string());
    let document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "payung", "version": version}},
        "components": components,
    });
    Ok(serde_json::to_vec_pretty(&document)?)
}

fn component(package: &Value) -> Value {
    let (name, version) = (text(&package["name"]), text(&package["version"]));
    json!({
        "type": "library",
        "name": name,
        "version": version,
        "purl": format!("pkg:cargo/{name}@{version}"),
        "licenses": [{"expression": text(&package["license"]).replace('/', " OR ")}],
    })
}

/// What `payung` links, and what is linked by that: no tools of building, none of tests.
fn built_in(metadata: &Value) -> Result<HashSet<&str>> {
    let nodes = array(&metadata["resolve"]["nodes"]);
    let by_id: HashMap<&str, &Value> = nodes.iter().map(|node| (text(&node["id"]), node)).collect();
    let packages = array(&metadata["packages"]);
    let ours = packages.iter().find(|package| package["name"] == "payung");
    let mut waiting = vec![text(&ours.context("a package payung")?["id"])];
    let mut found = HashSet::new();
    while let Some(id) = waiting.pop() {
        if !found.insert(id) {
            continue;
        }
        let dependencies = by_id.get(id).map_or(&[][..], |node| array(&node["deps"]));
        let is_linked = |dependency: &&Value| {
            array(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null())
        };
        waiting.extend(dependencies.iter().filter(is_linked).map(|found| text(&found["pkg"])));
    }
    Ok(found)
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
