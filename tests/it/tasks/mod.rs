//! What counts as done and what does not, task by task.

mod place_cups;
mod push_buttons;
mod reach_and_drag;
mod stack_blocks;
mod stack_cups;
