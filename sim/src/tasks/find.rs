//! Finding a task by its name.

use super::ALL;
use crate::task::Task;

/// The task called `name`, in either spelling.
pub fn find(name: &str) -> Option<&'static Task> {
    ALL.iter().find(|t| t.name == name || t.short == name)
}
