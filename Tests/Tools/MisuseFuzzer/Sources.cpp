// Video sources.
#include "Fuzzer.h"

#include <cstring>

namespace {

const Statuses end(SVFAP_E_END), format(SVFAP_E_FORMAT), cancelled(SVFAP_E_CANCELLED), config(SVFAP_E_CONFIG), notFound(SVFAP_E_NOT_FOUND);

/// Videos of the plugin "counting": frames, and the number of the frame where reading breaks off.
struct Video {
  const char *path;
  int64_t frames, breaks;
};

const std::vector<Video> &videos() {
  static const std::vector<Video> all = {{"counting:", 40, -1},
                                         {"counting:frames=1", 1, -1},
                                         {"counting:frames=12,seekable=0", 12, -1},
                                         {"counting:frames=12,rate=0", 12, -1},
                                         {"counting:frames=9,breaks=5", 9, 5},
                                         {"counting:frames=9,breaks=5,seekable=0,claimed=-1", 9, 5},
                                         {"counting:frames=0", 0, -1},
                                         {"counting:frames=12,damaged=2", 12, -1}};
  return all;
}
/// The choice of a video that the plugin "synthetic" draws.
const int drawn = 100;

std::vector<TextCase> paths(Fuzzer &fuzzer, Call &, const std::string &parameter) {
  std::vector<TextCase> all;
  if (parameter == "options") {
    return {{"", {}, 0},
            {"{}", {}, 0},
            {"{\"source\": \"auto\", \"config\": {}}", {}, 0},
            {"{\"source\": \"NO ID\"}", config},
            {"{\"source\": 1}", config},
            {"{\"config\": []}", config},
            {"{\"config\": {\"no such\": 1}}", config},
            {"{\"sources\": \"auto\"}", config}};
  }
  for (size_t i = 0; i < videos().size(); i++) all.push_back({videos()[i].path, {}, static_cast<int>(i)});
  all.push_back({"synthetic:", {}, drawn});
  all.push_back({"", Statuses(SVFAP_E_INVALID_ARGUMENT)});
  all.push_back({fuzzer.files.folder + "/none.mp4", notFound});
  all.push_back({fuzzer.files.empty, format});
  all.push_back({fuzzer.files.garbage, Statuses(SVFAP_E_UNSUPPORTED)});
  all.push_back({fuzzer.files.garbage + "/below a file", notFound});
  return all;
}

/// What reading may lead to where nobody knows the position.
Statuses anywhere(const Object &source) { return ok | end | (source.breaks >= 0 ? format : Statuses()); }

Statuses nextOutcome(Fuzzer &, Call &call) {
  const Object &source = *call.first();
  if (source.isStopped()) return cancelled;
  if (source.position < 0) return anywhere(source);
  if (source.position >= source.frames) return end;
  return source.position == source.breaks ? format : ok;
}

void nextEffect(Fuzzer &fuzzer, Call &call) {
  if (call.status != SVFAP_OK) return;
  Object &source = *call.first();
  svfap_frame frame;
  std::memcpy(&frame, call["frame"].place, sizeof frame);
  if (source.position >= 0 && frame.index != source.position)
    fuzzer.finding(&call, "frame " + std::to_string(frame.index) + " came where " + std::to_string(source.position) + " was due");
  source.position = frame.index + 1;
  volatile int sum = 0;
  for (int64_t y = 0; frame.rgb != nullptr && y < frame.height; y++)
    for (int64_t x = 0; x < 3 * frame.width; x++) sum = sum + frame.rgb[y * frame.row_bytes + x];
}

void seekNumber(Fuzzer &fuzzer, Call &call, Argument &argument, bool isWrong) {
  const int64_t frames = call.first() ? call.first()->frames : 9;
  int64_t index = frames == 0 ? 0 : static_cast<int64_t>(fuzzer.random.below(static_cast<uint64_t>(frames)));
  if (isWrong && fuzzer.random.chance(50)) {
    index = fuzzer.random.of({int64_t{-1}, INT64_MIN, INT64_MIN + 1});
    argument.spoil("negative", Statuses(SVFAP_E_INVALID_ARGUMENT));
  } else if (isWrong) {
    index = fuzzer.random.of({frames, frames + 1, int64_t{1} << 40, INT64_MAX});
    argument.spoil("no such frame", end | (call.first() && call.first()->breaks >= 0 ? format : Statuses()));
    if (frames == index && frames == 0) argument.wrong = argument.wrong | ok;
  }
  argument.bits = static_cast<uint64_t>(index);
}

Statuses seekOutcome(Fuzzer &, Call &call) {
  const Object &source = *call.first();
  if (source.isStopped()) return cancelled;
  const auto index = static_cast<int64_t>(call["index"].bits);
  if (source.frames == 0) return end | ok;
  // Without seeking, frames are read up to the one that is wanted.
  return source.breaks >= 0 && index >= source.breaks ? ok | format : ok;
}

void seekEffect(Fuzzer &, Call &call) {
  if (!call.first()) return;
  if (call.status == SVFAP_OK) {
    call.first()->position = static_cast<int64_t>(call["index"].bits);
  } else if (call.status != SVFAP_E_INVALID_ARGUMENT && call.status != SVFAP_E_BUSY && call.status != SVFAP_E_BAD_HANDLE) {
    call.first()->position = -1;
  }
}

void openEffect(Fuzzer &fuzzer, Call &call) {
  if (!call.made) return;
  Object &source = *call.made;
  const int choice = call["path"].choice;
  source.cancel = call["cancel"].object;
  if (choice == drawn) {
    svfap_stream_info info;
    std::memset(&info, 0, sizeof info);
    info.struct_size = sizeof info;
    if (svfap_source_info(reinterpret_cast<svfap_source *>(source.handle), &info, nullptr) != SVFAP_OK)
      fuzzer.finding(&call, "a new source tells nothing");
    source.frames = info.frame_count;
    return;
  }
  source.frames = videos()[static_cast<size_t>(choice)].frames;
  source.breaks = videos()[static_cast<size_t>(choice)].breaks;
}

}  // namespace

void addSources(Behaviours &all) {
  Behaviour &open = all["svfap_source_open"];
  open.texts = paths;
  open.outcome = [](Fuzzer &, Call &call) {
    const ObjectPointer &flag = call["cancel"].object;
    if (flag && flag->isRequested) return cancelled;
    const bool isThere = call["path"].choice == drawn ? call.first()->hasDirectory : call.first()->hasCounting;
    return isThere ? ok : notFound;
  };
  open.effect = openEffect;
  Behaviour &info = all["svfap_source_info"];
  info.outcome = [](Fuzzer &, Call &) { return ok; };
  info.effect = [](Fuzzer &fuzzer, Call &call) {
    if (call.status != SVFAP_OK) return;
    svfap_stream_info found;
    std::memcpy(&found, call["info"].place, sizeof found);
    fuzzer.lend(call.first(), found.format.data, found.format.size + 1);
    fuzzer.lend(call.first(), found.metadata.data, found.metadata.size + 1);
  };
  Behaviour &next = all["svfap_source_next"];
  next.outcome = nextOutcome;
  next.effect = nextEffect;
  Behaviour &seek = all["svfap_source_seek"];
  seek.number = seekNumber;
  seek.outcome = seekOutcome;
  seek.effect = seekEffect;
  all["svfap_source_release"].outcome = [](Fuzzer &, Call &) { return ok; };
}
