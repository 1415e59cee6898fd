"""Slips of paper, one for each seat: a page to print, with a QR code that fills in the form of the sign-in page."""

from html import escape
from pathlib import Path

from helpers.workshop.seats import Seat, write_private

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Slips for the workshop</title>
<style>
  body {{ font: 12pt/1.4 sans-serif; margin: 0; }}
  p.note {{ margin: 1em; }}
  main {{ display: grid; grid-template-columns: 1fr 1fr; }}
  article {{ border: 1px dashed #555; padding: 8mm; break-inside: avoid; }}
  article {{ display: flex; gap: 6mm; align-items: center; }}
  h2 {{ margin: 0 0 2mm; font-size: 14pt; }}
  dl {{ margin: 0; display: grid; grid-template-columns: auto 1fr; gap: 0 3mm; }}
  dd {{ margin: 0; font-family: monospace; overflow-wrap: anywhere; }}
  svg {{ flex: none; }}
  @media print {{ p.note {{ display: none; }} }}
</style>
<p class="note">Print this page, cut along the lines, and give each learner her own slip: whoever has the code has the
seat.</p>
<main>
{slips}
</main>
</html>
"""
SLIP = """<article>
  {picture}
  <div>
    <h2>{person}</h2>
    <dl>
      <dt>Address</dt><dd>{address}</dd>
      <dt>Seat</dt><dd>{seat}</dd>
      <dt>Code</dt><dd>{code}</dd>
    </dl>
  </div>
</article>"""


def write(path: Path, seats: list[Seat], address: str) -> None:
    """Write the page of slips, readable for its owner alone."""
    write_private(path, PAGE.format(slips="\n".join(slip(seat, address) for seat in seats)))


def slip(seat: Seat, address: str) -> str:
    """Return the slip of one seat."""
    import segno

    code = segno.make(link(seat, address), micro=False)
    picture = code.svg_inline(scale=3, title=f"The address of {seat.name} with its code, for a camera")
    words = {"person": seat.person or "Instructor", "address": address, "seat": seat.name, "code": seat.code}
    return SLIP.format(picture=picture, **{name: escape(word) for name, word in words.items()})


def link(seat: Seat, address: str) -> str:
    """Return the address that fills in the form: what stands behind # stays in the browser."""
    return f"{address}hub/login#{seat.name}:{seat.code}"
