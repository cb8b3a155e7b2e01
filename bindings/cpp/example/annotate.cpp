// What a model sees in a video, in C++: a line for every window, and how the time went by.
//
//   c++ -std=c++17 annotate.cpp $(pkg-config --cflags --libs svfap) -o annotate
//   ./annotate model.safetensors clip.mp4
#include <svfap.hpp>

#include <cstdio>
#include <iostream>
#include <string>

int main(int argc, char **argv) {
  if (argc != 3) {
    std::cerr << "usage: annotate MODEL VIDEO\n";
    return 64;
  }
  try {
    svfap::Runtime runtime;
    const svfap::Model model(runtime, argv[1]);
    svfap::Predictor predictor(model);
    svfap::Source video(runtime, argv[2]);

    int windows = 0;
    predictor.run(video, [&](const svfap_window &window) {
      ++windows;
      std::printf("%8.2f - %8.2f s", window.start_s, window.end_s);
      if (!window.success) std::printf("  %s", std::string(svfap::view(window.reason)).c_str());
      uint64_t index = 0;
      for (const float reading : svfap::readings(window)) {
        const auto output = model.output(index++);
        if (window.winner < 0 || window.winner + 1 == static_cast<int64_t>(index))
          std::printf("  %s %.3f", std::string(output.name).c_str(), reading);
      }
      std::putchar('\n');
    });
    std::fflush(stdout);
    std::cout << windows << " windows; " << predictor.summary() << '\n';
  } catch (const svfap::Error &error) {
    std::cerr << "annotate: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
