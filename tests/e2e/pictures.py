# SPDX-License-Identifier: Apache-2.0
"""JPEGs of all kinds, made by other people's programs (ffmpeg, libjpeg-turbo's tools)."""
import functools
import struct
import subprocess


def _run(*args, data: bytes = b"") -> bytes:
    return subprocess.run(args, input=data, capture_output=True, check=True).stdout


def _ffmpeg(graph: str, *more: str) -> bytes:
    return _run("ffmpeg", "-v", "error", "-filter_complex", graph, "-frames:v", "1", *more, "-")


@functools.lru_cache
def plain(colour: str, size: str = "1280x720") -> bytes:
    """One colour all over."""
    return _ffmpeg(f"color={colour}:s={size}", "-pix_fmt", "yuvj420p", "-q:v", "3", "-f", "mjpeg")


@functools.lru_cache
def halves(left: str = "red", right: str = "blue", pixels: str = "yuvj420p", width: int = 1280, height: int = 720) -> bytes:
    """Two colours side by side, with the standard Huffman tables."""
    half = f"s={width // 2}x{height}"
    return _ffmpeg(f"color={left}:{half}[a];color={right}:{half}[b];[a][b]hstack", "-pix_fmt", pixels, "-q:v", "3",
                   "-huffman", "default", "-f", "mjpeg")


@functools.lru_cache
def grey() -> bytes:
    """One component only: black beside white."""
    ppm = _ffmpeg("color=black:s=640x720[a];color=white:s=640x720[b];[a][b]hstack", "-pix_fmt", "rgb24", "-f", "image2pipe",
                  "-c:v", "ppm")
    return _run("cjpeg", "-grayscale", "-quality", "90", data=ppm)


@functools.lru_cache
def progressive() -> bytes:
    return _run("jpegtran", "-progressive", data=halves())


@functools.lru_cache
def noisy(size: str = "1280x720") -> bytes:
    """A picture with details, of an ordinary size in bytes."""
    return _ffmpeg(f"testsrc2=s={size}", "-pix_fmt", "yuvj420p", "-q:v", "4", "-f", "mjpeg")


def segments(jpeg: bytes) -> list[tuple[int, bytes]]:
    """(marker, the segment with its marker) up to the picture data, which is the last one."""
    found, at = [(0xD8, jpeg[:2])], 2
    while jpeg[at + 1] != 0xDA:
        length = 2 + struct.unpack(">H", jpeg[at + 2:at + 4])[0]
        found.append((jpeg[at + 1], jpeg[at:at + length]))
        at += length
    return [*found, (0xDA, jpeg[at:])]


def without_dht(jpeg: bytes) -> bytes:
    """As MJPEG cameras send it: the tables are taken for granted."""
    found = segments(jpeg)
    assert any(marker == 0xC4 for marker, _ in found)
    return b"".join(data for marker, data in found if marker != 0xC4)


def turned(jpeg: bytes, orientation: int) -> bytes:
    """With an EXIF orientation."""
    tiff = b"MM\0\x2a\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)
    body = b"Exif\0\0" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def bomb() -> bytes:
    """A header that claims 65500x65500 pixels before next to no data."""
    parts = []
    for marker, data in segments(plain("red", "64x64")):
        if marker == 0xC0:
            data = data[:5] + struct.pack(">HH", 65500, 65500) + data[9:]
        parts.append(data)
    return b"".join(parts)
