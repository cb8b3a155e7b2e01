// Random numbers that a seed determines (SplitMix64), the same everywhere.
#pragma once

#include <cstdint>
#include <vector>

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
  }
  /// 0 ... count - 1.
  uint64_t below(uint64_t count) { return next() % count; }
  bool chance(int percent) { return below(100) < static_cast<uint64_t>(percent); }
  template <class Value>
  const Value &of(const std::vector<Value> &values) {
    return values[below(values.size())];
  }
  template <class Value>
  Value of(std::initializer_list<Value> values) {
    return values.begin()[below(values.size())];
  }

 private:
  uint64_t state_;
};
