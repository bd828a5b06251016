"""The report: what it says, and that no name in it is taken for markup."""

from __future__ import annotations

import copy
import html
import json
import sys
import webbrowser

import numpy as np
import pandas as pd
import polars as pl
import pytest
from pages import Page
from samples import N_FEATURES, PLAIN, make_table, quick_selector
from scipy.sparse import csr_array
from sklearn.exceptions import NotFittedError

from stg_select.datasets import make_survival
from stg_select.inspection import SelectionReport
from stg_select.selectors import selection_sentence, short_name


@pytest.fixture(scope="module")
def report(fitted, table):
    return fitted.report(*table)


@pytest.fixture(scope="module")
def page(report):
    return Page(report.html())


def ranking_of(report):
    (text,) = [
        "".join(text)
        for tag, given, text in Page(report.html()).elements
        if given.get("type") == "application/json"
    ]
    return json.loads(text)


def facts_of(report):
    page = Page(report.html())
    return dict(zip(page.texts("dt"), page.texts("dd"), strict=True))


def cautions_of(report):
    return Page(report.html()).texts("li")


def test_names_are_text_wherever_they_stand(page, report, fitted, table):
    assert page.texts("title")[0] == page.texts("h1")[0]
    assert page.texts("title")[0] == "Features for </title>target"
    assert page.texts("script")[1].startswith("(() =>")
    assert len(page.texts("script")) == 2
    assert not page.texts("b"), "a name became an element"
    best = np.argsort(fitted.ranking_)
    assert ranking_of(report)["feature"] == list(table[0].columns[best])
    assert "\u2028" not in "".join(page.texts("script"))
    assert facts_of(report)["rows of each class"].startswith(("<yes>: ", "no: "))


def test_page_says_what_the_selector_says(page, report, fitted):
    assert page.texts("p")[0] == selection_sentence(fitted) + "."
    ranking, best = ranking_of(report), np.argsort(fitted.ranking_)
    assert ranking["rank"] == list(range(1, N_FEATURES + 1))
    for name, attribute in [
        ("evidence", fitted.feature_importances_),
        ("open", fitted.active_probs_),
        ("mu", fitted.mu_),
        ("selected", fitted.support_),
    ]:
        np.testing.assert_allclose(ranking[name], attribute[best], atol=5e-5)
    facts = facts_of(report)
    assert facts["target"] == "</title>target"
    assert facts["taken for"] == "classes (log_loss)"
    assert facts["rows"] == "120"
    assert facts["features"] == "6"
    assert facts["networks"] == "4, of up to 60 steps; 4 folds, dealt once"
    assert "max_iter=60" in facts["settings that are not the defaults"]
    assert "threshold" not in facts["settings that are not the defaults"]


def test_page_loads_nothing(page):
    for name in ("src", "href", "xlink:href"):
        for value in page.attributes(name):
            assert value.startswith(("#", "data:")), value
    assert "@import" not in page.texts("style")[0]
    assert "url(" not in page.texts("style")[0]


def test_ids_are_unique_and_those_referred_to_exist(page):
    ids = page.attributes("id")
    assert len(ids) == len(set(ids))
    for value in page.attributes("xlink:href"):
        assert value.removeprefix("#") in ids
    for value in page.attributes("clip-path"):
        assert value.removeprefix("url(#").removesuffix(")") in ids


def test_pictures_take_the_colours_of_the_page(page, report, fitted):
    pictures = [given for tag, given, _ in page.elements if tag == "svg"]
    assert len(pictures) == 2 + fitted.support_.sum()
    assert all(picture["role"] == "img" for picture in pictures)
    assert all(picture["aria-label"] for picture in pictures)
    assert "currentColor" in report.html()
    assert "#012345" not in report.html()
    names = [short_name(name, 60) for name in fitted.get_feature_names_out()]
    assert set(page.texts("figcaption")) == set(names)


def test_style_of_the_user_has_no_say(fitted, table, report):
    import matplotlib.pyplot as plt

    with plt.style.context("dark_background"), plt.rc_context({"font.size": 30}):
        assert fitted.report(*table).html() == report.html()


def test_file_is_what_the_object_holds(report, tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    report.write_html(path)
    assert path.read_text(encoding="utf-8") == report.html()
    opened = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    report.open()
    (saved,) = set(tmp_path.iterdir()) - {path}
    assert opened == [saved.as_uri()]
    assert saved.read_text(encoding="utf-8") == report.html()


def test_notebooks_show_the_page_in_a_frame_of_its_own(report):
    page = Page(report._repr_html_())
    ((tag, given, _),) = page.elements
    assert tag == "iframe"
    assert html.unescape(given["srcdoc"]) == html.unescape(report.html())
    assert given["sandbox"] == "allow-scripts"


def test_half_a_character_in_a_name_can_be_saved(fitted, table, tmp_path):
    X, y = table
    report = fitted.report(X, y.rename("half \ud83d"))
    report.write_html(tmp_path / "report.html")
    assert "half ?" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_object_says_the_selection(report, fitted):
    assert repr(report) == f"<SelectionReport: {selection_sentence(fitted)}>"


def test_code_repeats_the_fit(report, fitted, table):
    code = Page(report.html()).texts("code")[-1]
    names = dict(zip(("X", "y"), table, strict=True))
    exec(code, names)
    np.testing.assert_array_equal(names["selector"].ranking_, fitted.ranking_)


def test_cautions_of_few_rows_only_where_they_are_few(fitted, report, table):
    X, y = table
    assert [c[:8] for c in cautions_of(report)] == ["Few rows"]
    many = fitted.report(pd.concat([X] * 5), pd.concat([y] * 5))
    assert cautions_of(many) == []


def test_cautions_of_models_that_gain_nothing(fitted, table):
    selector = copy.deepcopy(fitted)
    curve = selector.selection_curve_
    for loss, said in ((0.996, True), (0.994, False)):
        selector.selection_curve_ = {**curve, "loss": np.maximum(curve["loss"], loss)}
        cautions = " ".join(cautions_of(selector.report(*table)))
        assert ("hardly predict rows that they have not seen" in cautions) == said


def test_cautions_of_settings(fitted, table):
    selector = copy.deepcopy(fitted).set_params(threshold=1.0, random_state=None)
    selector.selection_curve_ = {}
    said = "\n".join(cautions_of(selector.report(*table)))
    assert "Nothing is selected with these settings" in said
    assert "random_state is not a whole number" in said
    assert "No rows were held out" in said
    selector.n_features_to_select_ = 0
    said = "\n".join(cautions_of(selector.report(*table)))
    assert "no number of features predicts" in said


def test_cautions_of_rare_classes(fitted, table):
    X, y = table
    y = y.mask(np.arange(len(y)) > 6, "no")
    (caution,) = [c for c in cautions_of(fitted.report(X, y)) if "Rare" in c]
    n_rare = (y == "<yes>").sum()
    assert f"{n_rare} rows of 120 ({n_rare / 120:.1%}) are '<yes>'" in caution


def test_constant_columns_and_copies_are_named():
    X, y = make_table("binary")
    X = np.column_stack([X, X[:, 0] ** 3, np.ones(len(X))])
    selector = quick_selector(max_correlation=0.9).fit(X, y)
    report = selector.report(X, y)
    ranking = ranking_of(report)
    notes = dict(zip(ranking["feature"], ranking["note"], strict=True))
    assert notes.pop("x7") == "constant"
    expected = selector.ranking_table().set_index("feature")["reason"]
    (copy,) = {"x0", "x6"} - set(selector.get_feature_names_out())
    (better,) = {"x0", "x6"} - {copy}
    assert notes[copy] == f"near-copy of {better}"
    assert all(notes[name] == expected[name] for name in notes)
    assert facts_of(report)["features"] == (
        "8, 1 of them constant, 1 of them left out as near-copies"
    )


def test_texts_that_name_rows_are_not_called_constant():
    X, y = make_table("binary")
    frame = (
        pd.DataFrame(X).add_prefix("x").assign(name=[f"n{i}" for i in range(len(X))])
    )
    with pytest.warns(UserWarning, match="'name' of X holds 120 distinct values"):
        selector = quick_selector().fit(frame, y)
    facts = facts_of(selector.report(frame, y))
    assert facts["features"] == "7, 1 of them constant or without frequent values"


def test_labels_can_be_sparse():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((80, 4))
    y = (X[:, :2] > 0.0).astype(int)
    selector = quick_selector(max_iter=20).fit(X, csr_array(y))
    assert selector.report(X, csr_array(y)).html() == selector.report(X, y).html()


@pytest.mark.parametrize("kind", ["regression", "multioutput", "multiclass"])
def test_other_targets(kind):
    X, y = make_table(kind)
    selector = quick_selector(max_iter=20, n_features_to_select=2).fit(X, y)
    page = Page(selector.report(X, y).html())
    assert page.texts("svg") == [""] * (2 if kind == "multioutput" else 4)
    assert page.texts("h1") == ["Features for y"]


def test_columns_of_groups_keep_their_names():
    X, y = make_table("regression")
    groups = [0, 1, 2, 0, 1, 2]
    selector = quick_selector(feature_groups=groups, n_features_to_select=2)
    page = Page(selector.fit(X, y).report(X, y).html())
    chosen = selector.get_support(indices=True)
    assert len(chosen) == 4
    assert set(page.texts("figcaption")) == {f"x{i}" for i in chosen}
    for position in chosen:
        (words,) = [
            given["aria-label"]
            for tag, given, _ in page.elements
            if tag == "svg" and given["aria-label"].startswith(f"x{position} ")
        ]
        assert words == f"x{position} and the target"


def test_survival_times_have_no_pictures_of_columns():
    X, y, _ = make_survival(150, 6, random_state=0)
    selector = quick_selector(max_iter=20, n_features_to_select=2).fit(X, y)
    frame = pd.DataFrame({"name": y["time"], "event": y["event"]})
    for target in (y, frame):
        report = selector.report(X, target)
        assert facts_of(report)["target"] == "y"
        assert facts_of(report)["taken for"] == "survival times (cox)"
        assert not Page(report.html()).texts("figcaption")


def test_dates_and_text_are_not_drawn(fitted, table):
    X, y = table
    fitted = copy.copy(fitted).set_params(n_features_to_select=4)
    names = list(fitted.get_feature_names_out())
    X = X.assign(**{names[0]: pd.Timestamp("2020-01-01"), names[1]: "text"})
    X[names[2]] = np.where(np.arange(len(X)) % 2, np.nan, X[names[2]])
    drawn = Page(fitted.report(X, y).html()).texts("figcaption")
    assert set(drawn) == {short_name(name, 60) for name in names[2:]}


def test_tables_of_other_kinds():
    X, y = make_table("regression")
    X = np.round(X)
    selector = quick_selector(max_iter=20).fit(X, y)
    expected = selector.report(X, y).html()
    assert selector.report(csr_array(X), y).html() == expected
    assert selector.report(X.tolist(), y.tolist()).html() == expected
    assert selector.report(X, y[:, None]).html() == expected
    names = [f"x{i}" for i in range(N_FEATURES)]
    frame = pl.DataFrame(X, schema=names)
    named = quick_selector(max_iter=20).fit(frame, y)
    assert named.report(frame, pl.Series("y", y)).html() == expected


def test_plain_members_have_no_curve():
    X, y = make_table("regression")
    selector = quick_selector(**PLAIN, max_iter=20, n_features_to_select=1).fit(X, y)
    report = selector.report(X, y)
    assert len(Page(report.html()).texts("svg")) == 2
    assert facts_of(report)["networks"] == "1, of up to 20 steps; without folds"


def test_ten_thousand_features_are_data_not_elements(fitted):
    n_features = 10_000
    selector = copy.deepcopy(fitted)
    del selector.feature_names_in_
    selector.n_features_in_ = n_features
    learned = ("mu_", "active_probs_", "feature_importances_", "varies_", "copy_of_")
    learned += (
        "feature_kinds_",
        "open_share_",
        "loss_without_",
        "screen_scores_",
        "alone_scores_",
        "kept_",
    )
    for name in (*learned, "searched_in_pairs_"):
        values = getattr(selector, name)
        setattr(selector, name, np.resize(values, n_features))
    selector.ranking_ = np.arange(1, n_features + 1)
    X, y = np.zeros((120, n_features)), np.repeat(["<yes>", "no"], 60)
    report = selector.report(X, y)
    assert len(ranking_of(report)["feature"]) == n_features
    assert len(Page(report.html()).texts("tr")) == 1
    assert len(report.html()) < 1_000_000


def test_without_matplotlib_the_page_says_how_to_get_pictures(
    fitted, table, monkeypatch
):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    page = Page(fitted.report(*table).html())
    assert not page.texts("svg")
    assert "python -m pip install 'stg-select[plot]'" in page.texts("code")


def test_what_does_not_belong_together_is_refused(fitted, table):
    X, y = table
    with pytest.raises(NotFittedError, match="not fitted yet"):
        quick_selector().report(X, y)
    with pytest.raises(ValueError, match="feature names should match"):
        fitted.report(X.rename(columns={"größe": "small"}), y)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        fitted.report(X, y[1:])
    with pytest.raises(
        TypeError, match=r"got LazyFrame; X\.collect\(\) makes one of it"
    ):
        fitted.report(pl.from_pandas(X).lazy(), y)
    with pytest.raises(TypeError, match="a fitted GaussianGateSelector"):
        SelectionReport(table, X, y)


def sets_of(page):
    """Cells of the table of sets, line by line."""
    cells = page.texts("td")
    return [cells[start : start + 4] for start in range(0, len(cells), 4)]


def test_features_that_act_together_are_listed_and_drawn(table, monkeypatch):
    X, _ = table
    y = X.iloc[:, 0] * X.iloc[:, 1]
    selector = quick_selector(n_features_to_select=2).fit(X, y)
    page = Page(selector.report(X, y).html())
    ((names, score, members, explained),) = sets_of(page)
    (row,) = selector.interactions().itertuples()
    assert names == ", ".join(short_name(name, 60) for name in row.features)
    assert score == f"{row.score:.2f}"
    assert members == "100%"
    assert explained == f"{row.explained:.1%}"
    assert not page.texts("b"), "a name became an element"
    assert "Sets of features that act together" in page.attributes("aria-label")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    page = Page(selector.report(X, y).html())
    assert len(sets_of(page)) == 1
    assert not page.texts("svg")


def test_features_that_act_alone(page, report):
    assert not sets_of(page)
    assert "No columns were found to act together." in page.texts("p")
    assert "agreement about open gates" in facts_of(report)


def test_many_sets_are_counted():
    X, y = make_table("regression")
    selector = quick_selector(max_iter=20).fit(X, y)
    pairs = np.array([(a, b) for a in range(6) for b in range(a + 1, 6)])
    features = np.full((15, 5), -1)
    features[:, :2] = pairs
    known = np.full(15, np.nan)
    selector.terms_ = {
        "kind": np.full(15, "product"),
        "features": features,
        "score": np.linspace(5.0, 2.0, 15),
        "by_chance": np.zeros(15),
        "members": np.ones(15),
        "explained": known,
        "gain": known,
    }
    page = Page(selector.report(X, y).html())
    assert len(sets_of(page)) == 12
    assert {cells[3] for cells in sets_of(page)} == {""}
    assert "And 3 more." in page.texts("p")
