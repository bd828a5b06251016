"""
How many columns does a regression need?
========================================

442 people with diabetes, ten measurements, and how far the disease went within a year.
We ask how many columns are enough, and check the answer with a model that the selector
does not know.
"""

# %%
# The fit tries several numbers of columns on rows that it held out. A loss of 1 is that
# of always predicting the mean.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import cross_val_score

from stg_select import GaussianGateSelector
from stg_select.inspection import SelectionCurveDisplay

X, y = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
selector = GaussianGateSelector(random_state=0).fit(X, y)
SelectionCurveDisplay.from_estimator(selector)

# %%
# Now give the best 1, 2, ... 10 columns to a linear model. Its score should stop rising
# at about the same number. The ranking has seen all rows here, which flatters every
# number of columns alike; to report a score, put the selector into a pipeline.

best_first = X.columns[np.argsort(selector.ranking_)]
scores = [cross_val_score(RidgeCV(), X[best_first[:k]], y).mean() for k in range(1, 11)]

figure, ax = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
ax.plot(range(1, 11), scores, "o-", color="#0072B2")
ax.axvline(selector.n_features_to_select_, color="#D55E00", ls="--", label="selected")
ax.set(xlabel="Best columns given to the model", ylabel="Score R²", xticks=range(1, 11))
ax.legend(frameon=False)

# %%
# A number of your own can be asked for after the fit, and nothing is trained again.

selector.set_params(n_features_to_select=2)
print(selector.get_feature_names_out().tolist())
