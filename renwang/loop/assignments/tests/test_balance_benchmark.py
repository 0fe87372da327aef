"""The benchmark of the assignment runs small, so that it cannot rot."""

import json
import subprocess
import sys
from pathlib import Path


def test_the_benchmark_proves_its_small_case_and_says_so_in_json() -> None:
    script = Path(__file__).resolve().parents[4] / "benchmarks" / "assign.py"
    done = subprocess.run(
        [sys.executable, str(script), "--quick", "--json"], capture_output=True, text=True, check=True
    )
    result = json.loads(done.stdout)
    assert result["proven"] is True
    assert result["cost"] == result["lower_bound"]
