"""
What if columns say the same?
=============================

Radius, perimeter and area of a cell nucleus are three columns and one fact. A model
loses nothing by having all three, but a person who reads the selection would rather
see one.
"""

# %%
# ``max_correlation`` allows selected columns to be related up to a limit. Of those
# above it only the best is selected.

import matplotlib.pyplot as plt
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer

from stg_select import GaussianGateSelector

X, y = load_breast_cancer(return_X_y=True, as_frame=True)
several = GaussianGateSelector(n_features_to_select=10, n_seeds=2, random_state=0)
single = clone(several).set_params(max_correlation=0.8)
for selector in (several, single):
    selector.fit(X, y)

# %%
# These are the rank correlations of the ten selected columns, in absolute value,
# without and with the limit. Dark fields off the diagonal are columns that say the
# same.

figure, axes = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
for ax, selector in zip(axes, (several, single), strict=True):
    related = selector.transform(X).corr("spearman").abs()
    image = ax.imshow(related, cmap="Blues", vmin=0, vmax=1)
    ax.set(xticks=[], title=f"max_correlation={selector.max_correlation}")
    ax.set_yticks(range(len(related)), related.columns)
figure.colorbar(image, ax=axes, shrink=0.9, label="Rank correlation")

# %%
# The ranking says of each column that was left out which better one it repeats.

table = single.ranking_table()
table[table["reason"].str.startswith("near-copy")][["feature", "rank", "reason"]]
