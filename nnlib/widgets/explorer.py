"""The base class of the explorers: a Jupyter widget that is alive on a built page as well.

A subclass names its kind, the JavaScript module that draws it, and declares its state as traits. In a kernel
anywidget runs the module. On a page there is no kernel: the explorer's output also holds a mount point with the
state as JSON, and scripts of the page mount the same module there (see ``runtime.js``).
"""

from __future__ import annotations

import json
import math
from html import escape
from typing import Any, ClassVar

import anywidget
import traitlets as t

from nnlib.widgets import assemble


class Explorer(anywidget.AnyWidget):
    """An interactive figure. Its traits are its whole state.

    A subclass sets ``kind``, the name of its module (``"training"`` for ``training.js``), and ``controls``, the names
    of what a reader can use beside the pictures: those of traits, and of buttons. It defines `sentence` and `still`.

    Attributes
    ----------
    hide : list of str
        Controls that are not shown, by the names in ``controls``; also ``"reset"``, ``"link"`` (the button that copies
        one), ``"save"`` and ``"class"`` (the link for a class). What they set keeps its value.
    """

    kind: ClassVar[str]
    controls: ClassVar[tuple[str, ...]] = ()
    ACTIONS: ClassVar[tuple[str, ...]] = ("reset", "link", "save", "class")

    hide = t.List(t.Unicode()).tag(sync=True)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if "kind" in cls.__dict__:  # not so for the classes that traitlets derives to add a trait
            cls._esm = assemble.kernel_module(cls.kind)
            cls._css = assemble.kernel_style(cls.kind)
        super().__init_subclass__(**kwargs)

    def __init__(self, **state: Any) -> None:
        known = [name for name in self.class_trait_names(sync=True) if not name.startswith("_")]
        for name in state:
            if name not in known:
                own = ", ".join(self.page_traits())
                raise TypeError(f"{type(self).__name__} has no {name!r}; its state is {own}")
        super().__init__(**state)

    @t.validate("hide")
    def _known_controls(self, proposal: t.Bunch) -> list[str]:
        known = (*self.controls, *self.ACTIONS)
        for name in proposal["value"]:
            if name not in known:
                raise t.TraitError(
                    f"{type(self).__name__} has no control {name!r} to hide; it has {', '.join(known)}"
                )
        return proposal["value"]

    @classmethod
    def page_traits(cls) -> list[str]:
        """Return the names of the traits that make up the state, without those of every explorer."""
        inherited = set(Explorer.class_trait_names())
        names = set(cls.class_trait_names(sync=True)) - inherited
        return sorted(name for name in names if not name.startswith("_"))  # _esm is no state

    def page_state(self) -> dict[str, Any]:
        """Return the state that a page starts from."""
        return {name: getattr(self, name) for name in self.page_traits()}

    def sentence(self) -> str:
        """Say in words what the explorer shows; the text of the output, and the picture's description."""
        raise NotImplementedError

    def still(self) -> str:
        """Return the picture as SVG, for print and wherever scripts do not run."""
        raise NotImplementedError

    def html(self) -> str:
        """Return the mount point: the state, and the picture that stands there until it is alive."""
        page = {**self.page_state(), **({"hide": self.hide} if self.hide else {})}
        # "<" is written as an escape, so that no text can end the script element.
        state = json.dumps(finite(page), separators=(",", ":"), allow_nan=False).replace(
            "<", "\\u003c"
        )
        return (
            f'<div class="nn-explorer" data-explorer="{self.kind}">'
            f'<script type="application/json">{state}</script>'
            f'<div class="nn-still">{self.still()}<p>{escape(self.sentence())}</p></div></div>'
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        return {**data, "text/plain": self.sentence(), "text/html": self.html()}, metadata


def finite(value: Any) -> Any:
    """Return ``value`` with None for every NaN and infinity in it: JSON has no word for them."""
    if isinstance(value, dict):
        return {key: finite(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [finite(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
