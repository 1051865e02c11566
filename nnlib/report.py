"""What a check has found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Report:
    """Whether an answer passed, ``ok``, and what to look at if not, ``hint``; true in a condition if it passed.

    Examples
    --------
    >>> from nnlib import check
    >>> check.Report(ok=False, hint="every entry has the wrong sign")
    not yet: every entry has the wrong sign
    """

    ok: bool
    hint: str

    def __bool__(self) -> bool:
        return self.ok

    def require(self) -> Report:
        """Return the report itself if the answer passed.

        Raises
        ------
        AssertionError
            If it did not; the message is the hint.

        Examples
        --------
        >>> from nnlib import check
        >>> check.Report(ok=True, hint="the value is right").require()
        ok: the value is right
        """
        if not self.ok:
            raise AssertionError(self.hint)
        return self

    def __repr__(self) -> str:
        return f"{'ok' if self.ok else 'not yet'}: {self.hint}"
