"""Every third-party library, from the system's packages, under its usual label."""

load("//tools/rules:system_repository.bzl", "system_repository")

_ABSL = {
    "absl/base": "base",
    "absl/base:core_headers": "core_headers",
    "absl/cleanup": "cleanup",
    "absl/container:flat_hash_map": "flat_hash_map",
    "absl/container:flat_hash_set": "flat_hash_set",
    "absl/container:inlined_vector": "inlined_vector",
    "absl/debugging:failure_signal_handler": "failure_signal_handler",
    "absl/debugging:symbolize": "symbolize",
    "absl/container:btree": "btree",
    "absl/flags:flag": "flags",
    "absl/flags:reflection": "flags_reflection",
    "absl/flags:parse": "flags_parse",
    "absl/flags:usage": "flags_usage",
    "absl/functional:any_invocable": "any_invocable",
    "absl/hash": "hash",
    "absl/memory": "memory",
    "absl/random": "random_random",
    "absl/status": "status",
    "absl/status:statusor": "statusor",
    "absl/strings": "strings",
    "absl/strings:cord": "cord",
    "absl/strings:str_format": "str_format",
    "absl/synchronization": "synchronization",
    "absl/time": "time",
    "absl/types:optional": "optional",
    "absl/types:span": "span",
    "absl/types:variant": "variant",
    "absl/utility": "utility",
}

def _label(label):
    return label if ":" in label else label + ":" + label.split("/")[-1]

_WELL_KNOWN = {
    "any": [],
    "api": ["source_context", "type"],
    "duration": [],
    "empty": [],
    "field_mask": [],
    "source_context": [],
    "struct": [],
    "timestamp": [],
    "type": ["any", "source_context"],
    "wrappers": [],
    "descriptor": [],
}

_PROTO = '''
proto_library(
    name = "{name}_proto",
    srcs = ["{src}"],
    strip_import_prefix = "{strip}",
    visibility = ["//visibility:public"],
    deps = {deps},
)
'''

_CC_TOOLCHAIN = '''
proto_lang_toolchain(
    name = "cc_toolchain",
    blacklisted_protos = {protos},
    command_line = "--cpp_out=$(OUT)",
    runtime = ":protobuf",
    visibility = ["//visibility:public"],
)
'''

_GOOGLEAPIS = {
    "google/api/http": [],
    "google/api/annotations": ["google/api/http"],
    "google/api/httpbody": [],
    "google/api/field_behavior": [],
    "google/rpc/code": [],
    "google/rpc/status": [],
    "google/rpc/error_details": [],
}

def third_party_repositories():
    system_repository(name = "com_google_absl", targets = {_label(k): ["absl_" + v] for k, v in _ABSL.items()})
    system_repository(
        name = "com_google_protobuf",
        extra_build = "".join([
            _PROTO.format(name = n, src = "src/google/protobuf/%s.proto" % n, strip = "src", deps = [":%s_proto" % d for d in deps])
            for n, deps in _WELL_KNOWN.items()
        ]) + _CC_TOOLCHAIN.format(protos = [":%s_proto" % n for n in _WELL_KNOWN]),
        targets = {":protobuf": ["protobuf"], ":protobuf_lite": ["protobuf-lite"], ":protoc": ["bin:protoc"]},
        trees = {"/usr/include/google/protobuf": "src/google/protobuf"},
    )
    system_repository(
        name = "com_github_grpc_grpc",
        targets = {
            ":grpc++": ["grpc++"],
            ":grpc++_reflection": ["-lgrpc++_reflection", ":grpc++", "@com_google_protobuf//:protobuf"],
            ":grpcpp_channelz": ["-lgrpcpp_channelz", ":grpc++", "@com_google_protobuf//:protobuf"],
            ":grpc++_error_details": ["-lgrpc++_error_details", ":grpc++", "@com_google_protobuf//:protobuf"],
            "src/compiler:grpc_cpp_plugin": ["bin:grpc_cpp_plugin"],
            "src/compiler:grpc_python_plugin": ["bin:grpc_python_plugin"],
        },
    )
    system_repository(
        name = "com_google_googleapis",
        extra_build = "".join([
            _PROTO.format(
                name = src.split("/")[-1] if not src.startswith("google/rpc") else "rpc_" + src.split("/")[-1],
                src = src + ".proto",
                strip = "/",
                deps = [":%s_proto" % d.split("/")[-1] for d in deps] + ["@com_google_protobuf//:%s_proto" % w for w in ("any", "descriptor", "duration")],
            )
            for src, deps in _GOOGLEAPIS.items()
        ]),
        trees = {"/usr/share/java/proto-google-common-protos.jar": "."},
    )
    system_repository(name = "com_google_googletest", targets = {":gtest": ["gtest", "gmock"], ":gtest_main": ["gmock_main", ":gtest"]})
    system_repository(
        name = "com_github_jupp0r_prometheus_cpp",
        targets = {"core:core": ["prometheus-cpp-core"], "pull:pull": ["prometheus-cpp-pull"], "push:push": ["prometheus-cpp-push"]},
    )
    system_repository(
        name = "ffmpeg",
        targets = {":" + l: ["lib" + l] for l in ("avcodec", "avdevice", "avfilter", "avformat", "avutil", "swresample", "swscale")},
    )
    system_repository(name = "boost", targets = {":beast": ["hdr:boost/beast.hpp", "-lpthread"], ":asio": ["hdr:boost/asio.hpp", "-lpthread"]})
    system_repository(name = "openssl", targets = {":openssl": ["libcrypto"], ":ssl": ["libssl", ":openssl"]})
    for name, module in {
        "curl": "libcurl",
        "libjpeg_turbo": "libturbojpeg",
        "libzmq": "libzmq",
        "nlohmann_json": "nlohmann_json",
        "spdlog": "spdlog",
        "sqlite3": "sqlite3",
    }.items():
        system_repository(name = name, targets = {":" + name: [module]})
