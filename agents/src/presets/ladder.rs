//! The presets. `small` to `paper-l` are the ladder of the specification; `tiny` and `mini` are sized
//! for processors and say why.

use super::shape::{Alignment, Extensions, Language, Layout, Policy, Preset, Tokens, Tower, Video};

/// All presets, the cheapest first.
pub const ALL: &[Preset] = &[TINY, TINY_PLUS, MINI, SMALL, SMALL_PLUS, BASE, PAPER_B, PAPER_L];

/// The preset of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Preset> {
    ALL.iter().find(|preset| preset.name == name)
}

/// The paper's shared space, in every preset: R^1024.
const ALIGNMENT: Alignment = Alignment { latent: 1024 };

/// Dropout of the published policy.
const DROPOUT: f64 = 0.1;

/// Ids of a sentence in the presets for processors. The longest of the tasks' sentences has 15 words;
/// with start and end it takes 17. Cost grows with every unused row.
const SHORT: usize = 20;

/// Rows of the word table. The tasks' sentences have 239 words; the rest is room for added tasks and
/// costs memory only.
const WORDS: usize = 512;

const fn tower(width: usize, depth: usize, heads: usize) -> Tower {
    Tower { width, depth, heads }
}

/// For smoke tests and CI: 0.4 GFLOP per training pair, so that 12 GFLOP/s, the least that one core
/// was measured to give, make more than 25 pairs per second.
///
/// - Clips are 8 x 64 x 64: at 32 pixels nothing on the table can be told apart, and with fewer than
///   8 frames whole parts of the longer episodes fall between two.
/// - Patches of 16 pixels with half of them masked cost what the 4 x 32 x 32 clips of the original
///   ladder cost: 65 tokens.
/// - The policy is the ladder's. Views of 48 pixels put a fine pixel at 5.2 mm: enough to learn from,
///   too coarse to insert pegs. No dropout: it has to overfit a handful of episodes in minutes.
pub const TINY: Preset = Preset {
    name: "tiny",
    video: Video {
        encoder: "viclip",
        frames: 8,
        size: 64,
        patch: 16,
        video: tower(64, 2, 4),
        mask_rate: 0.5,
        drop_path: 0.0,
        text: tower(64, 2, 4),
        context: SHORT,
        vocabulary: WORDS,
        tokens: Tokens::Words,
        shared: 64,
    },
    policy: Policy {
        family: "arp",
        size: 48,
        patch: 6,
        channels: 16,
        width: 48,
        heads: 3,
        head: 16,
        depth: 2,
        geglu: 2,
        dropout: 0.0,
        language: Language::Trained { tower: tower(48, 1, 3), context: SHORT, vocabulary: WORDS },
        action: 32,
        action_heads: 4,
        cross: 1,
        selfs: 2,
        upsampler: 1.25,
        layout: Layout::Arp,
        time_in_state: false,
        extensions: Extensions::NONE,
    },
    alignment: ALIGNMENT,
};

/// `tiny` with everything that our measurements added to the published policy: all of [`Extensions`].
///
/// Within the steps that a processor can afford the published policy reads no angle off its pictures, does
/// not know where in the task it is, and does not learn which of two things a sentence names
/// (`results/learning/log.md`).
pub const TINY_PLUS: Preset =
    Preset { name: "tiny+", policy: Policy { extensions: Extensions::ALL, ..TINY.policy }, ..TINY };

/// For studies on two processor cores: 2.3 GFLOP per training pair, five times `tiny`, so that a night
/// covers what the tasks need.
///
/// - Views of 96 pixels put a fine pixel at 2.6 mm; the tightest tasks forgive little more.
///   Patches of 12 keep 64 tokens per view: patches of 8 would cost 4.4 GFLOP.
/// - Clips are 8 x 96 x 96, where a pixel of the front camera is about a centimetre; half of the
///   288 patches are masked.
/// - Widths are multiples of 32, one head each, because shorter rows waste the vector units.
pub const MINI: Preset = Preset {
    name: "mini",
    video: Video {
        encoder: "viclip",
        frames: 8,
        size: 96,
        patch: 16,
        video: tower(96, 4, 3),
        mask_rate: 0.5,
        drop_path: 0.0,
        text: tower(96, 2, 3),
        context: SHORT,
        vocabulary: WORDS,
        tokens: Tokens::Words,
        shared: 128,
    },
    policy: Policy {
        family: "arp",
        size: 96,
        patch: 12,
        channels: 24,
        width: 96,
        heads: 3,
        head: 32,
        depth: 4,
        geglu: 2,
        dropout: DROPOUT,
        language: Language::Trained { tower: tower(96, 2, 3), context: SHORT, vocabulary: WORDS },
        action: 48,
        action_heads: 4,
        cross: 2,
        selfs: 3,
        upsampler: 1.25,
        layout: Layout::Arp,
        time_in_state: false,
        extensions: Extensions::NONE,
    },
    alignment: ALIGNMENT,
};

/// For one data-centre GPU and an hour.
pub const SMALL: Preset = Preset {
    name: "small",
    video: Video {
        encoder: "viclip",
        frames: 8,
        size: 112,
        patch: 16,
        video: tower(256, 6, 4),
        mask_rate: 0.5,
        drop_path: 0.1,
        text: tower(128, 4, 4),
        context: 24,
        vocabulary: WORDS,
        tokens: Tokens::Words,
        shared: 256,
    },
    policy: Policy {
        family: "arp",
        size: 128,
        patch: 8,
        channels: 48,
        width: 192,
        heads: 3,
        head: 64,
        depth: 6,
        geglu: 2,
        dropout: DROPOUT,
        language: Language::Trained { tower: tower(128, 2, 4), context: 24, vocabulary: WORDS },
        action: 96,
        action_heads: 8,
        cross: 2,
        selfs: 3,
        upsampler: 1.25,
        layout: Layout::Arp,
        time_in_state: false,
        extensions: Extensions::NONE,
    },
    alignment: ALIGNMENT,
};

/// `small` with a wider multi-view transformer.
pub const SMALL_PLUS: Preset =
    Preset { name: "small+", policy: Policy { width: 256, heads: 4, ..SMALL.policy }, ..SMALL };

/// The largest that trains from scratch in a day.
pub const BASE: Preset = Preset {
    name: "base",
    video: Video {
        encoder: "viclip",
        frames: 8,
        size: 128,
        patch: 16,
        video: tower(384, 8, 6),
        mask_rate: 0.5,
        drop_path: 0.1,
        text: tower(256, 4, 4),
        context: 24,
        vocabulary: 1024,
        tokens: Tokens::Words,
        shared: 256,
    },
    policy: Policy {
        family: "arp",
        size: 160,
        patch: 10,
        channels: 64,
        width: 384,
        heads: 6,
        head: 64,
        depth: 8,
        geglu: 4,
        dropout: DROPOUT,
        language: Language::Trained { tower: tower(256, 4, 4), context: 24, vocabulary: 1024 },
        action: 128,
        action_heads: 8,
        cross: 4,
        selfs: 4,
        upsampler: 1.25,
        layout: Layout::Arp,
        time_in_state: false,
        extensions: Extensions::NONE,
    },
    alignment: ALIGNMENT,
};

/// The published sizes: ViCLIP-B/16 and ARP+.
pub const PAPER_B: Preset = Preset {
    name: "paper-b",
    video: Video {
        encoder: "viclip",
        frames: 8,
        size: 224,
        patch: 16,
        video: tower(768, 12, 12),
        mask_rate: 0.0,
        drop_path: 0.1,
        text: tower(512, 12, 8),
        context: 32,
        vocabulary: 49_408,
        tokens: Tokens::BytePairs,
        shared: 512,
    },
    policy: Policy {
        family: "arp",
        size: 224,
        patch: 14,
        channels: 64,
        width: 512,
        heads: 8,
        head: 64,
        depth: 8,
        geglu: 4,
        dropout: DROPOUT,
        language: Language::Frozen { tower: tower(512, 12, 8), context: 77 },
        action: 128,
        action_heads: 8,
        cross: 4,
        selfs: 6,
        upsampler: 2.0,
        layout: Layout::ArpPlus,
        time_in_state: false,
        extensions: Extensions::NONE,
    },
    alignment: ALIGNMENT,
};

/// The published sizes: ViCLIP-L/14 and ARP+.
pub const PAPER_L: Preset = Preset {
    name: "paper-l",
    video: Video {
        patch: 14,
        video: tower(1024, 24, 16),
        text: tower(768, 12, 12),
        shared: 768,
        ..PAPER_B.video
    },
    ..PAPER_B
};

/// The first published policy, for counting: ARP differs from ARP+ in three numbers.
pub const ARP: Policy = Policy { selfs: 4, upsampler: 1.25, layout: Layout::Arp, ..PAPER_B.policy };

/// The published policy before ARP, for counting: the same transformers and up-samplers. Its release is told
/// the time.
pub const RVT2: Policy =
    Policy { family: "rvt2", time_in_state: true, upsampler: 2.0, ..PAPER_B.policy };
