"""What `mirror bench` asks of MuJoCo: one JSON value per line, in and out.

First line in: {"physics": {...}} or {"render": {...}}, see the classes. First line out: {"version", "gl"}
or {"error"}. Then one repetition for each line in, whatever it says.
"""

import json
import sys
import time


class Physics:
    """Steps a scene, the arm driven through a list of commands.

    {"xml", "joints": count, "start": [position], "swing": [[position ..., speed ...]] for each step,
    "warm", "timed": steps, "rest": command, "settle": steps, "bodies": [name]}
    """

    def __init__(self, work):
        import mujoco
        import numpy

        self.mujoco, self.numpy, self.work = mujoco, numpy, work
        self.model = mujoco.MjModel.from_xml_string(work["xml"])
        self.swing, self.rest = numpy.array(work["swing"]), numpy.array(work["rest"])
        self.tip = mujoco.mj_name2id(self.model, mujoco.mjtObj.mjOBJ_SITE, "tip")
        self.bodies = [mujoco.mj_name2id(self.model, mujoco.mjtObj.mjOBJ_BODY, name) for name in work["bodies"]]
        self.commanded = mujoco.MjData(self.model)

    def tip_error(self, data, joints):
        """Distance of the tip from where the commanded joints put it, mm."""
        self.commanded.qpos[:] = data.qpos
        self.commanded.qpos[: self.work["joints"]] = joints
        self.mujoco.mj_kinematics(self.model, self.commanded)
        self.mujoco.mj_kinematics(self.model, data)
        distance = self.commanded.site_xpos[self.tip] - data.site_xpos[self.tip]
        return 1e3 * float(self.numpy.linalg.norm(distance))

    def repeat(self):
        model, step = self.model, self.mujoco.mj_step
        warm, timed, joints = (self.work[name] for name in ("warm", "timed", "joints"))
        data = self.mujoco.MjData(model)
        data.qpos[: len(self.work["start"])] = self.work["start"]
        self.mujoco.mj_forward(model, data)
        start = data.xpos[self.bodies].copy()
        for command in self.swing[:warm]:
            data.ctrl[:] = command
            step(model, data)
        # Processor time: on a shared machine, time on the wall would measure the others.
        begun = time.thread_time()
        for command in self.swing[warm : warm + timed]:
            data.ctrl[:] = command
            step(model, data)
        seconds = time.thread_time() - begun
        moving = 0.0
        for command in self.swing[warm + timed :]:
            data.ctrl[:] = command
            step(model, data)
            moving = max(moving, self.tip_error(data, command[:joints]))
        for _ in range(self.work["settle"]):
            data.ctrl[:] = self.rest
            step(model, data)
        strayed = self.numpy.linalg.norm(data.xpos[self.bodies] - start, axis=1).max()
        return {
            "real_time_factor": timed * model.opt.timestep / seconds,
            "moving_mm": moving,
            "rest_mm": self.tip_error(data, self.rest[:joints]),
            "strayed_mm": 1e3 * float(strayed),
            "contacts": int(data.ncon),
        }


class Rendering:
    """Draws scenes: processor seconds per scene, over all moments and cameras.

    {"size": [w, h], "scenes": [{"xml", "cameras": [name], "moments": [[[x, y, z, w, x, y, z] of each body]]}]}
    """

    def __init__(self, work):
        import mujoco

        self.mujoco, self.scenes = mujoco, []
        width, height = work["size"]
        for scene in work["scenes"]:
            model = mujoco.MjModel.from_xml_string(scene["xml"])
            renderer = mujoco.Renderer(model, height, width)
            # Nothing that the other side does not draw either.
            for flag in ("SHADOW", "REFLECTION", "SKYBOX", "FOG", "HAZE"):
                renderer.scene.flags[getattr(mujoco.mjtRndFlag, "mjRND_" + flag)] = 0
            self.scenes.append((model, mujoco.MjData(model), renderer, scene["cameras"], scene["moments"]))
        # Also proves that everything can be drawn, and warms up.
        for model, data, renderer, cameras, moments in self.scenes:
            self.seconds(model, data, renderer, cameras, moments[:1])

    def seconds(self, model, data, renderer, cameras, moments):
        total = 0.0
        for moment in moments:
            for index, pose in enumerate(moment):
                data.mocap_pos[index] = pose[:3]
                data.mocap_quat[index] = pose[3:]
            self.mujoco.mj_kinematics(model, data)
            self.mujoco.mj_comPos(model, data)
            self.mujoco.mj_camlight(model, data)
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

    def repeat(self):
        return [self.seconds(*scene) for scene in self.scenes]


def opengl():
    """Name of what draws."""
    try:
        from OpenGL import GL

        return GL.glGetString(GL.GL_RENDERER).decode()
    except Exception:
        return "unknown renderer"


def say(value):
    print(json.dumps(value), flush=True)


def main():
    kinds = {"physics": Physics, "render": Rendering}
    try:
        [(kind, work)] = json.loads(sys.stdin.readline()).items()
        benchmark = kinds[kind](work)
        gl = opengl() if kind == "render" else ""
        say({"version": benchmark.mujoco.__version__, "gl": gl})
    except Exception as error:
        lines = str(error).strip().splitlines()
        say({"error": lines[0] if lines else type(error).__name__})
        return
    for _ in sys.stdin:
        say(benchmark.repeat())


main()
