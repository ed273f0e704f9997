//! How long the form of a large definition takes.
//!
//!   cargo bench -p tributary-core --bench form
//!
//! Measures one of 49 settings made here, and the largest public one where `TRIBUTARY_HUB_SAMPLE` names a folder of them.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a benchmark prints what it measures")]

use serde_json::{Value, json};
use std::{path::Path, time::Instant};
use tributary_core::connectors::{Definition, form};

const ROUNDS: u32 = 200;
const LIMIT: f64 = 5.0;

fn main() {
    let kinds = ["string", "integer", "boolean", "options", "array", "object", "date_iso8601"];
    let settings: Vec<Value> = (0..49)
        .map(|number| {
            json!({
                "name": format!("part_{}.setting_{number}", number % 5),
                "kind": kinds[number % kinds.len()],
                "description": "Says *what* it is for, at [some length](https://example.com), with `code`. ".repeat(4),
                "options": if number % kinds.len() == 3 { json!(["one", "two"]) } else { Value::Null },
                "value": if number % kinds.len() == 1 { json!(5) } else { Value::Null },
            })
        })
        .collect();
    let groups = json!([["part_0.setting_0", "part_1.setting_1"], ["part_0.setting_0", "part_2.setting_2"]]);
    let made = json!({"name": "tap-large", "settings": settings, "settings_group_validation": groups});
    measure("49 settings made here", &Definition::from_value(&made, None).unwrap());

    if let Some(folder) = std::env::var_os("TRIBUTARY_HUB_SAMPLE") {
        let mut all = Vec::new();
        read(Path::new(&folder), &mut all);
        let largest = all.iter().max_by_key(|definition| definition.settings.len()).unwrap();
        measure(&format!("{} ({} settings)", largest.plugin, largest.settings.len()), largest);
        let start = Instant::now();
        for definition in &all {
            std::hint::black_box(form::form(definition, &[]));
        }
        println!("{} public definitions, all: {:.0} ms", all.len(), start.elapsed().as_secs_f64() * 1000.0);
    }
}

fn read(folder: &Path, all: &mut Vec<Definition>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, all);
        } else if path.extension().is_some_and(|end| end == "yml") {
            all.push(Definition::parse(&std::fs::read_to_string(path).unwrap()).unwrap());
        }
    }
}

fn measure(name: &str, definition: &Definition) {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(form::form(definition, &[]));
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let (median, most) = (times[times.len() / 2], times[times.len() - 1]);
    println!("form of {name}: {median:.2} ms, at most {most:.2} ms (limit {LIMIT}, ratio {:.2})", median / LIMIT);
}
