"""What fitted gates say: the support, the selected columns, a table of all of them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from sklearn.exceptions import NotFittedError
from sklearn.feature_selection import SelectorMixin
from sklearn.utils import Tags, check_array
from sklearn.utils._set_output import _get_output_config
from sklearn.utils.validation import check_is_fitted, validate_data

from stg_select import rules
from stg_select.columns.frame_columns import (
    converted,
    spread_columns,
    take_columns,
)
from stg_select.columns.frames import check_is_table, is_frame
from stg_select.selectors._artefact import selection_as_json
from stg_select.selectors._columns import plain_array
from stg_select.selectors._names import names_of
from stg_select.selectors._parameters import check_count
from stg_select.selectors._reasons import (
    Findings,
    interaction_table,
    without_copies,
)
from stg_select.selectors._releases import in_present_terms
from stg_select.selectors._result_line import ShowsResult

if TYPE_CHECKING:
    from stg_select.inspection import SelectionReport


@contextmanager
def _nothing_but_attribute_errors() -> Iterator[None]:
    """Let a property be missing where it cannot be computed.

    scikit-learn's HTML display reads every property of an estimator, whatever its
    parameters were set to; `get_support` gives the error as it is.
    """
    try:
        yield
    except NotFittedError:  # is an AttributeError as well
        raise
    except ValueError as error:
        raise AttributeError(str(error)) from error


class GateSelection(SelectorMixin, ShowsResult):
    """Select features by fitted gates.

    Whoever inherits from it fits the attributes that it reads: ``ranking_``,
    ``n_features_to_select_``, ``mu_``, ``active_probs_``, ``varies_``, ``copy_of_``,
    ``kept_``, ``feature_kinds_``, ``open_share_``, ``loss_without_``,
    ``screen_scores_``, ``alone_scores_``, ``searched_in_pairs_`` and ``terms_``.
    """

    # scikit-learn's HTML display links an estimator of this module to its page by this
    # template; the API pages have no public address yet, and so there is no link
    _doc_link_module = "stg_select"
    _doc_link_template = ""

    n_features_to_select: float | None
    threshold: float | None
    ranking_: NDArray[np.integer]
    n_features_to_select_: int
    mu_: NDArray[np.floating]
    active_probs_: NDArray[np.floating]
    varies_: NDArray[np.bool_]
    copy_of_: NDArray[np.integer]
    kept_: NDArray[np.bool_]
    feature_kinds_: NDArray[np.str_]
    open_share_: NDArray[np.floating]
    loss_without_: NDArray[np.floating]
    screen_scores_: NDArray[np.floating]
    alone_scores_: NDArray[np.floating]
    searched_in_pairs_: NDArray[np.bool_]
    terms_: dict[str, NDArray]

    def transform(self, X: Any) -> Any:
        """Keep the selected features.

        Parameters
        ----------
        X : array-like, sparse matrix or DataFrame of shape (n_samples, n_features)
            Table with the columns seen in `fit`.

        Returns
        -------
        X_kept : array, sparse matrix or DataFrame of shape (n_samples, n_selected)
            Selected columns of `X`, in their order: a DataFrame from a DataFrame, with
            the types of its columns, and a sparse matrix in the format of `X`; unless
            ``set_output`` asks for something else. NaN where cells of `X` are masked.

        Warns
        -----
        UserWarning
            If no feature is selected.
        """
        support = self.get_support()
        is_csc = sparse.issparse(X) and X.format == "csc"
        if not support.any() and (is_frame(X) or is_csc):
            msg = (
                "No features were selected: either the data is too noisy or the "
                "selection test too strict."
            )
            warnings.warn(msg, UserWarning, stacklevel=3)
        if is_frame(X):
            validate_data(self, X, skip_check_array=True, reset=False)
            kept = take_columns(X, np.flatnonzero(support))
            asked = _get_output_config("transform", estimator=self)["dense"]
            return kept if asked == "default" else converted(kept, asked)
        if is_csc:  # scikit-learn makes it CSR
            validate_data(self, X, skip_check_array=True, reset=False)
            return X[:, np.flatnonzero(support)]
        if sparse.issparse(X):
            return super().transform(X)
        check_is_table(X)
        return super().transform(plain_array(X))

    def inverse_transform(self, X: Any) -> Any:
        """Put the selected features back among those that were left out.

        Parameters
        ----------
        X : array-like, sparse matrix or DataFrame of shape (n_samples, n_selected)
            As `transform` returns it.

        Returns
        -------
        X_original : array, sparse matrix or DataFrame of shape (n_samples, n_features)
            With zeros in the columns that were left out; in a DataFrame those that
            did not hold numbers are missing.
        """
        if sparse.issparse(X):
            return super().inverse_transform(X)
        if not is_frame(X):
            X = check_array(
                plain_array(X),
                dtype=None,
                ensure_all_finite=False,
                ensure_min_features=0,
            )
        support = self.get_support()
        if X.shape[1] != np.count_nonzero(support):
            msg = (
                f"X must have the {np.count_nonzero(support)} selected columns, got "
                f"{X.shape[1]}."
            )
            raise ValueError(msg)
        if not is_frame(X):
            spread = np.zeros((len(X), len(support)), dtype=X.dtype)
            spread[:, support] = X
            return spread
        numeric = np.isin(self.feature_kinds_, ("number", "boolean"))
        names = names_of(self)
        return spread_columns(X, names, support, numeric)

    def ranking_table(self, feature_names: ArrayLike | None = None) -> pd.DataFrame:
        """Show the features from best to worst.

        Parameters
        ----------
        feature_names : array-like of str of shape (n_features,) or None, default=None
            Names of the columns, where the table had none.

        Returns
        -------
        table : DataFrame of n_features rows
            Columns ``feature`` (name), ``rank`` (1 = best), ``mu``, ``active_prob``,
            ``selected`` (the first so many, unless `threshold` asks for a
            probability), ``members`` (share of them that keep the gate open),
            ``loss_without`` (as ``loss_without_``),
            ``reason`` (why the feature is kept or left out, in a few words) and
            ``copy_of`` (name of the better feature that it copies, if it does).
        """
        check_is_fitted(self, "ranking_")
        findings = self._findings(names_of(self, feature_names))
        table = pd.DataFrame(
            {
                "feature": findings.names,
                "rank": self.ranking_,
                "mu": self.mu_,
                "active_prob": self.active_probs_,
                "selected": findings.selected,
                "members": self.open_share_,
                "loss_without": self.loss_without_,
                "reason": findings.reasons(),
                "copy_of": findings.copies(),
            }
        )
        return table.sort_values("rank", kind="stable", ignore_index=True)

    def interactions(self, feature_names: ArrayLike | None = None) -> pd.DataFrame:
        """List the pairs and larger sets of features that act together.

        Parameters
        ----------
        feature_names : array-like of str of shape (n_features,) or None, default=None
            Names of the columns, where the table had none.

        Returns
        -------
        table : DataFrame
            A row for each set that the screen on all rows has found, that is no
            chance, by its score or on rows that were held out, and that explains at
            least a hundredth of the residual of these; the best score first. Columns
            ``features`` (tuple of names), ``kind``, ``score``, ``members`` and
            ``explained`` as in ``terms_``. A near-copy by `max_correlation` goes by
            the better feature's name. Empty where features act alone.
        """
        check_is_fitted(self, "ranking_")
        terms = without_copies(self.terms_, self.copy_of_)
        return interaction_table(terms, names_of(self, feature_names))

    def to_json(self) -> str:
        """Write what the selector says as JSON, to be used without this package.

        Returns
        -------
        text : str
            An object of ``columns`` (names in the order of the table),
            ``columns_sha256``, ``selected`` (names, in that order), ``ranking`` and
            ``interactions`` (rows of `ranking_table` and of `interactions`),
            ``n_features_to_select``, ``objective``, ``stability``, ``selector`` and
            ``parameters`` (as Python writes what JSON cannot say), ``versions`` of the
            packages that wrote it, and ``format``, now 1. What is not known is null.
        """
        check_is_fitted(self, "ranking_")
        names = [str(name) for name in names_of(self)]
        return selection_as_json(self, names)

    def _findings(self, names: NDArray) -> Findings:
        """Collect what the reasons follow from; some of it may change after a fit."""
        selected = self._get_support_mask()
        selectable = self.varies_ & (self.copy_of_ < 0) & ~self.kept_
        best = np.unique(self.ranking_[~self.kept_])[: self.n_features_to_select_]
        asked_for = (self.n_features_to_select, self.threshold) != (None, None)
        return Findings(
            names=names,
            gate=self.ranking_,
            selected=selected,
            varies=self.varies_,
            is_text=np.isin(self.feature_kinds_, ("text", "category")),
            copy_of=self.copy_of_,
            would_select=np.isin(self.ranking_, best) & selectable,
            by_keep=self.kept_,
            asked_for=asked_for,
            open_share=self.open_share_,
            scores=self.screen_scores_,
            alone_scores=self.alone_scores_,
            in_pairs=self.searched_in_pairs_,
            terms=without_copies(self.terms_, self.copy_of_),
        )

    def report(self, X: ArrayLike, y: ArrayLike) -> SelectionReport:
        """Write a page about the selection: why, how many, how sure.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Table with the columns seen in `fit`.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Target.

        Returns
        -------
        report : SelectionReport
            Shown by a notebook or by ``open()``, saved by ``write_html(path)``.
        """
        from stg_select.inspection import SelectionReport

        return SelectionReport(self, X, y)

    @property
    def support_(self) -> NDArray[np.bool_]:
        """Mask of the selected features, of shape (n_features,)."""
        with _nothing_but_attribute_errors():
            return self._get_support_mask()

    @property
    def gate_values_(self) -> NDArray[np.floating]:
        """Gates without noise: ``mu_`` within [0, 1], of shape (n_features,)."""
        check_is_fitted(self, "mu_")
        return np.clip(self.mu_, 0.0, 1.0)

    def _get_support_mask(self) -> NDArray[np.bool_]:
        check_is_fitted(self, "ranking_")
        self._validate_params()
        free = ~self.kept_
        ranks = np.unique(self.ranking_[free])
        check_count(self.n_features_to_select, len(ranks))
        selectable = self.varies_ & (self.copy_of_ < 0) & free
        if self.n_features_to_select is not None:
            count = rules.count_to_select(self.n_features_to_select, len(ranks))
            chosen = rules.best_gates(self.ranking_, selectable, count)
        elif self.threshold is not None:
            chosen = (self.active_probs_ >= self.threshold) & selectable
        else:
            best = ranks[: self.n_features_to_select_]
            chosen = np.isin(self.ranking_, best) & selectable
        return chosen | self.kept_

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(in_present_terms(state, self._get_param_names()))

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.input_tags.allow_nan = True
        tags.input_tags.sparse = True
        return tags
