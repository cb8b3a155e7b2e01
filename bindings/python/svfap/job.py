"""Whole tasks: what svfap-host does, from Python."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional

from . import _library
from ._handle import Handle
from .cancel import Callbacks, Cancel, ProgressCallback, run_options
from .runtime import Runtime, handle_of


def run(
    kind: str, options: Optional[Mapping[str, Any]] = None, *, runtime: Optional[Runtime] = None,
    progress: Optional[ProgressCallback] = None, cancel: Optional[Cancel] = None,
) -> Dict[str, Any]:
    """Runs a whole task and returns its result.

    `kind` is one of `kinds()`, `schema(kind)` tells its options: `run("create", {"size": "tiny", "out": "m.safetensors"})`.
    Inputs that fail are told in the result ("failed", "inputs") while the others complete. Ctrl-C stops it.
    """
    # The mapping may hold paths that are no strings yet.
    chosen = None if options is None else _plain(options)
    value = _library.made_by("svfap_job_create", handle_of(runtime), *_library.text(kind), *_library.options(chosen))
    job = Handle(value, "svfap_job_release")
    callbacks = Callbacks()
    with run_options(callbacks, progress, cancel) as running:
        _library.call("svfap_job_run", job.value, running)
    return _library.json_of("svfap_job_result", job.value)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(element) for element in value]
    return value.__fspath__() if hasattr(value, "__fspath__") else value


def kinds() -> List[str]:
    """Names of all tasks."""
    return _library.json_of("svfap_job_schema", None, 0)


def schema(kind: str) -> Dict[str, Any]:
    """JSON Schema of the options of a task."""
    return _library.json_of("svfap_job_schema", *_library.text(kind))
