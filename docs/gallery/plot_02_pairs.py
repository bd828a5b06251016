"""
Which columns matter only together?
===================================

Four of 60 columns make the class here, and none of them says much alone. The table is
simulated by :func:`~stg_select.datasets.make_ring_xor`: two columns form a ring, and of
two others only the product of their signs counts.
"""

# %%
# Look at one of the true columns by itself first. Its values are spread in much the
# same way in both classes, so no test of single columns can find it.

import matplotlib.pyplot as plt

from stg_select import GaussianGateSelector
from stg_select.datasets import make_ring_xor
from stg_select.inspection import InteractionDisplay

X, y, informative = make_ring_xor(n_samples=1000, n_features=60, random_state=0)

figure, ax = plt.subplots(figsize=(6, 2.6), layout="constrained")
ax.hist([X[y == 0, 2], X[y == 1, 2]], bins=12, color=["#999999", "#0072B2"])
ax.set(xlabel="Column 2", ylabel="Rows")
figure.legend(["class 0", "class 1"], loc="outside right upper", frameon=False)

# %%
# The selector looks at columns, pairs and triples. It finds the four, and says which of
# them act together.

selector = GaussianGateSelector(random_state=0).fit(X, y)
print("true columns:", informative)
print("selected:    ", selector.get_support(indices=True))
selector.interactions().round(2)

# %%
# In the picture a line joins the columns of a set.

InteractionDisplay.from_estimator(selector)

# %%
# Knowing the pairs, we can look at them: two scatter plots show what none of the sixty
# histograms did.

figure, axes = plt.subplots(1, 2, figsize=(7.5, 3.6), layout="constrained")
for ax, (first, second) in zip(axes, [(0, 1), (2, 3)], strict=True):
    for label, color in enumerate(["#999999", "#0072B2"]):
        points = X[y == label]
        ax.plot(points[:, first], points[:, second], ".", color=color, label=label)
    ax.set(xlabel=f"Column {first}", ylabel=f"Column {second}", aspect="equal")
figure.legend(
    *ax.get_legend_handles_labels(),
    title="class",
    loc="outside right upper",
    frameon=False,
)

# sphinx_gallery_thumbnail_number = 3
