"""Public data sets in a folder outside of the repository."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

MIN_DOCUMENTS = 20  # that a frequent word occurs in


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


@lru_cache(maxsize=1)
def load_frequent_words(folder: Path, name: str) -> csr_matrix:
    """Load the counts of the words that at least 20 documents hold."""
    counts, _ = load_counts(folder, name)
    frequency = np.asarray((counts > 0).sum(axis=0)).ravel()
    return counts[:, np.flatnonzero(frequency >= MIN_DOCUMENTS)].astype(np.float64)


@lru_cache(maxsize=1)
def load_survset(name: str) -> NDArray[np.float64]:
    """Load the numbers of one table of the package SurvSet, its times left out."""
    from SurvSet.data import SurvLoader

    table = SurvLoader().load_dataset(ds_name=name)["df"]
    numbers = table.loc[:, table.columns.str.startswith("num_")]
    return numbers.to_numpy(dtype=np.float64)


def n_genotypes(path: Path) -> int:
    """Tell the number of columns of one set of the ReBATE archive, the target aside."""
    with gzip.open(path, "rt") as file:
        return file.readline().count("\t")


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
