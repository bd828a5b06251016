"""Public data sets as npz files in a folder outside of the repository."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def available(folder: Path | None, names: Iterable[str]) -> list[str]:
    """List those of the named sets that the folder holds."""
    if folder is None:
        return []
    return [name for name in names if (folder / f"{name}.npz").is_file()]


@lru_cache(maxsize=2)
def load(folder: Path, name: str) -> tuple[NDArray[np.float64], NDArray]:
    """Load one set: the table as float64 and the target."""
    with np.load(folder / f"{name}.npz", allow_pickle=True) as archive:
        return archive["X"].astype(np.float64), archive["y"]


def n_columns(folder: Path, name: str) -> int:
    """Tell the number of columns of one set."""
    return load(folder, name)[0].shape[1]
