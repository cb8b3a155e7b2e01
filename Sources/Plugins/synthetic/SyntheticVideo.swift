// SyntheticVideo
