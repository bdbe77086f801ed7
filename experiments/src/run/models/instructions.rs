//! What the models are told: the instructions of every task, as ids.

use agents::nn::text::{BytePairs, Sentences, Tokenizer, Vocabulary, Words};
use agents::policy::Sentence;
use agents::presets::Tokens;
use agents::presets::{Language, Preset};
use anyhow::Context as _;
use sim::task::Rules;
use sim::tasks;

/// All instructions there are, and how the models of a run read them.
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
    /// For the models of a preset that know this vocabulary; `told` where the policy hears the instruction.
    /// Words that the vocabulary lacks are read as unknown.
    ///
    /// # Errors
    /// When the vocabulary is missing, or too large for the models.
    pub fn new(
        shape: &Preset,
        rules: Rules,
        told: bool,
        vocabulary: Option<&Vocabulary>,
    ) -> anyhow::Result<Self> {
        let words = |rows| -> anyhow::Result<Tokenizer> {
            let vocabulary = vocabulary.context("the models have no vocabulary")?;
            Ok(Tokenizer::Words(Words::new(vocabulary, rows)?))
        };
        let video = match shape.video.tokens {
            Tokens::BytePairs => Tokenizer::BytePairs(BytePairs::new()),
            Tokens::Words => words(shape.video.vocabulary)?,
        };
        let policy = match shape.policy.language {
            Language::Trained { context, vocabulary, .. } if told => {
                Some((words(vocabulary)?, context))
            }
            _ => None,
        };
        Ok(Self { video, context: shape.video.context, policy, sentences: sentences(rules) })
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
    pub fn tokenize(&self, texts: &[impl AsRef<str>]) -> Sentences {
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

/// Every sentence by task and variation, in the tables' order.
fn sentences(rules: Rules) -> Vec<Vec<Vec<String>>> {
    let all = |task: &sim::task::Task| {
        (0..task.variations).map(|v| (task.instructions)(v, rules)).collect::<Vec<_>>()
    };
    tasks::ALL.iter().map(all).collect()
}

/// The vocabulary of models that are to be trained: the words of all tasks' instructions, whichever are learned,
/// so that it does not change with the data. `None` where no model of the preset reads whole words.
///
/// # Errors
/// When a sentence is longer than the models read, or there are too many words.
pub fn vocabulary(shape: &Preset, rules: Rules) -> anyhow::Result<Option<Vocabulary>> {
    let video = match shape.video.tokens {
        Tokens::BytePairs => None,
        Tokens::Words => Some((shape.video.context, shape.video.vocabulary)),
    };
    let policy = match shape.policy.language {
        Language::Trained { context, vocabulary, .. } => Some((context, vocabulary)),
        Language::Frozen { .. } => None,
    };
    let readers = || video.iter().chain(&policy);
    let Some(context) = readers().map(|(context, _)| *context).min() else { return Ok(None) };
    let sentences = sentences(rules);
    let texts = sentences.iter().flatten().flatten().map(String::as_str);
    let vocabulary = Vocabulary::of_instructions(texts, context)?;
    readers().try_for_each(|(_, rows)| Words::new(&vocabulary, *rows).map(drop))?;
    Ok(Some(vocabulary))
}
