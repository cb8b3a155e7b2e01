// Structs that start with their size: those that are read, and those that are filled in.
#include "Arguments.h"

#include <algorithm>
#include <cstring>

namespace {

const Statuses invalid(SVFAP_E_INVALID_ARGUMENT), abi(SVFAP_E_ABI);
/// A struct may be larger than the library knows by this much.
const uint64_t growth = 4096;

}  // namespace

uint8_t *Arguments::sized(size_t index, bool isWrong, bool isFilledIn) {
  const Parameter &is = parameter(index);
  Argument &argument = call_.arguments[index];
  uint64_t claimed = is.size, size = is.size, skew = 0;
  if (isWrong && random_.chance(25)) {
    argument.spoil("misaligned", invalid);
    skew = random_.of({uint64_t{1}, uint64_t{4}, uint64_t{7}});
    argument.isRefused = true;
  } else if (isWrong && !isFilledIn && random_.chance(40)) {
    argument.spoil("a member that is not known", abi);
    claimed = size = is.size + 1 + random_.below(growth);
  } else if (isWrong) {
    argument.spoil("a wrong struct_size", abi);
    claimed = random_.of(
        {uint64_t{0}, uint64_t{1}, is.size - 1, is.size / 2, is.size + growth + 1, uint64_t{1} << 32, uint64_t{INT64_MAX}, UINT64_MAX});
    size = std::max(uint64_t{8}, std::min(claimed, is.size));
    argument.isRefused = true;
  } else if (random_.chance(20)) {
    claimed = size = is.size + 1 + random_.below(random_.chance(80) ? 64 : growth);
  }
  uint8_t *const memory = call_.memory.take(size, skew);
  if (isFilledIn) std::memset(memory, filler, size);
  std::memcpy(memory, &claimed, 8);
  if (claimed == size && size > is.size && argument.wrong.contains(SVFAP_E_ABI)) memory[is.size + random_.below(size - is.size)] = 1;
  argument.place = memory;
  argument.placeSize = size;
  set(index, memory);
  return memory;
}

void Arguments::structOut(size_t index, bool isWrong) {
  const Parameter &is = parameter(index);
  if (is.mayBeNull ? !isWrong && random_.chance(20) : isWrong && random_.chance(20)) {
    if (isWrong) call_.arguments[index].spoil("NULL", invalid);
    return;
  }
  sized(index, isWrong, true);
}

void Arguments::structIn(size_t index, bool isWrong) {
  const Parameter &is = parameter(index);
  Argument &argument = call_.arguments[index];
  if (is.mayBeNull ? !isWrong && random_.chance(40) : isWrong && random_.chance(20)) {
    if (isWrong) argument.spoil("NULL", invalid);
    return;
  }
  const bool isFrame = isWrong && random_.chance(50);
  uint8_t *const memory = sized(index, isFrame, false);
  if (argument.placeSize >= is.size) behaviour_.structure(fuzzer_, call_, argument, memory, isWrong && !isFrame);
  // Contents that cannot be wrong: its frame is.
  if (isWrong && argument.flaw == nullptr) sized(index, true, false);
}
