//! A card has a symptom to be found by, else it is never shown.

use stopover_plan::model::Severity;

use crate::Finding;
use crate::context::Context;

const RULE: &str = "card_without_symptoms";

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    let cards = context.plan.cards.iter();
    cards
        .filter(|card| {
            card.symptoms
                .iter()
                .all(|symptom| symptom.trim().is_empty())
        })
        .map(|card| Finding {
            rule: RULE,
            severity: Severity::Warning,
            step: None,
            line: None,
            message: format!(
                "Card {} has no symptoms, so no failure ever shows it.",
                card.id
            ),
            fix: "Add the words of the error it belongs to.".to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use stopover_plan::model::Card;

    use super::*;
    use crate::sample::{self, check};

    #[test]
    fn a_card_that_nothing_matches_is_found() {
        let mut plan = sample::plan(vec![]);
        let card = |id: &str, symptoms: &[&str]| Card {
            id: id.into(),
            symptoms: symptoms.iter().map(|&text| text.into()).collect(),
            ..Card::default()
        };
        plan.cards = vec![
            card("none", &[]),
            card("blank", &[" "]),
            card("good", &["lock timeout"]),
        ];
        check(
            find,
            &plan,
            &[
                "Card none has no symptoms, so no failure ever shows it.",
                "Card blank has no symptoms, so no failure ever shows it.",
            ],
        );
    }
}
