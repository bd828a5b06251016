"""Part g: simulated genetics of Urbanowicz et al. (2018)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.quality.data import load_genetics, n_genotypes
from benchmarks.quality.metrics import RECOVERY, recovery
from benchmarks.quality.problem import Problem, Unit, seed_of

# the first match names the family of a file; sets with missing cells have none
FAMILIES = {
    "core2wayEpistasis_Loc_2_Qnt_2_a_20_s_1600": "pairs, 1600 rows",
    "core2wayEpistasis_Loc_2_Qnt_2_a_20_s_800": "pairs, 800 rows",
    "core2wayEpistasis_Loc_2_Qnt_2_a_20_s_400": "pairs, 400 rows",
    "core2wayEpistasis_Loc_2_Qnt_2_a_20_s_200": "pairs, 200 rows",
    "2wayEpiFeatures_Loc_2_Qnt_2_a_100_": "pairs, 100 columns",
    "2wayEpiFeatures_Loc_2_Qnt_2_a_1000_": "pairs, 1000 columns",
    "2wayEpiFeatures_Loc_2_Qnt_2_a_10000_": "pairs, 10000 columns",
    "2wayEpiHeterogeneity": "pairs, heterogeneous",
    "2wayEpi_additive": "pairs, additive",
    "2wayEpi_ImbalancedData": "pairs, imbalanced classes",
    "2wayEpi_contEndpoint": "pairs, numeric target",
    "CE_Threshold": "pairs, numeric target",
    "3Class": "pairs, many classes",
    "9Class": "pairs, many classes",
    "CA_": "pairs, numeric columns",
    "MA_": "pairs, mixed columns",
    "epi_order_Loc_3": "triples",
    "mainEff_Loc_1": "single columns",
    "mainEff_additive": "single columns, additive",
    "XOR_xor_2": "parity of two",
    "XOR_xor_3": "parity of three",
    "XOR_xor_4": "parity of four",
    "XOR_xor_5": "parity of five",
    **{f"{n}_bit_mutliplexer": "multiplexer" for n in (6, 11, 20, 37, 70, 135)},
}


class Genetics:
    """Each replicate of each setting is a draw, its columns in random order.

    True columns are those whose name does not start with N. Task names are those of
    the files, after the family.
    """

    title = "Simulated genetics"
    metrics = RECOVERY

    def __init__(self, data: Path | None) -> None:
        self.folder = None if data is None else data / "rebate"

    def units(self) -> list[Unit]:
        if self.folder is None or not self.folder.is_dir():
            return []
        return sorted(
            (
                Unit(f"{family}/{setting}", n_genotypes(path), int(replicate))
                for path in self.folder.glob("*.txt.gz")
                for setting, _, replicate in [_stem(path).rpartition("__")]
                for family in [_family(setting)]
                if family
            ),
            key=lambda unit: (unit.draw, unit.p, unit.task),
        )

    def needs_selection(self, unit: Unit) -> bool:
        return False

    def problem(self, unit: Unit, seed_offset: int) -> Problem:
        setting = unit.task.split("/")[1]
        X, y = load_genetics(self.folder / f"{setting}__{unit.draw}.txt.gz")
        seed = seed_of(unit.task, unit.p, unit.draw, seed_offset)
        X = X.iloc[:, np.random.default_rng(seed).permutation(unit.p)]
        truth = np.flatnonzero(~X.columns.str.startswith("N"))
        kind = "classification" if y.dtype.kind == "i" else "regression"
        return Problem(
            X.to_numpy(dtype=np.float64),
            y,
            kind,
            seed,
            lambda ranking: [recovery(ranking, truth)],
        )


def _family(setting: str) -> str | None:
    for start, family in FAMILIES.items():
        if setting.startswith(start):
            return family
    return None


def _stem(path: Path) -> str:
    return path.name.removesuffix(".txt.gz")
