"""
Does it rank columns as a forest does?
======================================

A forest has importances, too, and
:class:`~sklearn.feature_selection.SelectFromModel` turns them into a selection. Two of
the 100 columns here make the class, but only together. The table is simulated by
:func:`~stg_select.datasets.make_xor`.
"""

# %%
# Fit both on the same table. The selector has ``feature_importances_``, like a forest,
# so ``SelectFromModel`` can be put around either.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_selection import SelectFromModel

from stg_select import GaussianGateSelector
from stg_select.datasets import make_xor

X, y, informative = make_xor(n_samples=500, n_features=100, random_state=0)
models = {
    "forest": RandomForestClassifier(100, random_state=0),
    "gates": GaussianGateSelector(random_state=0),
}
for name, model in models.items():
    wrapped = SelectFromModel(model, max_features=2, threshold=-np.inf).fit(X, y)
    models[name] = wrapped.estimator_
    print(f"{name}: best two columns {wrapped.get_support(indices=True)}")
print("true columns:", informative)

# %%
# Each bar is a column, the best one first; the true ones are blue. A forest splits by
# one column at a time. Where no single column says anything its first splits are drawn
# by lot, and so is most of its ranking.

figure, axes = plt.subplots(2, 1, figsize=(7, 4.2), layout="constrained")
for ax, (name, model) in zip(axes, models.items(), strict=True):
    order = np.argsort(-model.feature_importances_)
    true = np.isin(order, informative)
    colors = np.where(true, "#0072B2", "#999999")
    ax.bar(range(len(order)), model.feature_importances_[order], color=colors)
    ax.set(title=name, ylabel="Importance")
axes[1].set_xlabel("Place in the ranking")

# %%
# The selector needs no ``SelectFromModel``: it is a selector itself, and finds the
# number of columns as well.

print(models["gates"].get_support(indices=True))
