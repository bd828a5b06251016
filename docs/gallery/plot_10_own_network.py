"""
Can I put the gates into my own network?
========================================

:class:`~stg_select.GaussianStochasticGates` is a layer of torch. It multiplies the
columns by gates and returns a penalty, which is added to the loss.
"""

# %%
# Wines of three growers, thirteen real columns and thirteen shuffled copies of them.

import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.datasets import load_wine
from sklearn.preprocessing import scale
from torch import nn

from stg_select import GaussianStochasticGates

wine, grower = load_wine(return_X_y=True)
copies = np.random.default_rng(0).permuted(wine, axis=0)
X = torch.tensor(scale(np.hstack([wine, copies])), dtype=torch.float32)
y = torch.tensor(grower)

# %%
# Train the gates along with the network. They get a larger step, and no weight decay.
# The rows that move the gates are other ones than those that move the network, or else
# it would learn the rows by heart and every column would help.

torch.manual_seed(0)
gates = GaussianStochasticGates(26, reg_weight=0.02)
network = nn.Sequential(nn.Linear(26, 32), nn.ReLU(), nn.Linear(32, 3))
network_steps = torch.optim.AdamW(network.parameters(), lr=5e-3, weight_decay=0.1)
gate_steps = torch.optim.Adam(gates.parameters(), lr=2e-2)

history = []
for _ in range(400):
    rows = torch.randperm(len(X))
    for some, steps in ((rows[:120], network_steps), (rows[120:], gate_steps)):
        gated, penalty = gates(X[some])
        loss = nn.functional.cross_entropy(network(gated), y[some]) + penalty
        network.zero_grad()
        gates.zero_grad()
        loss.backward()
        steps.step()
    history.append(gates.get_gate_active_probs().detach().numpy())

# %%
# Every gate starts more likely open than not. Those of shuffled columns close, and some
# real columns turn out not to be needed next to the others.

history = np.array(history)
figure, ax = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
ax.plot(history[:, 13:], color="#999999", lw=1)
ax.plot(history[:, :13], color="#0072B2", lw=1)
ax.plot([], [], color="#0072B2", label="real column")
ax.plot([], [], color="#999999", label="shuffled copy")
ax.set(xlabel="Step", ylabel="Probability that the gate is open")
ax.legend(frameon=False, loc="center right")
