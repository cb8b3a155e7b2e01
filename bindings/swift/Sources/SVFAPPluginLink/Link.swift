// Empty on purpose: this target carries the linker flags of plugins (Package.swift).
