"""What a selector asks of its members."""

from __future__ import annotations

from dataclasses import dataclass

# fewest and most gates that a member trains where the screen decides
WORKING_SET = (8, 24)


@dataclass(frozen=True)
class Settings:
    """How the members of a selector are chosen and trained.

    Parameters
    ----------
    reg_weight : float or None
        Price of an open gate, in shares of the null deviance. None takes half of the
        risk inflation criterion.
    n_folds : int or None
        Folds of the cross-fitting; None trains weights and gates on all rows.
    n_seeds : int or None
        Members a fold, each with folds of its own. None takes more where rows are few.
    working_set : tuple of two int or None
        Fewest and most gates that a member trains; None for all of them.
    hidden_layer_sizes : tuple of int
        Widths of the hidden layers.
    activation : str
        Name of the activation of the hidden layers.
    gate_std : float
        Standard deviation of the gate noise.
    gate_noise : {"member", "row"}
        One draw of the noise a member and step, or one a row.
    learning_rate, gate_learning_rate : float
        Step sizes for the weights and for the gates.
    weight_decay : float
        Decoupled weight decay of the weights.
    batch_size : int or None
        Rows a step; None takes all rows of a short table and some of a long one.
    max_iter : int
        Steps.
    n_iter_no_change : int or None
        Steps without an improvement by `tol` after which a member stops; None takes
        all steps.
    tol : float
        Smallest improvement that counts, in shares of the null deviance.
    device : str
        Torch device.
    seed : int
        Seed of everything that is drawn.
    """

    reg_weight: float | None
    n_folds: int | None
    n_seeds: int | None
    working_set: tuple[int, int] | None
    hidden_layer_sizes: tuple[int, ...]
    activation: str
    gate_std: float
    gate_noise: str
    learning_rate: float
    gate_learning_rate: float
    weight_decay: float
    batch_size: int | None
    max_iter: int
    n_iter_no_change: int | None
    tol: float
    device: str
    seed: int
