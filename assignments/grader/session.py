"""The outside end of one sandbox: its cells are run, and its functions called, against the clock."""

from __future__ import annotations

import contextlib
import os
import select
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from assignments.grader.sandbox import Worker
from assignments.grader.worker import Endpoint, RemoteError

LINE = 64 * 2**20
"""Longest message that is accepted from a sandbox, in bytes."""

RUN, GET = 0, 1
"""The numbers by which the worker's two functions go."""


class GoneError(RemoteError, EOFError):
    """The sandbox no longer answers; the message says why."""


class Wire(Endpoint):
    """An `Endpoint` that expects anything from the other side."""

    def _receive(self) -> dict[str, Any]:
        with no_message_breaks_it():
            return super()._receive()

    def decode(self, value: Any) -> Any:
        with no_message_breaks_it():
            return super().decode(value)


@contextlib.contextmanager
def no_message_breaks_it() -> Any:
    """Turn whatever a forged message leads to into GoneError."""
    try:
        yield
    except GoneError:
        raise
    except Exception as error:
        raise GoneError("it sent something that is no answer") from error


class Session:
    """One notebook in one sandbox.

    A cell that does not come to an end, or that ends the whole program, costs only itself: the sandbox is started
    again, and the cells before and after it are run there.

    Parameters
    ----------
    start : callable
        Starts a worker and returns it.
    cells : dict of str to str
        Name -> source of the code cells, in order.
    cell_seconds : float
        How long one cell, or one test, may take.
    budget : float
        How long all of them may take together.
    """

    def __init__(
        self,
        start: Callable[[], Worker],
        cells: dict[str, str],
        cell_seconds: float,
        budget: float,
    ) -> None:
        self._start, self._cells, self._seconds = start, cells, cell_seconds
        self._end = time.monotonic() + budget
        self._worker: Worker | None = None
        self._lost: set[str] = set()  # cells that a sandbox does not survive
        self._buffer, self._searched = bytearray(), 0
        self._how = "it is closed"
        self.failed: dict[str, str] = {}
        """Name of a cell -> how it failed."""

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop the sandbox and whatever it has started."""
        if self._worker is not None:
            self._worker.stop()
            self._worker = None

    def begin(self) -> None:
        """Be ready for the next test: the cells have run, and the clock stands at zero."""
        while self._worker is None:
            self._open()
            for name, source in self._cells.items():
                if name not in self._lost:
                    self._run(name, source)
                if self._worker is None:  # the cell took the sandbox with it: again, without it
                    break
        self._wind()

    def get(self, name: str) -> Any:
        """Return what a cell has defined: a value, or a function that runs in the sandbox.

        Raises
        ------
        RemoteError
            If there is no such name, or it is nothing that can be handed over.
        """
        return self._wire.call(GET, name)

    def _run(self, name: str, source: str) -> None:
        self._wind()
        try:
            self._wire.call(RUN, source)
            self.failed.pop(name, None)
        except GoneError as error:
            self.close()
            self._lost.add(name)
            self.failed[name] = str(error)
        except RemoteError as error:
            self.failed[name] = str(error)

    def _open(self) -> None:
        if time.monotonic() > self._end:
            raise GoneError("the notebook has used up the time for all its cells")
        self._worker = self._start()
        for pipe in (self._worker.answers, self._worker.questions):
            os.set_blocking(pipe.fileno(), False)
        self._buffer, self._searched = bytearray(), 0
        self._wire = Wire(self._read, self._write)

    def _wind(self) -> None:
        self._deadline = min(time.monotonic() + self._seconds, self._end)

    def _read(self) -> bytes:
        while (end := self._buffer.find(b"\n", self._searched)) < 0:
            self._searched = len(self._buffer)
            if self._searched > LINE:
                raise self._gone("its answer is too long")
            pipe = self._alive().answers
            self._wait([pipe], [])
            if not (data := os.read(pipe.fileno(), 2**16)):
                raise self._gone("it ended the program")
            self._buffer += data
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        self._searched = 0
        return line

    def _write(self, data: bytes) -> None:
        pipe = self._alive().questions
        view = memoryview(data)
        while view:
            self._wait([], [pipe])
            try:
                view = view[os.write(pipe.fileno(), view) :]
            except BrokenPipeError:
                raise self._gone("it ended the program") from None

    def _wait(self, readable: list[Any], writable: list[Any]) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0 or not any(select.select(readable, writable, [], left)):
            raise self._gone(f"it did not come to an end within {self._seconds:g} s")

    def _alive(self) -> Worker:
        if self._worker is None:
            raise GoneError(self._how)
        return self._worker

    def _gone(self, how: str) -> GoneError:
        self.close()
        self._how = how
        return GoneError(how)
