"""Times as people, systems and nbgrader write them, brought to UTC.

nbgrader itself reads the offset +0500 as 500 seconds.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?")


def to_utc(text: str, end_of_day: bool = False) -> datetime:
    """Return a time such as "2026-12-01 18:00:00.5 +0500", "... Europe/Berlin" or "...Z" in UTC; no zone is UTC.

    end_of_day: a date alone means its last minute. Raises ValueError for what is no time, or whose zone is unknown.
    """
    text = " ".join(text.split())
    if end_of_day and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return datetime.combine(date.fromisoformat(text), time(23, 59), UTC)
    found = re.fullmatch(r"(\d{4}-\d{2}-\d{2}[ T]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?) ?(.*)", text)
    if not found:
        raise ValueError(f"{text[:60]!r} is no time such as 2026-12-01 18:00 UTC")
    moment = datetime.fromisoformat(re.sub(r"[ T](\d):", r"T0\1:", found[1]).replace(",", "."))
    try:
        return moment.replace(tzinfo=_zone(found[2])).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text[:60]!r} lies outside the calendar") from error


def _zone(name: str) -> timezone | ZoneInfo:
    if name.upper() in ("", "Z", "UTC", "GMT"):
        return UTC
    offset = _OFFSET.fullmatch(name)
    if offset:
        size = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return timezone(size if offset[1] == "+" else -size)
    if re.fullmatch(r"[A-Za-z]+(/[A-Za-z_+-]+)+", name):  # an abbreviation such as IST or CST has several meanings
        try:
            return ZoneInfo(name)
        except (KeyError, OSError) as error:
            raise ValueError(f"the time zone {name} is unknown") from error
    raise ValueError(f"the time zone {name[:40]!r} is unknown or has several meanings")


def written(moment: datetime) -> str:
    """Return a time as nbgrader writes and reads it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
