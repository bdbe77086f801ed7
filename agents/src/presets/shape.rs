//! What a preset fixes: every width, depth and count of the three parts.

/// One size of all three parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Preset {
    /// What it is called on the command line.
    pub name: &'static str,
    /// The video-text model.
    pub video: Video,
    /// The robot policy.
    pub policy: Policy,
    /// The alignment.
    pub alignment: Alignment,
}

/// A stack of transformer blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tower {
    /// Width of a token.
    pub width: usize,
    /// Number of blocks.
    pub depth: usize,
    /// Attention heads; they divide the width.
    pub heads: usize,
}

/// Where the ids of a sentence come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tokens {
    /// CLIP's byte pairs, 49 408 ids.
    BytePairs,
    /// Whole words of the instructions, at most as many ids as the vocabulary holds.
    Words,
}

/// Shape of the video encoder: a ViT over patches and a causal text transformer.
#[derive(Clone, Debug, PartialEq)]
pub struct Video {
    /// Which family of video encoders, by name.
    pub encoder: &'static str,
    /// Frames of a clip.
    pub frames: usize,
    /// Side of a frame in pixels.
    pub size: usize,
    /// Side of a patch in pixels; divides `size`.
    pub patch: usize,
    /// Blocks of the video tower.
    pub video: Tower,
    /// Share of the patch tokens left out while training, in [0, 1).
    pub mask_rate: f64,
    /// Rate at which the last block is skipped while training; falls linearly to 0 at the first.
    pub drop_path: f64,
    /// Blocks of the text tower.
    pub text: Tower,
    /// Ids of a sentence, start and end included.
    pub context: usize,
    /// Rows of the token table.
    pub vocabulary: usize,
    /// Where the ids come from.
    pub tokens: Tokens,
    /// Width of the space that videos and sentences share.
    pub shared: usize,
}

impl Video {
    /// Patches along one side of a frame.
    #[must_use]
    pub const fn grid(&self) -> usize {
        self.size / self.patch
    }

    /// Patch tokens of a clip.
    #[must_use]
    pub const fn patches(&self) -> usize {
        self.frames * self.grid() * self.grid()
    }

    /// Tokens that training reads where all frames are one sequence: the class token and the patches that masking leaves.
    #[must_use]
    pub fn trained_tokens(&self) -> usize {
        let patches = self.patches();
        1 + patches - (self.mask_rate * patches as f64).floor() as usize
    }
}

/// Shape of the policy: three orthographic views, two multi-view transformers, and what reads the action
/// from their features.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Which family of policies, by name.
    pub family: &'static str,
    /// Side of a rendered view in pixels. The coarse stage shows 1 m, the fine stage 0.25 m.
    pub size: usize,
    /// Side of a patch in pixels; divides `size`. Also the ratio of the up-sampler.
    pub patch: usize,
    /// Channels after the patch embedding (`c`); tokens outside the transformer have twice as many.
    pub channels: usize,
    /// Width of the multi-view transformer.
    pub width: usize,
    /// Its attention heads.
    pub heads: usize,
    /// Width of one head.
    pub head: usize,
    /// Its layers; the first half looks inside each view, the second at all views and the sentence.
    pub depth: usize,
    /// Hidden width of its GEGLU feed-forward, in widths.
    pub geglu: usize,
    /// Dropout in the multi-view and the action transformer.
    pub dropout: f64,
    /// Where sentence features come from.
    pub language: Language,
    /// Channels of a feature map, and width of an action token; twice `channels`.
    pub action: usize,
    /// Attention heads of the action transformer.
    pub action_heads: usize,
    /// Its blocks conditioned on a view, for heat maps.
    pub cross: usize,
    /// Its self-attention blocks, for rotation, gripper and collision.
    pub selfs: usize,
    /// Hidden width of the convex up-sampler, in action widths.
    pub upsampler: f64,
    /// Which of the two published layouts of ARP.
    pub layout: Layout,
    /// Whether the policy is told which step of the episode it is in (fourth proprioceptive number).
    pub time_in_state: bool,
    /// Parts that the published layouts do not have.
    pub extensions: Extensions,
}

/// Optional parts of the policy, none of them published: each is there because our own measurements
/// showed what it is good for (`results/learning/log.md`). Without any, the policy is the published one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extensions {
    /// Pixels of the fine pictures around the waypoint enter the waypoint's prompts.
    pub crop: bool,
    /// Where the hand is, how it is turned, what the fingers do, and with `time_in_state` which keyframe comes
    /// next, enter every token of both stages and the waypoint's prompts.
    pub state: bool,
    /// The angle about z is also scored on a ring around the waypoint.
    pub yaw: bool,
    /// Pictures pass a convolutional stem, whose features enter the tokens and the heat maps. For patches of
    /// an even number of pixels.
    pub stem: bool,
    /// The state also reads the words of the sentence, and both scale and shift the channels of the stem. Only
    /// with `state`.
    pub sentence: bool,
    /// Pixels are marked by their colour, for the stem and the heat maps; state and sentence say which colour
    /// counts how much. Only with `state`.
    pub colour: bool,
    /// Pixels are told where they are from the hand, instead of from the middle of their picture.
    pub hand: bool,
    /// The fine pictures also show what lies behind their part of the workspace.
    pub depth: bool,
    /// The waypoint's prompts also read the coarse map.
    pub coarse: bool,
    /// The waypoint is where the product of both stages' maps is highest, not the fine maps alone.
    pub combine: bool,
}

/// A part of [`Extensions`] by name.
type Part = (&'static str, fn(&mut Extensions) -> &mut bool);

impl Extensions {
    /// Every part.
    const PARTS: [Part; 10] = [
        ("crop", |parts| &mut parts.crop),
        ("state", |parts| &mut parts.state),
        ("yaw", |parts| &mut parts.yaw),
        ("stem", |parts| &mut parts.stem),
        ("sentence", |parts| &mut parts.sentence),
        ("colour", |parts| &mut parts.colour),
        ("hand", |parts| &mut parts.hand),
        ("depth", |parts| &mut parts.depth),
        ("coarse", |parts| &mut parts.coarse),
        ("combine", |parts| &mut parts.combine),
    ];

    /// As published.
    pub const NONE: Self = Self {
        crop: false,
        state: false,
        yaw: false,
        stem: false,
        sentence: false,
        colour: false,
        hand: false,
        depth: false,
        coarse: false,
        combine: false,
    };
    /// Everything that was kept.
    pub const ALL: Self = Self {
        crop: true,
        state: true,
        yaw: true,
        stem: true,
        sentence: true,
        colour: true,
        hand: true,
        depth: true,
        coarse: true,
        combine: true,
    };

    /// Whether state and sentence scale and shift the stem's channels.
    pub(crate) const fn modulates_stem(self) -> bool {
        self.state && self.sentence && self.stem
    }

    /// Whether pixels are marked by their colour.
    pub(crate) const fn marks_colours(self) -> bool {
        self.state && self.colour
    }

    /// Names of the parts.
    #[must_use]
    pub fn names() -> Vec<&'static str> {
        Self::PARTS.map(|(name, _)| name).to_vec()
    }

    /// The same without the part of that name; none where there is no such part.
    #[must_use]
    pub fn without(mut self, name: &str) -> Option<Self> {
        let (_, part) = Self::PARTS.iter().find(|(part, _)| *part == name)?;
        *part(&mut self) = false;
        Some(self)
    }
}

impl Policy {
    /// Patches along one side of a view.
    #[must_use]
    pub const fn grid(&self) -> usize {
        self.size / self.patch
    }

    /// Hidden channels of the convex up-sampler.
    #[must_use]
    pub fn upsampler_width(&self) -> usize {
        (self.action as f64 * self.upsampler) as usize
    }

    /// Numbers of proprioception: gripper, two fingers, and the time where it is told.
    #[must_use]
    pub const fn proprio(&self) -> usize {
        if self.time_in_state { 4 } else { 3 }
    }

    /// Whether a parameter-free LayerNorm stands between cross-attention and modulation.
    #[must_use]
    pub const fn extra_norm(&self) -> bool {
        matches!(self.layout, Layout::Arp)
    }
}

/// The two published layouts of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// ARP: with the extra LayerNorm before the modulation.
    Arp,
    /// ARP+: without it.
    ArpPlus,
}

/// How the policy reads its instruction. Its own tower, never shared with the video encoder: shared weights
/// would fake alignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// A text transformer over the same words as the video encoder, trained with the policy.
    Trained {
        /// Its blocks.
        tower: Tower,
        /// Ids of a sentence.
        context: usize,
        /// Rows of the token table.
        vocabulary: usize,
    },
    /// CLIP RN50's text transformer, frozen; features are made once for each sentence.
    Frozen {
        /// Its blocks.
        tower: Tower,
        /// Ids of a sentence.
        context: usize,
    },
}

impl Language {
    /// Tokens of a sentence.
    #[must_use]
    pub const fn context(&self) -> usize {
        match self {
            Self::Trained { context, .. } | Self::Frozen { context, .. } => *context,
        }
    }

    /// Width of a token.
    #[must_use]
    pub const fn width(&self) -> usize {
        match self {
            Self::Trained { tower, .. } | Self::Frozen { tower, .. } => tower.width,
        }
    }
}

/// Shape of the alignment: two maps into one space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alignment {
    /// Width of the shared space.
    pub latent: usize,
}
