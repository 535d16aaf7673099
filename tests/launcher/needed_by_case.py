"""Begins a shipped case as the build of an image does, and prints what it needs compiled: needed_by_case.py CASE."""

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

from platingx.compilation import forms, kernel_cache

BEGIN = Path(__file__).parents[2] / "docker" / "begin_cases.py"


def recorded(name: str) -> list[str]:
    """Begin a case, and give kernels by their place, function and signature, and forms by their digest."""
    needed: set[str] = set()
    (cache,) = [kind for kind in vars(kernel_cache).values() if getattr(kind, "__module__", "") == kernel_cache.__name__
                and "load_overload" in vars(kind)]  # fmt: skip
    load, ready = cache.load_overload, forms._ready_folder

    def load_overload(self: Any, signature: Any, target_context: Any) -> Any:
        needed.add(f"kernel {self._folder.name} {self._name(signature, target_context.codegen())}")
        return load(self, signature, target_context)

    def ready_folder(form: Any, dtype: Any, name: str) -> Any:
        needed.add(f"form {name}")
        return ready(form, dtype, name)

    cache.load_overload, forms._ready_folder = load_overload, ready_folder
    spec = importlib.util.spec_from_file_location("begin_cases", BEGIN)
    assert spec is not None
    assert spec.loader is not None
    begin = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(begin)
    begin.main([name])
    return sorted(needed)


if __name__ == "__main__":
    print(json.dumps(recorded(sys.argv[1])))
