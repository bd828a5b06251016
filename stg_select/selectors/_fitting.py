"""How a selector is fitted: a table, a target and parameters, read and handed down."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import _fit_context
from sklearn.utils import check_consistent_length, check_random_state
from sklearn.utils.validation import validate_data

from stg_select.crossfit import (
    EncodedTable,
    Networks,
    Settings,
    Workers,
    build_table,
    copied_features,
    count_jobs,
    fit_members,
)
from stg_select.selectors._columns import (
    checked_table,
    read_features,
    warn_of_long_numbers,
)
from stg_select.selectors._dummies import groups_of_dummies
from stg_select.selectors._feature_groups import gate_of_features
from stg_select.selectors._gate_options import (
    costs_of_features,
    gate_options,
    kept_features,
)
from stg_select.selectors._networks import plain_networks
from stg_select.selectors._parameters import (
    check_count,
    check_decay,
    check_device,
    check_layer_sizes,
    settings_of,
)
from stg_select.selectors._row_groups import read_plan
from stg_select.selectors._row_weights import class_factors, read_weights
from stg_select.selectors._selection import GateSelection
from stg_select.selectors._survival import read_survival
from stg_select.selectors._targets import (
    encode_target,
    holds_categories,
    readable_target,
)
from stg_select.selectors._whole_fits import whole_or_not_at_all


class GateFit(GateSelection):
    """Fit gates to a table and store what they say about every feature.

    Whoever inherits from it has the parameters that `fit` reads.
    """

    @_fit_context(prefer_skip_nested_validation=True)
    @whole_or_not_at_all
    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        *,
        groups: ArrayLike | None = None,
    ) -> Self:
        """Learn which features to keep.

        A fit that fails or is interrupted leaves the selector as it was.

        Parameters
        ----------
        X : array-like, sparse matrix or DataFrame of shape (n_samples, n_features)
            Numbers; in DataFrames also truth values, dates, categories and text.
            Cells may be missing.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Labels of any type, numbers, or events and times as the user guide says.
        sample_weight : array-like of shape (n_samples,), default=None
            Non-negative weights. A row of weight 2 is as good as two equal rows; but
            neither proves more than one row of its own, and with `cross_fit` few rows
            of extreme weight, or that come very often, count for less.
        groups : array-like of shape (n_samples,), default=None
            Labels of rows that belong together, such as those of a patient: never on
            both sides of a fold, and worth less than as many rows of different groups.

        Returns
        -------
        self : object
            The fitted selector.

        Raises
        ------
        ValueError
            If a parameter or an argument cannot be used, before any training; or if
            the loss of every member stops being finite.
        """
        target = readable_target(read_survival(y, self.objective))
        target = validate_data(self, y=target, multi_output=True)
        x = checked_table(self, X)  # last, since it notes the names of the columns
        warn_of_long_numbers(X)
        check_consistent_length(x, target)
        weight = read_weights(sample_weight, target)
        names = getattr(self, "feature_names_in_", None)
        features = read_features(x, self.categorical_features, names, weight)
        check_layer_sizes(self.hidden_layer_sizes)
        check_decay(self.alpha, self.learning_rate_init)
        device = check_device(self.device)
        gate_ids = self.feature_groups
        if isinstance(gate_ids, str):
            gate_ids = groups_of_dummies(names, features.components)
        gate = gate_of_features(gate_ids, names, x.shape[1])
        n_features = x.shape[1]
        options = gate_options(
            kept_features(self.keep, X, names, n_features),
            costs_of_features(self.feature_costs, names, n_features),
            gate,
        )
        check_count(self.n_features_to_select, int((~options.kept).sum()))
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        named = holds_categories(y)
        encoded = encode_target(target, self.objective, weight, categories=named)
        plan = read_plan(self.cross_fit, groups, x, y)
        table = build_table(
            features.components,
            encoded,
            weight,
            gate,
            plan,
            embedded=self.embedding is not None,
            standardize=self.standardize,
            seed=seed,
            class_factor=class_factors(self.class_weight, encoded, weight),
            options=options,
        )
        settings = settings_of(self.get_params(False), plan.n_folds, device, seed)
        networks = self._fit_table(table, gate, settings)
        self._networks = plain_networks(
            networks, table, features, encoded, settings.activation
        )
        self.kept_ = options.kept[gate]
        self.feature_kinds_ = np.array(features.kinds)
        self.objective_ = encoded.objective.name
        if encoded.classes is not None:
            self.classes_ = encoded.classes
        return self

    def _fit_table(
        self, table: EncodedTable, gate: NDArray[np.integer], settings: Settings
    ) -> Networks:
        """Train the members, store what they say about every feature, return them."""
        workers = Workers(count_jobs(self.n_jobs), bool(self.verbose))
        fit = fit_members(table, settings, int(gate.max()) + 1, workers)
        outcome = fit.outcome
        self.n_features_to_select_ = fit.n_gates_to_select
        self.selection_curve_ = fit.selection_curve
        self.reg_weight_ = fit.reg_weight
        self.mu_ = outcome.mu[gate]
        self.active_probs_ = outcome.active_probs[gate]
        self.active_probs_range_ = outcome.prob_range[:, gate]
        self.feature_importances_ = outcome.importances[gate]
        self.ranking_ = outcome.ranking[gate]
        self.varies_ = outcome.varies[gate]
        self.copy_of_ = copied_features(
            table, outcome.ranking, gate, self.max_correlation
        )
        self.open_share_ = outcome.open_share[gate]
        self.loss_without_ = outcome.loss_without[gate]
        self.screen_scores_ = outcome.screen_scores[gate]
        self.alone_scores_ = outcome.alone_scores[gate]
        self.searched_in_pairs_ = outcome.in_pairs[gate]
        self.stability_ = outcome.stability
        self.terms_ = fit.terms
        self.n_iter_ = int(fit.result.n_iter.max())
        self.history_ = fit.result.history
        return fit.networks
