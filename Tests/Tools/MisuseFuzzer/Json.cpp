#include "Json.h"

#include <cctype>
#include <cstdint>
#include <cstring>

bool isUtf8(const std::string &text) {
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<uint8_t>(text[i]);
    const size_t count = lead < 0x80                   ? 1
                         : lead >= 0xC2 && lead < 0xE0 ? 2
                         : lead >= 0xE0 && lead < 0xF0 ? 3
                         : lead >= 0xF0 && lead < 0xF5 ? 4
                                                       : 0;
    if (count == 0 || i + count > text.size()) return false;
    uint32_t scalar = count == 1 ? lead : lead & (0xFF >> (count + 1));
    for (size_t k = 1; k < count; k++) {
      const auto byte = static_cast<uint8_t>(text[i + k]);
      if ((byte & 0xC0) != 0x80) return false;
      scalar = scalar << 6 | (byte & 0x3F);
    }
    if ((count == 3 && scalar < 0x800) || (count == 4 && scalar < 0x10000) || scalar > 0x10FFFF || (scalar >= 0xD800 && scalar < 0xE000))
      return false;
    i += count;
  }
  return true;
}

namespace {

class Reader {
 public:
  explicit Reader(const std::string &text) : at_(text.c_str()), end_(at_ + text.size()) {}

  bool isDocument() { return value(0) && at_ == end_; }

 private:
  void space() {
    while (at_ < end_ && std::strchr(" \t\r\n", *at_) != nullptr && *at_ != 0) at_++;
  }
  bool take(char letter) {
    if (at_ == end_ || *at_ != letter) return false;
    at_++;
    return true;
  }
  bool word(const char *letters) {
    for (; *letters != 0; letters++)
      if (!take(*letters)) return false;
    return true;
  }
  bool digits() {
    const char *const start = at_;
    while (at_ < end_ && std::isdigit(static_cast<unsigned char>(*at_))) at_++;
    return at_ > start;
  }

  bool value(int depth) {
    space();
    if (depth > 200 || at_ == end_) return false;
    const bool isRead = *at_ == '{'   ? list('{', '}', true, depth)
                        : *at_ == '[' ? list('[', ']', false, depth)
                        : *at_ == '"' ? string()
                        : *at_ == 't' ? word("true")
                        : *at_ == 'f' ? word("false")
                        : *at_ == 'n' ? word("null")
                                      : number();
    space();
    return isRead;
  }
  bool list(char first, char last, bool hasKeys, int depth) {
    if (!take(first)) return false;
    space();
    if (take(last)) return true;
    do {
      space();
      if (hasKeys && !string()) return false;
      space();
      if (hasKeys && !take(':')) return false;
      if (!value(depth + 1)) return false;
    } while (take(','));
    return take(last);
  }
  bool string() {
    if (!take('"')) return false;
    while (at_ < end_ && *at_ != '"') {
      if (static_cast<unsigned char>(*at_) < 0x20) return false;
      if (*at_++ != '\\') continue;
      if (at_ == end_) return false;
      const char kind = *at_++;
      if (kind == 'u') {
        for (int i = 0; i < 4; i++, at_++)
          if (at_ == end_ || !std::isxdigit(static_cast<unsigned char>(*at_))) return false;
      } else if (std::strchr("\"\\/bfnrt", kind) == nullptr) {
        return false;
      }
    }
    return take('"');
  }
  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (!take('e') && !take('E')) return true;
    if (!take('+')) take('-');
    return digits();
  }

  const char *at_;
  const char *const end_;
};

}  // namespace

bool isJson(const std::string &text) { return isUtf8(text) && Reader(text).isDocument(); }
