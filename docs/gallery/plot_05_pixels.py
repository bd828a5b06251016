"""
Which pixels tell the digits apart?
===================================

Images of handwritten digits, eight by eight pixels. Every pixel is a column, so that
the selection is itself an image.
"""

# %%
# Some pixels at the edge never change. Such columns are no obstacle; they are named as
# constant and left out. We take every third image, which is enough to see the pattern.

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from stg_select import GaussianGateSelector

X, y = load_digits(return_X_y=True)
X, y = X[::3], y[::3]
selector = GaussianGateSelector(n_features_to_select=20, n_seeds=2, random_state=0)
selector.fit(X, y)
print("constant pixels:", (~selector.varies_).sum())

# %%
# On the left the mean of all images, in the middle the evidence for each pixel, on the
# right the best twenty.

figure, axes = plt.subplots(1, 3, figsize=(7.5, 2.8), layout="constrained")
pictures = {
    "mean image": X.mean(axis=0),
    "evidence": selector.feature_importances_,
    "best 20 pixels": selector.get_support(),
}
for ax, (title, pixels) in zip(axes, pictures.items(), strict=True):
    ax.imshow(pixels.reshape(8, 8), cmap="Blues")
    ax.set(title=title, xticks=[], yticks=[])

# %%
# How much do the other 44 pixels say? A linear model is right a little more often with
# all of them.

model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
for name, pixels in {"all 64": X, "best 20": selector.transform(X)}.items():
    print(f"{name}: {cross_val_score(model, pixels, y, cv=3).mean():.0%} right")
