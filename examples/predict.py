#!/usr/bin/env python3
"""What a model sees in a video, window by window.

    python3 predict.py model.safetensors clip.mp4
"""

import sys

import svfap


def main() -> int:
    if len(sys.argv) != 3:
        print("usage: predict.py MODEL VIDEO", file=sys.stderr)
        return 64
    try:
        model = svfap.Model.open(sys.argv[1])
        for window in model.predict(sys.argv[2]):
            shown = {window.label: window.probability} if window.label else window.readings
            text = "  ".join(f"{name} {value:.3f}" for name, value in shown.items())
            print(f"{window.start_s:8.2f} - {window.end_s:8.2f} s  {text if window.success else window.reason}")
    except svfap.Error as error:
        print(f"predict: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
