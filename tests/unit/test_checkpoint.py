"""Checkpoints: exact resumption, files that are whole or not there, and files not to be trusted."""

import json
import os
import pickle
import signal
import subprocess
import sys
import time
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from nnlib import (
    SGD,
    Adam,
    BinaryCrossEntropy,
    Dense,
    Dropout,
    History,
    Input,
    Momentum,
    Network,
    Record,
    Skip,
    archive,
    data,
    mlp,
    relu,
    tanh,
    train,
)
from nnlib.checkpoint import CheckpointError, load, save

RNG = np.random.default_rng


def setting(optimizer=None, seed=0, bits=np.random.PCG64, dtype=np.float64):
    """Return a network with everything that can have a state, and its data."""
    rng = np.random.Generator(bits(seed))
    x, y = data.moons(40, rng=RNG(1))
    layers = [Dense(6, tanh), Skip(Dense(6, relu)), Dropout(0.2, rng=RNG(seed + 7)), Dense(1)]
    net = Network(Input(2), *layers, rng=rng, dtype=dtype)
    return net, optimizer or Adam(0.01), rng, x, y


def go_on(net, optimizer, rng, x, y, epochs, first=1):
    return train(
        net,
        BinaryCrossEntropy(),
        optimizer,
        x,
        y,
        epochs=epochs,
        batch_size=8,
        first=first,
        rng=rng,
    )


@pytest.mark.parametrize("make", [lambda: Adam(0.01), lambda: Momentum(0.1), lambda: SGD(0.1)])
@pytest.mark.parametrize("bits", [np.random.PCG64, np.random.MT19937, np.random.Philox])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_resumed_training_is_the_uninterrupted_one_bit_for_bit(tmp_path, make, bits, dtype):
    whole = setting(make(), bits=bits, dtype=dtype)
    expected = History(go_on(*whole, epochs=6))

    net, optimizer, rng, x, y = setting(make(), bits=bits, dtype=dtype)
    history = History(go_on(net, optimizer, rng, x, y, epochs=2))
    optimizer.lr /= 2  # a schedule's change is part of the state ...
    optimizer.lr *= 2
    save(tmp_path / "run.npz", net, optimizer, rng, history)

    other = setting(make(), seed=5, bits=bits, dtype=dtype)  # ... and another start is overwritten
    history = load(tmp_path / "run.npz", *other[:3])
    history += go_on(*other, epochs=4, first=len(history) + 1)
    assert history == expected
    np.testing.assert_array_equal(other[0].theta, whole[0].theta)
    assert list(tmp_path.iterdir()) == [tmp_path / "run.npz"]


@pytest.mark.parametrize("number", [np.float32, np.float64])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_rate_that_numpy_computed_resumes_bit_for_bit(tmp_path, number, dtype):
    whole, half, other = (setting(SGD(0.1), seed, dtype=dtype) for seed in (0, 0, 5))
    whole[1].lr = half[1].lr = number(0.3)
    expected = History(go_on(*whole, epochs=3))

    history = History(go_on(*half, epochs=1))
    save(tmp_path / "run.npz", *half[:3], history)
    history = load(tmp_path / "run.npz", *other[:3])
    history += go_on(*other, epochs=2, first=2)
    assert history == expected
    np.testing.assert_array_equal(other[0].theta, whole[0].theta)


def test_records_of_numpy_numbers_are_saved(tmp_path):
    record = Record(np.int64(1), np.float32(0.5), None, np.float64(2))
    save(tmp_path / "run.npz", *setting()[:3], [record])
    assert load(tmp_path / "run.npz", *setting()[:3]) == [record]


def test_an_optimiser_that_has_gone_on_is_set_back(tmp_path):
    net, optimizer, rng, x, y = setting()
    save(tmp_path / "fresh.npz", net, optimizer, rng)  # before the first step there is no state
    list(go_on(net, optimizer, rng, x, y, epochs=1))
    load(tmp_path / "fresh.npz", net, optimizer, rng)
    assert optimizer.t == 0
    again = History(go_on(net, optimizer, rng, x, y, epochs=1))
    assert again == History(go_on(*setting(), epochs=1))


KILLED = """
import itertools, sys
import numpy as np
from nnlib import SGD, mlp, tanh
from nnlib.checkpoint import save
net = mlp([300, 500, 1], tanh, rng=np.random.default_rng(0))
print("ready", flush=True)
for i in itertools.count(1):
    net.theta[:] = i
    save(sys.argv[1], net, SGD(0.1), np.random.default_rng(0))
"""


def test_a_process_killed_at_any_moment_leaves_a_whole_file(tmp_path):
    path = tmp_path / "run.npz"
    net = mlp([300, 500, 1], tanh, rng=RNG(0))
    found = set()
    for delay in np.linspace(0.05, 0.12, 8):
        process = subprocess.Popen([sys.executable, "-c", KILLED, path], stdout=subprocess.PIPE)
        assert process.stdout.readline() == b"ready\n"
        while not path.exists():
            time.sleep(0.005)
        time.sleep(delay)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        load(path, net, SGD(0.1), RNG(0))
        assert (net.theta == net.theta[0]).all(), "two saves were mixed"
        found.add(net.theta[0])
    assert max(found) > 1, "the process was never killed between two saves"


def test_a_save_that_fails_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    net, optimizer, rng, *_ = setting()
    save(tmp_path / "run.npz", net, optimizer, rng)
    before = (tmp_path / "run.npz").read_bytes()

    def full(_):
        [temporary] = {path.name for path in tmp_path.iterdir()} - {"run.npz"}
        assert temporary.startswith(".run.npz.")  # beside it: only there a rename is one step
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    net.theta += 1
    with pytest.raises(OSError, match="No space left"):
        save(tmp_path / "run.npz", net, optimizer, rng)
    assert (tmp_path / "run.npz").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_has_the_permissions_that_plain_writing_gives_it(tmp_path):
    path, plain = tmp_path / "run.npz", tmp_path / "plain"
    plain.touch()
    save(path, *setting()[:3])
    assert path.stat().st_mode == plain.stat().st_mode
    path.chmod(0o660)
    save(path, *setting()[:3])
    assert path.stat().st_mode & 0o777 == 0o660


def test_a_link_stays_and_the_file_it_points_to_is_replaced(tmp_path):
    (tmp_path / "disk").mkdir()
    link = tmp_path / "run.npz"
    link.symlink_to("disk/run.npz")
    for _ in range(2):  # the file is not there yet, then it is
        save(link, *setting()[:3])
        assert link.is_symlink()
        assert [path.name for path in (tmp_path / "disk").iterdir()] == ["run.npz"]
    load(link, *setting()[:3])


def test_an_interruption_after_the_rename_is_passed_on_and_the_file_is_there(tmp_path, monkeypatch):
    rename = Path.replace

    def interrupted(source, target):
        rename(source, target)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    net, optimizer, rng, *_ = setting()
    with pytest.raises(KeyboardInterrupt):
        save(tmp_path / "run.npz", net, optimizer, rng)
    load(tmp_path / "run.npz", net, optimizer, rng)


def test_the_file_can_be_read_without_nnlib(stored):
    with np.load(stored) as vectors, zipfile.ZipFile(stored) as archive:
        text = json.loads(archive.read("checkpoint.json"))
        assert {name: vectors[name].shape for name in text["vectors"]} == dict.fromkeys(
            ("theta", "m", "v"), (67,)
        )
    layers = ["Input(2)", "Dense(6, tanh)", "Skip(Dense(6, relu))", "Dropout(0.2)"]
    assert text["network"] == {"layers": [*layers, "Dense(1, identity)"], "dtype": "float64"}
    assert text["optimizer"] == "Adam"
    assert text["settings"]["lr"] == 0.01
    assert text["history"][0]["epoch"] == 1


def refused(path, match, *arguments):
    """Assert that loading raises and changes nothing."""
    net, optimizer, rng = arguments or setting(seed=3)[:3]
    before = net.theta.copy(), dict(vars(optimizer)), rng.bit_generator.state
    with pytest.raises(CheckpointError, match=match):
        load(path, net, optimizer, rng)
    np.testing.assert_array_equal(net.theta, before[0])
    assert vars(optimizer) == before[1]
    np.testing.assert_equal(rng.bit_generator.state, before[2])


@pytest.fixture
def stored(tmp_path):
    net, optimizer, rng, x, y = setting()
    history = History(go_on(net, optimizer, rng, x, y, epochs=1))
    save(tmp_path / "run.npz", net, optimizer, rng, history)
    return tmp_path / "run.npz"


def test_another_architecture_or_optimiser_is_named(stored):
    net, optimizer, rng, *_ = setting()
    small = mlp([2, 3, 1], relu, rng=RNG(0))
    refused(stored, r"network is .*Skip.*, expected .*Dense\(3, relu\)", small, optimizer, rng)
    refused(stored, "optimizer is Adam, expected Momentum", net, Momentum(0.1), rng)
    refused(stored, "network is .*float64.*expected .*float32", *setting(dtype=np.float32)[:3])
    refused(
        stored,
        "generators is .*PCG64.*expected .*MT19937",
        net,
        optimizer,
        np.random.Generator(np.random.MT19937(0)),
    )


def test_every_cut_and_many_flipped_bytes_are_noticed(stored):
    whole = stored.read_bytes()
    net, optimizer, rng, *_ = setting()
    load(stored, net, optimizer, rng)
    theta = net.theta.copy()
    for cut in range(0, len(whole), 97):
        stored.write_bytes(whole[:cut])
        refused(stored, "not a checkpoint, or is damaged|the file")
    noticed = 0
    places = [
        *range(0, len(whole), 31),
        *range(len(whole) - 22, len(whole)),
    ]  # 22: the archive's end
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 0x55
        stored.write_bytes(changed)
        net, optimizer, rng, *_ = setting(seed=3)
        try:
            load(stored, net, optimizer, rng)
        except CheckpointError:
            noticed += 1
        else:  # a date in the archive, say: then what was read is what was written
            np.testing.assert_array_equal(net.theta, theta)
    assert noticed > 0.8 * len(places)


class Trap:
    """An object that would run a command if it were unpickled."""

    def __reduce__(self):
        return os.mkdir, ("sprung",)


def rewritten(path, text=lambda text: text, **members):
    """Write the archive anew, with its text changed and members replaced."""
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    changed = text(json.loads(content["checkpoint.json"]))
    content["checkpoint.json"] = json.dumps(changed).encode()
    content |= {f"{name}.npy": data for name, data in members.items()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)


def test_no_code_in_a_file_is_run(stored, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save(tmp_path / "trap.npy", np.array([Trap()], dtype=object), allow_pickle=True)
    rewritten(stored, theta=(tmp_path / "trap.npy").read_bytes())
    refused(stored, "object")
    (tmp_path / "trap.pkl").write_bytes(pickle.dumps(Trap()))
    refused(tmp_path / "trap.pkl", "not a checkpoint")
    assert not (tmp_path / "sprung").exists()


def header(shape):
    """Return an array file that claims a shape and holds nothing."""
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


@pytest.mark.parametrize(
    ("change", "members", "message"),
    [
        (lambda t: t | {"version": 2}, {}, "version 2, expected 1"),
        (
            lambda t: t | {"vectors": ["theta", "../../x"]},
            {},
            r"the file holds the vectors \['theta', '../",
        ),
        (lambda t: t | {"settings": t["settings"] | {"update": 1}}, {}, "settings"),
        (lambda t: t | {"settings": t["settings"] | {"lr": "a"}}, {}, "expected numbers"),
        (lambda t: t | {"history": [{"epoch": "x"}]}, {}, "history"),
        (lambda t: t | {"history": [{"epoch": 1}]}, {}, "damaged"),
        (lambda t: t | {"generators": []}, {}, r"generators is \[\], expected .*PCG64"),
        (lambda t: [], {}, "damaged"),
        (lambda t: t, {"theta": header("(10**15,)")}, "damaged"),
        (lambda t: t, {"theta": header((10**15,))}, r"theta in the file is float64 of shape \(10"),
        (lambda t: t, {"m": header((67,))}, "damaged"),
    ],
)
def test_false_contents_are_refused(stored, change, members, message):
    rewritten(stored, change, **members)
    refused(stored, message)


@pytest.mark.parametrize("name", ["checkpoint.json", "theta.npy"])
@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_small_file_that_would_unpack_to_a_large_one_is_not_unpacked(stored, method, name):
    with zipfile.ZipFile(stored) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    content[name] += bytes(50_000_000)
    size = len(content[name])
    with zipfile.ZipFile(stored, "w") as archive:
        for member, data in content.items():
            archive.writestr(member, data, method if member == name else zipfile.ZIP_STORED)
    false = stored.read_bytes().replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    stored.write_bytes(false)  # the size that it states is small, too
    tracemalloc.start()
    refused(stored, "compressed")
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


def test_a_description_too_large_to_be_one_is_not_read(stored, monkeypatch):
    with zipfile.ZipFile(stored) as file:
        size = file.getinfo("checkpoint.json").file_size
    assert size < archive.MOST_TEXT
    monkeypatch.setattr(archive, "MOST_TEXT", size)
    load(stored, *setting()[:3])
    monkeypatch.setattr(archive, "MOST_TEXT", size - 1)
    refused(stored, "too large")


def test_a_file_that_is_not_there_says_so(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.npz", *setting()[:3])
