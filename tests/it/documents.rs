//! The pages at the root and in `docs/` say what is there.

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

/// Every page: its path below the root, and its text.
fn pages() -> Vec<(String, String)> {
    let docs = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let docs = docs.filter(|path| path.extension().is_some_and(|kind| kind == "md"));
    let names = docs.map(|path| format!("docs/{}", path.file_name().unwrap().to_str().unwrap()));
    let names = ["README.md", "ARCHITECTURE.md"].map(str::to_owned).into_iter().chain(names);
    names.map(|name| (name.clone(), page(&name))).collect()
}

#[test]
fn every_source_and_every_link_of_a_page_exists() {
    let mut links = 0;
    for (name, page) in pages() {
        // `NAME` stands for a name to choose.
        let sources = quoted(&page).into_iter().filter(|path| {
            let mut folders = ["sim/", "agents/", "experiments/", "tests/", "results/"].into_iter();
            folders.any(|folder| path.starts_with(folder)) && !path.contains(['*', ' '])
        });
        for path in sources.filter(|path| !path.contains("NAME")) {
            assert!(root().join(path).exists(), "{name}: {path} does not exist");
        }
        let folder = root().join(&name).parent().unwrap().to_owned();
        for link in page.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap_or_default();
            if !file.is_empty() && !file.contains("://") {
                assert!(folder.join(file).exists(), "{name}: {link} leads nowhere");
                links += 1;
            }
        }
    }
    assert!(links > 20, "{links} links");
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
fn every_recipe_in_a_page_exists() {
    let (pages, justfile) = (pages(), page("justfile"));
    let text: String = pages.into_iter().map(|(_, page)| page).collect();
    let recipes: Vec<&str> = text
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
