"""The file of a checkpoint: a zip archive of plain arrays and one JSON text, written in one step, read warily."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from nnlib.activations import Array

VERSION = 1
MOST_TEXT = 100_000_000  # bytes of JSON; a million epochs of history fit


class CheckpointError(ValueError):
    """The file cannot be used: it is damaged, or belongs to another network or optimiser."""


def read_text(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Return the archive's JSON text; its size is looked at first.

    `save` compresses nothing. What a compressed member unpacks to can be far larger than the size it states.
    """
    if any(member.compress_type != zipfile.ZIP_STORED for member in archive.infolist()):
        raise CheckpointError("the file is compressed, which a checkpoint is not")
    if archive.getinfo("checkpoint.json").file_size > MOST_TEXT:
        raise CheckpointError("the file's description is too large to be a checkpoint's")
    text = json.loads(archive.read("checkpoint.json"))
    if text["version"] != VERSION:
        raise CheckpointError(f"the file has version {text['version']}, expected {VERSION}")
    return text


def read_vector(archive: zipfile.ZipFile, name: str, like: Array) -> Array:
    """Read one vector; its header is compared first, so that a false one cannot ask for memory."""
    with archive.open(f"{name}.npy") as file:
        np.lib.format.read_magic(file)
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    if (shape, dtype) != (like.shape, like.dtype):
        raise CheckpointError(
            f"{name} in the file is {dtype} of shape {shape}, expected {like.dtype} of {like.shape}"
        )
    with archive.open(f"{name}.npy") as file:
        return np.lib.format.read_array(file, allow_pickle=False)


def write_atomically(path: Path, content: bytes) -> None:
    """Write to a file beside ``path``, wait until it is on the disk, then rename it, which is one step.

    As with plain writing, a link stays a link and an older file's permissions stay what they were.
    """
    path = path.resolve()
    temporary = path.with_name(f".{path.name}.{uuid4().hex[:8]}")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, temporary)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
