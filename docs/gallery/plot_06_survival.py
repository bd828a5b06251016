"""
Which columns move the time to an event?
========================================

Some rows have had their event, others were watched for a while without one. The table
is simulated by :func:`~stg_select.datasets.make_survival`: five of its 60 columns
change the hazard, two of them only together.
"""

# %%
# The target has two fields, whether the event was seen and the time. The selector sees
# that, and compares rows by Cox's likelihood.

import matplotlib.pyplot as plt
import numpy as np

from stg_select import GaussianGateSelector
from stg_select.datasets import make_survival
from stg_select.inspection import RankingDisplay

X, y, informative = make_survival(n_features=60, random_state=0)
selector = GaussianGateSelector(random_state=0).fit(X, y)
print("objective:   ", selector.objective_)
print("true columns:", informative)
print("selected:    ", selector.get_support(indices=True))

# %%
# The true columns come first in the ranking.

RankingDisplay.from_estimator(selector, max_features=12)

# %%
# Does a column matter, and how much? Cut the rows in half at the median of the column
# and draw what share of each half is still without the event (the estimate of Kaplan
# and Meier). We take the column that says most by itself.

best = int(np.nanargmax(selector.alone_scores_))


def still_without_event(event, time):
    """Estimate the share of rows without the event after each time."""
    order = np.argsort(time)
    at_risk = np.arange(len(time), 0, -1)
    return time[order], np.cumprod(1.0 - event[order] / at_risk)


figure, ax = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
large = X[:, best] > np.median(X[:, best])
for rows, label, color in [(large, "large", "#0072B2"), (~large, "small", "#D55E00")]:
    times, share = still_without_event(y["event"][rows], y["time"][rows])
    ax.step(times, share, where="post", color=color, label=label)
ax.set(xlabel="Time", ylabel="Share without the event", ylim=(0, 1))
ax.set_xlim(0, np.quantile(y["time"], 0.95))
ax.legend(title=f"Column {best}", frameon=False)

# sphinx_gallery_thumbnail_number = 2
