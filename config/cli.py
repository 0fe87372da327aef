def main() -> int:
    raise SystemExit("renwang: not written yet")
