import Glibc
import TestSupport
import Testing

/// A host that is not this library: a C program that knows the plugin header only, loads the built plugin, and does one thing in a
/// process of its own, where it can be traced and limited.
final class ForeignHost {
  private let folder = TemporaryFolder()
  private let command: [String]

  init() throws {
    // The library that is shipped: one of a sanitized build would need the sanitizer in this plain program.
    let library = Fixtures.path("../../.build/release/svfap/plugins-1/svfap_video_ffmpeg.so")
    try #require(access(library, F_OK) == 0, "\(library) is not built")
    Fixtures.write(Array(Self.program.utf8), to: "\(folder.path)/host.c")
    let include = "-I" + Fixtures.path("../../include")
    let built = Command.run(["cc", "-w", include, "\(folder.path)/host.c", "-o", "\(folder.path)/host", "-ldl"])
    try #require(built.status == 0, "\(built.stderr)")
    command = ["\(folder.path)/host", library]
  }

  /// Opens each file and prints the status.
  ///
  /// - Parameter tracer: a program that runs the host, with its arguments.
  func read(_ paths: [String], under tracer: [String]) -> Command.Outcome { Command.run(tracer + command + ["read"] + paths) }

  /// Writes noise to a file that may not grow beyond 200 000 bytes, and prints the status and the message.
  func fill(_ path: String) -> Command.Outcome { Command.run(command + ["fill", path]) }

  private static let program = """
    #define _GNU_SOURCE
    #include <svfap_plugin.h>
    #include <dlfcn.h>
    #include <signal.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <string.h>
    #include <sys/resource.h>
    static char message[4096];
    static void *allocate(void *c, uint64_t n) { return aligned_alloc(64, (n + 63) / 64 * 64); }
    static void deallocate(void *c, void *p) { free(p); }
    static void log_line(void *c, int32_t l, const char *t, uint64_t n) {}
    static svfap_status fail(void *c, svfap_status s, const char *t, uint64_t n) {
      snprintf(message, sizeof message, "%.*s", (int)n, t);
      return s;
    }
    static int32_t cancelled(void *c) { return 0; }
    static void parallel(void *c, uint64_t n, void (*b)(void *, uint64_t), void *a) { for (uint64_t i = 0; i < n; i++) b(a, i); }
    static svfap_host host = {sizeof host, 0, 1, 0, allocate, deallocate, log_line, fail, cancelled, parallel};

    static void read_video(const svfap_video_source *source, const char *path) {
      svfap_reader *reader = NULL;
      svfap_status status = source->open(&host, path, strlen(path), "{}", 2, &reader);
      if (status == 0) source->close(reader);
      printf("%d\\n", status);
    }

    /* Noise, until the file may grow no more. */
    static void fill(const svfap_video_sink *sink, const char *path) {
      signal(SIGXFSZ, SIG_IGN);
      struct rlimit limit = {200000, 200000};
      setrlimit(RLIMIT_FSIZE, &limit);
      svfap_sink_format format = {sizeof format, 320, 240, 25, 1};
      static uint8_t pixels[320 * 240 * 3];
      svfap_frame frame = {sizeof frame, 0, 0, 320, 240, 960, pixels, 0, 0};
      svfap_writer *writer = NULL;
      const uint8_t *bytes;
      uint64_t size;
      svfap_status status = sink->open(&host, path, strlen(path), &format, "{\\\"quality\\\": 100}", 16, &writer);
      for (int i = 0; status == 0 && i < 500; i++) {
        for (int k = 0; k < 320 * 240 * 3; k++) pixels[k] = rand();
        status = sink->write(writer, &frame);
      }
      if (status == 0) status = sink->finish(writer, &bytes, &size);
      printf("%d %s\\n", status, message);
      sink->close(writer);
    }

    int main(int count, char **words) {
      void *library = dlopen(words[1], RTLD_NOW | RTLD_LOCAL);
      if (!library) { fputs(dlerror(), stderr); return 1; }
      const svfap_plugin *plugin = dlsym(library, "svfap_plugin_v1");
      plugin->init(&host);
      for (int i = 3; i < count; i++) {
        if (strcmp(words[2], "read") == 0) read_video(plugin->interfaces[0].table, words[i]);
        else fill(plugin->interfaces[1].table, words[i]);
      }
      return 0;
    }
    """
}
