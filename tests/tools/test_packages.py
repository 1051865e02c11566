"""What pip cannot install is installed by what the system offers, or not at all."""

import packages


def test_ways_are_tried_in_turn_until_there_is_a_browser():
    tried = []

    def run(command, stdin):
        tried.append(command)
        return 0 if command == ["good"] else 1

    ways = [[["bad"], ["never"]], [["good"]], [["late"]]]
    located = packages.install("it", ways, lambda: "/c" if ["good"] in tried else None, run)
    assert located == "/c"
    assert tried == [["bad"], ["good"]]


def test_nobody_is_asked_for_a_password():
    def which(name):
        return f"/usr/bin/{name}" if name in ("apt-get", "sudo") else None

    assert packages.ways("bubblewrap", lambda name: None, root=False) == []
    assert packages.ways("bubblewrap", which, root=False)[0][0][:2] == ["sudo", "-n"]
    assert packages.ways("bubblewrap", which, root=True)[0][-1][-1] == "bubblewrap"
