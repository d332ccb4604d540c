//! In which order tables can be filled.

/// The tables, each after those that it refers to. `references` are pairs of the referring table
/// and the one that it refers to; those that refer to each other come last.
pub(super) fn parents_first(
    mut tables: Vec<String>,
    references: &[(String, String)],
) -> Vec<String> {
    let mut ordered: Vec<String> = Vec::with_capacity(tables.len());
    loop {
        let waits = |table: &String, left: &[String]| {
            references
                .iter()
                .any(|(from, to)| from == table && to != table && left.contains(to))
        };
        let left = tables.clone();
        let (ready, waiting): (Vec<_>, Vec<_>) =
            tables.into_iter().partition(|table| !waits(table, &left));
        if ready.is_empty() {
            ordered.extend(waiting);
            return ordered;
        }
        ordered.extend(ready);
        tables = waiting;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_comes_after_those_that_it_refers_to() {
        let names = |names: &[&str]| -> Vec<String> {
            names.iter().map(|name| (*name).to_owned()).collect()
        };
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            let owned = |(from, to): &(&str, &str)| ((*from).to_owned(), (*to).to_owned());
            pairs.iter().map(owned).collect()
        };
        for (tables, references, expected) in [
            (&["a", "b"][..], &[][..], &["a", "b"][..]),
            (
                &["a", "b", "c"],
                &[("a", "b"), ("b", "c")],
                &["c", "b", "a"],
            ),
            (&["a", "b"], &[("a", "a"), ("a", "elsewhere")], &["a", "b"]),
            (
                &["a", "b", "c"],
                &[("a", "b"), ("b", "a")],
                &["c", "a", "b"],
            ),
        ] {
            let ordered = parents_first(names(tables), &pairs(references));
            assert_eq!(ordered, names(expected), "{references:?}");
        }
    }
}
