"""Writes ``alipay.ipynb``: the cells below, run from top to bottom, with what they print and draw.

    .venv/bin/python docs/weigh/make_notebook.py

The same code gives the same bytes: no times, no counters of a session, no paths. ``tests/weigh/test_docs.py`` runs the
cells again and compares the numbers of the last one.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

NOTEBOOK = Path(__file__).with_name("alipay.ipynb")
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}

CELLS = (
    """\
# Weighing Alipay's offer

In February 2017 the press told of an offer: Alipay would waive its fee for businesses below US$ 1 million a year, and
the President's condition was equal treatment (*perlakuan yang sama*) for all. Is that good for Indonesian producers
(*produsen dalam negeri*, most of them small industry, *IKM*)? The number of firms below a million says little: China
has many more of them. What counts is whose **sales** are relieved of a fee, and what buyers then do.

This notebook weighs it. All numbers are simulated (*angka simulasi, bukan data resmi*); [the guide](../weigh.md) says
what they rest on. It takes 1,000 draws to be quick; the command takes 10,000 unless told otherwise:

```
mediator weigh alipay-2017 --draws 1000
```""",
    """\
import json
import tempfile
from datetime import date
from pathlib import Path

from IPython.display import SVG, Markdown
from msgspec.structs import replace

from mediator.policy import Facts, parse_policy, price
from mediator.weigh import load_scenario, shipped_scenario, weigh
from mediator.weigh.report.charts import CHARTS, to_svg

scenario = replace(shipped_scenario("alipay-2017"), draws=1_000)
answer = weigh(scenario)
Markdown(
    f"**{answer.question_en.strip()}**\\n\\n{answer.run.merchants:,} merchants in {answer.run.rows:,} cells, "
    f"{answer.run.draws:,} draws, seed {answer.run.seed}, {len(answer.sources)} parameters with their sources."
)""",
    """\
## Five ways to answer

Each option is a policy file, the same that would charge live deals. An estimate has its central value, the range that
holds 90 % of the draws, and a verdict: certain (*pasti*) only if 95 % of the draws are on one side of zero.""",
    '''\
def rupiah(value):
    """Billions, signed."""
    return f"{value / 1e9:+,.2f}"


def estimate(found):
    return f"{rupiah(found.central)} ({rupiah(found.p5)} to {rupiah(found.p95)}), {found.verdict}"


def table(head, rows):
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *rows]
    return Markdown("\\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines))


rows = []
for option in answer.options:
    m = answer.effect(option.name).measures
    waived = [f"{m[name].central / 1e9:,.2f}" for name in ("waived_indonesia", "waived_china")]
    rows.append([option.title_en, *waived, estimate(m["sales_domestic"]), estimate(m["net"])])
table(["Rp billion a year", "waived: Indonesia", "China", "producers' sales", "net for Indonesia"], rows)''',
    'SVG(to_svg(CHARTS["options"](answer, "en")[0], "en"))',
    """\
What policies charge this population isn't estimated: it is summed in whole rupiah, merchant by merchant or over cells
whose edges are the thresholds. The population itself is synthesised, from published tables.""",
    """\
exactly = [row for row in answer.waived if (row.option, row.reading) == ("equal", "notch-world")]
rows = []
for country in ("ID", "CN"):
    found = [row for row in exactly if row.country == country]
    sums = [sum(getattr(row, name) for row in found) for name in ("merchants", "relieved", "fee_rp", "waived_rp")]
    rows.append([country, *(f"{each:,}" for each in sums)])
table(["equal treatment, notch-world", "merchants", "relieved", "fees, Rp", "waived, Rp"], rows)""",
    """\
## The same words, six readings

"Below US$ 1 million a year" does not say *whose* turnover: in the world, in Indonesia, or on the rail (*rel*). Nor
what happens at the million: does a business that passes it pay on everything (a **notch**) or only on what lies above
(a **kink**)? Under *world*, many of China's sellers are too large to be relieved; under *Indonesia* or *rail*, nearly
all of them are small, because they sell little here. So the reading decides how much goes to whom, and with it the
direction of the central estimate for domestic producers.""",
    """\
rows = []
for effect in answer.effects:
    if effect.option == "equal" and effect.channel == "fee":
        m = effect.measures
        abroad = (m["waived_china"].central + m["waived_other"].central) / m["waived"].central
        rows.append([effect.reading.key, f"{abroad:.0%}", estimate(m["sales_domestic"]), estimate(m["net"])])
table(["reading", "waived fees that go abroad", "producers' sales", "net for Indonesia"], rows)""",
    """\
The net for Indonesia adds up consumers, Indonesian merchants, the state and what rails leave here. That it is a gain
under every reading is less cheerful than it sounds: the rail is foreign, so a fee that Indonesians no longer pay stays
here, and its owner bears it. It is no argument for the rail.

## Which threshold?

The offer's threshold moved from US$ 10,000 to US$ 100 million, under the reading shown; the band is 90 % of the
draws.""",
    'SVG(to_svg(CHARTS["threshold"](answer, "en")[0], "en"))',
    """\
## What is uncertain most

One parameter at a time at its 10th and 90th percentile, all others at their central values, for domestic producers'
sales. Long bars are where better data would change the answer: ask BPS, Bank Indonesia and customs (*Bea Cukai*) for
those first.""",
    'SVG(to_svg(CHARTS["tornado-sales"](answer, "en")[0], "en"))',
    """\
## Another value of a parameter

Suppose that foreign merchants themselves make 60 % of online sales of imported goods (`direct_share`; the shipped
value is 30 %). A value that is set is held fixed, and the list of sources says that the scenario set it. One outside
the stated range would be refused.""",
    """\
more_direct = weigh(replace(scenario, parameters={"direct_share": 0.6}))
rows = []
for name, found in (("as shipped", answer), ("direct_share = 0.6", more_direct)):
    m = found.effect("equal").measures
    rows.append([name, f"{m['waived_china'].central / 1e9:,.2f}", estimate(m["sales_domestic"]), estimate(m["net"])])
[changed] = [row for row in more_direct.sources if row.is_changed]
display(table(["equal treatment, notch-world", "waived: China", "producers' sales", "net"], rows))
Markdown(f"`{changed.key}` {changed.value:g}: {changed.source.partition('. ')[0]}.")""",
    """\
## Another policy

Is there a rule that can be read in one way only? Here is one as a policy file: half the fee is waived for Indonesian
micro and small businesses (*usaha mikro dan kecil*), with no threshold to argue over or to bunch below. `price` is the
function that charges live deals; here it shows what such a merchant pays of Rp 200,000.""",
    '''\
policy_text = """
id = "umk-half"
version = 1
name = "Half the fee for Indonesian micro and small businesses"
valid_from = 2016-01-01
currency = "IDR"
source = "An example of this notebook."

[[rule]]
id = "fee"
kind = "fee"
rate = "0.55%"

[[waiver]]
id = "micro-small"
rules = ["fee"]
share = "50%"
country = "ID"
size_class = ["micro", "small"]
"""

policy = parse_policy(policy_text)
facts = Facts(amount=200_000_00, currency="IDR", on=date(2017, 2, 8), size_class="micro")
rows = [[line.rule, line.kind, f"Rp {line.amount / 100:+,.0f}"] for line in price(facts, policy)]
table(["line", "kind", "of Rp 200,000"], rows)''',
    """\
Now it is weighed beside the offer. A scenario that stands on another (`based_on`) says only what differs; a policy is
named by its file, which here lies in a folder that is thrown away.""",
    '''\
scenario_text = """
based_on = "alipay-2017"
id = "umk-half-2017"
focus = "umk-half"
draws = 1000

[[option]]
name = "equal"
policy = "alipay-equal"
title = { id = "Sama bagi semua", en = "Equal treatment" }

[[option]]
name = "curated"
policy = "alipay-curated"
title = { id = "Hanya IKM terkurasi", en = "Curated IKM only" }

[[option]]
name = "umk-half"
policy = "umk-half.toml"
title = { id = "Setengah biaya bagi usaha mikro dan kecil", en = "Half the fee for micro and small" }
"""

with tempfile.TemporaryDirectory() as folder:
    Path(folder, "umk-half.toml").write_text(policy_text)
    Path(folder, "scenario.toml").write_text(scenario_text)
    other = weigh(load_scenario(Path(folder, "scenario.toml")))

rows = []
for option in other.options:
    m = other.effect(option.name).measures
    each = m["sales_domestic"].central / m["waived"].central
    rows.append([option.title_en, f"{m['waived'].central / 1e9:,.2f}", estimate(m["sales_domestic"]), f"{each:.2f}"])
table(["Rp billion a year", "waived in all", "producers' sales", "sales per rupiah waived"], rows)''',
    """\
## The other channel

All of this was the fee alone: the rail is there either way. Should the offer be what brings the rail here at all,
foreign sellers may come who could not be paid before. That channel is shown apart, because it is not the fee's doing
and rests on an assumption: 5 % more of them, between none and 20 %, and the number of Indonesian merchants fixed.""",
    """\
rows = []
for channel in ("fee", "entry"):
    m = answer.effect("equal", channel).measures
    rows.append([channel, *(estimate(m[name]) for name in ("sales_domestic", "consumers", "profit_indonesia"))])
table(["equal treatment, Rp billion", "producers' sales", "consumers", "Indonesian merchants' profit"], rows)""",
    """\
## What to take home

- The fee alone moves little, and the sign of its effect on domestic producers is not certain under any reading.
- A waiver for few, chosen for what they make, gives producers more for each rupiah than one for everybody.
- The channel that is not about fees, entry, can be far larger. It rests on the weakest evidence of all.

The numbers below are the ones that the tests hold this notebook to.""",
    """\
def measured(found, option, channel="fee"):
    m = found.effect(option, channel).measures
    return {name: float(f"{m[name].central:.6g}") for name in ("waived", "sales_domestic", "net")}


numbers = {
    "exact": sum(row.waived_rp for row in exactly),
    "equal": measured(answer, "equal"),
    "equal, entry": measured(answer, "equal", "entry"),
    "curated": measured(answer, "curated"),
    "direct_share 0.6": measured(more_direct, "equal"),
    "umk-half": measured(other, "umk-half"),
}
Markdown(f"```json\\n{json.dumps(numbers, indent=1)}\\n```")""",
)


def main() -> None:
    """Run the cells and write the notebook beside this file."""
    notebook = build()
    NotebookClient(notebook, timeout=600, record_timing=False, resources={"metadata": {"path": "."}}).execute()
    NOTEBOOK.write_text(nbformat.writes(cleaned(notebook)) + "\n", encoding="utf-8")


def build() -> nbformat.NotebookNode:
    """The cells, not yet run."""
    cells = [new_markdown_cell(cell) if _is_prose(cell) else new_code_cell(cell) for cell in CELLS]
    for place, cell in enumerate(cells):
        cell["id"] = f"cell-{place:02}"
    return new_notebook(cells=cells, metadata=METADATA)


def cleaned(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Without what differs from run to run."""
    notebook["metadata"] = METADATA
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        for output in cell.get("outputs", []):
            if "metadata" in output:
                output["metadata"] = {}
            output.get("data", {}).pop("text/plain", None)
    return notebook


def _is_prose(cell: str) -> bool:
    return cell.startswith(("# ", "## ", "The ", "Now ", "What "))


if __name__ == "__main__":
    main()
