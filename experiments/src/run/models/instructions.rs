//! What the models are told: the instructions of every task, as ids.

use agents::policy::Sentence;
use agents::presets::Tokens;
use agents::presets::{Language, Preset};
use agents::video::viclip::{BytePairs, Sentences, Tokenizer, Words};
use anyhow::Context as _;
use sim::task::definition::Rules;
use sim::tasks;

/// All instructions there are, and how the models of a preset read them.
///
/// The vocabulary comes from all tasks, whichever are learned, so that it never changes with the data.
pub struct Instructions {
    video: Tokenizer,
    context: usize,
    policy: Option<(Tokenizer, usize)>,
    /// First sentences by task and variation, in the tables' order.
    sentences: Vec<Vec<Vec<String>>>,
}

/// An instruction of the benchmark: one variation of one task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instruction {
    /// Number of the task in the table of tasks.
    pub task: usize,
    /// Its variation.
    pub variation: usize,
}

impl Instructions {
    /// For the models of a preset; `told` where the policy hears the instruction.
    pub fn new(shape: &Preset, rules: Rules, told: bool) -> anyhow::Result<Self> {
        let all = |task: &sim::task::definition::Task| {
            (0..task.variations).map(|v| (task.instructions)(v, rules)).collect::<Vec<_>>()
        };
        let sentences: Vec<Vec<Vec<String>>> = tasks::ALL.iter().map(all).collect();
        let words = |vocabulary, context| -> anyhow::Result<Tokenizer> {
            let texts = sentences.iter().flatten().flatten().map(String::as_str);
            Ok(Tokenizer::Words(Words::new(texts, vocabulary, context)?))
        };
        let context = shape.video.context;
        let video = match shape.video.tokens {
            Tokens::BytePairs => Tokenizer::BytePairs(BytePairs::new()),
            Tokens::Words => words(shape.video.vocabulary, context)?,
        };
        let policy = match shape.policy.language {
            Language::Trained { context, vocabulary, .. } if told => {
                Some((words(vocabulary, context)?, context))
            }
            _ => None,
        };
        Ok(Self { video, context, policy, sentences })
    }

    /// The sentences of an instruction; the first is canonical.
    pub fn paraphrases(&self, instruction: Instruction) -> &[String] {
        &self.sentences[instruction.task][instruction.variation]
    }

    /// The canonical sentence of an instruction.
    pub fn canonical(&self, instruction: Instruction) -> anyhow::Result<&str> {
        self.paraphrases(instruction).first().map(String::as_str).context("no sentence")
    }

    /// Every instruction of a task.
    pub fn of_task(&self, task: usize) -> impl Iterator<Item = Instruction> {
        (0..self.sentences[task].len()).map(move |variation| Instruction { task, variation })
    }

    /// A number for each instruction that no other has.
    pub fn number(&self, instruction: Instruction) -> usize {
        let before: usize = self.sentences[..instruction.task].iter().map(Vec::len).sum();
        before + instruction.variation
    }

    /// Whether two instructions cannot be told apart: the same sentence.
    pub fn same(&self, a: Instruction, b: Instruction) -> bool {
        self.paraphrases(a).first() == self.paraphrases(b).first()
    }

    /// Sentences as the video encoder's text tower reads them.
    pub fn read(&self, texts: &[impl AsRef<str>]) -> Sentences {
        self.video.encode(texts, self.context)
    }

    /// A sentence as the policy hears it.
    pub fn tell(&self, text: &str) -> Sentence {
        match &self.policy {
            None => Sentence::Blank,
            Some((words, context)) => {
                let ids = words.encode(&[text], *context);
                Sentence::Words(ids.ids().iter().map(|&id| id as u32).collect())
            }
        }
    }
}
