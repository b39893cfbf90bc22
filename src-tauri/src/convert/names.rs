//! How a line of the log names steps and items: by their titles, and by their ids only where these tell them apart.

use std::collections::{HashMap, HashSet};

use stopover_plan::{Plan, Session};

/// Titles of the steps and items of a session, by id.
#[derive(Debug, Default)]
pub(crate) struct Names {
    titles: HashMap<String, String>,
    /// Titles that more than one of them has.
    alike: HashSet<String>,
}

impl Names {
    /// Takes the steps of a session and the items of its plan.
    pub(crate) fn of(session: &Session, plan: &Plan) -> Self {
        let steps = session.steps.iter().map(|step| (&step.id, &step.title));
        let items = plan.checklists.iter().flat_map(|list| &list.items);
        let mut names = Self::default();
        let mut seen = HashSet::new();
        for (id, title) in steps.chain(items.map(|item| (&item.id, &item.title))) {
            // A line of the log is one line, whatever a title is.
            let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
            if title.is_empty() {
                continue;
            }
            if !seen.insert(title.clone()) {
                names.alike.insert(title.clone());
            }
            names.titles.insert(id.clone(), title);
        }
        names
    }

    /// Names one in a sentence; what has no title keeps its id.
    pub(super) fn quoted(&self, id: &str) -> String {
        let (of, undo) = match id.strip_suffix("/undo") {
            Some(of) => (of, "the undo of "),
            None => (id, ""),
        };
        match self.titles.get(of) {
            None => id.to_owned(),
            Some(title) if self.alike.contains(title) => format!("{undo}“{title}” ({of})"),
            Some(title) => format!("{undo}“{title}”"),
        }
    }

    /// Names several.
    pub(super) fn all(&self, ids: &[String]) -> String {
        let names: Vec<String> = ids.iter().map(|id| self.quoted(id)).collect();
        names.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use stopover_plan::model::{Checklist, Item};
    use stopover_plan::session::StepState;

    use super::*;

    fn check(id: &str, expect: &str) {
        let step = |id: &str, title: &str| StepState {
            id: id.to_owned(),
            title: title.to_owned(),
            ..StepState::default()
        };
        let mut session = Session::default();
        session.steps = vec![
            step("open", "Open the\n application"),
            step("fill", "Fill"),
            step("fill-2", "Fill"),
            step("bare", ""),
        ];
        let item = Item {
            id: "told".to_owned(),
            title: "Everyone was told".to_owned(),
            ..Item::default()
        };
        let plan = Plan {
            checklists: vec![Checklist {
                items: vec![item],
                ..Checklist::default()
            }],
            ..Plan::default()
        };
        assert_eq!(Names::of(&session, &plan).quoted(id), expect);
    }

    #[test]
    fn a_step_and_an_item_are_named_by_their_titles_and_by_ids_only_where_these_tell_them_apart() {
        check("open", "“Open the application”");
        check("open/undo", "the undo of “Open the application”");
        check("told", "“Everyone was told”");
        check("fill-2", "“Fill” (fill-2)");
        check("bare", "bare");
        check("gone", "gone");
    }
}
