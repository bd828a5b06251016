"""The progress bar of a fit."""

from __future__ import annotations

from types import TracebackType
from typing import Self

# without a rate, which leaves too little of 80 columns for the counts behind it
_FORMAT = "{l_bar}{bar}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}{postfix}]"


class ProgressBar:
    """Show members, steps and open gates on stderr; do nothing where switched off.

    Parameters
    ----------
    enabled : bool
        Whether to show the bar.
    n_steps : int
        Member steps to come.

    Raises
    ------
    ImportError
        If the bar is wanted and tqdm is not installed.
    """

    def __init__(self, enabled: bool, n_steps: int) -> None:
        self._bar = None
        self._step = 0
        if not enabled:
            return
        try:
            from tqdm import tqdm
        except ImportError:
            msg = "verbose > 0 needs tqdm: pip install 'stg-select[cli]'."
            raise ImportError(msg) from None
        self._bar = tqdm(total=n_steps, desc="gates", leave=False, bar_format=_FORMAT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def update(self, n_members: int, step: int, n_open: float) -> None:
        """Move on to a step of the members that are in training.

        Parameters
        ----------
        n_members : int
            Members in training.
        step : int
            Steps that each of them has taken.
        n_open : float
            Average number of open gates.
        """
        if self._bar is not None:
            # a step that does not go on from the last one belongs to new members
            taken = step - self._step if step > self._step else step
            self._step = step
            counts = {"members": n_members, "step": step, "open": f"{n_open:.1f}"}
            self._bar.update(n_members * taken)
            self._bar.set_postfix(counts)
