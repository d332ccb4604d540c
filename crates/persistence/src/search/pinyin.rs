//! The ways a name may be typed in Latin letters.
//!
//! Every reading of every character counts, the rare ones too: whoever types `shan` for 单 or
//! `qiu` for 仇 is right, and nobody can tell beforehand which reading a bearer uses. Readings
//! multiply, so the number of spellings from one character on is bounded: 64 in names of up to
//! four characters, 8 in longer ones (those are mostly organisations). Within the bound the
//! readings of the first characters are all taken; from where they would exceed it, each
//! character has its first, most common reading. The first 32 characters of a run are spelled.

use pinyin::ToPinyinMulti;

/// Spellings from one character on, in a name of up to [`SHORT_NAME`] characters.
const SPELLINGS_OF_SHORT_NAMES: usize = 64;
/// The same in a longer name.
const SPELLINGS_OF_LONG_NAMES: usize = 8;
/// Characters of a name that is spelled in all ways: a double surname with two more.
const SHORT_NAME: usize = 4;
/// Characters of a run that are spelled.
const LONGEST_NAME: usize = 32;
/// Letters of a spelling that count, as many as of a part of a query.
const LONGEST_SPELLING: usize = 64;

/// One spelling, in letters a to z.
pub(super) enum Spelling<'a> {
    /// All characters, full syllables: `wangfang`.
    Whole(&'a str),
    /// From a later character on: `fang`.
    Tail(&'a str),
    /// The first letter of each syllable of the whole: `wf`.
    Initials(&'a str),
}

/// Calls `visit` with each spelling of a run of characters, some more than once. Characters
/// without a reading (kana) separate; only a run without them has a `Whole`.
pub(super) fn spell(run: &str, mut visit: impl FnMut(Spelling<'_>)) {
    let mut readings = Readings::default();
    let mut whole = true;
    for c in run.chars().take(LONGEST_NAME) {
        if !readings.push(c) {
            whole = false;
            readings.spell(false, &mut visit);
            readings.clear();
        }
    }
    readings.spell(whole, &mut visit);
}

/// The readings of consecutive characters.
#[derive(Default)]
struct Readings {
    all: Vec<&'static str>,
    ends: Vec<usize>,
}

impl Readings {
    /// Takes the next character; false when it has no reading.
    fn push(&mut self, c: char) -> bool {
        let start = self.all.len();
        for reading in c.to_pinyin_multi().into_iter().flatten() {
            let plain = reading.plain();
            match typed(plain) {
                Some(spellings) => self.add(start, spellings),
                None => self.add(start, &[plain]),
            }
        }
        self.add(start, missing(c));
        if self.all.len() == start {
            return false;
        }
        self.ends.push(self.all.len());
        true
    }

    fn add(&mut self, start: usize, spellings: &[&'static str]) {
        for spelling in spellings {
            let known = self.all[start..].contains(spelling);
            if !known && spelling.bytes().all(|b| b.is_ascii_lowercase()) {
                self.all.push(spelling);
            }
        }
    }

    fn clear(&mut self) {
        self.all.clear();
        self.ends.clear();
    }

    fn at(&self, index: usize) -> &[&'static str] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.all[start..self.ends[index]]
    }

    fn spell(&self, whole: bool, visit: &mut impl FnMut(Spelling<'_>)) {
        let bound = if self.ends.len() > SHORT_NAME {
            SPELLINGS_OF_LONG_NAMES
        } else {
            SPELLINGS_OF_SHORT_NAMES
        };
        let mut letters = String::with_capacity(LONGEST_SPELLING + 8);
        for first in 0..self.ends.len() {
            self.extend(first, bound, &mut letters, &mut |spelling| {
                visit(if first == 0 && whole {
                    Spelling::Whole(spelling)
                } else {
                    Spelling::Tail(spelling)
                });
            });
        }
        if self.ends.len() > 1 {
            self.initials(bound)
                .extend(0, bound, &mut letters, &mut |letters| {
                    visit(Spelling::Initials(letters));
                });
        }
    }

    /// The different first letters of each character's readings.
    fn initials(&self, bound: usize) -> Readings {
        let mut initials = Readings {
            all: Vec::with_capacity(self.all.len().min(self.ends.len() + bound)),
            ends: Vec::with_capacity(self.ends.len()),
        };
        for index in 0..self.ends.len() {
            let start = initials.all.len();
            for reading in self.at(index) {
                initials.add(start, &[&reading[..1]]);
            }
            initials.ends.push(initials.all.len());
        }
        initials
    }

    /// Writes the readings from `index` on after `letters`, in at most `bound` ways.
    fn extend(
        &self,
        index: usize,
        bound: usize,
        letters: &mut String,
        visit: &mut impl FnMut(&str),
    ) {
        if index == self.ends.len() || letters.len() >= LONGEST_SPELLING {
            visit(&letters[..letters.len().min(LONGEST_SPELLING)]);
            return;
        }
        let readings = self.at(index);
        let ways = if readings.len() <= bound {
            readings.len()
        } else {
            1
        };
        let before = letters.len();
        for reading in &readings[..ways] {
            letters.push_str(reading);
            self.extend(index + 1, bound / ways, letters, visit);
            letters.truncate(before);
        }
    }
}

/// How a syllable with ü or ê is typed on a keyboard; passports write `lyu`.
fn typed(plain: &str) -> Option<&'static [&'static str]> {
    Some(match plain {
        "lü" => &["lv", "lu", "lyu"],
        "nü" => &["nv", "nu", "nyu"],
        "lüe" => &["lve", "lue"],
        "nüe" => &["nve", "nue"],
        "ê" => &["e"],
        _ => return None,
    })
}

/// Readings of surnames that the tables of the `pinyin` crate lack.
fn missing(c: char) -> &'static [&'static str] {
    match c {
        '黑' => &["he"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn spellings(run: &str) -> (BTreeSet<String>, BTreeSet<String>, BTreeSet<String>) {
        let (mut whole, mut tails, mut initials) = Default::default();
        spell(run, |spelling| {
            let (set, text): (&mut BTreeSet<String>, &str) = match spelling {
                Spelling::Whole(text) => (&mut whole, text),
                Spelling::Tail(text) => (&mut tails, text),
                Spelling::Initials(text) => (&mut initials, text),
            };
            set.insert(text.to_owned());
        });
        (whole, tails, initials)
    }

    #[test]
    fn a_name_is_spelled_whole_by_its_tails_and_by_initials() {
        let (whole, tails, initials) = spellings("张小芳");
        assert_eq!(whole, ["zhangxiaofang".to_owned()].into());
        assert_eq!(tails, ["fang".to_owned(), "xiaofang".to_owned()].into());
        assert_eq!(initials, ["zxf".to_owned()].into());
    }

    #[test]
    fn surnames_have_the_reading_that_only_surnames_have() {
        let table = "单shan 曾zeng 解xie 仇qiu 任ren 查zha 盖ge 区ou 翟zhai 朴piao 乐yue 尉yu 万mo 俟qi 繁po \
            种chong 秘bi 召shao 祭zhai 黑he 员yun 覃qin 缪miao 隗wei 洗xian 佴nai 折she 句gou \
            令ling 长zhang 澹tan 宓fu 郇huan 郗xi 瞿qu 燕yan 谌chen 阚kan 柏bai 郄qie 隽juan 贲ben \
            那na 不fou 适kuo 冯feng 纪ji 华hua 盛sheng 殷yin 亓qi 钭tou 撒sa 车che 葛ge 都du 相xiang \
            石shi 行xing 角jue 莘shen 尹yin 薄bo 臧zang 晁chao 逄pang 乜nie 兒ni 洪hong 应ying \
            宁ning 吕lv 吕lyu 吕lu 强jiang";
        for entry in table.split(' ') {
            let (surname, reading) = entry.split_at(3);
            let (whole, ..) = spellings(surname);
            assert!(whole.contains(reading), "{surname} {reading} {whole:?}");
        }
    }

    #[test]
    fn readings_are_combined() {
        let (whole, _, initials) = spellings("单乐");
        for reading in ["danle", "danyue", "shanle", "shanyue", "chanle", "chanyue"] {
            assert!(whole.contains(reading), "{reading}");
        }
        assert!(initials.contains("dl") && initials.contains("sy"));
    }

    #[test]
    fn the_number_of_spellings_is_bounded_and_the_common_one_is_among_them() {
        let (whole, ..) = spellings(&"乐和".repeat(100));
        assert!(whole.len() <= SPELLINGS_OF_LONG_NAMES);
        assert!(whole.iter().any(|text| text.starts_with("lehelehe")));
        let (whole, ..) = spellings("单乐和敦");
        assert!(whole.len() <= SPELLINGS_OF_SHORT_NAMES);
    }

    #[test]
    fn characters_without_a_reading_separate() {
        let (whole, tails, _) = spellings("王の芳");
        assert!(whole.is_empty());
        assert_eq!(tails, ["fang", "wang", "yu"].map(str::to_owned).into());
        assert_eq!(spellings("のの").1.len(), 0);
    }
}
