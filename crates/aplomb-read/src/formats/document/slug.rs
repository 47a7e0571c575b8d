use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A title or column as rules name it: lower case, without accents and leading numbering, one `-`
/// for whatever stands between words.
pub fn slug(title: &str) -> Box<str> {
    let short = kebab(without_numbering(title));
    let slug = if short.is_empty() { kebab(title) } else { short };
    slug.into()
}

fn kebab(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    if text.is_ascii() {
        text.chars().for_each(|character| push(&mut slug, character));
    } else {
        let bare = text.nfkd().filter(|&c| !is_combining_mark(c));
        bare.for_each(|character| push(&mut slug, character));
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

fn push(slug: &mut String, character: char) {
    match character {
        c if c.is_ascii_alphanumeric() => slug.push(c.to_ascii_lowercase()),
        'œ' | 'Œ' => slug.push_str("oe"),
        'æ' | 'Æ' => slug.push_str("ae"),
        'ß' => slug.push_str("ss"),
        c if c.is_alphanumeric() => {
            slug.extend(c.to_lowercase().filter(|c| c.is_alphanumeric()));
        }
        _ if slug.is_empty() || slug.ends_with('-') => {}
        _ => slug.push('-'),
    }
}

/// What follows `3.2 `, `1. `, `2) `, `3- ` or `4 – `; a number of three digits or more is part of the title.
fn without_numbering(title: &str) -> &str {
    let title = title.trim();
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let Some((number, rest)) = title.split_once(char::is_whitespace) else {
        return title;
    };
    let parts = number.strip_suffix([')', '-']).unwrap_or(number);
    let short = |part: &str| part.len() < 3;
    let numbering = parts.starts_with(|c: char| c.is_ascii_digit())
        && parts.chars().all(is_number)
        && parts.split('.').all(short);
    if !numbering {
        return title;
    }
    let rest = rest.trim_start();
    rest.strip_prefix(['-', '–', '—']).map_or(rest, str::trim_start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_name_sections() {
        for (title, expected) in [
            ("Décommissionnement", "decommissionnement"),
            ("Arrêt / démarrage", "arret-demarrage"),
            ("3.2 Matrice des flux", "matrice-des-flux"),
            ("1. Objet", "objet"),
            ("2) Objet", "objet"),
            ("3- Objet", "objet"),
            ("4 – Objet", "objet"),
            ("2FA tokens", "2fa-tokens"),
            ("24-7 support", "24-7-support"),
            ("2026-01 Budget", "2026-01-budget"),
            ("Mémoire (Go)", "memoire-go"),
            ("2026 en bref", "2026-en-bref"),
            ("3.2", "3-2"),
            ("10 ", "10"),
            ("Œuvre n°\u{a0}1", "oeuvre-n-1"),
            ("L’équipe d'astreinte", "l-equipe-d-astreinte"),
            ("İ", "i"),
            ("日本 語", "日本-語"),
            ("…", ""),
            ("", ""),
        ] {
            assert_eq!(&*slug(title), expected, "{title}");
        }
    }
}
