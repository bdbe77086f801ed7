//! Panics of a library that reads damaged files become values, without a word on stderr.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    /// Whether this thread is inside [`catch_panic`].
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// What `work` gives, or nothing where it panicked.
///
/// Other threads keep their panic messages.
pub(super) fn catch_panic<T>(work: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                usual(info);
            }
        }));
    });
    let before = QUIET.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    QUIET.set(before);
    result.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_nothing_and_the_next_work_still_answers() {
        assert_eq!(catch_panic(|| [1][std::hint::black_box(3)]), None);
        assert_eq!(catch_panic(|| 5), Some(5));
    }
}
