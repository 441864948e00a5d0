"""The documents are built strictly, load nothing from elsewhere, and show every metric, command and setting."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from posture.kinematics.registry import METRICS
from tests.conftest import ROOT

DOCS = ROOT / "docs"
#: What a browser would fetch by itself, of the web: a link that somebody may follow is none of it.
FETCHED = re.compile(
    r"""<(?:script|img|iframe|source|video)\b[^>]*\bsrc=["']?(?:https?:)?//"""
    r"""|<link\b(?![^>]*rel=["']?canonical)[^>]*\bhref=["']?(?:https?:)?//|@import\s+["'(]?\s*url|url\(["']?(?:https?:)?//"""
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documents, built in the way that a reader builds them."""
    if find_spec("material") is None or find_spec("mkdocstrings") is None:
        pytest.skip("MkDocs Material and mkdocstrings are not installed (the extra 'docs')")
    built = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", built],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return built


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    assert FETCHED.search('<script src="https://cdn.example/x.js">')
    assert FETCHED.search("@font-face { src: url(https://fonts.example/x) }")
    assert not FETCHED.search('<a href="https://example.org">')
    files = [path for kind in ("html", "css") for path in site.rglob(f"*.{kind}")]
    assert len(files) > 15
    assert {path.name: found[0] for path in files if (found := FETCHED.search(path.read_text(encoding="utf-8")))} == {}


def test_every_mark_is_replaced_by_what_the_program_says(site: Path) -> None:
    from posture.cli import main
    from posture.cli.examples import leaves
    from posture.cli.settings_file import rows

    pages = {path.stem: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    assert not [name for name, page in pages.items() if "from the program:" in page or "8<--" in page]
    assert [id for id in METRICS if f'id="{id}"' not in pages["physiotherapist"]] == []
    assert [name for name, _ in leaves(main) if f">posture {name}<" not in pages["commands"]] == []
    assert [key for section, key, _ in rows() if f"{section}.{key}" not in pages["settings"]] == []


def test_code_on_pages_is_an_example_that_runs() -> None:
    """Python that is typed into a page would be run by nobody, and an example that no page shows seen by nobody."""
    typed = {}
    for page in DOCS.rglob("*.md"):
        blocks = re.findall(r"^```python\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        typed[page.name] = [block for block in blocks if not re.fullmatch(r'--8<-- "docs/examples/\w+\.py"\n', block)]
    assert {name: blocks for name, blocks in typed.items() if blocks} == {}
    pages = "".join(page.read_text(encoding="utf-8") for page in DOCS.rglob("*.md"))
    examples = [path.name for path in (DOCS / "examples").iterdir() if path.is_file()]
    assert [name for name in examples if f'"docs/examples/{name}"' not in pages] == []


def test_what_the_drawings_know_is_the_registry() -> None:
    sys.path.insert(0, str(DOCS))
    try:
        import drawings  # type: ignore[import-not-found]
    finally:
        sys.path.remove(str(DOCS))
    assert set(drawings.MARKS) == set(drawings.IS_NOT) == set(METRICS)


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENCES.md"])
def test_links_outside_of_the_site_lead_to_files_and_headings(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(((?!https?:)[^)]+)\)", text):
        file, _, heading = target.partition("#")
        assert (ROOT / file).is_file(), target
        if heading:
            titles = re.findall(r"^#+ (.+)$", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}, target
