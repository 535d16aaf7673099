"""What would hurt most: an input that is called unimportant and is not, or a polynomial that misses the points."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import qmc, sobol_indices, uniform

from platingx.arrays import Array
from platingx.config.study import load_study
from platingx.config.study_parameters import ParameterStudy
from platingx.errors import CaseError, OutputError
from platingx.studies.figures import study_figure
from platingx.studies.sampled_figures import axis_shares
from platingx.studies.sensitivity import fit_surrogate
from platingx.studies.table import Row, frame_of

TEXT = """
name: f
base: eruption.yaml
design: {method: sobol, num: 64, seed: 1}
axes:
  e: {key: materials.llzo.elasticity.young_modulus, uniform: {low: 130 GPa, high: 170 GPa}}
  d: {key: geometry.pit.depth, loguniform: {low: 40 nm, high: 80 nm}}
  k: {key: materials.li.elasticity.bulk_modulus_derivative, uniform: {low: 3, high: 4.5}}
quantities: {p: max_pressure_li, s: max_principal_stress_llzo}
figures:
  spread: {kind: distribution, y: [p, s], thresholds: {s: 4 GPa}}
  shares: {kind: indices, y: s}
  bars: {kind: tornado, y: [p, s]}
"""


def function(x: Array) -> Array:
    """A polynomial of second order in three shares, with one product; shape (3, n) to (n,)."""
    return 3.0 + 2.0 * x[0] + x[1] ** 2 - 1.5 * x[0] * x[1] + 0.1 * x[2]


def study_of(folder: Path, text: str = TEXT) -> ParameterStudy:
    path = folder / "f.study.yaml"
    path.write_text(text, encoding="utf-8")
    study = load_study(path).study
    assert isinstance(study, ParameterStudy)
    return study


def rows(count: int = 64) -> list[Row]:
    shares = qmc.Sobol(d=3, scramble=False).random(64)[:count]
    return [
        {"point": k, "e_Pa": 130e9 + 40e9 * x[0], "d_m": 40e-9 * 2.0 ** x[1], "k": 3.0 + 1.5 * x[2],
         "p_Pa": 1e9 * x[0], "s_Pa": 1e9 * float(function(x)), "status": "completed"}
        for k, x in enumerate(shares)
    ]  # fmt: skip


def test_indices_are_those_of_another_program(tmp_path: Path) -> None:
    """SciPy's estimator with 2^14 values of the function itself, good to some 1 %."""
    shares = axis_shares(study_of(tmp_path), frame_of(rows()))
    surrogate = fit_surrogate(shares, function(shares.T))
    assert surrogate.unexplained < 1e-20
    other = sobol_indices(func=function, n=2**14, dists=[uniform(), uniform(), uniform()], rng=np.random.default_rng(1))
    np.testing.assert_allclose(surrogate.first_order(), other.first_order, atol=0.01)
    np.testing.assert_allclose(surrogate.total(), other.total_order, atol=0.01)
    # by hand: the part of 0.1 x3 is 0.01/12, and the mean 3 + 1 + 1/3 - 1.5/4 + 0.05
    assert surrogate.total()[2] * surrogate.variance == pytest.approx(0.01 / 12.0, rel=1e-9)
    mean = 3.0 + 1.0 + 1.0 / 3.0 - 1.5 / 4.0 + 0.05
    np.testing.assert_allclose(
        surrogate.main_effect(2, np.array([0.0, 1.0])), mean + np.array([-0.05, 0.05]), rtol=1e-12
    )


def test_what_the_polynomial_misses_is_said() -> None:
    shares = qmc.Sobol(d=2, scramble=False).random(32)
    assert fit_surrogate(shares, np.sin(12.0 * shares[:, 0])).unexplained > 0.5
    with pytest.raises(OutputError, match="8 completed points; 2 axes need 9"):
        fit_surrogate(shares[:8], shares[:8, 0])
    flat = fit_surrogate(shares, np.ones(32))
    np.testing.assert_array_equal(flat.first_order(), np.zeros(2))


def test_figures_show_the_most_influential_axis_first(tmp_path: Path) -> None:
    study = study_of(tmp_path)
    spread = study_figure(study, study.figures["spread"], rows())
    share = np.mean([row["s_Pa"] > 4e9 for row in rows()])
    assert f"{100 * share:.0f} % of the points above 4.00 GPa" in spread.axes[1].get_title(loc="right")
    shares = study_figure(study, study.figures["shares"], rows())
    assert [text.get_text() for text in shares.axes[0].get_yticklabels()] == ["e", "d", "k"]
    bars = study_figure(study, study.figures["bars"], rows())
    pressure = bars.axes[0]
    widths = [patch.get_width() for patch in pressure.patches]  # type: ignore[attr-defined]
    np.testing.assert_allclose(widths, [-500, 500, 0, 0, 0, 0], atol=1e-6)  # MPa from the mean
    with pytest.raises(OutputError, match="need 15"):
        study_figure(study, study.figures["shares"], rows(12))


def test_designs_that_do_not_fill_their_ranges_are_refused(tmp_path: Path) -> None:
    text = TEXT.replace("design: {method: sobol, num: 64, seed: 1}", "").replace(
        "uniform: {low: 3, high: 4.5}", "values: [3, 4]"
    )
    text = text.replace("uniform: {low: 130 GPa, high: 170 GPa}", "values: [130 GPa]")
    text = text.replace("loguniform: {low: 40 nm, high: 80 nm}", "values: [40 nm]")
    with pytest.raises(CaseError, match="the points of this design do not fill the ranges that indices is about"):
        study_of(tmp_path, text)
    with pytest.raises(CaseError, match="there is no quantity q"):
        study_of(tmp_path, TEXT.replace("{kind: indices, y: s}", "{kind: indices, y: q}"))
