//! A part of a page whose code comes when it is needed: few visits of the page need it.

use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped;
use leptos::wasm_split::SplitLoaderError;

use super::states::ErrorState;
use crate::api::ApiError;

/// The part, once its code is there.
pub fn late(part: LocalBoxFuture<'static, Result<AnyView, SplitLoaderError>>) -> AnyView {
    let made = RwSignal::new_local(None::<AnyView>);
    let failed = RwSignal::new(false);
    spawn_local_scoped(async move {
        // What it belongs to may be gone by then.
        match part.await {
            Ok(view) => drop(made.try_set(Some(view))),
            Err(_) => drop(failed.try_set(true)),
        }
    });
    // As for a page whose code did not come.
    let reload = move || {
        let _ = window().location().reload();
    };
    view! {
        {move || {
            made.track();
            made.try_update_untracked(Option::take).flatten()
        }}
        <Show when=move || failed.get()>
            <ErrorState error=ApiError::Offline on_retry=reload/>
        </Show>
    }
    .into_any()
}
