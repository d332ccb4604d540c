//! How well a command fits what was typed: in English, in Chinese, or by the initials of its Chinese
//! name. Nothing of the browser is in here, so that `tests/frontend` tests it without one.

use rapport_types::tickets::{Priority, Status};

use crate::components::keyboard::Command;

/// The initials of a command's Chinese name; after a space those of its part that tells it from its
/// like.
pub const fn initials(command: Command) -> &'static str {
    match command {
        Command::Palette => "",
        Command::Search => "ss",
        Command::Keys => "jpkjj kjj",
        Command::Reply => "hfkh",
        Command::Note => "tjnbbz nbbz bz",
        Command::Take => "fpgw",
        Command::Assign => "ggclr clr",
        Command::SetStatus => "ggzt zt",
        Command::SetPriority => "ggyxj yxj",
        Command::Move(Status::New) => "ztxj xj",
        Command::Move(Status::Open) => "ztclz clz",
        Command::Move(Status::WaitingOnCustomer) => "ztdkhhf dkhhf",
        Command::Move(Status::OnHold) => "ztgq gq",
        Command::Move(Status::Resolved) => "ztyjj yjj jj",
        Command::Move(Status::Closed) => "ztygb ygb gb",
        Command::Rank(Priority::Low) => "yxjd",
        Command::Rank(Priority::Normal) => "yxjpt pt",
        Command::Rank(Priority::High) => "yxjg",
        Command::Rank(Priority::Urgent) => "yxjjj jj",
        Command::CopyLink => "fzlj",
        Command::NewTicket => "xjgd",
        Command::NewCustomer => "xjkh",
        Command::Home => "qwsy sy",
        Command::Tickets => "qwgd gd",
        Command::Customers => "qwkh kh",
        Command::Reports => "qwbb bb",
        Command::Approvals => "qwsp sp",
        Command::Administration => "qwxtgl xtgl gl",
        Command::LightTheme => "wgqs qs",
        Command::DarkTheme => "wgss ss",
        Command::SystemTheme => "wggsxt gsxt",
        Command::English => "yy",
        Command::Chinese => "yyjtzw jtzw zw",
        Command::SignOut => "tcdl",
    }
}

/// How well a text fits a command with these names: the less the better, none when it does not.
/// Everything fits an empty text.
pub fn fit(text: &str, english: &str, chinese: &str, initials: &str) -> Option<u8> {
    let text = text.trim().to_lowercase();
    let english = english.to_lowercase();
    let written = text.split_whitespace().collect::<String>();
    if english.starts_with(&text) || chinese.to_lowercase().starts_with(&written) {
        return Some(0);
    }
    // One letter begins too much.
    let is_spelling = written.len() > 1 && written.bytes().all(|byte| byte.is_ascii_lowercase());
    if is_spelling && initials.split(' ').any(|it| it.starts_with(&written)) {
        return Some(1);
    }
    let mut words = english.split(|c: char| !c.is_alphanumeric());
    // In their order, so that "st res" is "Status: Resolved".
    let begins = |part: &str| words.any(|word| word.starts_with(part));
    if text.split_whitespace().all(begins) {
        return Some(2);
    }
    chinese.contains(&written).then_some(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(text: &str) -> Option<u8> {
        fit(
            text,
            "Status: Waiting on customer",
            "状态：待客户回复",
            "ztdkhhf dkhhf",
        )
    }

    #[test]
    fn a_command_is_found_by_either_language_and_by_initials() {
        for (text, wanted) in [
            ("", Some(0)),
            ("status", Some(0)),
            ("STATUS: W", Some(0)),
            ("状态", Some(0)),
            ("状态：待", Some(0)),
            ("ztd", Some(1)),
            ("ZTDK", Some(1)),
            ("dk", Some(1)),
            ("st wait", Some(2)),
            ("cust", Some(2)),
            ("w", Some(2)),
            ("客户回复", Some(3)),
            ("客户 回复", Some(3)),
            ("wait st", None),
            ("z", None),
            ("hhf", None),
            ("已解决", None),
        ] {
            assert_eq!(fits(text), wanted, "{text}");
        }
    }
}
