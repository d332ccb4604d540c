//! The pictures: strokes on a grid of 16, in the colour of the text around them.
//!
//! `<Icon name=IconName::Search/>`. A picture never stands for itself: the text beside it or the
//! label of its button says what it means.

use leptos::prelude::*;

macro_rules! icons {
    ($($(#[$meta:meta])* $name:ident = $path:literal;)*) => {
        /// Which picture.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(dead_code, reason = "a set of pictures is drawn as a set")]
        pub enum IconName { $($(#[$meta])* $name,)* }

        impl IconName {
            const fn path(self) -> &'static str {
                match self { $(Self::$name => $path,)* }
            }
        }
    };
}

icons! {
    Home = "M2.5 7.5 8 2.5l5.5 5M4 6.5v7h8v-7M6.5 13.5v-4h3v4";
    Ticket = "M2 4.5h12v2a1.5 1.5 0 0 0 0 3v2H2v-2a1.5 1.5 0 0 0 0-3zM9.5 4.5v1.4M9.5 7.3v1.4M9.5 10.1v1.4";
    People = "M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM1.5 13.5c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M10.5 2.8a2.4 2.4 0 0 1 0 4.4M12 9.8c1.5.5 2.5 1.8 2.5 3.7";
    Person = "M8 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM3 13.5c0-2.5 2.2-4 5-4s5 1.5 5 4";
    Building = "M3.5 13.5v-11h6v11M9.5 6.5h3v7M2 13.5h12M5.5 5h2M5.5 7.5h2M5.5 10h2";
    Chart = "M2.5 2.5v11h11M5.5 11V8M8.5 11V4.5M11.5 11V6.5";
    Search = "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.5 10.5l3 3";
    Plus = "M8 3v10M3 8h10";
    Close = "M4 4l8 8M12 4l-8 8";
    Check = "M3 8.5 6.5 12 13 4.5";
    ChevronDown = "M4 6l4 4 4-4";
    ChevronUp = "M4 10l4-4 4 4";
    ChevronLeft = "M10 4 6 8l4 4";
    ChevronRight = "M6 4l4 4-4 4";
    ArrowUp = "M8 13V3M4 7l4-4 4 4";
    ArrowDown = "M8 3v10M4 9l4 4 4-4";
    ArrowLeft = "M13 8H3M7 4 3 8l4 4";
    External = "M6.5 3.5h-3v9h9v-3M9.5 2.5h4v4M13.5 2.5 7.5 8.5";
    Clock = "M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM8 5v3.2l2 1.3";
    ClockAlert = "M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM8 5v3.5M8 10.7v.1";
    Pause = "M5.5 3.5v9M10.5 3.5v9";
    Sun = "M8 10.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9";
    Moon = "M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8Z";
    Contrast = "M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM8 2.5v11M8 5.5h4.9M8 8h5.5M8 10.5h4.9";
    Language = "M1.5 4h7M5 2.5V4M7 4c-.5 2.5-2.3 4.600-5 5.500M3 6c1 2 2.500 3.200 4.500 3.800M8 13.500l3-7 3 7M9 11.500h4";
    SignOut = "M6 2.500H3v11h3M7 8h7M11 5l3 3-3 3";
    Filter = "M2 3.500h12L9.500 9v4l-3-1.500V9z";
    Sort = "M5 3v10M2.500 10.500 5 13l2.500-2.500M11 13V3M8.500 5.500 11 3l2.500 2.500";
    Edit = "M10.500 3l2.500 2.500-7.500 7.500H3V10.500zM9 4.500 11.500 7";
    Lock = "M4 7.500h8v6H4zM5.500 7.500V5a2.500 2.500 0 0 1 5 0v2.500";
    Copy = "M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3";
    Phone = "M3 2.500h2.500l1.200 3L5 6.800a8 8 0 0 0 4.200 4.200l1.300-1.700 3 1.200V13c0 .3-.3.500-.5.500C7 13.500 2.500 9 2.500 3c0-.3.200-.5.500-.5Z";
    Mail = "M2 3.500h12v9H2zM2 4l6 5 6-5";
    Message = "M2.500 3h11v8H7l-3 2.500V11H2.500z";
    Note = "M3 2.500h10v7L9.500 13H3zM13 9.500H9.500V13M5.500 5.500h5M5.500 8h3";
    Star = "M8 2l1.800 3.900 4.200.500-3.100 2.900.8 4.200L8 11.400l-3.700 2.100.8-4.200L2 6.400l4.200-.500z";
    Info = "M8 13.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11ZM8 7.500v3.500M8 5v.1";
    Warning = "M8 2.500 14.500 13.500h-13zM8 6.500v3.300M8 11.700v.1";
    Question = "M8 13.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11ZM6.300 6.300a1.700 1.700 0 1 1 2.600 1.500c-.600.400-.900.700-.900 1.400M8 11.300v.1";
    Reload = "M13 8a5 5 0 1 1-1.600-3.700M13 2.500v2.800h-2.800";
    Download = "M8 2.500v8M4.500 7 8 10.500 11.500 7M2.500 13.500h11";
    Print = "M4.500 6V2.500h7V6M4.500 11.500h-2V6h11v5.500h-2M4.500 9.500h7v4h-7z";
    Dots = "M3.500 8v.1M8 8v.1M12.500 8v.1";
    Inbox = "M2.500 9.500 4.500 3h7l2 6.500v4h-11zM2.500 9.500h3.500l1 1.500h2l1-1.500h3.500";
    Team = "M8 5.500a1.700 1.700 0 1 0 0-3.400 1.700 1.700 0 0 0 0 3.400ZM3.500 13.500a1.700 1.700 0 1 0 0-3.400 1.700 1.700 0 0 0 0 3.400ZM12.500 13.500a1.700 1.700 0 1 0 0-3.400 1.700 1.700 0 0 0 0 3.400ZM8 5.500V8M3.500 10.100V8h9v2.100";
    CircleDashed = "M8 2.500a5.500 5.500 0 0 1 2.700.7M12.600 5a5.500 5.500 0 0 1 .8 3.700M12 11.600a5.500 5.500 0 0 1-3 1.800M6 13.200a5.500 5.500 0 0 1-3-2.800M2.500 7.300a5.500 5.500 0 0 1 2.300-3.700";
    CircleHalf = "M8 13.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11ZM8 5v6a3 3 0 0 0 0-6Z";
    CircleCheck = "M8 13.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11ZM5.500 8.200 7.300 10l3.200-3.800";
    CircleMinus = "M8 13.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11ZM5.500 8h5";
    CirclePause = "M8 13.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11ZM6.600 6v4M9.400 6v4";
    Calendar = "M2.500 3.500h11v10h-11zM2.500 6.500h11M5.500 2v3M10.500 2v3";
}

/// A picture of 16 × 16.
#[component]
pub fn Icon(
    /// Which.
    name: IconName,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d=name.path()></path>
        </svg>
    }
}
