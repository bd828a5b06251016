"""
Which columns tell benign from malignant?
=========================================

Thirty measurements of cell nuclei, and whether the tumour was benign. Many of the
columns say the same thing: radius, perimeter and area, for instance. How many are
needed, and which?
"""

# %%
# Fit the selector on the table as it is. Nothing has to be scaled or filled in.

from sklearn.datasets import load_breast_cancer

from stg_select import GaussianGateSelector
from stg_select.inspection import RankingDisplay, SelectionCurveDisplay

X, y = load_breast_cancer(return_X_y=True, as_frame=True)
y = y.map({0: "malignant", 1: "benign"})
selector = GaussianGateSelector(random_state=0).fit(X, y)
selector

# %%
# Blue bars are the selected columns, grey ones the others. The longer the bar, the more
# evidence there is for the column; the point says how likely its gate is to be open.

RankingDisplay.from_estimator(selector, max_features=15)

# %%
# Where does the number of columns come from? Networks were given the best 1, 2, 4, ...
# columns and had to predict rows that they had not seen. Left of the broken line their
# loss is still falling, right of it more columns help little or not at all.

SelectionCurveDisplay.from_estimator(selector)

# %%
# Every column has a reason for being kept or left out.

selector.ranking_table()[["feature", "rank", "selected", "reason"]].head(12)
