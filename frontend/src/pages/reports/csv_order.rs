//! The lines of a breakdown's CSV file in the order of the table on the screen. Nothing of the
//! browser is in here, so that `tests/frontend` tests it without one.

/// The header, then the lines whose first cells are `keys` in the order of these, then the others.
pub fn in_order(csv: &str, keys: &[String]) -> String {
    let mut lines = csv.split_inclusive('\n');
    let header = lines.next().unwrap_or_default();
    let mut lines: Vec<&str> = lines.collect();
    lines.sort_by_key(|line| {
        let key = line.split([',', '\r', '\n']).next();
        let place = keys.iter().position(|it| Some(it.as_str()) == key);
        place.unwrap_or(keys.len())
    });
    std::iter::once(header).chain(lines).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_follow_the_keys_and_none_is_lost() {
        let csv = "\u{feff}key,name\r\na,East\r\nb,\"West, far\"\r\nnone,None\r\nc,North\r\n";
        let keys = ["c", "b", "a"].map(str::to_owned);
        assert_eq!(
            in_order(csv, &keys),
            "\u{feff}key,name\r\nc,North\r\nb,\"West, far\"\r\na,East\r\nnone,None\r\n"
        );
        assert_eq!(in_order(csv, &[]), csv);
        assert_eq!(in_order("", &keys), "");
    }
}
