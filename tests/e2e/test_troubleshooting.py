# SPDX-License-Identifier: Apache-2.0
"""docs/troubleshooting.md: answers every row of the older documents, and quotes what there is."""
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/troubleshooting.md").read_text()

# The rows of the troubleshooting parts of the older documents, by section of our page.
ROWS = {
    "## Coming from the robot relay": [
        "`Stream format not found`", "`gstDecoder::Capture() timeout`", "health check 無回應", "ffmpeg 立即退出",
        "NVENC 編碼失敗", "串流 ready 但 JPS 收不到", "`gst-launch` 解碼失敗", "外部相機 No route to host"],
    "### Stream Not Connecting": [
        "Check Jetson is streaming", "Check VPS receives UDP", "Check MediaMTX status"],
    "### Video Freezes/Stutters": [
        "Increase latency on client", "Check network stability", "Lower bitrate on Jetson"],
    '### "Could not receive UDP packets" Error': ["Use TCP mode"],
    "## Coming from the pipe camera": ["Connection refused", "No video", "Lag/freeze", "Format error"],
}

# What no source of ours has in these words: the JSON name of control_api.
FOREIGN = {'"controlApi":false'}


def section(heading: str) -> str:
    assert PAGE.count(f"{heading}\n") == 1, heading
    return re.split(r"^##", PAGE.split(f"{heading}\n")[1], maxsplit=1, flags=re.M)[0]


def rows(text: str) -> list[list[str]]:
    """Cells of the table rows, without headings."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [row for row in cells if row[0] not in ("symptom", "step then", "---") and not row[0].startswith("| ---")]


def quoted(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def sources() -> str:
    """All that the programs may say, string literals in one piece."""
    files = [p for d in ("libs", "services", "tools", "protos", "deploy") for p in (ROOT / d).rglob("*")
             if p.is_file() and "test" not in p.name and "testing" not in p.parts
             and (p.suffix in (".cc", ".h", ".py", ".proto", ".service", ".sh", "") )]
    text = "\n".join(p.read_text(errors="replace") for p in files)
    return re.sub(r'"\s*\n\s*"', "", text).replace('\\"', '"')


SOURCES = sources()


def commands() -> dict[str, str]:
    """Each verb of relayctl with the text of its file."""
    found = {}
    for path in (ROOT / "tools/relayctl").glob("*.cc"):
        for name in re.findall(r'\.name = "([a-z ]+)"', path.read_text()):
            found[name] = path.read_text()
    return found


COMMANDS = commands()
# Options that several verbs share.
SHARED = "".join((ROOT / "tools/relayctl" / name).read_text() for name in ("cli.cc", "relay_options.cc"))


@pytest.mark.parametrize("heading, row", [(h, r) for h, of in ROWS.items() for r in of])
def test_every_row_of_the_older_documents_is_answered(heading, row):
    mine = [cells for cells in rows(section(heading)) if cells[0].startswith(row)]
    assert len(mine) == 1, row
    says, do = mine[0][1:]
    assert quoted(says), "what the software says is quoted"
    assert len(do) > 5


def test_our_page_has_no_other_rows_of_theirs():
    for heading, of in ROWS.items():
        assert len(rows(section(heading))) == len(of), heading


def test_every_relayctl_command_of_the_page_exists():
    quotes = [q for q in quoted(PAGE) if q.startswith("relayctl ")]
    assert len(quotes) > 20
    for quote in quotes:
        words = quote.removeprefix("relayctl ").split()
        if quote.startswith("relayctl: "):
            continue
        name = next((n for n in (" ".join(words[:2]), words[0]) if n in COMMANDS), None)
        assert name, quote
        for option in re.findall(r"--(\w[\w-]*)", quote):
            assert f'"{option}"' in COMMANDS[name] + SHARED, quote


def words_of(message: str) -> tuple[list[str], int]:
    """Its words, and how many placeholders, numbers and addresses, which are the moment's, stood between them."""
    message, gaps = re.subn(r"\w+=\S*|…|(?:WARN|INFO) |\b[A-Z]+$|\S*\d\S*", " ", message)
    return [w for w in message.strip(' "').split() if re.search(r"[a-zA-Z]", w)], gaps


def runs(words: list[str]) -> list[str]:
    """The words in as few runs as the sources have, greedily."""
    found = []
    while words:
        length = next((n for n in range(len(words), 0, -1) if " ".join(words[:n]).rstrip(".,:;)") in SOURCES), 0)
        assert length, words[0]
        found.append(" ".join(words[:length]))
        words = words[length:]
    return found


def test_every_message_of_the_page_exists_in_the_sources():
    checked = 0
    for cells in rows(PAGE):
        for message in quoted(cells[1]):
            if message.startswith(("relayctl ", "rtsp://", "systemctl ", "--")) or message in FOREIGN:
                continue
            words, gaps = words_of(message)
            # Messages are put together, but of phrases, not of words.
            assert len(runs(words)) <= 1 + len(words) // 4 + gaps, (message, runs(words))
            checked += 1
    assert checked > 60


def test_the_ports_that_doctor_knows_are_those_of_the_page():
    table = set()
    for cells in rows((ROOT / "docs/ports.md").read_text()):
        numbers, transports = (cells[0].split("/") + [""])[:2]
        for port in re.findall(r"\d+", numbers):
            table |= {(int(port), t.strip()) for t in transports.split(",")}
    header = (ROOT / "tools/relayctl/port_table.h").read_text()
    known = {(int(port), "udp" if udp == "true" else "tcp")
             for port, udp in re.findall(r"^    \{(\d+), (true|false),", header, re.M)}
    assert known == table
