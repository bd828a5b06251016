"""The progress bar of a fit."""

from __future__ import annotations

from types import TracebackType
from typing import Self


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
        if not enabled:
            return
        try:
            from tqdm import tqdm
        except ImportError:
            msg = "verbose > 0 needs tqdm: pip install 'stg-select[cli]'."
            raise ImportError(msg) from None
        self._bar = tqdm(total=n_steps, unit="step", desc="gates", leave=False)

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

    def update(self, n_members: int, n_steps: int, n_open: float) -> None:
        """Move on after some steps of some members.

        Parameters
        ----------
        n_members : int
            Members in training.
        n_steps : int
            Steps that each of them took.
        n_open : float
            Average number of open gates.
        """
        if self._bar is not None:
            self._bar.set_postfix(members=n_members, open=f"{n_open:.1f}")
            self._bar.update(n_members * n_steps)
