"""Where the book's buttons lead."""

from __future__ import annotations

import pytest

from theme.extensions.repository import repository_url

OWN = "https://github.com/someone/book"


def test_a_build_on_github_leads_to_its_own_repository() -> None:
    environment = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "fork/book"}
    assert repository_url(OWN, environment) == "https://github.com/fork/book"


@pytest.mark.parametrize("environment", [{}, {"GITHUB_REPOSITORY": "fork/book"}])
def test_elsewhere_the_configured_address_stands(environment: dict[str, str]) -> None:
    assert repository_url(OWN, environment) == OWN
