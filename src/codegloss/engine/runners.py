"""Which engine Daft runs on: this machine's, or a Ray cluster's."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

from codegloss.engine.stage import Engine, EngineError
from codegloss.offline import VARIABLES


def use_native() -> None:
    """Run on this machine.

    Raises EngineError when this process has run on a cluster: Daft takes one engine for life.
    """
    import daft

    os.environ["PYTHONPATH"] = _import_path()  # Daft starts its workers with this environment
    logging.getLogger("daft_local_execution").setLevel(logging.CRITICAL)  # what fails is raised as well
    _bind("native", daft.set_runner_native)


def use_ray(engine: Engine) -> int:
    """Join the Ray cluster, or start one here; returns how many workers to use.

    Raises EngineError when there is none, or when this process has run without one.
    """
    try:
        import ray
    except ImportError:
        raise EngineError("the Ray engine needs Ray: pip install 'codegloss[ray]'") from None
    import daft

    if not ray.is_initialized():
        variables = dict(VARIABLES)
        options: dict[str, Any] = {
            "address": engine.address,
            "log_to_driver": False,
            "logging_level": logging.ERROR,
        }
        if engine.address is None:
            variables["PYTHONPATH"] = _import_path()
            options |= {"num_cpus": engine.worker_count(), "include_dashboard": False}
        try:
            ray.init(runtime_env={"env_vars": variables}, **options)
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise EngineError(f"no Ray cluster at {engine.address or 'this machine'}: {error}") from None
    _bind("ray", lambda: daft.set_runner_ray(noop_if_initialized=True))
    resources: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
    return engine.workers or max(1, int(resources.get("CPU", 1)))


def leave_ray() -> None:
    """Leave the cluster, which ends what this process runs there, and a cluster that it started."""
    import ray

    if ray.is_initialized():
        ray.shutdown()


def _bind(kind: str, choose: Any) -> None:
    import daft
    from daft.runners import get_or_create_runner

    try:
        choose()
    except daft.exceptions.DaftCoreException:  # chosen before
        if get_or_create_runner().name != kind:
            raise EngineError(
                f"Daft runs on its other engine in this process: start a new one for {kind}"
            ) from None


def _import_path() -> str:
    """This process's import path: what the stage needs is found in the workers too."""
    return os.pathsep.join(path or os.getcwd() for path in sys.path)
