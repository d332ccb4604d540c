//! Enquiries, requests and suggestions.

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
        "enquiry",
        "usage",
        14,
        words(
            "{product}怎么连接家里的无线网络",
            "刚收到{product}，按说明书操作连不上无线网络，请问需要怎么设置？",
            "您好，请先确认路由器打开了 2.4G 频段，再长按设备电源键五秒进入配网模式，在小程序里重新添加即可。步骤图已发到您的微信。",
        ),
        words(
            "How do I connect the {product} to my network?",
            "I have just unpacked the {product} and cannot get it onto our Wi-Fi. What do I have to set?",
            "Please make sure that your router offers 2.4 GHz, hold the power button for five seconds until the light blinks, and add the device again in the app. I have sent you the steps with pictures.",
        ),
    ).about(Trait::Online),
    pattern(
        "enquiry",
        "accessories",
        12,
        words(
            "{product}的滤芯多久换一次",
            "想问一下{product}的滤芯一般多长时间更换，在哪里可以买到原装的？",
            "您好，正常家用建议每六个月更换一次，设备上的指示灯变红时就需要更换。原装滤芯可以在官网商城和线下门店购买。",
        ),
        words(
            "How often does the filter of the {product} have to be changed?",
            "Please tell me how long a filter of the {product} lasts and where I can buy the original one.",
            "In a household we recommend every six months, or when the light turns red. Original filters are sold in our web shop and in all branches.",
        ),
    ).about(Trait::Filter),
    pattern(
        "enquiry",
        "delivery",
        14,
        words(
            "订单 {order} 什么时候发货",
            "下单三天了还没有物流信息，麻烦查一下订单 {order}。",
            "您好，订单 {order} 已经出库，物流单号稍后短信发给您，预计 {day} 送达。",
        ),
        words(
            "When will order {order} be shipped?",
            "I ordered three days ago and there is no tracking number yet for {order}.",
            "Your order {order} has left our warehouse. The tracking number follows by text message; delivery is expected on {day}.",
        ),
    ),
    pattern(
        "enquiry",
        "invoice",
        11,
        words(
            "如何开具增值税专用发票",
            "我们公司采购了一批{product}，需要开专票，请问需要提供哪些资料？",
            "您好，请提供公司名称、税号、开户行及账号、地址和电话，发票将在三个工作日内开出并寄送。",
        ),
        words(
            "What do you need for a VAT invoice?",
            "Our company bought several {product} and needs a special VAT invoice. Which details do you need?",
            "Please send us the company name, tax number, bank and account, address and telephone. The invoice will be issued within three working days.",
        ),
    ),
    pattern(
        "enquiry",
        "product",
        10,
        words(
            "{product}和上一代有什么区别",
            "准备给家里换一台，想了解{product}和上一代产品相比有哪些升级。",
            "您好，新款主要提升了处理速度和静音效果，并支持远程控制。两款的参数对比表已发给您，方便参考。",
        ),
        words(
            "What is new in the {product}?",
            "We are thinking of replacing ours. How does the {product} differ from the previous model?",
            "It is faster and quieter and can be controlled remotely. I have sent you a table that compares both models.",
        ),
    ),
    pattern(
        "enquiry",
        "warranty",
        9,
        words(
            "{product}的保修期是多久",
            "请问{product}保修几年？购买凭证丢了还能保修吗？",
            "您好，整机保修两年，从购买之日算起。凭序列号就能查到购买记录，凭证丢失不影响保修。",
        ),
        words(
            "How long is the {product} under warranty?",
            "For how many years does the warranty of the {product} last, and do I need the receipt?",
            "The warranty lasts two years from the day of purchase. We find it by the serial number, so you do not need the receipt.",
        ),
    ),
    pattern(
        "enquiry",
        "billing",
        7,
        words(
            "企业采购有没有优惠",
            "单位计划采购二十台{product}，请问有没有批量价格？",
            "您好，十台以上有企业价，报价单已发送到您的邮箱，客户经理稍后与您联系。",
        ),
        words(
            "Is there a price for larger orders?",
            "We would like to buy twenty {product}. Do you offer a better price for that quantity?",
            "From ten devices on there is a company price. The quotation is in your mailbox, and our account manager will call you.",
        ),
    ),
    pattern(
        "enquiry",
        "service",
        8,
        words(
            "附近有没有服务网点",
            "想把{product}拿去检测一下，请问离我最近的服务点在哪里？",
            "您好，离您最近的网点地址和电话已短信发送，周一至周六八点到二十点营业，建议提前预约。",
        ),
        words(
            "Where is your nearest service point?",
            "I would like to have my {product} checked. Where is the service point closest to me?",
            "I have sent you the address and telephone number. They are open Monday to Saturday from 8 to 20; please book a time first.",
        ),
    ),
    pattern(
        "request",
        "installation",
        18,
        words(
            "预约{product}上门安装",
            "货已经到了，想约 {day} 上午上门安装，家里有人。",
            "您好，已为您预约 {day} 上午，安装师傅会提前一小时电话联系您。",
        ),
        words(
            "Installation of the {product} at our home",
            "The goods have arrived. Could somebody install the {product} on {day} in the morning?",
            "The visit is booked for {day} in the morning. The technician will call an hour before.",
        ),
    ).about(Trait::Fitted),
    pattern(
        "request",
        "invoice",
        12,
        words(
            "订单 {order} 补开发票",
            "之前下单时忘了选发票，请帮忙补开电子发票，抬头为个人。",
            "您好，订单 {order} 的电子发票已开具，请在邮箱查收。",
        ),
        words(
            "Invoice for order {order}",
            "I forgot to ask for an invoice when I ordered. Please issue an electronic one for order {order}.",
            "The electronic invoice for order {order} has been issued and sent to your mailbox.",
        ),
    ),
    pattern(
        "request",
        "delivery",
        11,
        words(
            "修改订单 {order} 的收货地址",
            "下单时地址填错了，还没发货的话麻烦改一下收货地址。",
            "您好，订单 {order} 的收货地址已经修改，将按新地址配送。",
        ),
        words(
            "Change of address for order {order}",
            "I entered the wrong address. If order {order} has not been shipped yet, please change it.",
            "The address of order {order} has been changed; it will be delivered to the new one.",
        ),
    ),
    pattern(
        "request",
        "accessories",
        9,
        words(
            "购买{product}的备用滤芯",
            "需要两套{product}的滤芯，请寄到原来的地址。",
            "您好，两套滤芯已下单，预计 {day} 送达，费用货到付款。",
        ),
        words(
            "Spare filters for the {product}",
            "Please send two sets of filters for the {product} to my usual address.",
            "Two sets of filters are on their way and will arrive by {day}; you can pay on delivery.",
        ),
    ).about(Trait::Filter),
    pattern(
        "request",
        "service",
        8,
        words(
            "更新会员联系方式",
            "换了手机号码，请把会员资料里的联系电话更新一下。",
            "您好，会员资料已更新，新号码可以正常登录小程序。",
        ),
        words(
            "New telephone number for my account",
            "I have a new mobile number. Please change it in my customer account.",
            "Your account has been updated; you can sign in to the app with the new number.",
        ),
    ),
    pattern(
        "request",
        "warranty",
        7,
        words(
            "{product}办理延长保修",
            "想给{product}办理延保一年，请问怎么操作？",
            "您好，延保一年已办理完成，电子保修卡已发送到您的手机。",
        ),
        words(
            "Extend the warranty of the {product}",
            "I would like to extend the warranty of my {product} by one year.",
            "The warranty has been extended by one year. The electronic card has been sent to your phone.",
        ),
    ),
    pattern(
        "suggestion",
        "usage",
        10,
        words(
            "希望小程序增加定时功能",
            "{product}用起来不错，希望小程序里能设置定时开关。",
            "感谢您的建议，已转给产品团队，定时功能计划在下个版本推出。",
        ),
        words(
            "A timer in the app would be useful",
            "We like the {product}. It would be even better if the app could switch it on and off by time.",
            "Thank you for the idea. I have passed it to the product team; a timer is planned for the next version.",
        ),
    ).about(Trait::Motor),
    pattern(
        "suggestion",
        "product",
        8,
        words(
            "建议{product}增加静音档",
            "晚上使用声音有点大，建议增加静音模式。",
            "感谢您的反馈，我们已记录并提交给研发部门评估。",
        ),
        words(
            "A quiet mode for the {product}",
            "It is a little loud at night. A quiet mode would help.",
            "Thank you. The suggestion has been recorded and given to our development department.",
        ),
    ).about(Trait::Motor),
    pattern(
        "suggestion",
        "service",
        6,
        words(
            "建议客服热线增加回拨功能",
            "高峰期排队时间比较长，能不能留个号码由你们回拨？",
            "感谢您的建议，回拨功能正在试点，预计下个季度上线。",
        ),
        words(
            "Please offer to call back",
            "The hotline is busy in the afternoon. Could you offer to call back instead?",
            "Thank you for the suggestion. Calling back is being tried out and should come next quarter.",
        ),
    ),
];
