//! The whole table of rights: the closed set of permissions and the built-in roles.

use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

use crate::locale::Locale;

/// One of two rights at least.
#[derive(Debug, Clone, Copy)]
pub struct Either<A, B>(PhantomData<(A, B)>);

impl<A: Right, B: Right> Right for Either<A, B> {
    fn is_held(permissions: &[Permission]) -> bool {
        A::is_held(permissions) || B::is_held(permissions)
    }
}

/// Declares the permissions with their marker types: a handler that takes `Allowed<WorkTickets>`
/// runs for nobody else.
macro_rules! permissions {
    ($($(#[$meta:meta])* $name:ident = $code:literal, $en:literal, $zh:literal;)*) => {
        /// Something a role may do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum Permission {
            $(
                $(#[$meta])*
                #[serde(rename = $code)]
                #[cfg_attr(feature = "openapi", schema(rename = $code))]
                $name,
            )*
        }

        impl Permission {
            /// Every permission.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name on the wire.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// The name for people.
            pub const fn title(self, locale: Locale) -> &'static str {
                match (self, locale) {
                    $((Self::$name, Locale::En) => $en, (Self::$name, Locale::ZhCn) => $zh,)*
                }
            }
        }

        /// What a caller must hold, as a type: one permission, with a pair both of them, with
        /// [`Either`] one of two at least.
        pub trait Right {
            /// Whether somebody with these permissions holds it.
            fn is_held(permissions: &[Permission]) -> bool;
        }

        impl<A: Right, B: Right> Right for (A, B) {
            fn is_held(permissions: &[Permission]) -> bool {
                A::is_held(permissions) && B::is_held(permissions)
            }
        }

        $(
            $(#[$meta])*
            #[derive(Debug, Clone, Copy)]
            pub struct $name;

            impl Right for $name {
                fn is_held(permissions: &[Permission]) -> bool {
                    permissions.contains(&Permission::$name)
                }
            }
        )*
    };
}

permissions! {
    /// Read customers in one's scope.
    ViewCustomers = "view_customers", "View customers", "查看客户";
    /// Create and change customers.
    EditCustomers = "edit_customers", "Edit customers", "编辑客户";
    /// Delete customers that nothing refers to.
    DeleteCustomers = "delete_customers", "Delete customers", "删除客户";
    /// Read tickets in one's scope.
    ViewTickets = "view_tickets", "View tickets", "查看工单";
    /// Create, answer, assign, move and rate tickets.
    WorkTickets = "work_tickets", "Work on tickets", "处理工单";
    /// Read reports on one's scope.
    ViewReports = "view_reports", "View reports", "查看报表";
    /// Import records from files into the teams of one's scope.
    ImportRecords = "import_records", "Import records", "导入数据";
    /// Manage users and their roles.
    ManageUsers = "manage_users", "Manage users and roles", "管理用户与角色";
    /// Manage teams, categories, types, channels, calendars, clock policies and settings.
    ManageConfiguration = "manage_configuration", "Manage the configuration", "管理系统配置";
    /// Tell for whom a trusted service acts; it widens nothing that the service may do.
    ActOnBehalf = "act_on_behalf", "Act on behalf of others", "代他人操作";
}

/// A role that exists from the start.
#[derive(Debug, Clone, Copy)]
pub struct BuiltInRole {
    /// Its code.
    pub code: &'static str,
    /// Its English name.
    pub en: &'static str,
    /// Its Chinese name.
    pub zh_cn: &'static str,
    /// What it may do.
    pub permissions: &'static [Permission],
}

use Permission as P;

/// The built-in roles (S1-20: duties and authority of every post made clear).
pub const BUILT_IN_ROLES: &[BuiltInRole] = &[
    BuiltInRole {
        code: "admin",
        en: "Administrator",
        zh_cn: "系统管理员",
        permissions: Permission::ALL,
    },
    BuiltInRole {
        code: "manager",
        en: "Service manager",
        zh_cn: "客服主管",
        permissions: &[
            P::ViewCustomers,
            P::EditCustomers,
            P::DeleteCustomers,
            P::ViewTickets,
            P::WorkTickets,
            P::ViewReports,
            P::ImportRecords,
        ],
    },
    BuiltInRole {
        code: "agent",
        en: "Service agent",
        zh_cn: "客服专员",
        permissions: &[
            P::ViewCustomers,
            P::EditCustomers,
            P::ViewTickets,
            P::WorkTickets,
        ],
    },
    BuiltInRole {
        code: "account_manager",
        en: "Account manager",
        zh_cn: "客户经理",
        permissions: &[
            P::ViewCustomers,
            P::EditCustomers,
            P::ViewTickets,
            P::WorkTickets,
            P::ViewReports,
        ],
    },
    BuiltInRole {
        code: "technician",
        en: "Technician",
        zh_cn: "售后技术员",
        permissions: &[P::ViewCustomers, P::ViewTickets, P::WorkTickets],
    },
    BuiltInRole {
        code: "marketer",
        en: "Marketer",
        zh_cn: "市场专员",
        permissions: &[P::ViewCustomers, P::EditCustomers, P::ViewReports],
    },
    BuiltInRole {
        code: "analyst",
        en: "Analyst",
        zh_cn: "数据分析员",
        permissions: &[P::ViewCustomers, P::ViewTickets, P::ViewReports],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_needs_both_of_its_permissions() {
        type Both = (ViewCustomers, ViewTickets);
        assert!(Both::is_held(&[P::ViewTickets, P::ViewCustomers]));
        assert!(!Both::is_held(&[P::ViewTickets]));
        assert!(!Both::is_held(&[P::ViewCustomers]));
        assert!(!Both::is_held(&[]));
    }

    #[test]
    fn one_of_two_is_enough_for_either() {
        type One = Either<ViewCustomers, ViewTickets>;
        assert!(One::is_held(&[P::ViewTickets]));
        assert!(One::is_held(&[P::ViewCustomers]));
        assert!(!One::is_held(&[P::WorkTickets]));
    }
}
