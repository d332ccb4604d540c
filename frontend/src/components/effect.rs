//! Effects whose code is one for all.

use leptos::prelude::*;

/// Runs something now and whenever what it reads has changed: an [`Effect`] that keeps no value. The
/// machinery around `run` is compiled once, and not for each place that uses it.
pub fn effect(run: impl FnMut() + 'static) {
    let run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(run);
}
