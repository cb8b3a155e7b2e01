raise ImportError("an interpreter without NumPy, for tests")
