// The misuse fuzzer: random right and wrong calls of every function of svfap.h, with an oracle for what each returns.
//
//   misuse-fuzzer --plugin COUNTING.so [--calls 100000] [--seed 1]
//   misuse-fuzzer --plugin COUNTING.so --reproduce WORLD      the one world that a finding names
//
// With --all 1 it goes on after a wrong status and tells every kind of them once.
//
// It exits with 1 at the first finding, or if a function was never called rightly or never wrongly.
#include "Fuzzer.h"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

extern "C" __attribute__((weak)) size_t __sanitizer_get_current_allocated_bytes(void);
extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)(void));

namespace {

const uint64_t callsInAWorld = 2000;
/// Worlds after which memory is expected to stay, and how much more may be kept for good: caches, texts that live for ever.
const uint64_t warmWorlds = 10;
const size_t keptLimit = 1 << 20;

void tell() {
  if (atWork != nullptr) atWork->tellActive();
}

void onSignal(int number) {
  tell();
  std::signal(number, SIG_DFL);
  std::raise(number);
}

void write(const std::string &path, const std::string &bytes) {
  std::FILE *const file = std::fopen(path.c_str(), "wb");
  if (file == nullptr || std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size() || std::fclose(file) != 0) {
    std::perror(path.c_str());
    std::exit(1);
  }
}

std::string read(const std::string &path) {
  std::string bytes;
  std::FILE *const file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return bytes;
  for (int byte; (byte = std::fgetc(file)) != EOF;) bytes.push_back(static_cast<char>(byte));
  std::fclose(file);
  return bytes;
}

void need(svfap_status status, const char *what) {
  if (status == SVFAP_OK) return;
  std::fprintf(stderr, "%s: %s\n", what, statusName(status).c_str());
  std::exit(1);
}

/// Makes the files that calls name.
Files makeFiles(const std::string &plugin) {
  char folder[] = "/tmp/misuse-XXXXXX";
  if (mkdtemp(folder) == nullptr) std::exit(1);
  Files files;
  files.folder = folder;
  files.counting = plugin;
  files.model = files.folder + "/model.safetensors";
  files.pretraining = files.folder + "/pretraining.safetensors";
  files.garbage = files.folder + "/garbage";
  files.truncated = files.folder + "/truncated.safetensors";
  files.empty = files.folder + "/empty";
  files.writable = files.folder + "/writable.so";
  svfap_runtime *runtime = nullptr;
  svfap_model *model = nullptr;
  const std::string fine = std::string("{") + model::members + "}", masked = std::string("{") + model::members + ", \"pretraining\": true}";
  need(svfap_runtime_create("{\"threads\": 1, \"plugin_directory\": true}", SVFAP_NUL_TERMINATED, &runtime, nullptr), "runtime");
  for (const auto &[text, path] : {std::pair(fine, files.model), std::pair(masked, files.pretraining)}) {
    need(svfap_model_create(runtime, text.c_str(), text.size(), 1, &model, nullptr), "model");
    need(svfap_model_save(model, path.c_str(), path.size(), nullptr), "save");
    need(svfap_model_release(model, nullptr), "release");
  }
  need(svfap_runtime_release(runtime, nullptr), "release");
  const std::string whole = read(files.model);
  write(files.truncated, whole.substr(0, whole.size() / 2));
  write(files.garbage, "this is neither a model nor a plugin nor a video, but long enough to be looked at as one of them");
  write(files.empty, "");
  write(files.writable, read(plugin));
  chmod(files.writable.c_str(), 0666);
  return files;
}

void removeFiles(const Files &files) {
  for (const std::string &path : {files.model, files.pretraining, files.garbage, files.truncated, files.empty, files.writable,
                                  files.folder + "/saved.safetensors", files.folder + "/created.safetensors"})
    unlink(path.c_str());
  if (rmdir(files.folder.c_str()) != 0) {
    std::printf("FINDING: files are left in %s\n", files.folder.c_str());
    std::exit(1);
  }
}

uint64_t number(const char *text) { return std::strtoull(text, nullptr, 10); }

/// Whether the memory of a world is given back when it has ended.
void checkMemory(uint64_t world) {
  static size_t kept = 0;
  if (__sanitizer_get_current_allocated_bytes == nullptr || world < warmWorlds) return;
  const size_t now = __sanitizer_get_current_allocated_bytes();
  if (kept == 0) kept = now;
  if (now <= kept + keptLimit) return;
  std::printf("FINDING: memory is kept: %zu bytes after world %" PRIu64 ", %zu after world %" PRIu64 "\n", now, world, kept, warmWorlds);
  std::exit(1);
}

}  // namespace

int main(int argc, char **argv) {
  uint64_t calls = 100000, seed = 1, reproduced = 0;
  std::string plugin;
  bool goesOn = false;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--calls") == 0) calls = number(argv[i + 1]);
    if (std::strcmp(argv[i], "--seed") == 0) seed = number(argv[i + 1]);
    if (std::strcmp(argv[i], "--reproduce") == 0) reproduced = number(argv[i + 1]);
    if (std::strcmp(argv[i], "--all") == 0) goesOn = number(argv[i + 1]) != 0;
    if (std::strcmp(argv[i], "--plugin") == 0) plugin = argv[i + 1];
  }
  if (plugin.empty() || argc % 2 == 0) {
    std::fprintf(stderr, "usage: misuse-fuzzer --plugin COUNTING.so [--calls COUNT] [--seed SEED] [--reproduce WORLD]\n");
    return 64;
  }
  for (int signal : {SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGPIPE, SIGALRM}) std::signal(signal, onSignal);
  if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(tell);

  Report report;
  Fuzzer fuzzer(makeFiles(plugin), report);
  fuzzer.goesOn = goesOn;
  Random seeds(seed);
  const auto start = std::chrono::steady_clock::now();
  for (uint64_t world = 0; report.calls() < calls; world++) {
    // A call that hangs is told of like one that crashes.
    alarm(300);
    fuzzer.world(reproduced != 0 ? reproduced : seeds.next(), callsInAWorld);
    if (reproduced != 0) return 0;
    checkMemory(world);
  }
  alarm(0);
  removeFiles(fuzzer.files);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  std::printf("seed %" PRIu64 "\n", seed);
  report.print(elapsed.count());
  const std::string gaps = report.gaps();
  std::printf("%s%s", gaps.empty() ? "" : "FINDING:\n", gaps.c_str());
  return gaps.empty() && report.findings == 0 ? 0 : 1;
}
