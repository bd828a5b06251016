"""How every member of a plan is trained."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from stg_select.gates import INITIAL_MU

CPU_BUDGET = 2**26
DEVICE_BUDGET = 2**31


@dataclass(frozen=True)
class TrainingConfig:
    """How every member of a plan is trained.

    Parameters
    ----------
    hidden_layer_sizes : tuple of int
        Widths of the hidden layers.
    activation : str
        Key of `stg_select.engine._network.ACTIVATIONS`.
    gate_std : float
        Standard deviation of the gate noise.
    learning_rate, gate_learning_rate : float
        Adam's step size for the network and for ``mu``.
    weight_decay : float
        Decoupled weight decay of the network's weights; ``mu`` and biases have none.
    batch_size : int or None
        Rows a step; None for all. Objectives that need full batches get them in any
        case.
    max_iter : int
        Steps.
    n_iter_no_change : int or None
        Steps without an improvement of the score by `tol` after which a member
        stops and its best state is kept. None takes all steps, keeps the last state.
    tol : float
        Smallest improvement of the score that counts, in shares of the null deviance.
    noise : {"member", "row"}
        One draw of the gates a member and step, or one a row.
    warm_up : int
        First steps, in which all gates stay open at 1, ``mu`` rests and only the
        networks are trained. Their states are candidates for the best one only
        until there is a later score.
    mu_init : float
        Centre of the initial gate means.
    mu_range : tuple of float or None
        Interval in which ``mu`` is kept; None leaves it free.
    least_gain : float or None
        Share of the null deviance by which a gate has to lower the loss of a member's
        gate rows at the end, else it is closed and has no ``mu`` in the result.
        None leaves every gate as trained.
    device : str
        Torch device.
    dtype : torch.dtype
        Precision of the training.
    memory_budget : int or None
        Bytes that one batch of members may take; more members are cut into chunks.
        None takes what stays close to a processor's caches, or much more elsewhere.
        The columns of their working sets take at most a quarter of it, or as much
        again on a processor by default.
    data_budget : int or None
        Bytes that the table may take on the device; a larger one stays on the host,
        and the rows of each step are sent. None takes half of what is free on a CUDA
        device and sets no limit elsewhere, where the table is not copied.
    score_every : int
        Steps between two scores.
    keep_networks : bool
        Whether the networks come back with the result.
    """

    hidden_layer_sizes: tuple[int, ...]
    activation: str
    gate_std: float
    learning_rate: float
    gate_learning_rate: float
    weight_decay: float
    batch_size: int | None
    max_iter: int
    n_iter_no_change: int | None
    tol: float
    noise: str = "member"
    warm_up: int = 0
    mu_init: float = INITIAL_MU
    mu_range: tuple[float, float] | None = None
    least_gain: float | None = None
    device: str = "cpu"
    dtype: torch.dtype = torch.float32
    memory_budget: int | None = None
    data_budget: int | None = None
    score_every: int = 10
    keep_networks: bool = False

    @property
    def max_bytes(self) -> int:
        """Bytes that one batch of members may take."""
        if self.memory_budget is not None:
            return self.memory_budget
        return CPU_BUDGET if self.device == "cpu" else DEVICE_BUDGET

    @property
    def max_input_bytes(self) -> int:
        """Bytes that the columns of the working sets of a batch of members may take.

        On a processor these need not be in the caches: whole rows are read at a time.
        """
        if self.memory_budget is None and self.device == "cpu":
            return CPU_BUDGET
        return self.max_bytes // 4

    @property
    def max_table_bytes(self) -> float:
        """Bytes that the table may take on the device."""
        if self.data_budget is not None:
            return self.data_budget
        if torch.device(self.device).type == "cuda":
            return torch.cuda.mem_get_info(self.device)[0] / 2
        return math.inf
