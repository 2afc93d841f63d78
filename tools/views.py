"""The modules that have the views of each path, for `chalicelib/handlers/on_demand.py`."""

import json


def document() -> str:
    """Names below chalicelib.handlers by path, sorted."""
    from app import app

    modules = {
        path: sorted(
            {entry.view_function.__module__.removeprefix("chalicelib.handlers.") for entry in methods.values()}
        )
        for path, methods in app.routes.items()
    }
    rows = (f" {json.dumps(path)}: {json.dumps(names)}" for path, names in sorted(modules.items()))
    return "{\n" + ",\n".join(rows) + "\n}\n"
