// Empty on purpose: this target exists to carry the linker flags of libsvfap.so (see Package.swift).
