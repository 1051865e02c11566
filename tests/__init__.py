"""The tests of the book: a folder for each kind."""
