# SPDX-License-Identifier: Apache-2.0
import pytest
from layers import findings


@pytest.mark.parametrize("path, line, right", [
    ("libs/flow/a.cc", '#include "libs/media/packet.h"', True),
    ("libs/media/a.cc", '#include "libs/flow/pipe.h"', False),
    ("libs/media/a_test.cc", '#include "libs/flow/pipe.h"', False),
    ("tests/e2e/a.cc", '#include "libs/flow/pipe.h"', True),
    ("libs/http/a.cc", '#include "libs/av/jpeg.h"', False),
    ("libs/new/a.cc", '#include "libs/base/clock.h"', False),
    ("services/ingest/a.cc", '#include "services/publish/b.h"', False),
    ("services/standalone/a.cc", '#include "services/publish/b.h"', True),
    ("services/ingest/a.cc", '#include "services/common/config.h"', True),
    ("services/common/a.cc", '#include "services/ingest/b.h"', False),
    ("libs/http/a.cc", '#include "services/common/config.h"', False),
    ("services/ingest/push_reactor.h", "#include <grpcpp/grpcpp.h>", True),
    ("services/ingest/relay.cc", "#include <grpcpp/grpcpp.h>", False),
    ("services/ingest/relay.cc", '#include "relayfleet/relay/v1/relay.grpc.pb.h"', False),
    ("services/ingest/relay_test.cc", "#include <grpcpp/grpcpp.h>", True),
    ("services/ingest/service.cc", "#include <grpcpp/grpcpp.h>", True),
    ("services/gateway/compat/robot.cc", "#include <grpcpp/grpcpp.h>", True),
    ("libs/av/a.h", "#include <libavcodec/avcodec.h>", True),
    ("libs/media/a.h", "#include <libavcodec/avcodec.h>", False),
    ("services/transcode/a.cc", "#include <turbojpeg.h>", False),
    ("services/ingest/config.cc", '#include "absl/flags/flag.h"', True),
    ("services/ingest/main.cc", '#include "absl/flags/flag.h"', False),
    ("services/ingest/main.cc", '#include "absl/flags/parse.h"', True),
    ("libs/base/a.cc", 'auto* x = std::getenv("HOME");', False),
    ("services/ingest/config.cc", 'auto* x = getenv("HOME");', True),
])
def test_who_may_include_what(path, line, right):
    assert (findings(path, line) == []) == right
