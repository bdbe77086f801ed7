//! What counts as done and what does not, task by task.

mod open_drawer;
mod push_buttons;
mod put_item_in_drawer;
mod slide_block_to_color_target;
mod turn_tap;
