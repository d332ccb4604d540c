//! Saying in the page what the columns of a file mean.

use fantoccini::Locator;
use rapport_tests::browser::Browser;
use rapport_types::imports::{Mapping, Target};

use super::hands::{ESCAPE, SHORTLY, choose, click_in_the_middle, overwrite, pick, press, until};

/// Fields whose value holds for every row.
const CONSTANT: [Target; 3] = [Target::Type, Target::Channel, Target::Status];

/// Makes the mapping from nothing: every column is put where this one has it.
pub(super) async fn make(browser: &Browser, wanted: &Mapping, header: &[String]) {
    for column in header {
        put(browser, column, &[]).await;
    }
    browser.wait_for_text("import-missing", "创建时间").await;
    browser.picture("setup-11-nothing-mapped").await;
    for column in header {
        put(browser, column, &wanted.targets(column)).await;
    }
    until(SHORTLY, "nothing is missing", async || {
        browser.count("import-missing").await == 0
    })
    .await;
    let dates = browser.count("import-date-format").await;
    for at in 0..dates {
        pick(browser, "import-date-format", at, &wanted.date_formats[0]).await;
    }
    for target in CONSTANT {
        let testid = format!("import-default-{}", target.code());
        pick(browser, &testid, 0, &constant(wanted, target)).await;
    }
    let subject = subject(wanted);
    overwrite(browser, "import-default-subject", &subject).await;
    choose(browser, "import-zone", &wanted.zone).await;
    let more = browser.find("import-more").await;
    click_in_the_middle(browser, &more).await;
    overwrite(browser, "import-source", wanted.source.as_str()).await;
}

/// Checks that two mappings say the same of a file. In which order the parts of a description
/// stand, and where a format is said, is another matter.
pub(super) fn is_same(made: &Mapping, wanted: &Mapping, header: &[String]) {
    for column in header {
        assert_eq!(made.targets(column), wanted.targets(column), "{column}");
    }
    for target in CONSTANT {
        assert_eq!(constant(made, target), constant(wanted, target));
    }
    assert_eq!(subject(made), subject(wanted));
    for target in [Target::OpenedAt, Target::ResolvedAt, Target::ClosedAt] {
        assert_eq!(made.formats(target), wanted.formats(target));
    }
    assert_eq!(made.zone, wanted.zone);
    assert_eq!(made.source, wanted.source);
    assert_eq!(made.row_per, wanted.row_per);
}

fn constant(mapping: &Mapping, target: Target) -> String {
    let source = mapping.values(target).unwrap();
    source.default.clone().unwrap()
}

fn subject(mapping: &Mapping) -> String {
    let source = mapping.texts(Target::Subject).unwrap();
    source.default.clone().unwrap()
}

/// Takes a column out of all fields, then puts it into these.
async fn put(browser: &Browser, column: &str, targets: &[Target]) {
    open_picker(browser, column).await;
    // It closes by itself.
    browser.click("import-target-none").await;
    is_closed(browser).await;
    if targets.is_empty() {
        return;
    }
    open_picker(browser, column).await;
    for target in targets {
        let testid = format!("import-target-{}", target.code());
        browser.click(&testid).await;
    }
    press(browser, ESCAPE).await;
    is_closed(browser).await;
}

async fn open_picker(browser: &Browser, column: &str) {
    let row = format!("//tr[@data-testid='import-column'][.//span[text()='{column}']]");
    let picker = format!("{row}//button[@data-testid='import-picker']");
    let picker = browser.client.find(Locator::XPath(&picker)).await.unwrap();
    click_in_the_middle(browser, &picker).await;
    browser.find("import-target-none").await;
}

async fn is_closed(browser: &Browser) {
    until(SHORTLY, "the list of fields is closed", async || {
        browser.count("import-target-none").await == 0
    })
    .await;
}
