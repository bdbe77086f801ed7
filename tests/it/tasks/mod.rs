//! What counts as done and what does not, task by task.

mod insert_onto_square_peg;
mod place_shape_in_shape_sorter;
mod push_buttons;
mod put_groceries_in_cupboard;
mod put_money_in_safe;
