"""The book is served to this machine alone, packed as on a web host."""

import gzip
import socket
import urllib.error
import urllib.request

import pytest

import serve

PAGE = "<p>Backpropagation.</p>" * 50


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "index.html").write_text(PAGE)
    (tmp_path / "picture.png").write_bytes(b"\x89PNG" * 50)
    return tmp_path


def get(address, **headers):
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
        return answer.headers, answer.read()


def test_text_is_packed_for_whoever_accepts_it(folder):
    with serve.serving(folder) as address:
        headers, body = get(f"{address}/index.html", **{"Accept-Encoding": "br, gzip"})
        assert headers["Content-Encoding"] == "gzip"
        assert headers["Content-Type"] == "text/html"
        assert len(body) < len(PAGE) / 2
        assert gzip.decompress(body).decode() == PAGE
        assert get(f"{address}/index.html")[1].decode() == PAGE


def test_a_folder_answers_with_its_index(folder):
    with serve.serving(folder) as address:
        assert get(f"{address}/")[1].decode() == PAGE


def test_pictures_are_sent_as_they_are(folder):
    with serve.serving(folder) as address:
        headers, body = get(f"{address}/picture.png", **{"Accept-Encoding": "gzip"})
        assert headers["Content-Encoding"] is None
        assert body == b"\x89PNG" * 50


def test_a_new_version_is_served(folder):
    with serve.serving(folder) as address:
        get(f"{address}/index.html", **{"Accept-Encoding": "gzip"})
        page = folder / "index.html"
        modified = page.stat().st_mtime
        page.write_text("new")
        serve.os.utime(page, (modified + 1, modified + 1))
        body = get(f"{address}/index.html", **{"Accept-Encoding": "gzip"})[1]
        assert gzip.decompress(body) == b"new"


def test_what_is_not_there_is_not_found(folder):
    with (
        serve.serving(folder) as address,
        pytest.raises(urllib.error.HTTPError, match="404") as failure,
    ):
        get(f"{address}/../secret", **{"Accept-Encoding": "gzip"})
    failure.value.close()


def test_a_reader_who_leaves_early_is_no_error(folder, capfd):
    (folder / "large.png").write_bytes(bytes(20_000_000))
    with serve.serving(folder) as address:
        with urllib.request.urlopen(f"{address}/large.png") as answer:
            answer.read(10)
        assert get(f"{address}/index.html")[1]
    assert capfd.readouterr().err == ""


def test_the_port_is_free_again_afterwards(folder):
    with serve.serving(folder) as address:
        port = int(address.rpartition(":")[2])
    serve.bind(folder, port).server_close()


def test_when_the_port_is_taken_another_one_is_used_and_said_so(folder, capsys):
    with socket.create_server((serve.HOST, 0)) as taken:
        port = taken.getsockname()[1]
        server = serve.first_free(folder, port)
        with server:
            assert server.server_port != port
    assert f"Port {port} is taken" in capsys.readouterr().out


def test_it_listens_to_this_machine_alone(folder):
    with serve.bind(folder, 0) as server:
        assert server.server_address[0] == "127.0.0.1"
