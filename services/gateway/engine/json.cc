// SPDX-License-Identifier: Apache-2.0

#include "services/gateway/engine/json.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "libs/base/errors.h"
#include "libs/http/json_text.h"

namespace relayfleet::gateway {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
namespace util = google::protobuf::util;

// What json_util says of a value of the wrong type, without its marks over several lines.
std::string OneLine(absl::string_view text) {
  return absl::StrReplaceAll(text.substr(0, text.find('\n')), {{"\"", "'"}});
}

// The field of that name; in JSON both spellings are allowed.
const FieldDescriptor* Find(const Message& message, absl::string_view name) {
  const std::string text(name);
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(text);
  for (int i = 0; field == nullptr && i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* candidate = message.GetDescriptor()->field(i);
    if (candidate->json_name() == text) field = candidate;
  }
  return field;
}

bool IsSingleMessage(const FieldDescriptor& field) {
  return !field.is_repeated() && field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
}

// A text that reads the same whatever its encoding.
bool IsAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; });
}

// The text of member `name` of a JSON object that we printed ourselves: the members before it are
// skipped by counting brackets outside of strings.
absl::string_view Member(absl::string_view json, absl::string_view name) {
  const std::string wanted = absl::StrCat("\"", name, "\":");
  size_t begin = 1;
  int depth = 0;
  bool in_string = false;
  for (size_t i = 1; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      continue;
    }
    in_string = c == '"';
    const bool ends = depth == 0 && (c == ',' || c == '}');
    if (ends) {
      absl::string_view member = json.substr(begin, i - begin);
      if (absl::ConsumePrefix(&member, wanted)) return member;
      begin = i + 1;
    }
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
  }
  return "";
}

}  // namespace

absl::Status ParseJson(absl::string_view json, bool ignore_unknown, Message* message) {
  // json_util would take a bare value or an array for an empty object.
  if (!absl::StartsWith(absl::StripLeadingAsciiWhitespace(json), "{")) {
    return base::InvalidJson("it is no object");
  }
  util::JsonParseOptions options;
  options.ignore_unknown_fields = ignore_unknown;
  const auto status = util::JsonStringToMessage({json.data(), json.size()}, message, options);
  if (status.ok()) return absl::OkStatus();
  const auto text = status.message();
  return base::InvalidJson(OneLine({text.data(), text.size()}));
}

absl::Status SetField(absl::string_view path, absl::string_view value, bool ignore_unknown,
                      Message* message) {
  const std::vector<absl::string_view> names = absl::StrSplit(path, '.');
  for (size_t i = 0; i < names.size(); ++i) {
    const FieldDescriptor* field = Find(*message, names[i]);
    const bool is_last = i + 1 == names.size();
    if (field == nullptr || (!is_last && !IsSingleMessage(*field))) {
      return ignore_unknown ? absl::OkStatus() : base::InvalidField(path, "no such parameter");
    }
    if (!is_last) {
      message = message->GetReflection()->MutableMessage(message, field);
      continue;
    }
    // The usual case, the key of a relay in each frame's path, without a parser and its tables.
    if (field->type() == FieldDescriptor::TYPE_STRING && !field->is_repeated() && IsAscii(value)) {
      message->GetReflection()->SetString(message, field, std::string(value));
      continue;
    }
    // json_util reads every type from a string: one rule for bodies and parameters.
    const std::string text = http::JsonString(value);
    const std::string json = field->is_repeated()
                                 ? absl::StrCat("{\"", field->json_name(), "\":[", text, "]}")
                                 : absl::StrCat("{\"", field->json_name(), "\":", text, "}");
    const std::unique_ptr<Message> parsed(message->New());
    if (!util::JsonStringToMessage(json, parsed.get()).ok()) {
      return base::InvalidField(
          path, absl::StrCat("not a value of this parameter: ", base::Quoted(value)));
    }
    message->MergeFrom(*parsed);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> PrintJson(const Message& message, const FieldDescriptor* only,
                                      const rest::v1::ServiceRest& options) {
  util::JsonPrintOptions print;
  print.always_print_primitive_fields = options.emit_defaults();
  print.preserve_proto_field_names = options.proto_names();
  const bool single = only != nullptr && IsSingleMessage(*only);
  const Message& whole = single ? message.GetReflection()->GetMessage(message, only) : message;
  std::string json;
  const auto status = util::MessageToJsonString(whole, &json, print);
  if (!status.ok()) return absl::InternalError("the answer can't be written as JSON");
  if (only == nullptr || single) return json;
  const absl::string_view member =
      Member(json, options.proto_names() ? only->name() : only->json_name());
  if (!member.empty()) return std::string(member);
  return only->is_map() ? "{}" : only->is_repeated() ? "[]" : "null";
}

}  // namespace relayfleet::gateway
