// Empty on purpose: this target exists to carry the linker flags of the plugins (see Package.swift).
