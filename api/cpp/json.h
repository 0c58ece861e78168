// A reader of JSON (RFC 8259), as much as the manifests of models need.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace words {

struct Json {
  enum class Kind { null, boolean, number, text, list, object };

  Kind kind = Kind::null;
  double number = 0;  // 1 for true
  std::string text;   // UTF-8
  std::vector<Json> list;
  std::map<std::string, Json> object;

  // The value of a key; null if there is none or this is no object.
  const Json& operator[](const std::string& key) const;

  // A whole number; `fallback` for null. Throws std::runtime_error, with `name`, for anything else.
  int whole_number(const std::string& name, int fallback) const;
};

// Throws std::runtime_error if `source` is not one JSON value.
Json parse_json(const std::string& source);

// Throws std::runtime_error if the file cannot be read or holds no JSON.
Json read_json(const std::string& path);

}  // namespace words
