//! Names of people, organisations and places. Chinese ones come with their pinyin, which makes
//! the e-mail addresses.

/// Surnames, the common ones first.
pub(super) const SURNAMES: &[(&str, &str)] = &[
    ("王", "wang"),
    ("李", "li"),
    ("张", "zhang"),
    ("刘", "liu"),
    ("陈", "chen"),
    ("杨", "yang"),
    ("黄", "huang"),
    ("赵", "zhao"),
    ("吴", "wu"),
    ("周", "zhou"),
    ("徐", "xu"),
    ("孙", "sun"),
    ("马", "ma"),
    ("朱", "zhu"),
    ("胡", "hu"),
    ("郭", "guo"),
    ("何", "he"),
    ("林", "lin"),
    ("罗", "luo"),
    ("高", "gao"),
    ("梁", "liang"),
    ("郑", "zheng"),
    ("谢", "xie"),
    ("宋", "song"),
    ("唐", "tang"),
    ("许", "xu"),
    ("邓", "deng"),
    ("冯", "feng"),
    ("韩", "han"),
    ("曹", "cao"),
    ("曾", "zeng"),
    ("彭", "peng"),
    ("萧", "xiao"),
    ("蔡", "cai"),
    ("潘", "pan"),
    ("田", "tian"),
    ("单", "shan"),
    ("解", "xie"),
    ("仇", "qiu"),
    ("欧阳", "ouyang"),
];

/// Given names.
pub(super) const GIVEN: &[(&str, &str)] = &[
    ("芳", "fang"),
    ("伟", "wei"),
    ("娜", "na"),
    ("敏", "min"),
    ("静", "jing"),
    ("丽", "li"),
    ("强", "qiang"),
    ("磊", "lei"),
    ("军", "jun"),
    ("洋", "yang"),
    ("勇", "yong"),
    ("艳", "yan"),
    ("杰", "jie"),
    ("娟", "juan"),
    ("涛", "tao"),
    ("明", "ming"),
    ("超", "chao"),
    ("霞", "xia"),
    ("平", "ping"),
    ("刚", "gang"),
    ("桂英", "guiying"),
    ("秀英", "xiuying"),
    ("建华", "jianhua"),
    ("志强", "zhiqiang"),
    ("秀兰", "xiulan"),
    ("建国", "jianguo"),
    ("海燕", "haiyan"),
    ("晓明", "xiaoming"),
    ("晓东", "xiaodong"),
    ("雪梅", "xuemei"),
    ("子轩", "zixuan"),
    ("雨桐", "yutong"),
    ("梓涵", "zihan"),
    ("浩然", "haoran"),
    ("欣怡", "xinyi"),
    ("思远", "siyuan"),
    ("佳琪", "jiaqi"),
    ("天宇", "tianyu"),
    ("文博", "wenbo"),
    ("诗涵", "shihan"),
    ("俊杰", "junjie"),
    ("美玲", "meiling"),
    ("国庆", "guoqing"),
    ("红梅", "hongmei"),
    ("立新", "lixin"),
    ("嘉怡", "jiayi"),
];

/// Family names of people with English names.
pub(super) const FAMILY_NAMES: &[&str] = &[
    "Adams", "Baker", "Bennett", "Carter", "Clark", "Cooper", "Davies", "Edwards", "Evans",
    "Fisher", "Foster", "Graham", "Hall", "Harris", "Hughes", "Jackson", "Kelly", "Lewis",
    "Martin", "Mason", "Morgan", "Murphy", "Nelson", "Palmer", "Parker", "Reed", "Roberts", "Shaw",
    "Turner", "Walker",
];

/// First names of people with English names.
pub(super) const FIRST_NAMES: &[&str] = &[
    "Alice",
    "Andrew",
    "Anna",
    "Ben",
    "Charlotte",
    "Claire",
    "Daniel",
    "David",
    "Ella",
    "Emily",
    "Emma",
    "Grace",
    "Hannah",
    "Henry",
    "Jack",
    "James",
    "Julia",
    "Kate",
    "Laura",
    "Lucy",
    "Mark",
    "Megan",
    "Michael",
    "Nina",
    "Oliver",
    "Paul",
    "Rachel",
    "Robert",
    "Sarah",
    "Simon",
    "Sophie",
    "Tom",
];

/// First parts of the names of organisations, with their pinyin.
pub(super) const BRANDS: &[(&str, &str)] = &[
    ("华信", "huaxin"),
    ("恒达", "hengda"),
    ("瑞丰", "ruifeng"),
    ("博远", "boyuan"),
    ("金桥", "jinqiao"),
    ("星辰", "xingchen"),
    ("海纳", "haina"),
    ("天成", "tiancheng"),
    ("启明", "qiming"),
    ("盛和", "shenghe"),
    ("东方", "dongfang"),
    ("绿洲", "lvzhou"),
    ("云帆", "yunfan"),
    ("汇通", "huitong"),
    ("安居", "anju"),
    ("鼎盛", "dingsheng"),
    ("广源", "guangyuan"),
    ("嘉禾", "jiahe"),
    ("新纪", "xinji"),
    ("百川", "baichuan"),
];

/// Last parts of the names of organisations, with their industry.
pub(super) const SECTORS: &[(&str, &str)] = &[
    ("科技有限公司", "软件和信息技术"),
    ("贸易有限公司", "批发零售"),
    ("餐饮管理有限公司", "餐饮"),
    ("酒店管理有限公司", "住宿"),
    ("物业服务有限公司", "物业"),
    ("医疗器械有限公司", "医疗"),
    ("教育咨询有限公司", "教育"),
    ("物流有限公司", "物流"),
    ("电子有限公司", "制造业"),
    ("建筑装饰有限公司", "建筑"),
    ("健身俱乐部", "体育"),
    ("财务咨询有限公司", "金融"),
];

/// Public bodies, after the name of their city.
pub(super) const PUBLIC_BODIES: &[&str] = &[
    "市民服务中心",
    "第一中学",
    "实验小学",
    "图书馆",
    "社区卫生服务中心",
    "公共资源交易中心",
];

/// Organisations with English names and their industry.
pub(super) const FIRMS: &[(&str, &str)] = &[
    ("Northgate Logistics", "物流"),
    ("Harbour View Hotel", "住宿"),
    ("Maple Street School", "教育"),
    ("Bluebird Coffee", "餐饮"),
    ("Sterling & Hart Consulting", "金融"),
    ("Redwood Electronics", "制造业"),
    ("Lakeside Clinic", "医疗"),
    ("Orchard Property Care", "物业"),
    ("Summit Fitness", "体育"),
    ("Willow Design Studio", "建筑"),
    ("Pacific Trading", "批发零售"),
    ("Brightwater Software", "软件和信息技术"),
];

/// A city with its telephone area code.
pub(super) type City = (&'static str, &'static str);

/// The cities of the four regions.
pub(super) const EAST: &[City] = &[
    ("上海", "21"),
    ("杭州", "571"),
    ("南京", "25"),
    ("苏州", "512"),
    ("合肥", "551"),
];
pub(super) const SOUTH: &[City] = &[
    ("广州", "20"),
    ("深圳", "755"),
    ("厦门", "592"),
    ("南宁", "771"),
];
pub(super) const NORTH: &[City] = &[
    ("北京", "10"),
    ("天津", "22"),
    ("济南", "531"),
    ("沈阳", "24"),
];
pub(super) const WEST: &[City] = &[
    ("成都", "28"),
    ("重庆", "23"),
    ("西安", "29"),
    ("昆明", "871"),
];

/// Streets that most cities have.
pub(super) const STREETS: &[&str] = &[
    "人民路",
    "解放路",
    "中山路",
    "建设路",
    "文化路",
    "和平路",
    "新华路",
    "长江路",
];

/// Tags of customers.
pub(super) const TAGS: &[&str] = &[
    "VIP",
    "老客户推荐",
    "批量采购",
    "延保用户",
    "企业团购",
    "会员",
    "回访",
    "开票客户",
];

/// Job titles of people.
pub(super) const JOB_TITLES: &[&str] = &[
    "采购经理",
    "行政主管",
    "教师",
    "工程师",
    "店长",
    "会计",
    "护士",
    "设计师",
];

/// What the company sells: Chinese and English name, and what can be said of it.
pub(super) const PRODUCTS: &[(&str, &str, &[Trait])] = &[
    (
        "R200 净水器",
        "R200 water purifier",
        &[Trait::Water, Trait::Filter, Trait::Fitted],
    ),
    (
        "A3 空气净化器",
        "A3 air purifier",
        &[Trait::Filter, Trait::Motor, Trait::Online],
    ),
    (
        "L1 智能门锁",
        "L1 smart lock",
        &[Trait::Fitted, Trait::Online],
    ),
    (
        "S5 扫地机器人",
        "S5 robot vacuum",
        &[Trait::Motor, Trait::Online],
    ),
    (
        "H8 即热饮水机",
        "H8 instant hot water dispenser",
        &[Trait::Water, Trait::Filter, Trait::Fitted],
    ),
    ("W6 无线路由器", "W6 wireless router", &[]),
    (
        "D2 除湿机",
        "D2 dehumidifier",
        &[Trait::Water, Trait::Motor],
    ),
    (
        "C4 智能摄像头",
        "C4 smart camera",
        &[Trait::Fitted, Trait::Online],
    ),
];

/// What can be said of a product, so that no camera leaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trait {
    /// Water runs through it.
    Water,
    /// It has a filter.
    Filter,
    /// Something in it turns.
    Motor,
    /// It is connected to the network at home.
    Online,
    /// A technician fits it.
    Fitted,
}
