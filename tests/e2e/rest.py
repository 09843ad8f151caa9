# SPDX-License-Identifier: Apache-2.0
"""HTTP with the path exactly as written: raw and %2F keys must reach the fleet unchanged."""
import dataclasses
import http.client
import json


@dataclasses.dataclass
class Answer:
    status: int
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


def call(port: int, method: str, path: str, body=None, headers: dict | None = None, timeout: float = 40) -> Answer:
    """One request; a dict or list as body is sent as JSON."""
    if isinstance(body, (dict, list)):
        body, headers = json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return Answer(answer.status, answer.read())
    finally:
        connection.close()
