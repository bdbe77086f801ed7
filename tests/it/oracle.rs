//! A policy that gives exactly the answers it is trained to give can do every task: nothing on the way
//! from answers to motion stands in a policy's way. `results/oracle` has the rates of many scenes.

use serde_json::Value;

use crate::binary::mirror;

/// Successes of an agent in two scenes of every task, by task.
fn successes(agent: &str) -> Vec<(String, u64)> {
    let words = ["rollout", "--agent", agent, "--split", "val", "--episodes", "2", "--json"];
    let output = mirror().args(words).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["agent"], agent);
    let row = |row: &Value| {
        (row["task"].as_str().unwrap().to_owned(), row["successes"].as_u64().unwrap())
    };
    report["tasks"].as_array().unwrap().iter().map(row).collect()
}

/// At the coarsest pictures of all presets.
#[test]
fn perfect_answers_do_every_task_that_the_experts_keyframes_do() {
    let (replay, oracle) = (successes("replay"), successes("oracle"));
    assert_eq!(oracle.len(), sim::tasks::ALL.len());
    for ((task, wanted), (_, found)) in replay.iter().zip(&oracle) {
        assert!(*found > 0 && found >= wanted, "{task}: {found} of 2, replay {wanted}");
    }
}
