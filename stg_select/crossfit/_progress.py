"""The progress bar of a fit."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock
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
        self._lock = Lock()  # of parts that are trained in threads
        self._stopped = Event()
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

    def stop(self) -> None:
        """Let the training of every part end with an error at its next score."""
        self._stopped.set()

    def of_part(self) -> Callable[[int, int, float], None]:
        """Count the steps of members that are trained together.

        Returns
        -------
        update : callable
            ``update(n_members, step, n_open)``: how many are in training, the steps
            that each of them has taken, their average number of open gates. It raises
            a `RuntimeError` once the training is to stop.
        """
        before = 0

        def update(n_members: int, step: int, n_open: float) -> None:
            nonlocal before
            if self._stopped.is_set():
                msg = "training was stopped"
                raise RuntimeError(msg)
            if self._bar is None:
                return
            counts = {"members": n_members, "step": step, "open": f"{n_open:.1f}"}
            # a step that does not go on from the last one belongs to new members
            taken = step - before if step > before else step
            before = step
            with self._lock:
                self._bar.update(n_members * taken)
                self._bar.set_postfix(counts)

        return update
