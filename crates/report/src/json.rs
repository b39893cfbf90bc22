//! JSON: the summary itself, whose field names are the stable keys.

use serde_json::Value;

use crate::summary::Summary;

/// Returns the report as one JSON document.
pub(crate) fn render(summary: &Summary) -> Value {
    serde_json::to_value(summary)
        .expect("a summary holds texts, numbers and lists, which JSON can always write")
}

#[cfg(test)]
mod tests {
    use crate::sample;

    #[test]
    fn the_agreed_keys_are_there() {
        let value = crate::json(&sample::mended().material());
        for key in [
            "plan",
            "session",
            "counts",
            "phases",
            "steps",
            "checks",
            "checklist",
            "gates",
            "skips",
            "problems",
            "backups",
            "risks",
            "criteria",
            "rollback",
            "events",
            "journal_head",
        ] {
            assert!(value.get(key).is_some(), "{key}");
        }
        assert_eq!(value["journal_head"], sample::HEAD);
        assert_eq!(value["session"]["outcome"], "succeeded");
        assert_eq!(value["steps"][3]["id"], "add-columns");
        assert_eq!(value["steps"][3]["status"], "succeeded");
        assert_eq!(value["steps"][3]["planned_ms"], 60_000);
        assert_eq!(value["steps"][3]["attempts"], 2);
        assert_eq!(value["checks"][0]["result"], "pass");
        assert_eq!(value["backups"][0]["restored"]["equal"], true);
        assert_eq!(value["problems"][0]["code"], "55P03");
    }

    #[test]
    fn every_number_of_time_says_its_unit() {
        fn walk(value: &serde_json::Value, path: &str) {
            match value {
                serde_json::Value::Object(map) => {
                    for (key, inner) in map {
                        let timed = ["elapsed", "duration", "planned", "actual", "undo"];
                        let stem = key.trim_end_matches("_ms");
                        if inner.is_number() && timed.contains(&stem) {
                            assert!(key.ends_with("_ms"), "{path}.{key}");
                        }
                        walk(inner, &format!("{path}.{key}"));
                    }
                }
                serde_json::Value::Array(list) => list.iter().for_each(|inner| walk(inner, path)),
                _ => {}
            }
        }
        walk(&crate::json(&sample::mended().material()), "");
    }
}
