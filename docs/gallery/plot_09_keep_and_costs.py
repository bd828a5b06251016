"""
What if columns must stay, or cost money?
=========================================

Of the diabetes table, age and sex shall be in the model in any case, and six columns
have to be measured in blood, which is not for free.
"""

# %%
# ``keep`` names columns that stay. Others are then chosen for what they add to them.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_diabetes

from stg_select import GaussianGateSelector

X, y = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
selector = GaussianGateSelector(keep=["age", "sex"], random_state=0).fit(X, y)
print(selector.get_feature_names_out().tolist())

# %%
# ``feature_costs`` multiplies the price of a column's gate: one of cost 10 has to say
# about ten times as much as one of cost 1. We raise the costs of the blood columns step
# by step.

prices = [1, 2, 4, 8, 16]
chosen = []
for price in prices:
    costs = {f"s{i}": price for i in range(1, 7)}
    thrifty = GaussianGateSelector(feature_costs=costs, n_seeds=2, random_state=0)
    chosen.append(thrifty.fit(X, y).get_support())

# %%
# A blue field is a selected column. The dearer they get, the fewer of the blood columns
# ``s1`` to ``s6`` are worth it.

figure, ax = plt.subplots(figsize=(6.5, 3), layout="constrained")
ax.pcolormesh(np.array(chosen), cmap="Blues", edgecolor="white", vmax=1.4)
ax.set_xticks(np.arange(X.shape[1]) + 0.5, X.columns)
ax.set_yticks(np.arange(len(prices)) + 0.5, prices)
ax.set(xlabel="Column", ylabel="Cost of a blood column")
