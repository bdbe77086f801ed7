"""Times MuJoCo's renderer on scenes given as JSON on stdin; says one JSON value per line on stdout.

First line in: {"size": [w, h], "scenes": [{"xml", "cameras": [name], "moments": [[[x, y, z, w, x, y, z], ...]]}]}.
First line out: {"gl", "version"} or {"error"}. Then for each line in, whatever it says, one repetition:
a list of seconds of processor time per scene, over all moments and cameras.
"""

import json
import sys
import time


def prepare(work):
    import mujoco

    width, height = work["size"]
    scenes = []
    for scene in work["scenes"]:
        model = mujoco.MjModel.from_xml_string(scene["xml"])
        data = mujoco.MjData(model)
        renderer = mujoco.Renderer(model, height, width)
        # Nothing that the other side does not draw either.
        for flag in ("SHADOW", "REFLECTION", "SKYBOX", "FOG", "HAZE"):
            renderer.scene.flags[getattr(mujoco.mjtRndFlag, "mjRND_" + flag)] = 0
        scenes.append((model, data, renderer, scene["cameras"], scene["moments"]))
    return mujoco, scenes


def renderer_name():
    try:
        from OpenGL import GL

        return GL.glGetString(GL.GL_RENDERER).decode()
    except Exception:
        return "unknown renderer"


def seconds(mujoco, model, data, renderer, cameras, moments):
    total = 0.0
    for moment in moments:
        for index, pose in enumerate(moment):
            data.mocap_pos[index] = pose[:3]
            data.mocap_quat[index] = pose[3:]
        mujoco.mj_kinematics(model, data)
        mujoco.mj_comPos(model, data)
        mujoco.mj_camlight(model, data)
        for camera in cameras:
            started = time.process_time()
            renderer.disable_depth_rendering()
            renderer.update_scene(data, camera)
            color = renderer.render()
            renderer.enable_depth_rendering()
            depth = renderer.render()
            total += time.process_time() - started
            if color.max() == color.min() or not depth.max() > depth.min():
                raise RuntimeError("a picture is blank")
    return total


def say(value):
    print(json.dumps(value), flush=True)


def main():
    try:
        mujoco, scenes = prepare(json.loads(sys.stdin.readline()))
        # Also proves that everything can be drawn, and warms up.
        for model, data, renderer, cameras, moments in scenes:
            seconds(mujoco, model, data, renderer, cameras, moments[:1])
    except Exception as error:
        lines = str(error).strip().splitlines()
        say({"error": lines[0] if lines else type(error).__name__})
        return
    say({"gl": renderer_name(), "version": mujoco.__version__})
    for _ in sys.stdin:
        say([seconds(mujoco, *scene) for scene in scenes])


main()
