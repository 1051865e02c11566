"""What all tests share."""

from hypothesis import Phase, settings

# A slow moment of the machine is no failure of the code.
settings.register_profile("book", deadline=None)
# For `make mutants`: the same examples every time, and no search for the smallest that fails.
settings.register_profile(
    "mutants",
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
)
settings.load_profile("book")
