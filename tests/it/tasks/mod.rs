//! What counts as done and what does not, task by task.

mod open_drawer;
mod place_cups;
mod push_buttons;
mod put_item_in_drawer;
mod reach_and_drag;
mod slide_block_to_color_target;
mod stack_blocks;
mod stack_cups;
mod turn_tap;
