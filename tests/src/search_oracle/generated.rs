//! The generated records, the readings of their characters, and queries over them.

use super::fold;
use std::fmt::Write;

/// A generated customer.
#[derive(Debug, Clone)]
pub struct OracleCustomer {
    /// Dense from 1.
    pub number: i64,
    /// A person's or an organisation's name, Chinese, English or both.
    pub name: String,
    /// In international form: `+86…`.
    pub phones: Vec<String>,
    /// An e-mail address; empty for a third of the customers.
    pub email: String,
    /// The id in another system.
    pub external_id: String,
    /// A few words.
    pub note: String,
}

/// A generated ticket.
#[derive(Debug, Clone)]
pub struct OracleTicket {
    /// Dense from 1.
    pub number: i64,
    /// Index of its customer.
    pub customer: usize,
    /// The subject line.
    pub subject: String,
    /// The description.
    pub description: String,
    /// The id in another system.
    pub external_id: String,
}

/// Pseudo-random numbers (SplitMix64, Steele et al. 2014), the same for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    fn character(&mut self, characters: &str) -> char {
        let index = self.below(characters.chars().count());
        characters.chars().nth(index).unwrap_or_default()
    }
}

const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董程曹袁邓许傅沈曾彭\
    吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷\
    钱汤尹黎易常武乔贺赖龚文单解仇查盖区翟乐朴缪覃瞿葛纪宁应车";
const DOUBLE_SURNAMES: &[&str] = &["欧阳", "司马", "诸葛", "尉迟", "上官", "令狐", "长孙"];
const GIVEN: &str = "芳伟娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红建国文辉力斌健婷雪琳晨宇浩欣怡子\
    轩梓涵一诺佳颖俊凯鑫波宁思雨嘉豪梅兰玲小春东海飞鹏志永德福安琪晓云月王";
const CITIES: &[&str] = &["北京", "上海", "广州", "深圳", "杭州", "成都"];
const BRANDS: &str = "华润达通宏远盛天新中信恒";
const TRADES: &[&str] = &["科技", "贸易", "商贸", "物流", "食品"];
const FIRST: &[&str] = &[
    "Anna", "Ben", "Clara", "David", "Emma", "Fang", "George", "Hannah", "Ivan", "José", "Kate",
    "Li", "Maria", "Noah", "Olga", "Peter", "Rosa", "Sam", "Wang", "Zoë",
];
const LAST: &[&str] = &[
    "Smith",
    "Jones",
    "Brown",
    "O'Neil",
    "Miller",
    "Smith-Jones",
    "Wang",
    "Fang",
    "Li",
    "Chen",
    "García",
    "Müller",
    "Novak",
    "Wangler",
    "Young",
    "Zhang",
];
const NOTES: &[&str] = &[
    "喜欢绿茶，下午联系",
    "VIP客户",
    "prefers e-mail",
    "会员编号 M-2041",
    "call after 17:30",
    "王芳介绍的客户",
    "发票抬头：有限公司",
    "new Wi-Fi router",
    "",
    "地址变更，请致电确认",
];
const SUBJECTS: &[&str] = &[
    "退款申请",
    "路由器无法联网",
    "Refund for order",
    "Wi-Fi keeps dropping",
    "发票开错了",
    "快递没有收到",
    "咨询套餐价格",
    "Complaint about delivery",
    "屏幕碎了，要求维修",
    "see T-77",
];
const DETAILS: &[&str] = &[
    "客户来电反映问题，请尽快处理。",
    "The device restarts by itself.",
    "订单已经超过三天没有发货",
    "王小姐要求退货并退款",
    "Error code E-1042 on the screen",
    "https://example.com/help/item/42",
    "联系人：张经理",
    "电话打不通",
    "iPhone15 屏幕",
    "",
];

/// Every reading of each character of the names, rare ones included.
const READINGS: &str = "王 wang yu; 李 li; 张 zhang; 刘 liu; 陈 chen; 杨 yang; 赵 zhao; 黄 huang; 周 zhou; 吴 wu tun; \
    徐 xu; 孙 sun; 胡 hu; 朱 zhu shu; 高 gao; 林 lin; 何 he; 郭 guo; 马 ma; 罗 luo; 梁 liang; \
    宋 song; 郑 zheng; 谢 xie; 韩 han; 唐 tang; 冯 feng ping; 于 yu xu wei; 董 dong zhong; \
    程 cheng; 曹 cao; 袁 yuan; 邓 deng shan; 许 xu hu; 傅 fu; 沈 shen chen tan; 曾 zeng ceng; \
    彭 peng pang bang; 吕 lv lu lyu; 苏 su; 卢 lu; 蒋 jiang; 蔡 cai sa ca; 贾 jia gu; \
    丁 ding zheng; 魏 wei; 薛 xue; 叶 ye xie; 余 yu tu xu; 潘 pan bo fan; 杜 du tu; 戴 dai; \
    夏 xia jia; 钟 zhong; 汪 wang hong; 田 tian; 任 ren lin; 姜 jiang; 范 fan; \
    方 fang pang wang feng; 石 shi dan; 姚 yao tiao tao; 谭 tan; 廖 liao; 邹 zou; 熊 xiong; \
    金 jin; 陆 lu liu; 郝 hao shi; 孔 kong; 白 bai bo; 崔 cui; 康 kang; 毛 mao; 邱 qiu; 秦 qin; \
    江 jiang; 史 shi; 顾 gu; 侯 hou; 邵 shao; 孟 meng; 龙 long; 万 wan mo; 段 duan; 雷 lei; 钱 qian; \
    汤 tang shang; 尹 yin yun; 黎 li; 易 yi; 常 chang; 武 wu; 乔 qiao; 贺 he; 赖 lai; 龚 gong; \
    文 wen; 单 dan shan chan; 解 jie xie; 仇 qiu chou ju; 查 cha zha chai; 盖 gai ge; 区 qu ou; \
    翟 zhai di; 乐 le yue; 朴 pu piao po; 缪 miao mou miu; 覃 tan qin yan; 瞿 qu ju ji; 葛 ge; \
    纪 ji; 宁 ning zhu; 应 ying; 车 che ju; 欧 ou; 阳 yang; 司 si ci; 诸 zhu; 尉 wei yu yun; \
    迟 chi; 上 shang; 官 guan; 令 ling lian; 狐 hu; 长 chang zhang; 芳 fang; 伟 wei; 娜 na nuo; \
    敏 min; 静 jing; 丽 li; 强 qiang jiang; 磊 lei; 军 jun; 洋 yang xiang; 勇 yong; 艳 yan; 杰 jie; \
    娟 juan; 涛 tao; 明 ming meng; 超 chao tiao; 秀 xiu; 霞 xia; 平 ping pian bing beng; 刚 gang; \
    桂 gui; 英 ying yang; 华 hua; 玉 yu; 萍 ping; 红 hong gong; 建 jian; 国 guo; 辉 hui; 力 li; \
    斌 bin; 健 jian; 婷 ting; 雪 xue; 琳 lin; 晨 chen; 宇 yu; 浩 hao gao ge; 欣 xin; 怡 yi; 子 zi; \
    轩 xuan; 梓 zi; 涵 han; 一 yi; 诺 nuo; 佳 jia; 颖 ying; 俊 jun shun dun; 凯 kai; 鑫 xin xun; \
    波 bo bei bi; 思 si sai; 雨 yu; 嘉 jia; 豪 hao; 梅 mei; 兰 lan; 玲 ling; 小 xiao; 春 chun; \
    东 dong; 海 hai; 飞 fei; 鹏 peng; 志 zhi; 永 yong; 德 de; 福 fu; 安 an; 琪 qi; 晓 xiao; 云 yun; \
    月 yue ru; 北 bei; 京 jing; 广 guang yan an; 州 zhou; 深 shen; 圳 zhen quan chou huai; \
    杭 hang kang; 成 cheng; 都 du dou; 润 run; 达 da ti ta; 通 tong; 宏 hong; 远 yuan; \
    盛 sheng cheng; 天 tian; 新 xin; 中 zhong; 信 xin shen; 恒 heng; 科 ke; 技 ji qi; 贸 mao; \
    商 shang; 物 wu; 流 liu; 食 shi si yi; 品 pin; 有 you wei; 限 xian wen; 公 gong";

/// The first `count` customers; those before are the same whatever the count.
pub fn customers(count: usize) -> Vec<OracleCustomer> {
    let mut dice = Dice(20_240_601);
    (1..=count as i64)
        .map(|number| customer(&mut dice, number))
        .collect()
}

fn customer(dice: &mut Dice, number: i64) -> OracleCustomer {
    let name = name(dice);
    let mobile = format!("+861{}{:09}", dice.below(7) + 3, dice.below(1_000_000_000));
    let mut phones = vec![mobile];
    if dice.below(5) == 0 {
        let area = dice.pick(&["10", "21", "20", "571"]);
        phones.push(format!("+86{area}{}", 20_000_000 + dice.below(60_000_000)));
    }
    let email = match dice.below(3) {
        0 => String::new(),
        1 => format!(
            "user{number}@{}",
            dice.pick(&["example.com", "mail.example.org"])
        ),
        _ => format!(
            "{}.{}{}@example.cn",
            fold(dice.pick(FIRST)),
            fold(dice.pick(LAST)).replace('\'', ""),
            dice.below(90) + 10
        ),
    };
    OracleCustomer {
        number,
        name,
        phones,
        email,
        external_id: format!("ERP-{:06}", number * 7),
        note: dice.pick(NOTES).to_owned(),
    }
}

fn name(dice: &mut Dice) -> String {
    let kind = dice.below(100);
    if kind < 74 {
        let surname = match dice.below(50) {
            0 => dice.pick(DOUBLE_SURNAMES).to_owned(),
            _ => dice.character(SURNAMES).to_string(),
        };
        let gap = if dice.below(60) == 0 { " " } else { "" };
        let mut name = format!("{surname}{gap}{}", dice.character(GIVEN));
        if dice.below(5) < 3 {
            name.push(dice.character(GIVEN));
        }
        match dice.below(60) {
            0 => format!("{name} ({} {})", dice.pick(FIRST), dice.pick(LAST)),
            _ => name,
        }
    } else if kind < 84 {
        let (first, second) = (dice.character(BRANDS), dice.character(BRANDS));
        format!(
            "{}{first}{second}{}有限公司",
            dice.pick(CITIES),
            dice.pick(TRADES)
        )
    } else if kind < 85 {
        "王芳".to_owned()
    } else {
        format!("{} {}", dice.pick(FIRST), dice.pick(LAST))
    }
}

/// One or two tickets of each customer.
pub fn tickets(customers: &[OracleCustomer]) -> Vec<OracleTicket> {
    let mut dice = Dice(7);
    let mut tickets = Vec::new();
    for customer in 0..customers.len() {
        for _ in 0..=dice.below(2) {
            let number = tickets.len() as i64 + 1;
            tickets.push(OracleTicket {
                number,
                customer,
                subject: dice.pick(SUBJECTS).to_owned(),
                description: format!("{} {}", dice.pick(DETAILS), dice.pick(DETAILS)),
                external_id: format!("INC{:07}", number * 3),
            });
        }
    }
    tickets
}

/// Queries of every kind, about half of them with an answer among these customers and tickets.
pub fn queries(
    customers: &[OracleCustomer],
    tickets: &[OracleTicket],
    rounds: usize,
) -> Vec<String> {
    let fixed = "王芳 王 芳 wangfang wang fang wf wangf wa w wáng ＷＡＮＧ shan dan zeng ceng xie jie qiu \
        chou zha cha gai ou qu zhai di piao lv lvfang lyu lu zyx zs example.com user1 t-77 e-1042 42 wifi wi-fi \
        王小姐 有限公司 科技有限 限公 公司有限 绿茶 茶绿 o'neil oneil smithjones jones-smith jose zoe 17:30 \
        iphone iphone1 _s _x * \" ' a王 芳wang vip客户 客户vip 不存在的词 zzzz 0000 beijing shanghaihua";
    let mut queries: Vec<String> = fixed.split_whitespace().map(str::to_owned).collect();
    queries.extend(
        [
            "wang fang",
            "fang wang",
            "王 芳",
            "li 王",
            "",
            "  ",
            "call 17:30",
        ]
        .map(str::to_owned),
    );
    let mut dice = Dice(99);
    for _ in 0..rounds {
        let customer = &customers[dice.below(customers.len())];
        let ticket = &tickets[dice.below(tickets.len())];
        let phone = &customer.phones[0];
        let last_four = &phone[phone.len() - 4..];
        let letters: Vec<char> = customer.name.chars().collect();
        let start = dice.below(letters.len());
        let length = 1 + dice.below(4);
        queries.push(customer.name.clone());
        queries.push(letters.iter().skip(start).take(length).collect());
        queries.push(last_four.to_owned());
        queries.push(format!("{} {last_four}", letters[0]));
        queries.push(match dice.below(6) {
            0 => phone[3..].to_owned(),
            1 => format!("{} {}-{}", &phone[..3], &phone[3..6], &phone[6..]),
            2 => format!("{:05}", dice.below(100_000)),
            3 => format!("0{}", &customer.phones[customer.phones.len() - 1][3..]),
            4 => format!("C-{}", customer.number),
            _ => customer.number.to_string(),
        });
        queries.push(match dice.below(5) {
            0 => customer.external_id.clone(),
            1 => format!("T-{}", ticket.number),
            2 => ticket.external_id.clone(),
            3 => ticket.subject.clone(),
            _ => customer.email.clone(),
        });
        let spelled = spelled(&mut dice, &customer.name);
        let cut = 2 + dice.below(spelled.0.len().max(3) - 2);
        queries.push(spelled.0.chars().take(cut).collect());
        queries.extend([spelled.0, spelled.1]);
    }
    queries
}

/// The name in letters with readings by chance, and its initials.
fn spelled(dice: &mut Dice, name: &str) -> (String, String) {
    let (mut full, mut initials) = (String::new(), String::new());
    let readings: Vec<_> = name
        .chars()
        .map(readings)
        .filter(|all| !all.is_empty())
        .collect();
    // Long names count with common readings only where their spellings would multiply.
    let rare = readings.len() <= 4;
    for all in readings {
        let reading = all[if rare { dice.below(all.len()) } else { 0 }];
        let _ = write!(full, "{reading}");
        initials.extend(reading.chars().next());
    }
    (full, initials)
}

/// All readings of a character of the names, the most common first.
pub(super) fn readings(c: char) -> Vec<&'static str> {
    let entry = READINGS
        .split(';')
        .map(str::trim)
        .find(|entry| entry.starts_with(c));
    entry
        .into_iter()
        .flat_map(|entry| entry.split(' ').skip(1))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_of_a_name_has_readings() {
        let characters = [SURNAMES, GIVEN, BRANDS, "有限公司"].concat()
            + &[DOUBLE_SURNAMES, CITIES, TRADES].concat().concat();
        for c in characters.chars() {
            assert!(!readings(c).is_empty(), "{c}");
        }
    }
}
