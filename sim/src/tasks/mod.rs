//! The tasks. Adding one is one file and one line in this list.

mod find;

pub use find::find;

use crate::task::Task;

macro_rules! tasks {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        /// Every task, in the benchmark's order.
        pub const ALL: &[Task] = &[$($name::TASK),*];
    };
}

tasks! {
    open_drawer,
    slide_block_to_color_target,
    sweep_to_dustpan_of_size,
    meat_off_grill,
    turn_tap,
    put_item_in_drawer,
    close_jar,
    reach_and_drag,
    stack_blocks,
    light_bulb_in,
    put_money_in_safe,
    place_wine_at_rack_location,
    put_groceries_in_cupboard,
    place_shape_in_shape_sorter,
    push_buttons,
    insert_onto_square_peg,
    stack_cups,
    place_cups,
}
