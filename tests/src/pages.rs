//! Reading a list to its end.

use rapport_types::page::{Cursor, Page, Paging};

/// The rows of all pages, in order. `fetch` gives one page.
pub async fn every_row<T>(first: Paging, fetch: impl AsyncFn(Paging) -> Page<T>) -> Vec<T> {
    let mut paging = first;
    let mut rows = Vec::new();
    loop {
        let page = fetch(paging.clone()).await;
        assert!(
            page.data.len() <= paging.limit as usize,
            "a page holds no more than asked for"
        );
        assert_eq!(
            page.has_more,
            page.next_cursor.is_some(),
            "there is a cursor exactly when there is more"
        );
        assert!(
            !page.has_more || page.data.len() == paging.limit as usize,
            "only the last page is short"
        );
        rows.extend(page.data);
        match page.next_cursor {
            Some(text) => paging.after = Some(Cursor::decode(&text).unwrap()),
            None => return rows,
        }
    }
}
