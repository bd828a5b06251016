"""
What if several rows belong to one person?
==========================================

Forty people, 25 rows each, and a label that is the same in all rows of a person. The
table is simulated by :func:`~stg_select.datasets.make_subjects`: three columns follow
the label, the others, like a year of birth, only tell who it is.
"""

# %%
# Fit once as if the rows had nothing to do with each other, and once with their person
# as ``groups``. The first fit warns that neighbouring rows are alike.

import warnings

import matplotlib.pyplot as plt
import numpy as np

from stg_select import GaussianGateSelector
from stg_select.datasets import make_subjects
from stg_select.inspection import RankingDisplay

X, y, informative = make_subjects(random_state=0)
person = np.arange(len(X)) // 25

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    careless = GaussianGateSelector(random_state=0).fit(X, y)
careful = GaussianGateSelector(random_state=0).fit(X, y, groups=person)
print("warning:       ", str(caught[0].message).partition(":")[0])
print("true columns:  ", informative)
print("without groups:", careless.get_support(indices=True))
print("with groups:   ", careful.get_support(indices=True))

# %%
# Without ``groups`` a network that recognises a person knows the label of all of their
# rows, so that columns look useful that would not help with anybody else. With
# ``groups`` nobody is on both sides of a split.

figure, axes = plt.subplots(1, 2, figsize=(9, 4.4), layout="constrained")
RankingDisplay.from_estimator(careless, ax=axes[0])
RankingDisplay.from_estimator(careful, ax=axes[1])
axes[0].set_title("without groups", pad=26)
axes[1].set_title("with groups", pad=26)
