# SPDX-License-Identifier: Apache-2.0
"""What a viewer sees: ffprobe's facts, and pictures decoded as they come."""
import json
import subprocess
import threading
import time

from waiting import wait_for

WIDTH, HEIGHT = 32, 18  # of the decoded pictures; 16:9 as the stream
COLOURS = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255),
           "black": (0, 0, 0), "yellow": (255, 255, 0), "grey": (128, 128, 128)}


def name_of(pixel: tuple[int, int, int]) -> str:
    """The nearest of COLOURS."""
    return min(COLOURS, key=lambda name: sum((a - b) ** 2 for a, b in zip(COLOURS[name], pixel)))


def probe(url: str, timeout: float = 30) -> dict:
    """ffprobe's description of the only stream."""
    done = subprocess.run(["ffprobe", "-v", "error", "-rtsp_transport", "tcp", "-show_streams", "-of", "json", url],
                          capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0, done.stderr
    [stream] = json.loads(done.stdout)["streams"]
    return stream


def nal_types(url: str, seconds: float, timeout: float = 40) -> list[list[int]]:
    """The NAL unit types of each access unit of so many seconds of the stream, as sent."""
    # -copyts and the raw muxer: nothing is added in front of key frames.
    done = subprocess.run(["ffmpeg", "-v", "error", "-rtsp_transport", "tcp", "-i", url, "-t", f"{seconds:g}", "-c", "copy",
                           "-bsf:v", "h264_metadata=aud=insert", "-f", "h264", "-"],
                          capture_output=True, timeout=timeout)
    types = [part[0] & 31 for part in done.stdout.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if part]
    units: list[list[int]] = []
    for kind in types:
        if kind == 9:  # access unit delimiter
            units.append([])
        elif units:
            units[-1].append(kind)
    return units


class Picture:
    """One decoded picture, made small."""

    def __init__(self, rgb: bytes):
        self.at = time.monotonic()
        self.rgb = rgb

    def pixel(self, x: float, y: float) -> tuple[int, int, int]:
        """At these shares of width and height."""
        at = 3 * (int(y * (HEIGHT - 1)) * WIDTH + int(x * (WIDTH - 1)))
        return tuple(self.rgb[at:at + 3])

    def colour(self, x: float = 0.5, y: float = 0.5) -> str:
        return name_of(self.pixel(x, y))


class Reader:
    """A viewer: ffmpeg that decodes the stream with as little delay as it can. sound: with audio in it, of which ffmpeg
    must see more before it knows what the video is."""

    def __init__(self, url: str, sound: bool = False):
        self.begin = time.monotonic()
        self.pictures: list[Picture] = []
        self._ffmpeg = subprocess.Popen(
            ["ffmpeg", "-v", "error", "-fflags", "nobuffer", "-flags", "low_delay", "-probesize", "100000" if sound else "32",
             "-analyzeduration", "1000000" if sound else "0",
             "-rtsp_transport", "tcp", "-i", url, "-an", "-fps_mode", "passthrough", "-threads", "1",
             "-vf", f"scale={WIDTH}:{HEIGHT}:flags=area", "-pix_fmt", "rgb24", "-f", "rawvideo", "-flush_packets", "1", "-"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        size = WIDTH * HEIGHT * 3
        while len(rgb := self._ffmpeg.stdout.read(size)) == size:
            self.pictures.append(Picture(rgb))

    def alive(self) -> bool:
        return self._ffmpeg.poll() is None

    def newest(self) -> Picture | None:
        return self.pictures[-1] if self.pictures else None

    def wait_pictures(self, count: int = 1, timeout: float = 20) -> Picture:
        """Waits for so many more pictures; the last one."""
        wanted = len(self.pictures) + count
        wait_for(f"{count} more pictures", lambda: len(self.pictures) >= wanted or not self.alive(), timeout)
        assert len(self.pictures) >= wanted, "the stream ended"
        return self.pictures[-1]

    def wait_colour(self, colour: str, timeout: float = 20, x: float = 0.5, y: float = 0.5) -> Picture:
        """Waits until the newest picture has it there (repeats keep it)."""
        def seen():
            assert self.alive(), f"the stream ended before {colour} was seen"
            picture = self.newest()
            return picture if picture and picture.colour(x, y) == colour else None
        return wait_for(f"{colour} is seen", seen, timeout)

    def close(self):
        self._ffmpeg.kill()
        self._ffmpeg.wait()
        self._thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def wait_readable(url: str, timeout: float = 30) -> float:
    """Tries until a viewer sees a picture; seconds that it took."""
    begin = time.monotonic()
    while True:
        with Reader(url) as reader:
            try:
                reader.wait_pictures(timeout=5)
                return time.monotonic() - begin
            except AssertionError:
                assert time.monotonic() - begin < timeout, f"{url} was not readable within {timeout:g} s"
