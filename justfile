# `just` alone lists the recipes; `./run RECIPE` does the same on a machine that lacks just.

set positional-arguments

home := if env("MIRROR_HOME", "") == "" { home_directory() / ".cache/mirror" } else { env("MIRROR_HOME") }

# Outside the checkout, so that a fresh clone starts warm.

export CARGO_TARGET_DIR := if env("CARGO_TARGET_DIR", "") == "" { home / "target" } else { env("CARGO_TARGET_DIR") }

# A layer of Mesa's that only sorts adapters, and complains where there is no desktop.

export NODEVICE_SELECT := env("NODEVICE_SELECT", "1")

# List the recipes
default:
    @"{{ just_executable() }}" --justfile "{{ justfile() }}" --list --unsorted

# Build everything: binary, libraries, tests
build:
    cargo build --workspace --all-targets

# All that CI runs: formatting, lints, tests, examples in the documentation
test: check
    #!/usr/bin/env bash
    set -euo pipefail
    if cargo nextest --version >/dev/null 2>&1; then
        cargo nextest run --locked --workspace
    else
        cargo test --locked --workspace --lib --bins --tests
    fi
    cargo test --locked --workspace --doc

# Compare the graphics processor with the CPU; says SKIPPED where there is none (the first build is long)
test-gpu *ARGS:
    cargo test --locked --workspace --features experiments/gpu --test it -- gpu:: --nocapture "$@"

# What needs a graphics adapter, of which one in software will do: Bevy and all built on it
test-bevy:
    #!/usr/bin/env bash
    set -euo pipefail
    export MIRROR_REQUIRE_ADAPTER=1
    cargo clippy --locked --workspace --all-targets --features viewer -- -D warnings
    if cargo nextest --version >/dev/null 2>&1; then
        cargo nextest run --locked --workspace --features viewer bevy viewer watch
    else
        cargo test --locked --workspace --features viewer --lib --bins --tests -- bevy viewer watch
    fi

# Formatting and lints only
check:
    cargo fmt --all --check
    cargo clippy --locked --workspace --all-targets -- -D warnings

# Kill the least study that many times at random moments: it must come to the same files (minutes)
kills COUNT="100": _binary
    MIRROR_KILLS={{ COUNT }} cargo test --workspace --test it -- --nocapture a_killed_study

# Types of the models for graphics processors; nothing is built
check-gpu:
    cargo check --locked --package agents --features gpu

# Format the sources
fmt:
    cargo fmt --all

# Say what this machine can do, and what is missing
[no-exit-message]
doctor *ARGS: _binary
    @"$CARGO_TARGET_DIR/debug/mirror" doctor "$@"

# Run episodes of an agent: just rollout --agent expert
[no-exit-message]
rollout *ARGS: _binary
    @"$CARGO_TARGET_DIR/debug/mirror" rollout "$@"

# Film an episode: just video --task push_buttons --out film.gif
[no-exit-message]
video *ARGS: _binary
    @"$CARGO_TARGET_DIR/debug/mirror" video "$@"

# Film an episode with Bevy: just film --task push_buttons --size 640x480 --out film.mp4
[no-exit-message]
film *ARGS: _bevy
    @"$CARGO_TARGET_DIR/debug/mirror" video --renderer bevy "$@"

# Watch episodes in a window: just watch --task close_jar
[no-exit-message]
watch *ARGS: _bevy
    @"$CARGO_TARGET_DIR/debug/mirror" watch "$@"

# Time a frame of the viewer (needs a display)
[no-exit-message]
bench-viewer *ARGS: _bevy
    @"$CARGO_TARGET_DIR/debug/mirror" bench viewer "$@"

# Play every agent, a small trained policy among them, and fail where a rate is below results/rollouts/bounds.toml
[no-exit-message]
rollouts EPISODES="25": _binary
    #!/usr/bin/env bash
    set -euo pipefail
    mirror=$CARGO_TARGET_DIR/debug/mirror
    tables={{ quote(home) }}/rollouts
    flags=(--episodes {{ quote(EPISODES) }} --bounds results/rollouts/bounds.toml)
    mkdir -p "$tables"
    for agent in expert replay oracle random; do
        "$mirror" rollout --agent "$agent" "${flags[@]}" --out "$tables/$agent.csv" | tee "$tables/$agent.txt"
    done
    "$mirror" eval --run results/policy "${flags[@]}" | tee "$tables/policy.txt"
    echo "tables: $tables"

# Make the tables in results/expert and results/oracle again (minutes)
tables: _binary
    #!/usr/bin/env bash
    set -euo pipefail
    for agent in expert replay random idle; do
        "$CARGO_TARGET_DIR/debug/mirror" rollout --agent "$agent" --episodes 100 --out "results/expert/$agent.csv" \
            >"results/expert/$agent.txt"
    done
    for preset in tiny mini; do
        "$CARGO_TARGET_DIR/debug/mirror" rollout --agent oracle --preset "$preset" --episodes 100 \
            --out "results/oracle/$preset.csv" >"results/oracle/$preset.txt"
    done

# Make docs/tasks.md and its pictures again, from the code and the tables in results/expert
docs: _binary
    #!/usr/bin/env bash
    set -euo pipefail
    mirror=$CARGO_TARGET_DIR/debug/mirror
    mkdir -p docs/pictures/tasks
    "$mirror" video --all --size 200x150 --out docs/pictures/tasks.png
    for file in sim/src/tasks/*_*.rs; do
        task=$(basename "$file" .rs)
        "$mirror" video --task "$task" --camera behind --frames 4 --size 224x168 --out "docs/pictures/tasks/$task.png"
    done
    "$mirror" tasks --markdown results/expert >docs/tasks.md

# Measure this machine: `just bench physics`
[no-exit-message]
bench *ARGS:
    @cargo run --quiet --bin mirror -- bench "$@"

# Compare the golden episode at two optimisation levels with the committed state
determinism:
    #!/usr/bin/env bash
    set -euo pipefail
    for profile in opt1 opt3; do
        cargo run --locked --profile "$profile" --package sim --example golden | diff tests/it/goldens/episode.txt -
        echo "determinism: $profile agrees"
    done

# Make a small dataset (or what the flags say), and say where it is and how to look at it
[no-exit-message]
collect *ARGS: _binary
    @"$CARGO_TARGET_DIR/debug/mirror" collect --episodes 5 "$@"

# The same dataset, filmed by Bevy: shadows and soft light
[no-exit-message]
collect-bevy *ARGS: _bevy
    @"$CARGO_TARGET_DIR/debug/mirror" collect --renderer bevy --episodes 5 "$@"

# The study that `just sweep` runs, and where tensors live: just study=cpu sweep
study := "smoke"
device := "cpu"

# The paper's ablation: train every cell, judge it, report
[no-exit-message]
sweep *ARGS: _binary
    @"$CARGO_TARGET_DIR/debug/mirror" sweep experiments/studies/{{ study }}.toml --device {{ device }} "$@"

# Collect, train, judge and export a study in bounded time; the same again goes on: just gpu-study gpu vulkan 9
[no-exit-message]
gpu-study study="gpu" device="vulkan" minutes="25" *ARGS:
    #!/usr/bin/env bash
    set -euo pipefail
    # A machine without a toolchain brings the binary of `just dist gpu`: MIRROR=./mirror just gpu-study
    mirror=${MIRROR:-$CARGO_TARGET_DIR/debug/mirror}
    if [ -z "${MIRROR:-}" ]; then
        cargo build --locked --bin mirror {{ if device == "vulkan" { "--features experiments/gpu" } else { "" } }}
    fi
    "$mirror" sweep experiments/studies/{{ study }}.toml --device {{ device }} --max-minutes {{ minutes }} \
        --export "{{ home }}/exports/{{ study }}" "${@:4}"

# Train a run: just train --config run.toml
[no-exit-message]
train *ARGS: _binary
    @"$CARGO_TARGET_DIR/debug/mirror" train "$@"

# Judge a trained run: just eval --run DIR
[no-exit-message]
eval *ARGS: _binary
    @"$CARGO_TARGET_DIR/debug/mirror" eval "$@"

# Run the `mirror` command with any arguments
[no-exit-message]
mirror *ARGS: _binary
    @"$CARGO_TARGET_DIR/debug/mirror" "$@"

# Build the optimised binary and bundle it for machines without a toolchain; with Vulkan: just dist gpu
dist *FEATURES:
    #!/usr/bin/env bash
    set -euo pipefail
    cargo build --locked --profile dist --bin mirror --features "$*"
    version=$(cargo pkgid --package experiments | sed 's/.*[#@]//')
    name=mirror-$version-$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m)
    for feature in "$@"; do name+=-$feature; done
    bundle=$CARGO_TARGET_DIR/bundle
    rm -rf "$bundle" && mkdir -p "$bundle/$name"
    cp "$CARGO_TARGET_DIR/dist/mirror" README.md CHANGELOG.md LICENSE LICENSE-MIT LICENSE-APACHE "$bundle/$name/"
    # Fixed order, owner and time: the same sources give the same bundle.
    pack=(tar --directory "$bundle" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0)
    if command -v zstd >/dev/null; then
        "${pack[@]}" --create --file - "$name" | zstd --quiet -19 --force -o "$bundle/$name.tar.zst"
    else
        "${pack[@]}" --create --file - "$name" | gzip --best --no-name >"$bundle/$name.tar.gz"
    fi
    rm -r "${bundle:?}/$name"
    ls -sh "$bundle"/*

# With Bevy, whose dependencies build for a quarter of an hour the first time.
_bevy:
    @cargo build $(ls "$CARGO_TARGET_DIR"/debug/deps/libbevy-*.rlib >/dev/null 2>&1 && echo --quiet) --features viewer --bin mirror

# The first build takes minutes and says so; later ones are short and silent.
_binary:
    @cargo build $([ ! -x "$CARGO_TARGET_DIR/debug/mirror" ] || echo --quiet) --bin mirror
