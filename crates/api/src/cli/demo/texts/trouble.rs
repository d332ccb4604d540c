//! Complaints, repairs, returns and reports of wrongdoing.

use super::{Pattern, Trait, Words};

const fn pattern(
    kind: &'static str,
    category: &'static str,
    weight: u32,
    zh: Words,
    en: Words,
) -> Pattern {
    Pattern {
        kind,
        category,
        weight,
        about: None,
        zh,
        en,
    }
}

const fn words(subject: &'static str, description: &'static str, answer: &'static str) -> Words {
    Words {
        subject,
        description,
        answer,
    }
}

/// The patterns.
pub(super) const PATTERNS: &[Pattern] = &[
    pattern(
        "complaint",
        "delivery",
        14,
        words(
            "配送超时一周仍未收到货",
            "订单 {order} 承诺三天送达，现在已经过去一周，客服一直让等，非常不满意。",
            "非常抱歉给您带来不便。已与物流核实，包裹滞留在中转站，现已加急，预计 {day} 送达，并为您补偿一张五十元优惠券。",
        ),
        words(
            "Order {order} is a week late",
            "Order {order} was promised within three days. A week has passed and I am only told to wait.",
            "I am very sorry. The parcel was held up in a transit depot and is now on its way with priority; it will arrive by {day}. We have added a voucher to your account.",
        ),
    ),
    pattern(
        "complaint",
        "service",
        12,
        words(
            "安装师傅没有按约定时间上门",
            "约好上午上门安装{product}，等到下午也没有人来，也没有电话通知。",
            "非常抱歉，师傅因前一单延误未及时通知您，已对其进行提醒，并重新安排 {day} 优先上门。",
        ),
        words(
            "The technician did not come",
            "We had an appointment to install the {product} in the morning. Nobody came and nobody called.",
            "Please accept our apologies. The technician was delayed and did not tell you. You have the first appointment on {day}.",
        ),
    ).about(Trait::Fitted),
    pattern(
        "complaint",
        "quality",
        12,
        words(
            "{product}买来一个月就出故障",
            "刚买一个月{product}就坏了，质量太差，要求给个说法。",
            "非常抱歉，已为您登记换新，新机将于 {day} 寄出，旧机由快递上门取回，无需承担任何费用。",
        ),
        words(
            "{product} broken after one month",
            "The {product} is only a month old and already broken. This is not the quality I paid for.",
            "I am sorry about this. You will get a new device, which leaves on {day}; the carrier collects the old one free of charge.",
        ),
    ),
    pattern(
        "complaint",
        "billing",
        8,
        words(
            "优惠券没有抵扣",
            "下单时显示可用优惠券，付款后发现没有抵扣，请退还差额。",
            "经核实系统未正确抵扣，差额已原路退回，一到三个工作日到账。",
        ),
        words(
            "My voucher was not deducted",
            "The shop showed that my voucher would be used, but I was charged the full amount. Please refund the difference.",
            "You are right, the voucher was not deducted. The difference has been refunded and arrives within three working days.",
        ),
    ),
    pattern(
        "complaint",
        "service",
        7,
        words(
            "热线一直打不通",
            "连续打了三次热线都在排队，最后自动挂断，服务体验很差。",
            "非常抱歉，昨天下午线路故障导致排队时间过长，现已恢复。您的问题由我专人跟进。",
        ),
        words(
            "Your hotline cannot be reached",
            "I called three times, waited in the queue and was cut off each time.",
            "I am sorry. There was a fault on the line yesterday afternoon, which has been repaired. I will look after your case myself.",
        ),
    ),
    pattern(
        "complaint",
        "damage",
        6,
        words(
            "收到的{product}外壳破损",
            "打开包装发现{product}外壳有裂痕，包装箱也压坏了。",
            "非常抱歉，已安排补发全新商品，请保留破损商品和包装，快递会上门取回。",
        ),
        words(
            "{product} arrived damaged",
            "The housing of the {product} was cracked and the box was crushed.",
            "I am sorry. A new one has been sent. Please keep the damaged goods and the box; the carrier will collect them.",
        ),
    ),
    pattern(
        "repair",
        "quality",
        16,
        words(
            "{product}无法开机",
            "{product}昨天还好好的，今天按电源键没有反应，换了插座也不行。",
            "师傅已上门检修，更换电源板后恢复正常，请您放心使用。",
        ),
        words(
            "The {product} does not switch on",
            "It worked yesterday. Today nothing happens when I press the button, even at another socket.",
            "Our technician has replaced the power board, and the device works again.",
        ),
    ),
    pattern(
        "repair",
        "quality",
        13,
        words(
            "{product}漏水",
            "{product}底部一直渗水，地板都湿了，请尽快派人来看。",
            "师傅已更换密封圈并测试半小时无渗漏，请留意观察，有问题随时联系。",
        ),
        words(
            "The {product} leaks",
            "Water keeps coming from the bottom of the {product} and the floor is wet. Please send somebody soon.",
            "The seal has been replaced and tested for half an hour without a leak. Please call if you notice anything.",
        ),
    ).about(Trait::Water),
    pattern(
        "repair",
        "quality",
        11,
        words(
            "{product}运行时噪音很大",
            "最近{product}声音越来越大，晚上影响休息。",
            "经检测是风扇轴承磨损，已在保修期内免费更换。",
        ),
        words(
            "The {product} has become very loud",
            "It has been getting louder for two weeks and keeps us awake.",
            "The bearing of the fan was worn. It has been replaced under warranty.",
        ),
    ).about(Trait::Motor),
    pattern(
        "repair",
        "usage",
        9,
        words(
            "{product}指示灯一直闪红",
            "指示灯闪红，屏幕显示 E3，说明书上没有写是什么意思。",
            "您好，E3 表示传感器需要清洁。按发送的步骤清洁并断电重启后即可恢复。",
        ),
        words(
            "Red light and code E3 on the {product}",
            "The light blinks red and the display shows E3. The manual does not explain it.",
            "E3 means that the sensor has to be cleaned. Please follow the steps I have sent and switch it off and on again.",
        ),
    ),
    pattern(
        "repair",
        "warranty",
        7,
        words(
            "{product}保修期内维修",
            "{product}买了八个月，屏幕不亮了，申请保修。",
            "检测确认属于保修范围，屏幕组件已免费更换，设备已寄回。",
        ),
        words(
            "Repair under warranty: {product}",
            "The {product} is eight months old and its display stays dark. Please repair it under warranty.",
            "The display was covered by the warranty and has been replaced free of charge. The device is on its way back.",
        ),
    ),
    pattern(
        "repair",
        "usage",
        6,
        words(
            "{product}经常掉线",
            "手机上显示{product}离线，重启后能连上，过一会儿又掉了。",
            "已远程升级固件到最新版本，观察两小时在线稳定。如再出现请告诉我们。",
        ),
        words(
            "The {product} keeps losing its connection",
            "The app shows the {product} as offline. After a restart it works for a while and drops out again.",
            "We have installed the newest firmware remotely; it has been stable for two hours. Please tell us if it happens again.",
        ),
    ).about(Trait::Online),
    pattern(
        "return",
        "refund",
        12,
        words(
            "申请七天无理由退货",
            "订单 {order} 收到后觉得尺寸不合适，商品未使用，申请退货退款。",
            "退货已签收并验收合格，款项已原路退回，一到三个工作日到账。",
        ),
        words(
            "Return of order {order}",
            "The size does not fit. The goods are unused; I would like to return order {order}.",
            "We have received and checked the goods. The money has been refunded and arrives within three working days.",
        ),
    ),
    pattern(
        "return",
        "damage",
        9,
        words(
            "{product}有划痕要求换货",
            "收到的{product}表面有明显划痕，要求换一台新的。",
            "换货申请已通过，新机已寄出，预计 {day} 送达，旧机由快递员当面取回。",
        ),
        words(
            "Exchange of a scratched {product}",
            "The {product} I received has visible scratches. I would like another one.",
            "The exchange has been approved. The new one arrives by {day}; please give the old one to the courier.",
        ),
    ),
    pattern(
        "return",
        "delivery",
        8,
        words(
            "收到的型号与订单不符",
            "订的是{product}，收到的不是这个型号，请换货。",
            "非常抱歉，仓库发错型号，正确商品已加急寄出，往返运费由我们承担。",
        ),
        words(
            "Wrong model delivered",
            "I ordered the {product} and received another model. Please exchange it.",
            "I am sorry, our warehouse sent the wrong one. The right one has been shipped with priority, and we pay for both ways.",
        ),
    ),
    pattern(
        "return",
        "refund",
        6,
        words(
            "退款一直没有到账",
            "订单 {order} 的退货一周前就签收了，退款还没有收到。",
            "已查询到银行处理延迟，退款于今日到账，请查收。",
        ),
        words(
            "Refund for order {order} has not arrived",
            "You received my return a week ago and the refund for order {order} is still missing.",
            "The bank was slow to process it; the refund arrived today. Please check your account.",
        ),
    ),
    pattern(
        "report",
        "other",
        5,
        words(
            "有人冒充贵公司客服",
            "接到自称贵公司客服的电话，要求点击链接退款，请核实。",
            "感谢您的提醒，该号码不是我司客服。我们已上报并在官网发布提示，请不要点击链接。",
        ),
        words(
            "Somebody pretends to be your service desk",
            "A caller said he was from your service desk and asked me to open a link for a refund. Is that genuine?",
            "Thank you for telling us. That number is not ours. We have reported it and put a warning on our website; please do not open the link.",
        ),
    ),
];
