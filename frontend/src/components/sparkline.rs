//! A trend the size of a word: `<Sparkline values=…/>`. A gap stays a gap. Beside it stands the
//! figure, so it is decoration for screen readers.

use leptos::prelude::*;

const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 28.0;
/// Room for the stroke and the last point.
const EDGE: f64 = 3.0;

/// A small line over its area, with the last point marked.
#[component]
pub fn Sparkline(
    /// The values in the order of time.
    #[prop(into)]
    values: Signal<Vec<Option<f64>>>,
) -> impl IntoView {
    let drawing = Memo::new(move |_| values.with(|values| draw(values)));
    view! {
        <svg
            class="sparkline"
            viewBox=format!("0 0 {WIDTH} {HEIGHT}")
            preserveAspectRatio="none"
            aria-hidden="true"
        >
            <path class="spark-area" d=move || drawing.get().area></path>
            <path class="spark-line" d=move || drawing.get().line></path>
            // A line of no length with a round end stays a disc however far the picture is drawn out.
            <path class="spark-last" d=move || drawing.get().last></path>
        </svg>
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
struct Drawing {
    line: String,
    area: String,
    last: String,
}

fn draw(values: &[Option<f64>]) -> Drawing {
    let known = || {
        values
            .iter()
            .flatten()
            .copied()
            .filter(|value| value.is_finite())
    };
    let (low, high) = known().fold((f64::MAX, f64::MIN), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    let step = (WIDTH - 2.0 * EDGE) / (values.len().max(2) - 1) as f64;
    let floor = HEIGHT - EDGE;
    let mut drawing = Drawing::default();
    let mut run: Vec<(f64, f64)> = Vec::new();
    for (at, value) in values.iter().enumerate() {
        let value = value.filter(|value| value.is_finite());
        if let Some(value) = value {
            let height = if high > low {
                (value - low) / (high - low)
            } else {
                0.5
            };
            run.push((
                EDGE + step * at as f64,
                floor - height * (HEIGHT - 2.0 * EDGE),
            ));
        }
        if value.is_none() || at + 1 == values.len() {
            drawing.add(&std::mem::take(&mut run), floor);
        }
    }
    drawing
}

impl Drawing {
    /// One stretch without a gap.
    fn add(&mut self, run: &[(f64, f64)], floor: f64) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            return;
        };
        let points: Vec<String> = run.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
        let points = points.join("L");
        self.line.push_str(&format!("M{points}"));
        self.area.push_str(&format!(
            "M{:.1} {floor}L{points}L{:.1} {floor}Z",
            first.0, last.0
        ));
        self.last = format!("M{:.1} {:.1}h0", last.0, last.1);
    }
}
