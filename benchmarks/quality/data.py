"""Public data sets in a folder outside of the repository."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix


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


@lru_cache(maxsize=1)
def load_counts(folder: Path, name: str) -> tuple[csr_matrix, NDArray]:
    """Load one set of documents: how often each word occurs in each, and the target."""
    with np.load(folder / f"{name}.npz", allow_pickle=True) as archive:
        parts = (archive["data"], archive["indices"], archive["indptr"])
        return csr_matrix(parts, shape=tuple(archive["shape"])), archive["y"]


def load_genetics(path: Path) -> tuple[pd.DataFrame, NDArray]:
    """Load one simulated set of the ReBATE archive: genotypes and the target."""
    table = pd.read_csv(path, sep="\t")
    name = "Class" if "Class" in table else table.columns[-1]
    return table.drop(columns=name), table[name].to_numpy()


def kind_of(folder: Path, name: str) -> str:
    """Tell whether a set has classes or numbers to predict."""
    with np.load(folder / f"{name}.npz", allow_pickle=True) as archive:
        return str(archive["kind"]) if "kind" in archive else "classification"


@lru_cache(maxsize=256)
def n_columns(folder: Path, name: str) -> int:
    """Tell the number of columns of one set."""
    with np.load(folder / f"{name}.npz", allow_pickle=True) as archive:
        shape = archive["X"].shape if "X" in archive else archive["shape"]
        return int(shape[1])


@lru_cache(maxsize=256)
def n_rows(folder: Path, name: str) -> int:
    """Tell the number of rows of one set."""
    with np.load(folder / f"{name}.npz", allow_pickle=True) as archive:
        return len(archive["y"])
