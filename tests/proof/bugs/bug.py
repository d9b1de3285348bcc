"""What a planted bug is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bug:
    """A known-bad change to the product.

    Attributes:
        name: what is wrong then, in words.
        promise: what it breaks.
        file: of the product, relative to the repository.
        old: stands exactly once in the file, and ``new`` takes its place.
        test: the test that has to fail, relative to ``tests``.
        by_proof: whether the proof itself sees it, without the help of any test.
        hangs: whether a run that does not end is how it shows.
    """

    name: str
    promise: str
    file: str
    old: str
    new: str
    test: str
    by_proof: bool = False
    hangs: bool = False

    def planted(self, source: str) -> str:
        """Return the source with the bug in it.

        Raises:
            ValueError: if it does not fit the source.
        """
        if (times := source.count(self.old)) != 1:
            raise ValueError(f"the bug no longer fits: {self.file} has its text {times} times")
        return source.replace(self.old, self.new)
