"""The card says what it is told, and has no section for what it is not."""

from __future__ import annotations

from codegloss.train.export import About, Facts, model_card


def test_a_card_has_the_facts_as_tables(about: About) -> None:
    facts = Facts(
        exits=(0, 2, 4),
        dimensions=384,
        base={"name": "a base", "licence": "Apache-2.0"},
        packages=[
            {"name": "one", "version": "1.0", "licence": "MIT", "pairs": 12345},
            {"name": "a|b", "version": "2", "licence": "BSD-3-Clause", "pairs": 3},
        ],
        metrics={"CoSQA dev": {"exit 4": {"MRR": 0.41239, "pool": 6267}, "bm25": {"MRR": 0.196}}},
        notes=["A pool is small."],
    )
    card = model_card(about, facts)
    assert card.startswith("---\nlicense: apache-2.0\n")
    assert "| one | 1.0 | MIT | 12,345 |" in card
    assert "| a\\|b | 2 | BSD-3-Clause | 3 |" in card
    assert "## Packages trained on (2)" in card
    assert "| exit 4 | 0.4124 | 6,267 |" in card
    assert "| bm25 | 0.196 |  |" in card
    assert "exits after layers 0, 2, 4. Exit 0 is static" in card
    assert "## Recipe" not in card
    assert "## Data" not in card
