//! What was not said by flags is asked for, where somebody is there to answer.

use std::io::{self, BufRead as _, IsTerminal as _};

use aplomb_model::{Lang, Phrase};

use super::entry::Entry;
use crate::print;

pub(super) fn can_be_asked() -> bool {
    io::stdin().is_terminal() && print::stderr_is_terminal()
}

/// Asks for everything that is missing; an empty answer leaves it so.
pub(super) fn ask(entry: &mut Entry, lang: Lang) -> io::Result<()> {
    for (flag, text) in entry.needed() {
        if text.trim().is_empty() {
            *text = answer(&question(flag), lang)?;
        }
    }
    for (flag, text) in [("--risk", &mut entry.risk), ("--measure", &mut entry.measure)] {
        if text.trim().is_empty() {
            *text = answer(&question(flag), lang)?;
        }
    }
    Ok(())
}

fn answer(question: &Phrase, lang: Lang) -> io::Result<String> {
    print::ask(&format!("{} ", question.get(lang)));
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

fn question(flag: &str) -> Phrase {
    let (en, fr) = match flag {
        "RULE" => ("Which rule?", "Quelle règle ?"),
        "--subject" => ("On which subject?", "Sur quel sujet ?"),
        "--reason" => ("Why can it not be kept?", "Pourquoi ne peut-elle être respectée ?"),
        "--requester" => ("Who asks?", "Qui demande ?"),
        "--approver" => ("Who approves (somebody else)?", "Qui approuve (une autre personne) ?"),
        "--approver-role" => ("In which role?", "En quelle qualité ?"),
        "--owner" => ("Who mends it?", "Qui corrige ?"),
        "--due" => ("Until when (2027-03-31)?", "Pour quand (2027-03-31) ?"),
        "--expires" => {
            ("Until when does it hold (2027-03-31)?", "Valable jusqu'à quand (2027-03-31) ?")
        }
        "--risk" => ("What risk is accepted?", "Quel risque est accepté ?"),
        _ => ("What is done meanwhile?", "Que fait-on en attendant ?"),
    };
    Phrase::new(en, fr)
}
