"""What the columns of a table are for, as the user says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stg_select.cli._errors import InputError


@dataclass(frozen=True)
class Roles:
    """The columns that the user names; the others are judged.

    Attributes
    ----------
    target : str
        The column to predict.
    event : str or None
        Where the time of the target is that of an event.
    groups : str or None
        Which rows belong together; not judged.
    time : str or None
        In which order the rows came; not judged.
    carry : tuple of str
        Written and not judged.
    keep : tuple of str
        Kept whatever happens, and known to the others' judges.
    drop : tuple of str
        Neither judged nor written.
    """

    target: str
    event: str | None = None
    groups: str | None = None
    time: str | None = None
    carry: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.groups is not None and self.time is not None:
            raise InputError(
                f"--groups and --time exclude each other, got {self.groups!r} and "
                f"{self.time!r}."
            )
        if self.target in self.drop:
            raise InputError(f"--drop {self.target!r} is the target.")
        if self.event is not None and self.event in (self.target, *self.drop):
            raise InputError(f"--event {self.event!r} is the target, or dropped.")
        for option, name in (("--groups", self.groups), ("--time", self.time)):
            if name is not None and name in (self.target, self.event):
                raise InputError(f"{option} {name!r} is the target, or the event.")
        for name in self.carry:
            if name in self.drop:
                raise InputError(f"--carry {name!r} is dropped as well.")
        for name in self.keep:
            if name in self.not_judged:
                raise InputError(f"--keep {name!r} has another option as well.")

    @property
    def named(self) -> Iterator[tuple[str, str]]:
        """Pairs of an option and a column that it names."""
        for option in ("target", "event", "groups", "time"):
            name = getattr(self, option)
            if name is not None:
                yield f"--{option}", name
        for option in ("carry", "keep", "drop"):
            yield from ((f"--{option}", name) for name in getattr(self, option))

    @property
    def not_judged(self) -> set[str]:
        """All columns that are named for something else than to be kept."""
        return {name for option, name in self.named if option != "--keep"}

    @property
    def written(self) -> set[str]:
        """The columns that are written whatever is selected."""
        events = [] if self.event is None else [self.event]
        return {self.target, *events, *self.carry}
