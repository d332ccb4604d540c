//! What a right means, in one line.

use rapport_types::locale::Locale;
use rapport_types::permissions::Permission;

use crate::i18n::td_string;
use crate::preferences::text_locale;

/// What somebody with this right may do; empty for one that is newer than this text.
pub(in crate::pages::administration) fn meaning(right: Permission, locale: Locale) -> &'static str {
    let text = text_locale(locale);
    match right.code() {
        "view_customers" => td_string!(text, administration.right.view_customers),
        "edit_customers" => td_string!(text, administration.right.edit_customers),
        "delete_customers" => td_string!(text, administration.right.delete_customers),
        "view_tickets" => td_string!(text, administration.right.view_tickets),
        "work_tickets" => td_string!(text, administration.right.work_tickets),
        "view_reports" => td_string!(text, administration.right.view_reports),
        "import_records" => td_string!(text, administration.right.import_records),
        "manage_users" => td_string!(text, administration.right.manage_users),
        "manage_configuration" => td_string!(text, administration.right.manage_configuration),
        "act_on_behalf" => td_string!(text, administration.right.act_on_behalf),
        _ => "",
    }
}
