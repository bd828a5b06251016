"""
Does a model need all of the columns?
=====================================

Wines of three growers, thirteen chemical measurements, and forty columns of noise
that we add. The selector is the first step of a pipeline, boosted trees are the second.
"""

# %%
# The columns of noise are shuffled copies of the real ones: they look like them, but
# say nothing about the grower.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.datasets import load_wine
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import cross_validate
from sklearn.pipeline import make_pipeline

from stg_select import GaussianGateSelector

wine, y = load_wine(return_X_y=True, as_frame=True)
rng = np.random.default_rng(0)
noise = {
    f"noise_{i}": rng.permutation(wine.iloc[:, i % wine.shape[1]]) for i in range(40)
}
X = pd.concat([wine, pd.DataFrame(noise)], axis=1)

# %%
# Cross-validate the pipeline, not the last step alone. The columns are then chosen on
# the training rows of each split, and the test rows stay unseen. Two seeds a fold are
# fewer than the fit would take by itself for so few rows, and save time here.

boosting = HistGradientBoostingClassifier(max_iter=40, random_state=0)
selector = GaussianGateSelector(n_seeds=2, random_state=0)
pipeline = make_pipeline(selector, boosting)
everything = cross_validate(boosting, X, y, cv=3)
selected = cross_validate(pipeline, X, y, cv=3, return_estimator=True)
print(f"right with all {X.shape[1]} columns: {everything['test_score'].mean():.0%}")
print(f"right with selected ones:   {selected['test_score'].mean():.0%}")

# %%
# Which columns were chosen, and in how many of the three splits? Columns that every
# split chooses are the ones to rely on. Grey bars are noise: with little more than a
# hundred rows to learn from, a column of noise slips in now and then.

masks = [fitted[0].get_support() for fitted in selected["estimator"]]
times = pd.Series(np.sum(masks, axis=0), index=X.columns)
times = times[times > 0].sort_values(kind="stable")

figure, ax = plt.subplots(figsize=(6.5, 4.5), layout="constrained")
colors = ["#999999" if name.startswith("noise") else "#0072B2" for name in times.index]
ax.barh(times.index, times, color=colors)
ax.set(xlabel="Splits that select the column", xticks=range(4))
