//! The pages at the root say what is there.

use std::fs;

use crate::binary::{mirror, root};

fn page(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

/// What stands between backticks, outside fenced blocks.
fn quoted(page: &str) -> Vec<&str> {
    let mut fenced = false;
    let lines = page.lines().filter(move |line| {
        let fence = line.starts_with("```");
        fenced ^= fence;
        !fence && !fenced
    });
    lines.flat_map(|line| line.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn every_path_in_the_architecture_exists() {
    let page = page("ARCHITECTURE.md");
    assert!(page.lines().count() <= 100, "longer than 100 lines");
    let is_path = |word: &&str| word.contains('/') && !word.contains([' ', '~', '$']);
    let paths: Vec<&str> = quoted(&page).into_iter().filter(is_path).collect();
    assert!(paths.len() >= 10, "{paths:?}");
    for path in paths {
        assert!(root().join(path.trim_start_matches("./")).exists(), "{path} does not exist");
    }
}

#[test]
fn the_architecture_names_every_package() {
    let manifest = page("Cargo.toml");
    let members = manifest.lines().find_map(|line| line.strip_prefix("members = ")).unwrap();
    let page = page("ARCHITECTURE.md");
    for member in members.split('"').skip(1).step_by(2) {
        assert!(page.contains(&format!("`{member}/`")), "{member} is not described");
    }
}

#[test]
fn every_recipe_in_the_readme_exists() {
    let (readme, justfile) = (page("README.md"), page("justfile"));
    let recipes: Vec<&str> = readme
        .split("./run ")
        .skip(1)
        .filter_map(|rest| rest.split(['`', ' ', '\n']).next())
        .collect();
    assert!(!recipes.is_empty());
    for recipe in recipes {
        let exists = justfile.lines().any(|line| {
            let head = line.split([' ', ':']).next();
            head == Some(recipe) && line.contains(':') && !line.contains(":=")
        });
        assert!(exists, "./run {recipe}: no such recipe");
    }
}

#[test]
fn the_workflow_of_forks_runs_what_the_gate_runs() {
    let recipes = |name: &str, start: &str| -> Vec<String> {
        let page = page(name);
        let lines = page.lines().filter_map(|line| line.trim().strip_prefix(start));
        lines.map(str::to_owned).collect()
    };
    let gate = recipes(".ci/run", "./run ");
    assert!(gate.len() >= 5, "{gate:?}");
    assert_eq!(gate, recipes(".github/workflows/ci.yml", "run: ./run "));
    assert!(page(".github/workflows/ci.yml").contains("run: ${{ matrix.run }}"));
}

#[test]
fn the_page_about_the_tasks_is_made_from_the_code() {
    let arguments = ["tasks", "--markdown", "results/expert"];
    let output = mirror().current_dir(root()).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let made = String::from_utf8(output.stdout).unwrap();
    let page = page("docs/tasks.md");
    let first = made.lines().zip(page.lines()).find(|(made, kept)| made != kept);
    assert!(made == page, "docs/tasks.md is out of date, run `just docs`: {first:?}");
    for task in sim::tasks::ALL {
        let picture = format!("pictures/tasks/{}.png", task.name);
        assert!(
            page.contains(&picture) && root().join("docs").join(&picture).exists(),
            "{picture}"
        );
    }
}
