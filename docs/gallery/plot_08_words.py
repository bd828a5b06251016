"""
Which words belong to which topic?
==================================

A thousand documents, a thousand words, and nearly every count is zero. The table is
simulated by :func:`~stg_select.datasets.make_topic_words`: twenty words come more
often in one of four topics.
"""

# %%
# The counts stay a sparse matrix, as
# :class:`~sklearn.feature_extraction.text.CountVectorizer` makes them, on the way in
# and on the way out.

import matplotlib.pyplot as plt
import numpy as np
from scipy import sparse

from stg_select import GaussianGateSelector
from stg_select.datasets import make_topic_words

X, topic, informative = make_topic_words(random_state=0)
X = sparse.csr_array(X)
selector = GaussianGateSelector(random_state=0).fit(X, topic)
kept = selector.transform(X)
print(f"{X.shape} -> {kept.shape}, {type(kept).__name__}")
print("words of the topics:", len(informative))
print("of them selected:   ", selector.get_support()[informative].sum())

# %%
# How often does each selected word come in a document of each topic? Words are put in
# the order of the topic in which they are most frequent.

means = np.array([kept[topic == t].mean(axis=0) for t in range(4)])
order = np.lexsort((-means.max(axis=0), means.argmax(axis=0)))

figure, ax = plt.subplots(figsize=(7.5, 2.6), layout="constrained")
image = ax.imshow(means[:, order], cmap="Blues", aspect="auto")
words = selector.get_support(indices=True)[order]
ax.set_xticks(range(len(order)), words, rotation=90)
ax.set_yticks(range(4), [f"topic {t}" for t in range(4)])
ax.set_xlabel("Selected word")
figure.colorbar(image, label="Mean count")
