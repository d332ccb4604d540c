//! Which rows of a list are selected. Nothing of the browser is in here, so that `tests/frontend`
//! tests it without one.

use std::collections::HashSet;

/// The rows of a page that are selected, or everything that matches the list's filters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picked {
    /// The rows of the page, in their order.
    rows: Vec<String>,
    picked: HashSet<String>,
    /// Where a range begins.
    anchor: Option<String>,
    everything: bool,
}

impl Picked {
    /// The list shows these rows now: those that left are not selected any more.
    pub fn show(&mut self, rows: Vec<String>) {
        self.picked.retain(|row| rows.contains(row));
        if self.anchor.as_ref().is_some_and(|row| !rows.contains(row)) {
            self.anchor = None;
        }
        self.everything &= !rows.is_empty();
        self.rows = rows;
    }

    /// Selects a row or gives it up.
    pub fn toggle(&mut self, row: &str) {
        self.settle();
        if !self.picked.remove(row) {
            self.picked.insert(row.to_owned());
        }
        self.anchor = Some(row.to_owned());
    }

    /// Selects all rows from the one that was touched last to this one.
    pub fn extend_to(&mut self, row: &str) {
        self.settle();
        let at = |wanted: &str| self.rows.iter().position(|row| row == wanted);
        let Some(to) = at(row) else { return };
        let from = self.anchor.as_deref().and_then(at).unwrap_or(to);
        let range = self.rows[from.min(to)..=from.max(to)].to_vec();
        self.picked.extend(range);
        if self.anchor.is_none() {
            self.anchor = Some(row.to_owned());
        }
    }

    /// Selects every row of the page, or none when all are.
    pub fn toggle_page(&mut self) {
        if self.has_page() {
            return self.clear();
        }
        self.picked = self.rows.iter().cloned().collect();
    }

    /// Selects everything that matches, not this page alone.
    pub fn pick_everything(&mut self) {
        self.everything = true;
    }

    /// Selects nothing.
    pub fn clear(&mut self) {
        self.picked.clear();
        self.anchor = None;
        self.everything = false;
    }

    /// Whether a row is selected.
    pub fn contains(&self, row: &str) -> bool {
        self.everything || self.picked.contains(row)
    }

    /// How many rows of the page are selected.
    pub fn count(&self) -> usize {
        if self.everything {
            self.rows.len()
        } else {
            self.picked.len()
        }
    }

    /// Whether nothing is selected.
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// Whether every row of the page is selected.
    pub fn has_page(&self) -> bool {
        !self.rows.is_empty() && self.count() == self.rows.len()
    }

    /// Whether everything that matches is selected.
    pub const fn has_everything(&self) -> bool {
        self.everything
    }

    /// The selected rows in the order of the page.
    pub fn rows(&self) -> Vec<String> {
        let rows = self.rows.iter().filter(|row| self.contains(row));
        rows.cloned().collect()
    }

    /// What is done to single rows is done to those of the page.
    fn settle(&mut self) {
        if std::mem::take(&mut self.everything) {
            self.picked = self.rows.iter().cloned().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rows: &[&str]) -> Picked {
        let mut picked = Picked::default();
        picked.show(rows.iter().map(ToString::to_string).collect());
        picked
    }

    #[test]
    fn a_range_goes_from_the_row_touched_last_either_way_and_keeps_what_was_selected() {
        let mut picked = of(&["a", "b", "c", "d", "e"]);
        picked.toggle("d");
        picked.extend_to("b");
        assert_eq!(picked.rows(), ["b", "c", "d"]);
        picked.extend_to("e");
        assert_eq!(picked.rows(), ["b", "c", "d", "e"]);
        picked.toggle("c");
        assert_eq!(picked.rows(), ["b", "d", "e"]);
        picked.extend_to("a");
        assert_eq!(picked.rows(), ["a", "b", "c", "d", "e"]);
    }

    #[test]
    fn a_range_without_a_beginning_is_the_row_itself() {
        let mut picked = of(&["a", "b"]);
        picked.extend_to("b");
        picked.extend_to("gone");
        assert_eq!(picked.rows(), ["b"]);
    }

    #[test]
    fn a_selection_outlives_a_refresh_without_the_rows_that_left() {
        let mut picked = of(&["a", "b", "c"]);
        picked.toggle("a");
        picked.toggle("c");
        picked.show(vec!["new".to_owned(), "b".to_owned(), "a".to_owned()]);
        assert_eq!(picked.rows(), ["a"]);
        // The range does not begin at a row that is gone.
        picked.extend_to("b");
        assert_eq!(picked.rows(), ["b", "a"]);
        picked.show(Vec::new());
        assert!(picked.is_empty());
    }

    #[test]
    fn the_page_is_selected_and_given_up_as_a_whole() {
        let mut picked = of(&["a", "b"]);
        picked.toggle("a");
        assert!(!picked.has_page());
        picked.toggle_page();
        assert!(picked.has_page());
        picked.toggle_page();
        assert!(picked.is_empty());
        assert!(!of(&[]).has_page());
    }

    #[test]
    fn everything_holds_new_rows_too_until_a_single_one_is_touched() {
        let mut picked = of(&["a", "b"]);
        picked.toggle_page();
        picked.pick_everything();
        picked.show(vec!["b".to_owned(), "c".to_owned()]);
        assert!(picked.contains("c") && picked.has_everything());
        picked.toggle("b");
        assert!(!picked.has_everything());
        assert_eq!(picked.rows(), ["c"]);
        picked.pick_everything();
        picked.show(Vec::new());
        assert!(!picked.has_everything() && picked.is_empty());
    }
}
