"""Steps the scene of `mirror bench physics` in MuJoCo: one repeat per line on stdin.

argv: scene.xml controls.json. Answers each line with one JSON object. Written for mirror; it uses
only the public Python interface of the `mujoco` package.
"""

import json
import sys
import time

import mujoco
import numpy as np

model = mujoco.MjModel.from_xml_path(sys.argv[1])
with open(sys.argv[2]) as file:
    plan = json.load(file)
# Rows of joint positions, finger positions, joint speeds: one per step.
swing = np.array(plan["swing"])
warm, timed = plan["warm"], plan["timed"]
rest = np.array(plan["rest"])
arm = plan["joints"]
tip = mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_SITE, "tip")
bodies = [mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_BODY, name) for name in plan["bodies"]]
ghost = mujoco.MjData(model)


def tip_error(data, joints):
    """Distance of the tip from where the commanded joints put it, mm."""
    ghost.qpos[:] = data.qpos
    ghost.qpos[:arm] = joints
    mujoco.mj_kinematics(model, ghost)
    mujoco.mj_kinematics(model, data)
    return 1e3 * float(np.linalg.norm(ghost.site_xpos[tip] - data.site_xpos[tip]))


def repeat():
    data = mujoco.MjData(model)
    data.qpos[: len(plan["start"])] = plan["start"]
    mujoco.mj_forward(model, data)
    start = data.xpos[bodies].copy()
    for row in swing[:warm]:
        data.ctrl[:] = row
        mujoco.mj_step(model, data)
    # Processor time: on a shared machine, time on the wall would measure the others.
    began = time.thread_time()
    for row in swing[warm : warm + timed]:
        data.ctrl[:] = row
        mujoco.mj_step(model, data)
    seconds = time.thread_time() - began
    moving = 0.0
    for row in swing[warm + timed :]:
        data.ctrl[:] = row
        mujoco.mj_step(model, data)
        moving = max(moving, tip_error(data, row[:arm]))
    for _ in range(plan["settle"]):
        data.ctrl[:] = rest
        mujoco.mj_step(model, data)
    strayed = np.linalg.norm(data.xpos[bodies] - start, axis=1).max()
    return {
        "real_time_factor": timed * model.opt.timestep / seconds,
        "moving_mm": moving,
        "rest_mm": tip_error(data, rest[:arm]),
        "strayed_mm": 1e3 * float(strayed),
        "contacts": int(data.ncon),
    }


print(json.dumps({"version": mujoco.__version__}), flush=True)
for _ in sys.stdin:
    print(json.dumps(repeat()), flush=True)
