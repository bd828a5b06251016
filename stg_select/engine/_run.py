"""Members that are trained in step with each other: their state and one step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from stg_select.engine._adam import Adam, Group
from stg_select.engine._batches import NoiseStream, init_seed
from stg_select.engine._config import TrainingConfig
from stg_select.engine._data import Data, Inputs, Source
from stg_select.engine._network import GatedNetworks, initial_member
from stg_select.engine._passes import Pass
from stg_select.engine._plan import FloatArray, RowSet, TrainingPlan
from stg_select.gates import active_probs_slope, gate_values, sample_gates

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
        self._inputs = Inputs(
            data,
            columns,
            # full batches are gathered once
            max_bytes=0 if config.batch_size is None else config.max_bytes // 4,
        )
        self._place_rows(used)
        self._price = self._tensor(plan.reg_weights[self.members, None]) * self._slots
        seeds = [int(seed) for seed in plan.seeds[self.members]]
        self._noise = NoiseStream(seeds, sizes, data.device)
        if self._shared:
            widths = widths * len(seeds)
        self.network = self._initial_network(seeds, widths, spread)
        self._optimizer = self._new_optimizer()
        self._passes: dict[Source, Pass] = {}
        self._best: list[Tensor] = []
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
        self._step += 1

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
        n_open = self._open.sum(-1)
        return self._loss().double().cpu().numpy(), n_open.long().cpu().numpy()

    def close_useless(self, positions: NDArray[np.integer], least_gain: float) -> None:
        """Close the open gates of some members without which the loss hardly rises.

        Backward elimination with hard gates on the rows of `losses`, one gate of each
        member at a time from the smallest ``mu`` on; a gate that is closed stays so.

        Parameters
        ----------
        positions : ndarray of int
            Positions of the members, among those still training.
        least_gain : float
            Smallest rise of the loss that keeps a gate open, in shares of the null
            deviance.
        """
        mu, closed = self.network.mu, -self._config.gate_std
        judged = torch.zeros_like(self._open)
        judged[torch.from_numpy(positions).to(mu.device)] = True
        judged &= self._open
        order = torch.where(judged, mu, torch.inf).argsort(dim=1, stable=True)
        best = self._loss()
        for gate in order[:, : int(judged.sum(-1).max())].T.unsqueeze(-1):
            before = mu.gather(1, gate)
            mu.scatter_(1, gate, closed)
            loss = self._loss()
            useless = judged.gather(1, gate).squeeze(-1) & (loss - best < least_gain)
            best = torch.where(useless, loss, best)
            after = torch.where(useless.unsqueeze(-1), closed, before)
            mu.scatter_(1, gate, after)

    def predict(self) -> NDArray[np.floating]:
        """Output of every member with hard gates on all rows, of shape (K, n, O)."""
        n_rows, blocks = self._data.n_rows, []
        n_sets = 1 if self._shared else self.n_members
        for start in range(0, n_rows, MAX_SCORE_ROWS):
            rows = torch.arange(start, min(start + MAX_SCORE_ROWS, n_rows))
            index = rows.to(self._data.x.device).expand(n_sets, -1)
            blocks.append(self._output(self._inputs.rows(index)).cpu().numpy())
        return np.concatenate(blocks, axis=1)

    def remember(self, positions: NDArray[np.integer]) -> None:
        """Copy the state of some members, to come back to.

        Parameters
        ----------
        positions : ndarray
            Positions of the members, among those still training.
        """
        if not self._best:
            self._best = [tensor.clone() for tensor in self.network.state]
        index = torch.from_numpy(positions).to(self._data.device)
        for best, tensor in zip(self._best, self.network.state, strict=True):
            best[index] = tensor[index]

    def restore(self, positions: NDArray[np.integer]) -> None:
        """Bring some members back to the state that was remembered.

        Parameters
        ----------
        positions : ndarray
            Positions of the members, among those still training.
        """
        index = torch.from_numpy(positions).to(self._data.device)
        for best, tensor in zip(self._best, self.network.state, strict=True):
            tensor[index] = best[index]

    def keep(self, positions: NDArray[np.integer]) -> None:
        """Drop all other members.

        Parameters
        ----------
        positions : ndarray of int
            Positions of the members that stay, among those still training.
        """
        chosen = positions.tolist()
        index = torch.from_numpy(positions).to(self._data.device)
        self.members = self.members[positions]
        self.gates = [self.gates[k] for k in chosen]
        self._slots = self._slots[index]
        self._price = self._price[index]
        self._noise.keep(chosen)
        self.network.keep(index, self._optimizer.state)
        self._passes.clear()
        self._best = [best[index] for best in self._best]
        if not self._shared:
            self._inputs.keep(chosen)
            for source in self._sources:
                source.keep(chosen)

    def _place_rows(self, used: Sequence[RowSet]) -> None:
        def source(
            weights: list[FloatArray], size: int | None, fixed: bool = False
        ) -> Source:
            return Source(
                self._data,
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
        gate_weights = [s.gate_weights for s in used if s.gate_weights is not None]
        if gate_weights:
            judged = gate_weights
            self._gate_rows = last = source(judged, size)
        self._score_rows = last
        if not last.fixed or last.stream.width > MAX_SCORE_ROWS:
            self._score_rows = source(judged, MAX_SCORE_ROWS, fixed=True)
        self._sources = {self._network_rows, last, self._score_rows}

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
            missing = (0, max(widths) - width)
            weights[0] = torch.nn.functional.pad(weights[0], missing)
            mus.append(torch.nn.functional.pad(mu, (0, max(sizes) - size)))
            layers.append([*weights, *biases])
        stacked = [torch.stack(tensors) for tensors in zip(*layers, strict=True)]
        n_layers = len(stacked) // 2
        mu, *stacked = (self._place(t) for t in (torch.stack(mus), *stacked))
        return GatedNetworks(
            mu, stacked[:n_layers], stacked[n_layers:], spread, config.activation
        )

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
        self, source: Source, *, to_weights: bool = False, to_gates: bool = False
    ) -> None:
        """Set gradients on the next rows of a source, with new draws of the gates."""
        mu, gates = self.network.mu, self._sample(source)
        gradient = self._descend(
            source, gates, to_weights=to_weights, to_gates=to_gates
        )
        if gradient is None:
            return
        # only gates strictly between 0 and 1 follow their means
        torch.ops.aten.hardtanh_backward.grad_input(
            gradient, gates, 0.0, 1.0, grad_input=gradient
        )
        if gradient.dim() == 3:
            gradient = gradient.sum(1)
        slope = active_probs_slope(mu, self._config.gate_std)
        mu.grad = gradient.addcmul_(self._price, slope)

    def _descend(
        self,
        source: Source,
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
        gradient = self._data.objective.gradient(raw, batch.target, batch.weight)
        return both_ways.backward(gradient, to_weights=to_weights, to_gates=to_gates)

    @property
    def _open(self) -> Tensor:
        """Which gates are open, a bool tensor of shape (K, p)."""
        return (self.network.mu > 0.0) & self._slots.bool()

    def _loss(self) -> Tensor:
        """Loss of every member with hard gates, of shape (K,)."""
        batch = self._score_rows.next()
        raw = self._output(batch.x)
        return self._data.objective.loss(raw, batch.target, batch.weight)

    def _output(self, x: Tensor) -> Tensor:
        """Output with hard gates at rows x (L, B, D), of shape (K, B, O)."""
        gates = self._in_slots(gate_values(self.network.mu))
        return Pass(self.network, x.shape[1]).forward(x, gates)

    def _sample(self, source: Source) -> Tensor:
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

    def _in_slots(self, values: Tensor) -> Tensor:
        """Zero the places of (K, p) that pad a working set."""
        return values * self._slots if self._padded else values

    def _tensor(self, values: ArrayLike) -> Tensor:
        """Bring an array to the precision and device of the training."""
        return self._place(torch.as_tensor(np.asarray(values)))

    def _place(self, values: Tensor) -> Tensor:
        return values.to(self._data.device, self._config.dtype)
