"""Members that are trained in step with each other: their state and one step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from stg_select.engine._batches import NoiseStream, init_seed
from stg_select.engine._config import TrainingConfig
from stg_select.engine._data import Data, Source
from stg_select.engine._network import GatedNetworks, initial_member
from stg_select.engine._plan import RowSet, TrainingPlan
from stg_select.gates import active_probs, sample_gates

MAX_SCORE_ROWS = 8192


class Run:
    """One batch of K members.

    Parameters
    ----------
    plan : TrainingPlan
    members : ndarray of int of shape (K,)
        Indices of the plan's members; all plain, or all cross-fitted.
    data : Data
    config : TrainingConfig

    Attributes
    ----------
    members : ndarray of int of shape (K,)
        Indices of the members still training.
    gates : list of K ndarray of int
        Their working sets.
    network : GatedNetworks
        Their state.
    """

    def __init__(
        self,
        plan: TrainingPlan,
        members: NDArray[np.integer],
        data: Data,
        config: TrainingConfig,
    ) -> None:
        self.members = np.asarray(members)
        self._data = data
        self._config = config
        sets = [plan.row_set(member) for member in members]
        every = np.arange(data.n_gates)
        self.gates = [every if s.gates is None else s.gates for s in sets]
        sizes = [len(gates) for gates in self.gates]
        slots = np.arange(max(sizes)) < np.array(sizes)[:, None]
        self._slots = self._tensor(slots)
        self._padded = not slots.all()
        self._shared = len(set(plan.row_set_index[members])) == 1
        used = sets[:1] if self._shared else sets
        columns, spread, widths = data.layout(self.gates[: len(used)])
        self._place_rows(used, columns)
        self._score_batch = self._score_rows.next()
        self._scale = self._tensor([1.0 / data.null_deviance(s) for s in used])
        self._reg_weight = self._tensor(plan.reg_weights[self.members])
        seeds = [int(seed) for seed in plan.seeds[self.members]]
        self._noise = NoiseStream(seeds, sizes, data.x.device)
        if self._shared:
            widths = widths * len(seeds)
        self.network = self._initial_network(seeds, widths, spread)
        self._optimizer = self._new_optimizer()
        self._best: list[Tensor] = []
        self._step = 0

    @property
    def n_members(self) -> int:
        """Number of members still training."""
        return len(self.members)

    def step(self) -> None:
        """Take one step of every member."""
        objective, network = self._data.objective, self.network
        batch = self._network_rows.next()
        self._optimizer.zero_grad(set_to_none=True)
        warming_up = self._step < self._config.warm_up
        self._step += 1
        if warming_up:
            raw = network(batch.x, self._in_slots(torch.ones_like(network.mu)))
            loss = objective.loss(raw, batch.target, batch.weight)
        elif self._gate_rows is None:
            raw = network(batch.x, self._sample(self._network_rows))
            loss = objective.loss(raw, batch.target, batch.weight)
        else:
            gates = self._sample(self._network_rows).detach()
            raw = network(batch.x, gates)
            loss = objective.loss(raw, batch.target, batch.weight)
            batch = self._gate_rows.next()
            gates = self._sample(self._gate_rows)
            raw = network(batch.x, gates, freeze_weights=True)
            loss = loss + objective.loss(raw, batch.target, batch.weight)
        loss = loss * self._scale
        if not warming_up:
            loss = loss + self._reg_weight * self._expected_open()
        loss.sum().backward()
        self._optimizer.step()
        if self._config.mu_range is not None and not warming_up:
            with torch.no_grad():
                network.mu.clamp_(*self._config.mu_range)

    @torch.no_grad()
    def losses(self) -> tuple[NDArray[np.floating], NDArray[np.integer]]:
        """Score the members with hard gates.

        Returns
        -------
        loss : ndarray of shape (K,)
            Loss on the gate rows, or the network rows of plain members, in shares of
            the null deviance.
        n_open : ndarray of int of shape (K,)
            Open gates.
        """
        batch, mu = self._score_batch, self.network.mu
        raw = self.network(batch.x, self._in_slots(mu.clamp(0.0, 1.0)))
        loss = self._data.objective.loss(raw, batch.target, batch.weight) * self._scale
        n_open = self._in_slots((mu > 0.0).to(mu.dtype)).sum(-1)
        return loss.double().cpu().numpy(), n_open.long().cpu().numpy()

    @torch.no_grad()
    def predict(self) -> NDArray[np.floating]:
        """Output of every member with hard gates on all rows, of shape (K, n, O)."""
        network, x = self.network, self._data.x
        gates = self._in_slots(network.mu.clamp(0.0, 1.0))
        blocks = []
        for start in range(0, len(x), MAX_SCORE_ROWS):
            rows = torch.arange(start, min(start + MAX_SCORE_ROWS, len(x)))
            block = self._score_rows.rows(rows.expand(len(self._score_batch.x), -1))
            blocks.append(network(block, gates).cpu().numpy())
        return np.concatenate(blocks, axis=1)

    def remember(self, positions: NDArray[np.integer]) -> None:
        """Copy the state of some members, to come back to.

        Parameters
        ----------
        positions : ndarray
            Positions of the members, among those still training.
        """
        parameters = [p.detach() for p in self.network.parameters()]
        if not self._best:
            self._best = [p.clone() for p in parameters]
        index = torch.from_numpy(positions).to(self._data.x.device)
        for best, parameter in zip(self._best, parameters, strict=True):
            best[index] = parameter[index]

    @torch.no_grad()
    def restore(self, positions: NDArray[np.integer]) -> None:
        """Bring some members back to the state that was remembered.

        Parameters
        ----------
        positions : ndarray
            Positions of the members, among those still training.
        """
        index = torch.from_numpy(positions).to(self._data.x.device)
        for best, parameter in zip(self._best, self.network.parameters(), strict=True):
            parameter[index] = best[index]

    def keep(self, positions: NDArray[np.integer]) -> None:
        """Drop all other members.

        Parameters
        ----------
        positions : ndarray of int
            Positions of the members that stay, among those still training.
        """
        chosen = positions.tolist()
        index = torch.from_numpy(positions).to(self._data.x.device)
        self.members = self.members[positions]
        self.gates = [self.gates[k] for k in chosen]
        self._slots = self._slots[index]
        self._reg_weight = self._reg_weight[index]
        self._noise.keep(chosen)
        for state in self._optimizer.state.values():
            for name in ("exp_avg", "exp_avg_sq"):
                state[name] = state[name][index]
        self.network.keep_members(index)
        self._best = [best[index] for best in self._best]
        if not self._shared:
            self._scale = self._scale[index]
            self._network_rows.keep(chosen)
            self._score_rows.keep(chosen)
            if self._gate_rows is not None:
                self._gate_rows.keep(chosen)
            self._score_batch = self._score_batch.keep(chosen)

    def _place_rows(self, used: Sequence[RowSet], columns: Tensor | None) -> None:
        size = self._config.batch_size
        weights = [row_set.network_weights for row_set in used]
        self._network_rows = Source(self._data, weights, used, columns, size)
        self._gate_rows = None
        gate_weights = [s.gate_weights for s in used if s.gate_weights is not None]
        if gate_weights:
            weights = gate_weights
            self._gate_rows = Source(self._data, weights, used, columns, size)
        self._score_rows = Source(self._data, weights, used, columns, MAX_SCORE_ROWS)

    def _initial_network(
        self, seeds: Sequence[int], widths: Sequence[int], spread: Tensor | int
    ) -> GatedNetworks:
        config, data = self._config, self._data
        mus: list[Tensor] = []
        layers: list[list[Tensor]] = []
        sizes = [len(gates) for gates in self.gates]
        for seed, size, width in zip(seeds, sizes, widths, strict=True):
            mu, weights, biases = initial_member(
                size,
                (width, *config.hidden_layer_sizes, data.objective.n_outputs),
                config.mu_init,
                torch.Generator().manual_seed(init_seed(seed)),
            )
            missing = (0, 0, 0, max(widths) - width)
            weights[0] = torch.nn.functional.pad(weights[0], missing)
            mus.append(torch.nn.functional.pad(mu, (0, max(sizes) - size)))
            layers.append([*weights, *biases])
        stacked = [torch.stack(tensors) for tensors in zip(*layers, strict=True)]
        n_layers = len(stacked) // 2
        network = GatedNetworks(
            torch.stack(mus),
            stacked[:n_layers],
            stacked[n_layers:],
            spread,
            config.activation,
        )
        return network.to(data.x.device, data.x.dtype)

    def _new_optimizer(self) -> torch.optim.Optimizer:
        config, network = self._config, self.network
        groups: list[dict[str, Any]] = [
            {"params": [network.mu], "lr": config.gate_learning_rate},
            {"params": list(network.weights), "weight_decay": config.weight_decay},
            {"params": list(network.biases)},
        ]
        return torch.optim.AdamW(
            groups,
            lr=config.learning_rate,
            weight_decay=0.0,
            fused=True,
        )

    def _sample(self, source: Source) -> Tensor:
        """Gates of one step, of shape (K, p) or (K, B, p)."""
        mu: Tensor = self.network.mu
        if self._config.noise == "member":
            noise = self._noise.per_member()
        else:
            stream = source.stream
            n_rows = stream.batch_rows * (self.n_members if self._shared else 1)
            noise = self._noise.per_row(n_rows, stream.width)
            mu = mu.unsqueeze(1)
        return self._in_slots(
            sample_gates(mu, noise.to(mu.dtype) * self._config.gate_std)
        )

    def _expected_open(self) -> Tensor:
        """Count the open gates to expect, of shape (K,)."""
        probs = active_probs(self.network.mu, self._config.gate_std)
        return self._in_slots(probs).sum(-1)

    def _in_slots(self, values: Tensor) -> Tensor:
        """Zero the places that pad a working set."""
        if not self._padded:
            return values
        slots = self._slots if values.dim() == 2 else self._slots.unsqueeze(1)
        return values * slots

    def _tensor(self, values: ArrayLike) -> Tensor:
        """Bring an array to the precision and device of the table."""
        return torch.as_tensor(np.asarray(values)).to(self._data.x)
