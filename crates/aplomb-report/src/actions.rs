//! The plan of corrective actions in words.

use aplomb_model::{Action, ActionState, Lang, Report};

use crate::{visible, words};

/// `5 actions: 1 overdue, 4 open; 2 without owner; 2 h 30 min of work, 212.50 EUR`; nothing where
/// there is nothing to do.
pub(crate) fn summary(report: &Report, lang: Lang) -> Option<String> {
    let actions = &report.actions;
    if actions.is_empty() {
        return None;
    }
    let states = ActionState::ALL.into_iter().filter_map(|state| {
        let count = actions.iter().filter(|action| action.state == state).count();
        (count > 0).then(|| words::counted(count, words::action_state(state), lang))
    });
    let mut parts = vec![states.collect::<Vec<_>>().join(", ")];
    let undone = || actions.iter().filter(|action| action.state != ActionState::Lifted);
    let nobody = undone().filter(|action| action.owner.is_none()).count();
    if nobody > 0 {
        parts.push(words::counted(nobody, words::WITHOUT_OWNER, lang));
    }
    let minutes: u64 = undone().filter_map(|action| action.effort).map(u64::from).sum();
    if minutes > 0 {
        let cost: f64 = undone().filter_map(|one| one.cost.as_ref()).map(|one| one.amount).sum();
        let currency = undone().find_map(|action| action.cost.as_ref());
        let mut effort = format!("{} {}", words::EFFORT.get(lang), duration(minutes));
        if let Some(currency) = currency {
            effort = format!("{effort} ({})", amount(cost, &currency.currency, lang));
        }
        parts.push(effort);
    }
    let semicolon = match lang {
        Lang::En => "; ",
        Lang::Fr => "\u{a0}; ",
    };
    Some(parts.join(semicolon))
}

/// `2 h 30 min`.
pub(crate) fn duration(minutes: u64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// `212.50 EUR`, `212,50 EUR`.
pub(crate) fn amount(amount: f64, currency: &str, lang: Lang) -> String {
    let text = format!("{amount:.2}");
    let text = match lang {
        Lang::En => text,
        Lang::Fr => text.replace('.', ","),
    };
    format!("{text} {}", visible::line(currency))
}

/// How one will know that it worked.
pub(crate) fn efficacy(action: &Action, lang: Lang) -> String {
    let (rule, subject) = (visible::line(&action.rule.id), visible::joined(&action.subject.name));
    match (&action.lifted, lang) {
        (Some(run), Lang::En) => format!("{rule} passes for {subject} in the run of {run}"),
        (Some(run), Lang::Fr) => {
            format!("{rule} est satisfaite pour {subject} au contrôle du {run}")
        }
        (None, Lang::En) => format!("{rule} passes for {subject} in a later run"),
        (None, Lang::Fr) => format!("{rule} est satisfaite pour {subject} à un contrôle ultérieur"),
    }
}

/// What is to be done: the rule's remedy where something is to be corrected.
pub(crate) fn remedy(action: &Action, lang: Lang) -> &str {
    match action.task {
        aplomb_model::Task::Correct => action.rule.remedy.get(lang),
        task => words::task(task).get(lang),
    }
}
