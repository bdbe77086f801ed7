//! The tasks. Adding one is one file and one line in this list.

use crate::task::Task;

macro_rules! tasks {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        /// Every task, in the benchmark's order.
        pub const ALL: &[Task] = &[$($name::TASK),*];
    };
}

tasks! {
    sweep_to_dustpan_of_size,
    meat_off_grill,
    close_jar,
    light_bulb_in,
    place_wine_at_rack_location,
    push_buttons,
}

/// The task called `name`, in either spelling.
pub fn find(name: &str) -> Option<&'static Task> {
    ALL.iter().find(|t| t.name == name || t.short == name)
}
