//! Folding a text and cutting it into runs and chunks.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_canonical;

/// Characters of a part that count; more would outgrow PostgreSQL's limit of a lexeme.
const LONGEST_PART: usize = 64;

/// A piece of a folded text.
pub(super) enum Segment<'text, 'parts> {
    /// Characters of a script that is written without spaces.
    Run(&'text str),
    /// Letters and digits, cut at the joiners; never empty.
    Chunk(&'parts [&'text str]),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Cjk,
    Word,
    Joiner,
    Break,
}

/// The text as it is compared: NFKC, lower case, Latin letters without accents, no invisible
/// characters.
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkc().flat_map(char::to_lowercase) {
        match c {
            '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => {
                let mut base = None;
                decompose_canonical(c, |part| {
                    base.get_or_insert(part);
                });
                folded.push(base.unwrap_or(c));
            }
            c if is_ignored(c) => {}
            c => folded.push(c),
        }
    }
    folded
}

/// A folded name: what stands between its characters is dropped, what stands between its words
/// becomes a joiner.
pub(super) fn fold_name(name: &str) -> String {
    let folded = fold(name);
    let mut joined = String::with_capacity(folded.len());
    let mut last = Class::Break;
    let mut gap = false;
    for c in folded.chars() {
        let class = classify(c);
        if matches!(class, Class::Joiner | Class::Break) {
            gap = true;
            continue;
        }
        if gap && last == Class::Word && class == Class::Word {
            joined.push('-');
        }
        joined.push(c);
        last = class;
        gap = false;
    }
    joined
}

/// Letters, digits and characters of a folded text, nothing between them: what must be equal for
/// a field to equal a query.
pub(super) fn key(folded: &str) -> String {
    folded
        .chars()
        .filter(|&c| matches!(classify(c), Class::Cjk | Class::Word))
        .take(LONGEST_PART)
        .collect()
}

/// The digits of a text.
pub(super) fn digits(folded: &str) -> String {
    folded.chars().filter(char::is_ascii_digit).collect()
}

/// Calls `visit` with each run and chunk of a folded text, in their order.
pub(super) fn segments<'text>(folded: &'text str, mut visit: impl FnMut(Segment<'text, '_>)) {
    let mut parts: Vec<&'text str> = Vec::new();
    let mut open: Option<(usize, Class)> = None;
    let ends = std::iter::once((folded.len(), Class::Break));
    for (at, class) in folded
        .char_indices()
        .map(|(at, c)| (at, classify(c)))
        .chain(ends)
    {
        if let Some((start, kind)) = open
            && kind != class
        {
            match kind {
                Class::Cjk => visit(Segment::Run(&folded[start..at])),
                _ => parts.push(clip(&folded[start..at])),
            }
            open = None;
        }
        if matches!(class, Class::Cjk | Class::Break) && !parts.is_empty() {
            visit(Segment::Chunk(&parts));
            parts.clear();
        }
        if matches!(class, Class::Cjk | Class::Word) && open.is_none() {
            open = Some((at, class));
        }
    }
}

/// The first [`LONGEST_PART`] characters.
fn clip(part: &str) -> &str {
    match part.char_indices().nth(LONGEST_PART) {
        Some((end, _)) => &part[..end],
        None => part,
    }
}

fn classify(c: char) -> Class {
    match c {
        'a'..='z' | '0'..='9' => Class::Word,
        '-' | '_' | '.' | '@' | '/' | ':' | '#' | '+' | '&' | '\'' | '\u{2010}' | '\u{2019}' => {
            Class::Joiner
        }
        c if !c.is_alphanumeric() => Class::Break,
        c if is_cjk(c) => Class::Cjk,
        _ => Class::Word,
    }
}

/// Han, kana and Hangul: scripts in which a word has no visible end.
fn is_cjk(c: char) -> bool {
    matches!(
        c,
        '\u{3005}'..='\u{3007}'
            | '\u{3041}'..='\u{3096}'
            | '\u{309d}'..='\u{309f}'
            | '\u{30a1}'..='\u{30fa}'
            | '\u{30fc}'..='\u{30ff}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{323af}'
    )
}

/// Soft hyphens, zero-width characters, variation selectors, accents without a letter of their own.
fn is_ignored(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{300}'..='\u{36f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2060}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{e0100}'..='\u{e01ef}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(folded: &str) -> Vec<String> {
        let mut seen = Vec::new();
        segments(folded, |segment| {
            seen.push(match segment {
                Segment::Run(run) => run.to_owned(),
                Segment::Chunk(parts) => parts.join("|"),
            });
        });
        seen
    }

    #[test]
    fn width_case_accents_and_invisible_characters_do_not_count() {
        let pairs = [
            ("ＷＡＮＧ　１２３", "wang 123"),
            ("Wáng Fāng", "wang fang"),
            ("Lǚ José", "lu jose"),
            ("e\u{301}", "e"),
            ("王\u{200b}芳\u{fe00}", "王芳"),
            ("ﾜﾝ", "ワン"),
            ("\u{f9f4}", "林"),
        ];
        for (text, folded) in pairs {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn a_text_falls_into_runs_and_chunks() {
        let pairs: [(&str, &[&str]); 6] = [
            ("vip客户王芳(t-10423)", &["vip", "客户王芳", "t|10423"]),
            (
                "fang.wang@example.com, 138-0013",
                &["fang|wang|example|com", "138|0013"],
            ),
            ("-a-王-b-", &["a", "王", "b"]),
            ("王 芳。", &["王", "芳"]),
            ("", &[]),
            ("*\"'()", &[]),
        ];
        for (text, expected) in pairs {
            assert_eq!(cut(text), expected, "{text}");
        }
    }

    #[test]
    fn in_a_name_nothing_separates_characters_and_words_are_joined() {
        let pairs: [(&str, &[&str]); 4] = [
            ("王 芳", &["王芳"]),
            ("阿凡提·买买提", &["阿凡提买买提"]),
            ("Fang  Wang", &["fang|wang"]),
            ("王芳 (Fang Wang) 北京", &["王芳", "fang|wang", "北京"]),
        ];
        for (name, expected) in pairs {
            assert_eq!(cut(&fold_name(name)), expected, "{name}");
        }
    }

    #[test]
    fn a_part_counts_by_its_first_characters() {
        let long = "长é".repeat(3) + &"é".repeat(200);
        let parts = cut(&long);
        assert_eq!(
            parts.last().map(|part| part.chars().count()),
            Some(LONGEST_PART)
        );
    }
}
