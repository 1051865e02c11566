"""What runs inside the sandbox: the cells of a notebook, and then calls of what they define.

This file is started by itself, with an isolated Python that has numpy; it must not import the rest of the grader. The
grader imports it for `Endpoint`, the two ends of whose wire are alike.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np

PLAIN = "biufcU"
"""Kinds of numpy types that cross the wire: truth values, numbers and text."""

MESSAGE = 400
"""Longest text of an error that is handed over, in characters."""


class RemoteError(Exception):
    """The function called raised an error on the other side; the message says which."""


class ArgumentChangedError(Exception):
    """A function changed what it was given."""


class Endpoint:
    """One end of a wire over which each side calls functions of the other.

    Messages are lines of JSON. Arrays, numbers, text, lists, tuples and dictionaries cross as values; a function
    crosses as a number, and calling it sends a message back. Nothing else crosses, and nothing is unpickled.

    Parameters
    ----------
    read : callable
        Returns the next line, in bytes.
    write : callable
        Sends bytes.
    """

    def __init__(self, read: Callable[[], bytes], write: Callable[[bytes], None]) -> None:
        self._read, self._write = read, write
        self._exported: list[Callable[..., Any]] = []

    def export(self, function: Callable[..., Any]) -> int:
        """Let the other side call a function, and return the number it goes by."""
        if function not in self._exported:
            self._exported.append(function)
        return self._exported.index(function)

    def call(self, number: int, *args: Any, **kwargs: Any) -> Any:
        """Call the other side's function and return its answer; serve its calls in the meantime."""
        values = {name: self.encode(value) for name, value in kwargs.items()}
        self._send({"call": number, "args": [self.encode(a) for a in args], "kwargs": values})
        while "call" in (message := self._receive()):
            self._serve(message)
        if "error" in message:
            raise RemoteError(str(message["error"])[: 2 * MESSAGE])
        return self.decode(message["value"])

    def serve_forever(self) -> None:
        """Answer calls until the other side hangs up."""
        while True:
            self._serve(self._receive())

    def _serve(self, message: dict[str, Any]) -> None:
        try:
            function = self._exported[message["call"]]
            args = [self.decode(a) for a in message["args"]]
            kwargs = {name: self.decode(value) for name, value in message["kwargs"].items()}
            answer = {"value": self.encode(function(*args, **kwargs))}
            self._unchanged(args, message["args"])
        except EOFError:
            raise
        except BaseException as error:  # also SystemExit: the reader's code may call exit()
            answer = {"error": describe(error)}
        self._send(answer)

    def _unchanged(self, args: list[Any], given: list[Any]) -> None:
        """Complain about arguments that the function changed: the other side would not see it."""
        for number, (arg, before) in enumerate(zip(args, given, strict=True), start=1):
            sent = json.dumps(before)
            if "function" not in sent and json.dumps(self.encode(arg)) != sent:
                raise ArgumentChangedError(
                    f"argument number {number} was changed in place (as `a -= b` does): work on a copy"
                )

    def _send(self, message: dict[str, Any]) -> None:
        self._write(json.dumps(message).encode() + b"\n")

    def _receive(self) -> dict[str, Any]:
        message = json.loads(self._read())
        if not isinstance(message, dict) or not {"call", "value", "error"} & set(message):
            raise ValueError("the wire carries something that is no message")
        return message

    def encode(self, value: Any) -> Any:
        """Return a value as JSON can hold it.

        Raises
        ------
        TypeError
            If it is not made of arrays, numbers, text, None, lists, tuples, dictionaries and functions.
        """
        if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in PLAIN:
            array = np.asarray(value)  # a scalar has shape (); ascontiguousarray would make it (1,)
            data = base64.b64encode(array.tobytes()).decode()
            return {"array": data, "dtype": array.dtype.str, "shape": list(array.shape)}
        # After numpy's own numbers, some of which are floats, too: what is decoded and encoded again stays the same.
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if isinstance(value, list):
            return [self.encode(item) for item in value]
        if isinstance(value, tuple):
            return {"tuple": [self.encode(item) for item in value]}
        if isinstance(value, dict):
            return {"dict": [[self.encode(k), self.encode(v)] for k, v in value.items()]}
        if callable(value):
            return {"function": self.export(value)}
        raise TypeError(f"an answer of type {type(value).__name__} cannot be handed over")

    def decode(self, value: Any) -> Any:
        """Return what `encode` was given, or raise ValueError."""
        if isinstance(value, list):
            return [self.decode(item) for item in value]
        if not isinstance(value, dict):
            return value
        if "array" in value:
            dtype = np.dtype(value["dtype"])
            if dtype.kind not in PLAIN:
                raise ValueError(f"an array of {dtype} cannot be handed over")
            array = np.frombuffer(base64.b64decode(value["array"]), dtype).reshape(value["shape"])
            return array.copy() if array.ndim else array[()]
        if "tuple" in value:
            return tuple(self.decode(item) for item in value["tuple"])
        if "dict" in value:
            return {self.decode(k): self.decode(v) for k, v in value["dict"]}
        number = int(value["function"])
        return lambda *args, **kwargs: self.call(number, *args, **kwargs)


def describe(error: BaseException) -> str:
    """Return an error's type, message and, where it arose in a cell, its line."""
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<cell>":
            line = trace.tb_lineno
        trace = trace.tb_next
    text = f"{type(error).__name__}: {error}"[:MESSAGE]
    return text if line is None else f"{text} (line {line} of the cell)"


class Notebook:
    """The namespace in which the cells run."""

    def __init__(self) -> None:
        main = types.ModuleType("__main__")
        sys.modules["__main__"] = main
        self.names = vars(main)
        self.names |= {"get_ipython": Nothing, "display": Nothing()}

    def run(self, source: str) -> None:
        """Run one cell."""
        exec(compile(source, "<cell>", "exec"), self.names)

    def get(self, name: str) -> Any:
        """Return what a cell has defined."""
        if name not in self.names:
            raise NameError(f"name {name!r} is not defined")
        return self.names[name]


class Nothing:
    """Stands in for what there is no use for here: IPython, and checks that run outside."""

    def __getattr__(self, name: str) -> Nothing:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> Nothing:
        return self


def limit(limits: dict[str, int], user: int | None) -> None:
    """Give up all rights but those that the cells need; what is given up cannot be got back."""
    import resource  # not on Windows, where the grader runs in a container

    for name, value in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))
    if user is not None:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)


def main() -> None:
    """Serve the wire on standard input and output, which the cells themselves do not get to see."""
    settings = json.loads(sys.argv[1])
    lines, out = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    if settings["packages"]:
        sys.path.insert(0, settings["packages"])
    else:  # the task is to write what nnlib holds, so it is not there
        sys.modules["nnlib"] = types.ModuleType("nnlib")
        sys.modules["nnlib"].__getattr__ = lambda name: Nothing()  # type: ignore[method-assign]
    limit(settings["limits"], settings["user"])

    def read() -> bytes:
        if not (line := lines.readline()):
            raise EOFError
        return line

    def write(data: bytes) -> None:
        out.write(data)
        out.flush()

    notebook, endpoint = Notebook(), Endpoint(read, write)
    endpoint.export(notebook.run)
    endpoint.export(notebook.get)
    with contextlib.suppress(EOFError):
        endpoint.serve_forever()


if __name__ == "__main__":
    main()
