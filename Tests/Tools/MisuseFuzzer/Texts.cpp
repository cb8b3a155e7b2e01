// Texts, right and wrong.
#include "Arguments.h"

#include <cstring>

namespace {

const Statuses invalid(SVFAP_E_INVALID_ARGUMENT), config(SVFAP_E_CONFIG), limit(SVFAP_E_LIMIT);
const uint64_t textLimit = 64u << 20;

}  // namespace

void Arguments::text(size_t index, bool isWrong) {
  std::vector<TextCase> right, wrong;
  for (TextCase &one : behaviour_.texts(fuzzer_, call_, parameter(index).name))
    (one.wrong.isEmpty() ? right : wrong).push_back(std::move(one));
  if (!isWrong) {
    const TextCase &one = random_.of(right);
    call_.arguments[index].choice = one.choice;
    return put(index, one.text);
  }
  if (wrong.empty() || random_.chance(50)) return wrongText(index);
  const TextCase &one = random_.of(wrong);
  call_.arguments[index].spoil("wrong content", one.wrong);
  put(index, one.text);
}

void Arguments::put(size_t index, const std::string &text) {
  Argument &argument = call_.arguments[index];
  argument.text = text;
  Argument &size = call_.arguments[index + 1];
  const bool isTerminated = text.find('\0') == std::string::npos && random_.chance(50);
  if (text.empty() && !isTerminated && random_.chance(50)) return;
  uint8_t *const memory = call_.memory.take(text.size() + isTerminated);
  std::memcpy(memory, text.data(), text.size());
  set(index, memory);
  size.bits = isTerminated && random_.chance(70) ? SVFAP_NUL_TERMINATED : text.size();
}

void Arguments::wrongText(size_t index) {
  const bool isJson = parameter(index).name == "options" || parameter(index).name == "config";
  Argument &argument = call_.arguments[index];
  Argument &size = call_.arguments[index + 1];
  if (isJson && random_.chance(60)) {
    static const std::vector<std::string> wrong = {"[]",
                                                   "1",
                                                   "null",
                                                   "\"text\"",
                                                   " ",
                                                   "{",
                                                   "{\"a\":}",
                                                   "{\"no such key\": 1}",
                                                   "{\"a\": 1, \"a\": 2}",
                                                   "{\"a\": NaN}",
                                                   "{\"a\": 1e999}",
                                                   "{'a': 1}",
                                                   "{} {}",
                                                   "\xEF\xBB\xBF{}",
                                                   "{\"a\\u0000\": 1}",
                                                   "{\"a\": \"\\ud800\"}",
                                                   "{\"a\": 01}",
                                                   "{\"a\": .5}",
                                                   "{\"a\": 1,}",
                                                   "{\"a\" 1}",
                                                   "{\"\\u0061\": 1, \"a\": 2}",
                                                   "{\"a\": \"\n\"}",
                                                   "{\"a\": tru}",
                                                   "{\"a\": -}",
                                                   "{\"a\": Infinity}",
                                                   "{\"a\": \"",
                                                   "{\"a\": 99999999999999999999}"};
    if (random_.chance(5)) {
      argument.spoil("nested deeply", limit);
      return put(index, "{\"a\": " + std::string(100000, '[') + std::string(100000, ']') + "}");
    }
    argument.spoil("no such options", config);
    return put(index, random_.of(wrong));
  }
  switch (random_.below(4)) {
    case 0:
      argument.spoil("NULL with a size", invalid);
      size.bits = random_.of(
          {uint64_t{1}, uint64_t{8}, textLimit, textLimit + 1, uint64_t{INT64_MAX}, SVFAP_NUL_TERMINATED - 1, SVFAP_NUL_TERMINATED});
      return;
    case 1:
      argument.spoil("a size too large", limit);
      put(index, "{}");
      if (argument.bits == 0) set(index, call_.memory.take(1));
      size.bits = random_.of({textLimit + 1, uint64_t{1} << 40, uint64_t{INT64_MAX}, uint64_t{INT64_MAX} + 1, SVFAP_NUL_TERMINATED - 1});
      return;
    case 2:
      argument.spoil("not UTF-8", invalid);
      return put(index, random_.of(std::vector<std::string>{"\x80", "a\xFF", "\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                                                            "{\"\xFE\": 1}", "\xE2\x82"}));
    default:
      argument.spoil("holds a NUL", invalid);
      return put(index, random_.of(std::vector<std::string>{std::string(1, '\0'), std::string("a\0b", 3), std::string("{}\0", 3),
                                                            std::string("\0/x", 3)}));
  }
}
