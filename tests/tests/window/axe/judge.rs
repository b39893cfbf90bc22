//! What axe-core finds in the window, view by view.

use serde_json::{Value, json};
use stopover_tests::workspace;

use crate::driver::Driven;

/// Theme and contrast, as the window writes them at its root.
const LOOKS: [(&str, &str); 4] = [
    ("light", "usual"),
    ("dark", "usual"),
    ("light", "more"),
    ("dark", "more"),
];

/// Keeps what axe-core found.
pub(super) struct Judge {
    source: String,
    views: usize,
    found: Vec<String>,
}

impl Judge {
    pub(super) fn new() -> Self {
        let file = workspace().join("ui/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(file).expect("npm ci has installed axe-core");
        Self {
            source: format!("{axe}; window.axe = axe; {}", include_str!("look.js")),
            views: 0,
            found: Vec::new(),
        }
    }

    /// Looks at what the window shows now, in all its looks.
    pub(super) async fn look(&mut self, window: &Driven, view: &str) {
        let there = window
            .client
            .execute("return !!window.axeLooks", Vec::new());
        if there.await.expect("the window answers") != json!(true) {
            let put = window.client.execute(&self.source, Vec::new()).await;
            put.expect("axe-core is put into the window");
        }
        let script = "const [looks, done] = arguments; \
            window.axeLooks(looks).then(done, (error) => done({ failed: String(error) }));";
        let judged = window.client.execute_async(script, vec![json!(LOOKS)]);
        let judged = judged.await.expect("axe-core runs in the window");
        assert_eq!(judged["failed"], Value::Null, "axe-core failed on {view}");
        let passed = judged["passed"].as_u64().unwrap_or_default();
        assert!(passed > 8, "axe-core has looked at {view}: {judged}");
        self.views += 1;
        self.take(&judged["found"], view);
    }

    fn take(&mut self, found: &Value, view: &str) {
        for one in found.as_array().into_iter().flatten() {
            let text = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
            if !["serious", "critical"].contains(&text("impact").as_str()) {
                continue;
            }
            let nodes = one["nodes"].as_array().map_or(&[][..], Vec::as_slice);
            let places: Vec<&str> = nodes.iter().take(4).filter_map(Value::as_str).collect();
            self.found.push(format!(
                "{view}, {}: {}: {} ({}), {} times\n    {}",
                text("look"),
                text("impact"),
                text("help"),
                text("id"),
                nodes.len(),
                places.join("\n    ")
            ));
        }
    }

    /// Says what was found; nothing serious may have been.
    pub(super) fn says_nothing(self) {
        assert!(self.views > 0, "no view was looked at");
        assert!(self.found.is_empty(), "{}", self.found.join("\n"));
    }
}
