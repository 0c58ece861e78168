#include "json.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace words {
namespace {

constexpr int max_depth = 64;  // a file of brackets alone must not use up the stack

class Parser {
 public:
  explicit Parser(const std::string& source) : at_(source.c_str()), end_(at_ + source.size()) {}

  Json parse() {
    Json value = read_value(0);
    skip_space();
    if (at_ != end_) fail("one value");
    return value;
  }

 private:
  [[noreturn]] void fail(const std::string& expected) const {
    throw std::runtime_error("expected " + expected + " in the JSON");
  }

  void skip_space() {
    while (at_ != end_ && std::strchr(" \t\r\n", *at_) != nullptr) ++at_;
  }

  bool take(const char* token) {
    const std::size_t length = std::strlen(token);
    if (static_cast<std::size_t>(end_ - at_) < length || std::strncmp(at_, token, length) != 0) return false;
    at_ += length;
    return true;
  }

  Json read_value(int depth) {
    if (depth > max_depth) fail("fewer brackets within each other");
    skip_space();
    Json value;
    if (take("null")) return value;
    if (take("true") || take("false")) {
      value.kind = Json::Kind::boolean;
      value.number = at_[-2] == 'u' ? 1 : 0;
    } else if (at_ != end_ && *at_ == '"') {
      value.kind = Json::Kind::text;
      value.text = read_text();
    } else if (take("[")) {
      value.kind = Json::Kind::list;
      read_items("]", [&] { value.list.push_back(read_value(depth + 1)); });
    } else if (take("{")) {
      value.kind = Json::Kind::object;
      read_items("}", [&] { read_member(value, depth); });
    } else {
      char* rest = nullptr;
      value.kind = Json::Kind::number;
      value.number = std::strtod(at_, &rest);
      if (rest == at_) fail("a value");
      at_ = rest;
    }
    return value;
  }

  template <typename Read>
  void read_items(const char* closing, Read read) {
    skip_space();
    if (take(closing)) return;
    do {
      read();
      skip_space();
    } while (take(","));
    if (!take(closing)) fail(closing);
  }

  void read_member(Json& value, int depth) {
    skip_space();
    const std::string key = read_text();
    skip_space();
    if (!take(":")) fail("a colon");
    value.object[key] = read_value(depth + 1);
  }

  std::string read_text() {
    if (!take("\"")) fail("a string");
    std::string text;
    while (at_ != end_ && *at_ != '"') {
      if (*at_ != '\\') {
        text += *at_++;
        continue;
      }
      if (++at_ == end_) break;
      const char letter = *at_++;
      const char* const found = std::strchr("\"\\/bfnrt", letter);
      if (letter == 'u') {
        append_utf8(text, read_code_point());
      } else if (letter != '\0' && found != nullptr) {
        text += "\"\\/\b\f\n\r\t"[found - std::strchr("\"\\/bfnrt", '"')];
      } else {
        fail("a known escape");
      }
    }
    if (!take("\"")) fail("the end of a string");
    return text;
  }

  unsigned read_unit() {
    unsigned unit = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char* const digits = "0123456789abcdef";
      const char* const found = at_ == end_ || *at_ == '\0' ? nullptr : std::strchr(digits, *at_ | 0x20);
      if (found == nullptr) fail("four hexadecimal digits");
      unit = unit * 16 + static_cast<unsigned>(found - digits);
    }
    return unit;
  }

  // Characters beyond 0xFFFF are written as two units of UTF-16.
  unsigned read_code_point() {
    const unsigned high = read_unit();
    if (high < 0xD800 || high > 0xDBFF) return high;
    if (!take("\\u")) fail("the second half of a character");
    return 0x10000 + ((high - 0xD800) << 10) + ((read_unit() - 0xDC00) & 0x3FF);
  }

  static void append_utf8(std::string& text, unsigned code) {
    const int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    const unsigned marks[] = {0x00, 0xC0, 0xE0, 0xF0};
    text += static_cast<char>(marks[more] | (code >> (6 * more)));
    for (int i = more - 1; i >= 0; --i) text += static_cast<char>(0x80 | ((code >> (6 * i)) & 0x3F));
  }

  const char* at_;
  const char* end_;
};

}  // namespace

const Json& Json::operator[](const std::string& key) const {
  static const Json none;
  const auto found = object.find(key);
  return found == object.end() ? none : found->second;
}

int Json::whole_number(const std::string& name, int fallback) const {
  if (kind == Kind::null) return fallback;
  if (kind != Kind::number || number != std::floor(number) || std::fabs(number) > 1e6) {
    throw std::runtime_error("expected a whole number for " + name + " in the JSON");
  }
  return static_cast<int>(number);
}

Json parse_json(const std::string& source) { return Parser(source).parse(); }

Json read_json(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("there is no file " + path);
  const std::string source((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  try {
    return parse_json(source);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(path + ": " + error.what());
  }
}

}  // namespace words
