// Frames that the host pushes to a predictor.
#include "Fuzzer.h"

#include <cmath>
#include <cstring>

namespace {

const Statuses busy(SVFAP_E_BUSY), cancelled(SVFAP_E_CANCELLED), unsupported(SVFAP_E_UNSUPPORTED), invalid(SVFAP_E_INVALID_ARGUMENT),
    shape(SVFAP_E_SHAPE);

void fillStream(Fuzzer &fuzzer, Call &, Argument &, uint8_t *place, bool) {
  svfap_stream_info info;
  std::memcpy(&info, place, sizeof info);
  const auto number = [&] {
    return fuzzer.random.of({int64_t{0}, int64_t{1}, int64_t{25}, int64_t{30000}, int64_t{-1}, INT64_MAX, INT64_MIN, int64_t{1001}});
  };
  info.rate_numerator = number();
  info.rate_denominator = number();
  // Nothing else of it counts.
  info.width = number();
  info.frame_count = number();
  info.duration_s = NAN;
  info.metadata.size = UINT64_MAX;
  std::memcpy(place, &info, sizeof info);
}

void fillFrame(Fuzzer &fuzzer, Call &call, Argument &argument, uint8_t *place, bool isWrong) {
  Random &random = fuzzer.random;
  svfap_frame frame;
  std::memcpy(&frame, place, sizeof frame);
  frame.index = static_cast<int64_t>(random.next());
  frame.width = 1 + static_cast<int64_t>(random.below(24));
  frame.height = 1 + static_cast<int64_t>(random.below(24));
  frame.row_bytes = 3 * frame.width + static_cast<int64_t>(random.below(5));
  frame.time_s = static_cast<double>(random.below(100)) / 25;
  if (random.chance(10)) frame.time_s = random.of({1e300, -1e300, 1e18, -1e18, 4.9e-324, -0.0, 1.7976931348623157e308});
  const auto size = static_cast<uint64_t>(frame.row_bytes * (frame.height - 1) + 3 * frame.width);
  uint8_t *const pixels = call.memory.take(size);
  std::memset(pixels, static_cast<int>(random.below(256)), size);
  frame.rgb = pixels;
  if (random.chance(10)) frame.damaged = 1;
  if (random.chance(10)) frame.rgb = nullptr;
  if (isWrong) {
    const int64_t far = random.of({int64_t{0}, int64_t{-1}, INT64_MIN, INT64_MAX, int64_t{1} << 20});
    frame.rgb = pixels;
    frame.damaged = 0;
    switch (random.below(4)) {
      case 0:
        argument.spoil("a wrong width", shape);
        frame.width = far;
        break;
      case 1:
        argument.spoil("a wrong height", shape);
        frame.height = far;
        break;
      case 2:
        argument.spoil("a wrong row_bytes", shape);
        frame.row_bytes = random.of({int64_t{0}, int64_t{-1}, 3 * frame.width - 1, INT64_MIN, INT64_MAX, int64_t{1} << 40});
        break;
      default: argument.spoil("a time that is none", invalid); frame.time_s = random.of({double{NAN}, double{INFINITY}, -double{INFINITY}});
    }
  }
  std::memcpy(place, &frame, sizeof frame);
}

Statuses withStream(const Object &predictor, bool isPush) {
  if (!predictor.isStreaming) return invalid;
  if (predictor.streamFailure != SVFAP_OK) return isPush ? Statuses(predictor.streamFailure) : ok;
  // A window is computed now and then, and only that looks at the flag.
  const ObjectPointer &flag = predictor.streamCancel;
  return flag && flag->isLive && flag->isRequested ? ok | cancelled : ok;
}

}  // namespace

void addStreams(Behaviours &all) {
  Behaviour &begin = all["svfap_predictor_begin"];
  begin.structure = fillStream;
  begin.prefers = [](const Object &predictor) { return !predictor.isPretraining && !predictor.hasViews; };
  begin.outcome = [](Fuzzer &, Call &call) {
    const Object &predictor = *call.first();
    Statuses found;
    if (predictor.isStreaming) found = found | busy;
    if (predictor.isPretraining || predictor.hasViews) found = found | unsupported;
    return found.isEmpty() ? ok : found;
  };
  begin.effect = [](Fuzzer &, Call &call) {
    if (call.status != SVFAP_OK) return;
    Object &predictor = *call.first();
    predictor.isStreaming = true;
    predictor.streamFailure = SVFAP_OK;
    predictor.streamCancel = predictor.cancel;
    predictor.windows = call.callbackUser;
  };
  Behaviour &push = all["svfap_predictor_push"];
  push.structure = fillFrame;
  push.prefers = [](const Object &predictor) { return predictor.isStreaming; };
  push.outcome = [](Fuzzer &, Call &call) { return withStream(*call.first(), true); };
  push.effect = [](Fuzzer &, Call &call) {
    if (call.flaws() == 0 && call.status != SVFAP_OK && call.status != SVFAP_E_BUSY && call.first()->isStreaming)
      call.first()->streamFailure = call.status;
  };
  Behaviour &end = all["svfap_predictor_end"];
  end.prefers = push.prefers;
  end.outcome = [](Fuzzer &, Call &call) { return withStream(*call.first(), false); };
  end.effect = [](Fuzzer &, Call &call) {
    if (!call.first() || call.status == SVFAP_E_BUSY) return;
    call.first()->isStreaming = false;
    call.first()->lent.clear();
  };
}
