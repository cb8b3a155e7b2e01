// Tensors, right ones in many layouts, and wrong ones.
#include "Arguments.h"

#include <cstring>

namespace {

const Statuses invalid(SVFAP_E_INVALID_ARGUMENT), shape(SVFAP_E_SHAPE), limit(SVFAP_E_LIMIT);

uint64_t elementSize(int dtype) { return dtype == SVFAP_FLOAT32 ? 4 : dtype == SVFAP_INT64 ? 8 : 1; }

}  // namespace

void Arguments::view(size_t index, bool isWrong) {
  Argument &argument = call_.arguments[index];
  const NeededView needed = behaviour_.view(fuzzer_, call_, parameter(index).name);
  if (isWrong && random_.chance(10)) return argument.spoil("NULL", invalid);
  const bool isStructWrong = isWrong && random_.chance(25);
  uint8_t *const memory = sized(index, isStructWrong, false);
  if (argument.placeSize < sizeof(svfap_view)) return;
  svfap_view made;
  std::memcpy(&made, memory, sizeof made);
  layOut(made, needed);
  std::memcpy(memory, &made, sizeof made);
  if (isWrong && !isStructWrong) wrongView(index, needed);
}

/// Memory for the tensor, and a view of it: contiguous, or with gaps between the rows of its last axis, or with the same
/// rows again and again.
void Arguments::layOut(svfap_view &view, const NeededView &needed) {
  const uint64_t element = elementSize(needed.dtype);
  const int count = static_cast<int>(needed.shape.size());
  const bool hasStrides = random_.chance(50), hasGaps = hasStrides && random_.chance(40);
  int64_t step = 1, last = 0;
  uint64_t contiguous = 1;
  for (int axis = count - 1; axis >= 0; axis--) {
    view.shape[axis] = needed.shape[static_cast<size_t>(axis)];
    if (hasGaps && axis == count - 2) step += static_cast<int64_t>(random_.below(4));
    if (hasStrides) view.strides[axis] = step;
    last += (view.shape[axis] - 1) * step;
    step *= view.shape[axis];
    contiguous *= static_cast<uint64_t>(view.shape[axis]);
  }
  const uint64_t elements = static_cast<uint64_t>(last) + 1;
  view.dtype = needed.dtype;
  view.dimension_count = count;
  view.byte_count = elements * element + random_.below(2) * random_.below(element);
  uint8_t *const data = call_.memory.take(elements * element);
  needed.fill(data, elements);
  view.data = data;
  if (hasGaps && needed.dtype != SVFAP_FLOAT32) {
    // What stands in rows must still do so.
    needed.fill(data, contiguous);
    view.byte_count = contiguous * element;
    std::memset(view.strides, 0, sizeof view.strides);
  }
}

void Arguments::wrongView(size_t index, const NeededView &needed) {
  Argument &argument = call_.arguments[index];
  auto &view = *reinterpret_cast<svfap_view *>(argument.place);
  const int count = view.dimension_count;
  const auto axis = random_.below(static_cast<uint64_t>(count));
  const auto other = [&] {
    return random_.of({int64_t{0}, int64_t{-1}, INT64_MIN, INT64_MAX, int64_t{1} << 40, int64_t{1} << 62, view.shape[axis] + 1});
  };
  if (!needed.wrongContents.empty() && random_.chance(30)) {
    const auto &[what, spoil] = random_.of(needed.wrongContents);
    std::memset(view.strides, 0, sizeof view.strides);
    uint64_t elements = 1;
    for (int64_t extent : needed.shape) elements *= static_cast<uint64_t>(extent);
    needed.fill(view.data, elements);
    const Statuses statuses = spoil(view.data, elements);
    return argument.spoil(what, statuses);
  }
  switch (random_.below(11)) {
    case 0:
      argument.spoil("another dtype", shape);
      do view.dtype = random_.of({0, 1, 2, 3, 4, 5, -1, INT32_MAX, INT32_MIN});
      while (view.dtype == needed.dtype ||
             (parameter(index).name == "labels" && (view.dtype == SVFAP_INT64 || view.dtype == SVFAP_FLOAT32)));
      break;
    case 1:
      argument.spoil("another dimension_count", shape);
      view.dimension_count = random_.of({0, -1, count + 1, count - 1, 9, INT32_MAX, INT32_MIN});
      break;
    case 2:
      argument.spoil("another extent", shape);
      view.shape[axis] = other();
      break;
    case 3:
      argument.spoil("a negative stride", shape);
      view.strides[axis] = random_.of({int64_t{-1}, INT64_MIN, -(int64_t{1} << 40)});
      break;
    case 4:
      // The extent along it is larger than 1: the last element lies far away.
      argument.spoil("a stride out of the memory", shape);
      view.strides[count - 1] = random_.of({int64_t{1} << 20, int64_t{1} << 40, int64_t{1} << 62, INT64_MAX});
      if (view.shape[count - 1] == 1) view.strides[count - 1] = -1;
      break;
    case 5:
      argument.spoil("byte_count too small", shape);
      view.byte_count = random_.chance(50) ? 0 : random_.below(elementSize(needed.dtype) * static_cast<uint64_t>(view.shape[count - 1]));
      break;
    case 6:
      argument.spoil("no data", invalid);
      view.data = nullptr;
      break;
    case 7:
      if (elementSize(needed.dtype) == 1) {
        argument.spoil("reserved is not 0", invalid);
        view.reserved[random_.below(2)] = random_.next() | 1;
        break;
      }
      argument.spoil("data misaligned", invalid);
      // Nothing of it may be read.
      view.data = static_cast<uint8_t *>(view.data) + 1;
      break;
    case 8:
      argument.spoil("reserved is not 0", invalid);
      view.reserved[random_.below(2)] = random_.next() | 1;
      break;
    case 9:
      argument.spoil("all extents huge", shape);
      for (int i = 0; i < count; i++) view.shape[i] = int64_t{1} << 40;
      break;
    default:
      if (parameter(index).name != "video") {
        argument.spoil("a longer batch", shape);
        view.shape[0] += 1;
        break;
      }
      // The same clip again and again: its memory is there, what it would result in is not.
      argument.spoil("a batch too long", limit);
      if (view.strides[count - 1] == 0)
        for (int i = count - 1, step = 1; i >= 0; i--) view.strides[i] = step, step *= static_cast<int>(view.shape[i]);
      view.shape[0] = random_.of({int64_t{65537}, int64_t{1} << 20, int64_t{1} << 40});
      view.strides[0] = 0;
  }
}
