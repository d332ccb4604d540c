//! Things that lie in one another: teams and categories. A tree that folds, is searched, and whose
//! parts are moved by dragging or through a menu; both end in the same question.

mod move_dialog;
mod node;
mod view;

pub(super) use move_dialog::{MoveDialog, Moving};
pub(super) use node::Node;
pub(super) use view::TreeView;
