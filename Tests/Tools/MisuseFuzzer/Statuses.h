// Sets of statuses: what the oracle expects of a call.
#pragma once

#include <svfap.h>

#include <string>

class Statuses {
 public:
  constexpr Statuses() = default;
  constexpr explicit Statuses(int status) : bits_(1u << status) {}

  constexpr Statuses operator|(Statuses other) const { return of(bits_ | other.bits_); }
  constexpr Statuses without(Statuses other) const { return of(bits_ & ~other.bits_); }
  constexpr bool contains(int status) const { return status >= 0 && status < 32 && (bits_ >> status & 1u) != 0; }
  constexpr bool isEmpty() const { return bits_ == 0; }
  std::string names() const;

 private:
  static constexpr Statuses of(unsigned bits) {
    Statuses made;
    made.bits_ = bits;
    return made;
  }
  unsigned bits_ = 0;
};

std::string statusName(int status);

constexpr Statuses ok(SVFAP_OK);
/// What every function may return by the rules at the head of svfap.h. INTERNAL stands there too: it is a defect, wherever it
/// comes from.
constexpr Statuses common = Statuses(SVFAP_E_INVALID_ARGUMENT) | Statuses(SVFAP_E_BAD_HANDLE) | Statuses(SVFAP_E_BUSY) |
                            Statuses(SVFAP_E_NO_MEMORY) | Statuses(SVFAP_E_ABI);
/// "Any other class".
constexpr Statuses anyStatus = common | Statuses(SVFAP_E_IO) | Statuses(SVFAP_E_NO_SPACE) | Statuses(SVFAP_E_NOT_FOUND) |
                               Statuses(SVFAP_E_FORMAT) | Statuses(SVFAP_E_LIMIT) | Statuses(SVFAP_E_CONFIG) | Statuses(SVFAP_E_SHAPE) |
                               Statuses(SVFAP_E_UNSUPPORTED) | Statuses(SVFAP_E_PLUGIN) | Statuses(SVFAP_E_POLICY) |
                               Statuses(SVFAP_E_CANCELLED) | Statuses(SVFAP_E_END) | Statuses(SVFAP_E_NUMERIC);
