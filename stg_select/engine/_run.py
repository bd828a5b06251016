"""Members that are trained in step with each other: their state and one step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from stg_select.engine._adam import Adam, Group
from stg_select.engine._batch_sources import BatchSource
from stg_select.engine._batches import NoiseStream
from stg_select.engine._best_states import BestStates
from stg_select.engine._config import TrainingConfig
from stg_select.engine._device_table import DeviceTable
from stg_select.engine._elimination import (
    CLOSED,
    close_useless_gates,
    rises_without,
)
from stg_select.engine._initial_state import initial_networks
from stg_select.engine._network_inputs import NetworkInputs
from stg_select.engine._passes import Pass
from stg_select.engine._plan import FloatArray, IntArray, RowSet, TrainingPlan
from stg_select.gates import gate_values, mean_gradient, sample_gates

MAX_SCORE_ROWS = 8192
# mean of a gate that is fixed open: no learned one has it, and no draw of the noise
# or step of the optimizer moves it
FIXED_OPEN = math.inf


class Judgement(NamedTuple):
    """What the present state of each of K members is worth.

    Shapes (K,): `loss` on the gate rows, or the network rows of plain members, in
    shares of the null deviance; `n_open`, the number of gates that are open without
    being fixed; `cost`, the sum of their prices.
    """

    loss: FloatArray
    n_open: IntArray
    cost: FloatArray


class Run:
    """One batch of K members.

    Parameters
    ----------
    plan : TrainingPlan
    members : ndarray of int of shape (K,)
        Indices of the plan's members; all plain, or all cross-fitted.
    table : DeviceTable
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
        table: DeviceTable,
        config: TrainingConfig,
    ) -> None:
        self.members = np.asarray(members)
        self._table = table
        self._config = config
        sets = [plan.row_set(member) for member in members]
        every = np.arange(table.n_gates)
        self.gates = [every if s.gates is None else s.gates for s in sets]
        sizes = [len(gates) for gates in self.gates]
        slots = np.arange(max(sizes)) < np.array(sizes)[:, None]
        self._slots = self._tensor(slots)
        self._padded = not slots.all()
        self._shared = len(set(plan.row_set_index[members])) == 1
        used = sets[:1] if self._shared else sets
        columns, spread, widths = table.layout(self.gates[: len(used)])
        self._inputs = NetworkInputs(
            table,
            columns,
            # full batches are gathered once
            max_bytes=0 if config.batch_size is None else config.max_input_bytes,
        )
        self._place_rows(used)
        self._prices = self._in_slots(plan.prices[members])
        self._price = self._tensor(self._prices)
        cost = np.ones(table.n_gates) if plan.cost is None else plan.cost
        self._cost = self._in_slots(cost)
        seeds = [int(seed) for seed in plan.seeds[self.members]]
        self._noise = NoiseStream(seeds, sizes, table.device)
        if self._shared:
            widths = widths * len(seeds)
        n_outputs = table.objective.n_outputs
        self.network = initial_networks(seeds, sizes, widths, n_outputs, spread, config)
        self._fixed: Tensor | None = None
        if plan.fixed_open is not None:
            fixed = self._in_slots(plan.fixed_open)
            self._fixed = torch.from_numpy(fixed).to(table.device)
            self.network.mu.masked_fill_(self._fixed, FIXED_OPEN)
        self._optimizer = self._new_optimizer()
        self._passes: dict[BatchSource, Pass] = {}
        self._best = BestStates()
        self._step = 0

    @property
    def n_members(self) -> int:
        """Number of members still training."""
        return len(self.members)

    def step(self) -> None:
        """Take one step of every member."""
        self.network.mu.grad = None  # a tensor without a gradient is left alone
        if self._step < self._config.warm_up:
            self._descend(self._network_rows, self._slots, to_weights=True)
        elif self._gate_rows is None:
            self._learn(self._network_rows, to_weights=True, to_gates=True)
        else:
            self._learn(self._network_rows, to_weights=True)
            self._learn(self._gate_rows, to_gates=True)
        self._optimizer.step()
        if self._config.mu_range is not None and self.network.mu.grad is not None:
            self.network.mu.clamp_(*self._config.mu_range)
            if self._fixed is not None:
                self.network.mu.masked_fill_(self._fixed, FIXED_OPEN)
        self._step += 1

    def judge(self) -> Judgement:
        """Judge the members with hard gates, each on its own rows."""
        is_open = self._learned_open.cpu().numpy()
        return Judgement(
            loss=self._loss().double().cpu().numpy(),
            n_open=is_open.sum(axis=1),
            cost=np.where(is_open, self._prices, 0.0).sum(axis=1),
        )

    def close_useless(self, positions: IntArray, least_gain: float) -> None:
        """Close open gates of some members that lower their loss by too little.

        Parameters
        ----------
        positions : ndarray of int
            Positions of the members, among those still training.
        least_gain : float
            Smallest rise of the loss that keeps a gate of the usual cost open, in
            shares of the null deviance.
        """
        is_open = self._learned_open
        judged = torch.zeros_like(is_open)
        judged[self._index(positions)] = True
        judged &= is_open
        least = self._tensor(least_gain * self._cost)
        close_useless_gates(self.network.mu, judged, self._loss, least)

    def rises_without(self, positions: IntArray) -> FloatArray:
        """Tell by how much the losses of some members rise without each open gate.

        Parameters
        ----------
        positions : ndarray of int
            Positions of the members, among those still training.

        Returns
        -------
        rises : ndarray of shape (K, p)
            In shares of the null deviance; 0 of closed gates and of other members.
        """
        is_open = self._open
        judged = torch.zeros_like(is_open)
        judged[self._index(positions)] = True
        judged &= is_open
        rises = rises_without(self.network.mu, judged, self._loss)
        return rises.double().cpu().numpy()

    def bare_loss(self) -> FloatArray:
        """Loss of every member with all gates closed but those that are fixed.

        Returns
        -------
        loss : ndarray of shape (K,)
            In shares of the null deviance.
        """
        mu = self.network.mu
        before = mu.clone()
        mu.masked_fill_(self._learned_open, CLOSED)
        loss = self._loss()
        mu.copy_(before)
        return loss.double().cpu().numpy()

    def remember(self, positions: IntArray) -> None:
        """Copy the state of the members at some positions, to come back to."""
        self._best.remember(self.network.state, self._index(positions))

    def restore(self, positions: IntArray) -> None:
        """Bring the members at some positions back to the state remembered."""
        self._best.restore(self.network.state, self._index(positions))

    def keep(self, positions: NDArray[np.integer]) -> None:
        """Drop all other members.

        Parameters
        ----------
        positions : ndarray of int
            Positions of the members that stay, among those still training.
        """
        chosen = positions.tolist()
        index = self._index(positions)
        self.members = self.members[positions]
        self.gates = [self.gates[k] for k in chosen]
        self._slots = self._slots[index]
        if self._fixed is not None:
            self._fixed = self._fixed[index]
        self._prices = self._prices[positions]
        self._cost = self._cost[positions]
        self._price = self._price[index]
        self._noise.keep(chosen)
        self.network.keep(index, self._optimizer.state)
        self._passes.clear()
        self._best.keep(index)
        if not self._shared:
            self._inputs.keep(chosen)
            for source in self._sources:
                source.keep(chosen)

    def _in_slots(self, values: NDArray) -> NDArray:
        """Bring values of gates, (p,) or (K, p), to the slots of the working sets."""
        of_members = np.broadcast_to(values, (len(self.gates), values.shape[-1]))
        placed = np.zeros(self._slots.shape, dtype=values.dtype)
        for row, of_member, gates in zip(placed, of_members, self.gates, strict=True):
            row[: len(gates)] = of_member[gates]
        return placed

    def _place_rows(self, used: Sequence[RowSet]) -> None:
        def source(
            weights: list[FloatArray], size: int | None, fixed: bool = False
        ) -> BatchSource:
            return BatchSource(
                self._table,
                self._inputs,
                weights,
                used,
                size,
                by_component=self._config.noise == "member",
                fixed=fixed,
            )

        size = self._config.batch_size
        judged = [row_set.network_weights for row_set in used]
        self._network_rows = last = source(judged, size)
        self._gate_rows = None
        gate_row_weights = [
            s.gate_row_weights for s in used if s.gate_row_weights is not None
        ]
        if gate_row_weights:
            judged = gate_row_weights
            self._gate_rows = last = source(judged, size)
        self._score_rows = last
        all_rows = last.fixed and last.stream.width <= MAX_SCORE_ROWS
        if not (all_rows or self._table.objective.needs_full_batch):
            self._score_rows = source(judged, MAX_SCORE_ROWS, fixed=True)
        self._sources = {self._network_rows, last, self._score_rows}

    def _new_optimizer(self) -> Adam:
        config, network = self._config, self.network
        return Adam(
            [
                Group(network.mu, config.gate_learning_rate),
                Group(network.weights.flat, config.learning_rate, config.weight_decay),
                Group(network.biases.flat, config.learning_rate),
            ]
        )

    def _learn(
        self, source: BatchSource, *, to_weights: bool = False, to_gates: bool = False
    ) -> None:
        """Set gradients on the next rows of a source, with new draws of the gates."""
        mu, gates = self.network.mu, self._sample(source)
        gradient = self._descend(
            source, gates, to_weights=to_weights, to_gates=to_gates
        )
        if gradient is None:
            return
        mu.grad = mean_gradient(gradient, gates, mu, self._config.gate_std, self._price)

    def _descend(
        self,
        source: BatchSource,
        gates: Tensor,
        *,
        to_weights: bool = False,
        to_gates: bool = False,
    ) -> Tensor | None:
        """Go forward and back on the next rows; return the gradient of the gates."""
        if source not in self._passes:
            self._passes[source] = Pass(self.network, source.stream.width)
        both_ways, batch = self._passes[source], source.next()
        raw = both_ways.forward(batch.x, gates)
        gradient = self._table.objective.gradient(raw, batch.target, batch.weight)
        return both_ways.backward(gradient, to_weights=to_weights, to_gates=to_gates)

    @property
    def _open(self) -> Tensor:
        """Which gates are open, a bool tensor of shape (K, p)."""
        return (self.network.mu > 0.0) & self._slots.bool()

    @property
    def _learned_open(self) -> Tensor:
        """Which gates are open and not fixed, a bool tensor of shape (K, p)."""
        return self._open if self._fixed is None else self._open & ~self._fixed

    def _loss(self) -> Tensor:
        """Loss of every member with hard gates, of shape (K,)."""
        batch = self._score_rows.next()
        gates = gate_values(self.network.mu)
        if self._padded:
            gates = gates * self._slots
        raw = Pass(self.network, batch.x.shape[1]).forward(batch.x, gates)
        return self._table.objective.loss(raw, batch.target, batch.weight)

    def _sample(self, source: BatchSource) -> Tensor:
        """Gates of one step, of shape (K, p) or (K, B, p)."""
        mu = self.network.mu
        if self._config.noise == "member":
            noise = self._noise.per_member()
        else:
            stream = source.stream
            n_rows = stream.batch_rows * (self.n_members if self._shared else 1)
            noise = self._noise.per_row(n_rows, stream.width)
            mu = mu.unsqueeze(1)
        noise = noise.to(mu.dtype).mul_(self._config.gate_std)
        gates = sample_gates(mu, noise, out=noise)
        if self._padded:
            gates.mul_(self._slots if gates.dim() == 2 else self._slots.unsqueeze(1))
        return gates

    def _index(self, positions: IntArray) -> Tensor:
        return torch.from_numpy(positions).to(self._table.device)

    def _tensor(self, values: ArrayLike) -> Tensor:
        """Bring an array to the precision and device of the training."""
        tensor = torch.as_tensor(np.asarray(values))
        return tensor.to(self._table.device, self._config.dtype)
