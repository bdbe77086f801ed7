//! What counts as done and what does not, task by task.

mod close_jar;
mod insert_onto_square_peg;
mod light_bulb_in;
mod meat_off_grill;
mod open_drawer;
mod place_cups;
mod place_shape_in_shape_sorter;
mod place_wine_at_rack_location;
mod push_buttons;
mod put_groceries_in_cupboard;
mod put_item_in_drawer;
mod put_money_in_safe;
mod reach_and_drag;
mod slide_block_to_color_target;
mod stack_blocks;
mod stack_cups;
mod sweep_to_dustpan_of_size;
mod turn_tap;
