"""The measurement of the rules, and what they reach on labelled pairs."""

import csv
import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sunseal.cli import app
from sunseal.screening import evaluate, names
from sunseal.screening.names.index import Index
from sunseal.screening.names.match import Party, check, ranked
from tests.screening import chinese_pairs

ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("SUNSEAL_SCREENING", ROOT.parent / "shared" / "screening"))
needs_lists = pytest.mark.skipif(not SHARED.is_dir(), reason=f"no labelled names in {SHARED}")
HEAD = "schema,name1,name2,is_match\n"


def test_the_chinese_pairs_are_what_their_generator_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = chinese_pairs.OUT.read_bytes()
    monkeypatch.setattr(chinese_pairs, "OUT", tmp_path / "pairs.csv")
    chinese_pairs.main()
    assert chinese_pairs.OUT.read_bytes() == written


@pytest.mark.parametrize("kind", ["company", "person"])
def test_chinese_names(kind: str) -> None:
    with chinese_pairs.OUT.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == kind]
    pairs = [
        evaluate.Pair(kind, row["name_a"], row["name_b"], row["label"] == "true") for row in rows
    ]
    found = evaluate.evaluate(pairs)
    assert len(pairs) > 150
    assert found["precision"] >= 0.97, found["confusions"]
    assert found["recall"] >= 0.97, found["confusions"]


@needs_lists
def test_names_in_letters() -> None:
    found = evaluate.evaluate(evaluate.read(SHARED / "name_pairs.csv"))
    assert found["f1"] > 0.85, found["confusions"]


@needs_lists
def test_false_alarms_and_aliases() -> None:
    with (SHARED / "ofac_sdn.csv").open(encoding="utf-8", newline="") as file:
        entries = [row for row in csv.reader(file) if len(row) > 3]
    kinds = {
        row[0]: evaluate.kind_of("person" if "individual" in row[2] else "") for row in entries
    }
    index = Index((kinds[row[0]], row[1]) for row in entries)
    with (SHARED / "negatives.csv").open(encoding="utf-8", newline="") as file:
        strangers = [row["full_name"] for row in csv.DictReader(file)][::4]
    alarms = sum(bool(check(Party("person", name), index)) for name in strangers)
    assert alarms * 1000 / len(strangers) < 10
    with (SHARED / "ofac_alt.csv").open(encoding="utf-8", newline="") as file:
        aliases = [row for row in csv.reader(file) if row[0] in kinds][::40]
    found = sum(
        any(entries[each.number][0] == row[0] for each in ranked(kinds[row[0]], row[3], index))
        for row in aliases
    )
    assert found / len(aliases) > 0.68


def test_the_command_prints_figures_and_confusions(tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text(
        f"{HEAD}Person,王伟,王玮,true\nCompany,华为技术有限公司,華為技術有限公司,true\n"
        "Person,Ann Lee,Bo Ray,false\n"
    )
    ran = CliRunner().invoke(app, ["screening", "evaluate", str(pairs)])
    assert ran.exit_code == 0, ran.output
    found = json.loads(ran.stdout)
    assert (found["precision"], found["recall"], found["f1"]) == (1.0, 0.5, 0.6667)
    [confusion] = found["confusions"]
    assert (confusion["name1"], confusion["is_match"]) == ("王伟", True)


BAD = {
    "a column missing": "schema,name1,is_match\nPerson,a,true\n",
    "no label": f"{HEAD}Person,a,b,perhaps\n",
    "a row cut short": f"{HEAD}Person,a\n",
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused(tmp_path: Path, case: str) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text(BAD[case])
    ran = CliRunner().invoke(app, ["screening", "evaluate", str(pairs)])
    assert ran.exit_code == 2


@pytest.mark.skipif(evaluate.has_extra(), reason="nomenklatura is installed")
def test_the_extra_is_asked_for_in_vain(tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text(HEAD)
    assert CliRunner().invoke(app, ["screening", "evaluate", str(pairs), "--extra"]).exit_code == 2


@pytest.mark.skipif(not evaluate.has_extra(), reason="nomenklatura is not installed")
def test_the_extra_judges_letters_only_and_each_pair_anew() -> None:
    judge = evaluate.with_extra()
    assert judge("Company", "华为技术有限公司", "華為技術有限公司").feature != "logic-v2"
    assert judge("Person", "John Smith", "John Smith").value > 0.9
    assert judge("Person", "John Smith", "Maria Lopez").value < names.REVIEW
