# libsvfap. `make` builds, `make demo` shows it at work, `make test` proves it, `make install PREFIX=/usr/local` installs it.

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
PYTHON ?= python3

BUILD := .build/release
PLUGIN_DIR := $(BUILD)/svfap/plugins-1
HEADS := classification dimensional personality
VIDEOS := ffmpeg frames synthetic
PLUGINS := $(HEADS:%=svfap_head_%) $(VIDEOS:%=svfap_video_%)
EXAMPLES := predict frames_from_memory predict_threads train train_head
EXAMPLE_PLUGINS := svfap_head_attention-pool svfap_head_huber svfap_video_y4m
ABI := 1
VERSION := 0.1.0
# What the templates of packages are filled in with. The binary interface's version stands in the header.
ABI_MAJOR = $(shell sed -n 's/^\#define SVFAP_ABI_MAJOR //p' include/svfap_types.h)
ABI_MINOR = $(shell sed -n 's/^\#define SVFAP_ABI_MINOR //p' include/svfap_types.h)
FILL = sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' -e 's|@SOVERSION@|$(ABI)|' \
  -e 's|@ABI_MAJOR@|$(ABI_MAJOR)|' -e 's|@ABI_MINOR@|$(ABI_MINOR)|'

.PHONY: all setup build plugins worker demo test fuzz lint install clean examples

all: build

# Installs what a fresh Debian machine lacks; says what is missing where it may not.
setup:
	@tools/setup.sh

# The driver links libsvfap.so, so the library comes first. What is built looks for other libraries where the system does and
# nowhere else. SwiftPM neither compiles Swift anew when a header changes, nor links anew when the list of exports does.
build: setup
	@for header in include/*.h; do test $(BUILD)/libsvfap.so -nt $$header || { rm -rf $(BUILD)/*; break; }; done
	@test $(BUILD)/libsvfap.so -nt exports/svfap.map || rm -f $(BUILD)/libsvfap.so
	$(SWIFT) build -c release --disable-local-rpath --product svfap
	ln -sf libsvfap.so $(BUILD)/libsvfap.so.$(ABI)
	$(SWIFT) build -c release --disable-local-rpath
	$(MAKE) --no-print-directory plugins

# Plugins are found beside the library under the names that their ids give them, with fixed modes.
plugins: worker
	@mkdir -p $(PLUGIN_DIR) && chmod 755 $(BUILD)/svfap $(PLUGIN_DIR)
	@for plugin in $(PLUGINS); do install -m 644 $(BUILD)/lib$$plugin.so $(PLUGIN_DIR)/$$plugin.so; done

# The program that plugins are looked at in. It loads the library that it stands beside, whatever LD_LIBRARY_PATH says.
worker:
	@mkdir -p $(BUILD)/svfap && chmod 755 $(BUILD)/svfap
	@cc -std=c99 -O2 $(WARNINGS) -Iinclude Sources/svfap-worker/main.c -o $(WORKER).new -L$(BUILD) -lsvfap $(BESIDE)
	@chmod 755 $(WORKER).new && mv -f $(WORKER).new $(WORKER)

WARNINGS := -Wall -Wextra -Wpedantic -Werror
WORKER := $(BUILD)/svfap/svfap-worker
BESIDE := '-Wl,-rpath,$$ORIGIN/..,--disable-new-dtags'
PROGRAM := -L$(BUILD) -lsvfap -pthread '-Wl,-rpath,$$ORIGIN/..'
PLUGIN := -shared -fPIC -fvisibility=hidden -Wl,-z,nodelete
MADE := $(BUILD)/examples

# Every example is one compiler command.
examples: build $(EXAMPLES:%=$(MADE)/%) $(MADE)/annotate $(EXAMPLE_PLUGINS:%=$(MADE)/%.so)

$(MADE)/%: examples/%.c include/*.h | build
	@mkdir -p $(MADE)
	cc -std=c99 -O2 $(WARNINGS) -Iinclude $< -o $@ $(PROGRAM)

$(MADE)/annotate: bindings/cpp/example/annotate.cpp bindings/cpp/svfap.hpp include/*.h | build
	@mkdir -p $(MADE)
	c++ -std=c++17 -O2 $(WARNINGS) -Iinclude -Ibindings/cpp $< -o $@ $(PROGRAM)

$(MADE)/svfap_head_attention-pool.so: examples/attention_pool_head.c include/*.h | build
	@mkdir -p $(MADE)
	cc -std=c99 -O2 $(WARNINGS) $(PLUGIN) -Iinclude $< -lm -o $@

$(MADE)/svfap_video_y4m.so: examples/y4m_source.c include/*.h | build
	@mkdir -p $(MADE)
	cc -std=c99 -O2 $(WARNINGS) $(PLUGIN) -Iinclude $< -o $@

$(MADE)/svfap_head_huber.so: examples/cxx_head.cpp include/*.h | build
	@mkdir -p $(MADE)
	c++ -std=c++17 -O2 $(WARNINGS) $(PLUGIN) -Iinclude $< -o $@

demo: build
	@tools/demo.sh

test: build examples
	@tools/test.sh

# Any number of fuzzed calls; a finding names the seed of its world.
CALLS ?= 10000000
SEED ?= $(shell date +%s)
fuzz: build
	@tools/misuse.sh $(CALLS) $(SEED)

lint:
	$(SWIFT) format lint --strict -r Package.swift Sources Tests bindings/swift examples/swift_head

install: build
	install -d $(addprefix $(DESTDIR)$(PREFIX)/,bin include lib/svfap/plugins-1 lib/pkgconfig lib/cmake/svfap share/man/man1)
	install -m 755 $(BUILD)/svfap-host $(DESTDIR)$(PREFIX)/bin/svfap-host
	install -m 644 include/svfap.h include/svfap_types.h include/svfap_plugin.h bindings/cpp/svfap.hpp $(DESTDIR)$(PREFIX)/include/
	install -m 644 $(BUILD)/libsvfap.so $(DESTDIR)$(PREFIX)/lib/libsvfap.so.$(VERSION)
	strip --strip-unneeded $(DESTDIR)$(PREFIX)/lib/libsvfap.so.$(VERSION)
	ln -sf libsvfap.so.$(VERSION) $(DESTDIR)$(PREFIX)/lib/libsvfap.so.$(ABI)
	ln -sf libsvfap.so.$(ABI) $(DESTDIR)$(PREFIX)/lib/libsvfap.so
	@for plugin in $(PLUGINS); do \
	  install -m 644 $(BUILD)/lib$$plugin.so $(DESTDIR)$(PREFIX)/lib/svfap/plugins-1/$$plugin.so; \
	  strip --strip-unneeded $(DESTDIR)$(PREFIX)/lib/svfap/plugins-1/$$plugin.so; \
	done
	install -m 755 $(BUILD)/svfap/svfap-worker $(DESTDIR)$(PREFIX)/lib/svfap/svfap-worker
	$(FILL) tools/svfap.pc.in > $(DESTDIR)$(PREFIX)/lib/pkgconfig/svfap.pc
	$(FILL) tools/svfap-plugin.pc.in > $(DESTDIR)$(PREFIX)/lib/pkgconfig/svfap-plugin.pc
	$(FILL) tools/cmake/svfapConfig.cmake.in > $(DESTDIR)$(PREFIX)/lib/cmake/svfap/svfapConfig.cmake
	$(FILL) tools/cmake/svfapConfigVersion.cmake.in > $(DESTDIR)$(PREFIX)/lib/cmake/svfap/svfapConfigVersion.cmake
	$(PYTHON) tools/man_page.py $(BUILD)/svfap-host > $(DESTDIR)$(PREFIX)/share/man/man1/svfap-host.1
	@# The loader finds a new library in its own folders when its cache is made anew.
	@test -n "$(DESTDIR)" || ldconfig 2>/dev/null || true

clean:
	rm -rf .build
