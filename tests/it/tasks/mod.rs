//! What counts as done and what does not, task by task.

mod close_jar;
mod light_bulb_in;
mod meat_off_grill;
mod place_wine_at_rack_location;
mod push_buttons;
mod sweep_to_dustpan_of_size;
