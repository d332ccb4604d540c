//! What people write: subjects, descriptions and answers by type and category, and the lines that
//! fit every ticket, in both languages.
//!
//! `{product}`, `{order}`, `{name}` and `{day}` are replaced.

mod asking;
mod trouble;

use rapport_types::locale::Locale;

use super::names::Trait;

/// A ticket that people write again and again.
#[derive(Debug)]
pub(super) struct Pattern {
    /// The code of its type.
    pub(super) kind: &'static str,
    /// The code of its category.
    pub(super) category: &'static str,
    /// How often it comes among those of its type.
    pub(super) weight: u32,
    /// What the product must be like.
    pub(super) about: Option<Trait>,
    /// In Chinese.
    pub(super) zh: Words,
    /// In English.
    pub(super) en: Words,
}

/// Its words in one language.
#[derive(Debug)]
pub(super) struct Words {
    /// The subject.
    pub(super) subject: &'static str,
    /// The description.
    pub(super) description: &'static str,
    /// The answer that resolves it.
    pub(super) answer: &'static str,
}

/// Every pattern of a type.
pub(super) fn patterns(kind: &str) -> Vec<(&'static Pattern, u32)> {
    let all = asking::PATTERNS.iter().chain(trouble::PATTERNS);
    all.filter(|pattern| pattern.kind == kind)
        .map(|pattern| (pattern, pattern.weight))
        .collect()
}

impl Pattern {
    /// The pattern for products of this trait alone.
    const fn about(mut self, what: Trait) -> Self {
        self.about = Some(what);
        self
    }

    /// The words in a language.
    pub(super) const fn words(&self, locale: Locale) -> &Words {
        match locale {
            Locale::En => &self.en,
            Locale::ZhCn => &self.zh,
        }
    }
}

/// Lines that say the same in both languages.
#[derive(Debug)]
pub(super) struct Lines {
    zh: &'static [&'static str],
    en: &'static [&'static str],
}

impl Lines {
    /// The lines in a language.
    pub(super) const fn of(&self, locale: Locale) -> &'static [&'static str] {
        match locale {
            Locale::En => self.en,
            Locale::ZhCn => self.zh,
        }
    }
}

/// The staff has seen the request.
pub(super) const SEEN: Lines = Lines {
    zh: &[
        "您好，{name}，您的问题已收到，我们正在核实，稍后给您答复。",
        "您好，已为您登记，工单由我跟进，有进展第一时间联系您。",
        "感谢您的耐心等待，我先向相关同事确认情况，今天内回复您。",
        "您好，给您添麻烦了。我已经看到您的反馈，正在处理。",
    ],
    en: &[
        "Hello {name}, thank you for writing to us. I am checking this now and will come back to you shortly.",
        "Hello, your request has been registered and I will look after it. You will hear from me as soon as there is news.",
        "Thank you for your patience. I am asking a colleague for the details and will answer today.",
        "Hello, I am sorry for the trouble. I have read your message and am working on it.",
    ],
};

/// The staff asks for more.
pub(super) const ASKED: Lines = Lines {
    zh: &[
        "为了尽快处理，请提供一下产品底部的序列号和购买日期，谢谢。",
        "请问方便拍一张现场的照片或短视频发过来吗？这样可以更快判断原因。",
        "请确认一下订单号 {order} 的收货人姓名和联系电话，我们核对后马上处理。",
        "请问您什么时间方便？师傅可以在 {day} 上午或下午上门。",
    ],
    en: &[
        "To move on quickly I need the serial number at the bottom of the device and the date of purchase, please.",
        "Could you send a photo or a short video of it? That helps us find the cause sooner.",
        "Could you confirm the recipient's name and telephone number of order {order}? We will continue right after that.",
        "When would it suit you? The technician can come on {day}, morning or afternoon.",
    ],
};

/// The customer gives it.
pub(super) const GIVEN: Lines = Lines {
    zh: &[
        "序列号是 {order}，三月份在官网买的。",
        "照片已经发到公众号了，麻烦看一下。",
        "收货人就是我本人，电话没有变。",
        "{day} 下午两点以后都可以，请提前打电话。",
    ],
    en: &[
        "The serial number is {order}; I bought it on your website this spring.",
        "I have sent the photos to your service account, please have a look.",
        "The recipient is myself, and the number is still the same.",
        "{day} after two in the afternoon works. Please call beforehand.",
    ],
};

/// The customer asks how far it is.
pub(super) const CHASED: Lines = Lines {
    zh: &[
        "请问处理到哪一步了？",
        "您好，还没有收到回复，麻烦催一下。",
        "今天能有结果吗？我这边比较着急。",
    ],
    en: &[
        "Is there any news on this?",
        "I have not heard anything yet. Could you check, please?",
        "Will this be settled today? It is rather urgent for us.",
    ],
};

/// The staff waits for somebody else.
pub(super) const HELD: Lines = Lines {
    zh: &[
        "所需配件已向仓库申请，预计两到四个工作日到货，到货后马上安排。",
        "已提交物流公司查询，等待对方反馈，预计 {day} 前有结果。",
        "需要总部审批，流程已提交，批下来后立即通知您。",
    ],
    en: &[
        "The part has been ordered from our warehouse and should arrive in two to four working days. We will go on as soon as it is here.",
        "The carrier is looking into it. We expect their answer by {day}.",
        "This needs the approval of our head office. It has been submitted and we will tell you at once.",
    ],
};

/// What colleagues tell each other.
pub(super) const NOTED: Lines = Lines {
    zh: &[
        "已核对购买记录，在保修期内。",
        "与客户电话沟通过，态度平和，希望本周内解决。",
        "同一批次已有类似反馈，已同步质量部。",
        "客户为老用户，请优先处理。",
        "已转售后排期，注意回访。",
    ],
    en: &[
        "Checked the purchase: still under warranty.",
        "Spoke to the customer on the phone, calm, hopes for a solution this week.",
        "There are similar reports about this batch; quality has been told.",
        "Long-standing customer, please put this first.",
        "Passed to after-sales for scheduling; call back afterwards.",
    ],
};

/// The customer comes back after the resolution.
pub(super) const AGAIN: Lines = Lines {
    zh: &[
        "昨天处理完以后用了一会儿又出现同样的问题，请再看一下。",
        "还是没有解决，情况和之前一样。",
        "您好，说好的补发还没有收到，请核实。",
    ],
    en: &[
        "It worked for a while and now the same thing has happened again. Please have another look.",
        "Sorry, this is not solved yet. It is the same as before.",
        "The replacement you promised has not arrived. Could you check?",
    ],
};

/// The staff settles what came back.
pub(super) const SETTLED: Lines = Lines {
    zh: &[
        "非常抱歉，已重新安排处理并确认恢复正常，请您再观察几天。",
        "已核实是上次遗漏，现已补办完成，再次向您致歉。",
    ],
    en: &[
        "I am very sorry. We have gone over it again and checked that it works. Please keep an eye on it for a few days.",
        "You are right, we missed this the first time. It is done now. Please accept our apologies.",
    ],
};

/// Why a duty is handed over.
pub(super) const HANDED: Lines = Lines {
    zh: &[
        "明天起休假，交接给同事跟进。",
        "客户所在区域调整，由对应区域同事负责。",
    ],
    en: &[
        "On leave from tomorrow; a colleague takes over.",
        "The customer now belongs to another region.",
    ],
};

/// Why a ticket goes to another team.
pub(super) const PASSED: Lines = Lines {
    zh: &["需要技术人员判断，转售后。", "需上门检修，转售后排期。"],
    en: &[
        "Needs a technician's judgement.",
        "Needs a visit; after-sales will schedule it.",
    ],
};

/// Why a ticket is closed although nobody answered.
pub(super) const SILENT: Lines = Lines {
    zh: &["多次联系客户未回复，先行关闭，如有需要可再次联系。"],
    en: &["No answer after several attempts; closed for now."],
};

/// What content customers say.
pub(super) const CONTENT: Lines = Lines {
    zh: &[
        "处理很快，态度也好。",
        "师傅很专业，谢谢。",
        "问题解决了，满意。",
        "回复及时，点赞。",
    ],
    en: &[
        "Quick and friendly, thank you.",
        "The technician knew the job.",
        "Solved. Very happy with it.",
        "Prompt answers, well done.",
    ],
};

/// What discontented customers say.
pub(super) const DISCONTENT: Lines = Lines {
    zh: &[
        "等得太久了。",
        "问题是解决了，但来回说了好几次。",
        "希望以后能主动联系客户。",
    ],
    en: &[
        "It took far too long.",
        "Solved in the end, but I had to explain it several times.",
        "You should have called me, not the other way round.",
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_seeded_type_has_patterns_and_there_are_more_than_sixty_texts() {
        let seeded = rapport_types::ticket_types::SEEDED;
        let counts: Vec<usize> = seeded
            .iter()
            .map(|(kind, ..)| patterns(kind).len())
            .collect();
        assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
        assert!(counts.iter().sum::<usize>() * 2 >= 60, "{counts:?}");
    }

    #[test]
    fn placeholders_are_those_that_are_replaced() {
        let lines = [
            &SEEN, &ASKED, &GIVEN, &CHASED, &HELD, &NOTED, &AGAIN, &SETTLED, &HANDED, &PASSED,
            &SILENT,
        ];
        let common = lines
            .iter()
            .flat_map(|lines| Locale::ALL.into_iter().flat_map(|locale| lines.of(locale)));
        let own = asking::PATTERNS
            .iter()
            .chain(trouble::PATTERNS)
            .flat_map(|pattern| {
                [&pattern.zh, &pattern.en]
                    .into_iter()
                    .flat_map(|words| [&words.subject, &words.description, &words.answer])
            });
        for text in common.chain(own) {
            let rest = ["{product}", "{order}", "{name}", "{day}"]
                .iter()
                .fold((*text).to_owned(), |text, placeholder| {
                    text.replace(placeholder, "")
                });
            assert!(!rest.contains(['{', '}']), "{text}");
        }
    }
}
