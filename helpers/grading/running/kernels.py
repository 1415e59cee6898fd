"""How nbgrader gets the kernel of a job: jupyter_client's settings for one process, in a private folder."""

import json
import os
import shutil
from importlib.metadata import EntryPoint
from typing import Any

from jupyter_client.provisioning.factory import KernelProvisionerFactory
from traitlets.config import Config

from helpers.grading.running import provisioner
from helpers.grading.running.job import Job, Place

IMPORTS_LAST = "__import__('sys').path.append(__import__('os').getcwd())"  # a module there shadows no other
SHARED = "k"  # the one folder that sandbox and outside share; short, because the names of sockets must be


def configured(job: Job, place: Place) -> Config:
    """Return how jupyter_client starts kernels for this job; this process's environment is part of it."""
    config = Config()
    config.Execute.shutdown_kernel, config.Execute.startup_timeout, config.Execute.iopub_timeout = "immediate", 60, 10
    config.Execute.store_widget_state = config.Execute.record_timing = False  # the submission's words, again
    os.environ |= {"GRADIENT_COURSE_PROGRESS": "temporary", "PYTHONSAFEPATH": "1", "JUPYTER_PREFER_ENV_PATH": "1"}
    os.environ |= {"IPYTHONDIR": str(place.folder / "ipython"), "JUPYTER_RUNTIME_DIR": str(place.folder)}
    if job.sandboxed:
        config.ConnectionFileMixin.transport, config.ConnectionFileMixin.ip = "ipc", str(place.folder / SHARED / "s")
        config.ConnectionFileMixin.connection_file = str(place.folder / SHARED / "kernel.json")
        config.Execute.kernel_name = provisioner.NAME  # nobody else's, so that without it nothing runs
        _register(job, place)
    else:
        config.Execute.extra_arguments = [f"--IPKernelApp.exec_lines={IMPORTS_LAST}"]
    return config


def place_of(job: Job, place: Place) -> dict[str, Any]:
    """Return where the kernel of a pass works, in nbgrader's words; in a sandbox it works at home."""
    if job.sandboxed:
        return {}
    home = place.folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    return {"metadata": {"path": str(home)}}


def _register(job: Job, place: Place) -> None:
    """Let jupyter_client find our provisioner, and a kernel that asks for it."""
    factory = KernelProvisionerFactory.instance()
    found_at = f"{provisioner.__name__}:{provisioner.SandboxedKernel.__name__}"
    factory.provisioners[provisioner.NAME] = EntryPoint(provisioner.NAME, found_at, factory.GROUP_NAME)
    settings = {"warm": str(place.warm), "user": place.user, "limits": list(job.limits)}
    spec = {
        "argv": ["none"],
        "display_name": "Python 3",
        "language": "python",
        "interrupt_mode": "message",
        "metadata": {"kernel_provisioner": {"provisioner_name": provisioner.NAME, "config": settings}},
    }
    kernel = place.folder / "kernels" / provisioner.NAME
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text(json.dumps(spec))
    os.environ["JUPYTER_PATH"] = str(place.folder)
