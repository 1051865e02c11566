"""What all tests share."""

from hypothesis import settings

# A slow moment of the machine is no failure of the code.
settings.register_profile("book", deadline=None)
settings.load_profile("book")
