//! Finding a task or a variation by typing.

use crate::task::{Rules, Task};
use crate::tasks;

/// Something to choose.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// The task.
    pub task: &'static Task,
    /// Its variation.
    pub variation: usize,
    /// Whether the task as a whole is meant: its first variation stands for it.
    pub whole: bool,
}

/// A list of tasks, or what of it and of all variations fits the words typed so far.
#[derive(Clone, Debug)]
pub struct Picker {
    rules: Rules,
    query: String,
    choices: Vec<Choice>,
    /// Words that each choice is found by, lower case.
    words: Vec<String>,
    found: Vec<usize>,
    place: usize,
}

impl Picker {
    /// All tasks, nothing typed.
    pub fn new(rules: Rules) -> Self {
        let mut choices: Vec<Choice> = Vec::new();
        for task in tasks::ALL {
            choices.push(Choice { task, variation: 0, whole: true });
            let one = |variation| Choice { task, variation, whole: false };
            choices.extend((0..task.variations).map(one));
        }
        let mut picker = Self {
            rules,
            query: String::new(),
            words: Vec::new(),
            choices,
            found: Vec::new(),
            place: 0,
        };
        picker.words =
            picker.choices.iter().map(|choice| picker.words_of(choice).to_lowercase()).collect();
        picker.find();
        picker
    }

    fn words_of(&self, choice: &Choice) -> String {
        let name = format!("{} {}", choice.task.name, choice.task.name.replace('_', " "));
        if choice.whole {
            return name;
        }
        format!("{name} v{} {}", choice.variation, self.sentence(choice))
    }

    /// The instruction of a choice.
    pub fn sentence(&self, choice: &Choice) -> String {
        let mut sentences = (choice.task.instructions)(choice.variation, self.rules);
        if sentences.is_empty() { String::new() } else { sentences.swap_remove(0) }
    }

    /// What was typed.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// Types more; control characters do not count.
    pub fn add(&mut self, text: &str) {
        self.query.extend(text.chars().filter(|c| !c.is_control()));
        self.find();
    }

    /// Takes the last character back.
    pub fn erase(&mut self) {
        self.query.pop();
        self.find();
    }

    /// Moves the mark, staying inside the list.
    pub fn step(&mut self, by: i64) {
        let last = self.found.len().saturating_sub(1) as i64;
        self.place = (self.place as i64 + by).clamp(0, last) as usize;
    }

    /// The marked choice; none where nothing fits.
    pub fn chosen(&self) -> Option<Choice> {
        self.found.get(self.place).map(|&index| self.choices[index])
    }

    /// How many fit.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether nothing fits.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The part of the list to show in `rows` rows, and which of them is marked.
    pub fn page(&self, rows: usize) -> (impl Iterator<Item = Choice>, usize) {
        let first = (self.place + 1).saturating_sub(rows);
        let page = self.found.iter().skip(first).take(rows).map(|&index| self.choices[index]);
        (page, self.place - first)
    }

    /// Without words the tasks, else everything that has all the words.
    fn find(&mut self) {
        let query = self.query.to_lowercase();
        let fits = |index: &usize| {
            if query.trim().is_empty() {
                return self.choices[*index].whole;
            }
            query.split_whitespace().all(|word| self.words[*index].contains(word))
        };
        self.found = (0..self.choices.len()).filter(fits).collect();
        self.place = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_any_order_find_variations() {
        let mut picker = Picker::new(Rules::Fixed);
        assert_eq!(picker.len(), tasks::ALL.len());
        picker.add("JAR close re");
        picker.add("d\u{8}");
        let chosen = picker.chosen().unwrap();
        assert_eq!((chosen.task.name, chosen.whole), ("close_jar", false));
        assert!(picker.sentence(&chosen).contains("red"));
        (0..10).for_each(|_| picker.erase());
        assert_eq!(picker.query(), "JAR");
        assert_eq!(picker.len(), 1 + tasks::find("close_jar").unwrap().variations);
        assert!(picker.chosen().unwrap().whole);
        picker.add(" nonsense");
        assert!(picker.is_empty() && picker.chosen().is_none());
    }

    #[test]
    fn the_mark_stays_on_the_page() {
        let mut picker = Picker::new(Rules::Fixed);
        let end = tasks::ALL.len() - 5;
        for (by, marked, first) in
            [(0, 0, 0), (3, 3, 0), (9, 4, 8), (999, 4, end), (-1, 4, end - 1)]
        {
            picker.step(by);
            let (page, place) = picker.page(5);
            let page: Vec<Choice> = page.collect();
            assert_eq!((page.len(), place), (5, marked));
            assert_eq!(page[0].task.name, tasks::ALL[first].name);
        }
    }
}
