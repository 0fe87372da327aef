"""A ledger of half a million people from file to register and back, beside the fastest reader with COPY, and django-import-export.

    tools/with_postgres.sh python benchmarks/sheets.py [--persons 500000] [--peer 20000]

The peer and the fastest reader need `pip install -e .[bench]`; the limit is told for the fastest reader that is installed
(fastexcel with polars, else python-calamine). Each step runs in a process of its own, so that its peak memory is its own.
"""

import argparse
import datetime as dt
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TITLES = [
    "县",
    "乡",
    "行政村",
    "自然村",
    "户编号",
    "人编号",
    "姓名",
    "证件号码",
    "人数",
    "与户主关系",
    "民族",
    "文化程度",
    "在校生状况",
    "健康状况",
    "劳动技能",
    "务工时间(月)",
    "是否参加大病保险",
    "致贫原因",
    "危房户",
    "是否解决安全饮用水",
    "人均纯收入",
    "户联系电话",
    "人联系电话",
    "首次识别时间",
    "户类型",
]
STREETS = ("凤凰街道", "坊安街道", "坊城街道", "九龙街道")
SURNAMES, GIVEN = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗",
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉建华国玉梅德顺",
)


SET_UP: dict[str, float] = {}


def people(count: int) -> Iterator[list[Any]]:
    """Yield invented rows of the national poverty register: ID numbers of an area that no place has."""
    sys.path.insert(0, str(ROOT))
    from renwang.loop.registry.engine.identifiers import make_resident_id

    chance = random.Random(1)
    told = home = 0
    while told < count:
        home += 1
        size, village = chance.choice((1, 2, 3, 4, 5)), home % 400
        income, reason = chance.randint(3_000, 20_000), chance.choice(["因病", "因残", "因学", "缺劳力", "缺技术"])
        for member in range(min(size, count - told)):
            told += 1
            sex = "12"[told % 2]
            born_on = dt.date(1940, 1, 1) + dt.timedelta(days=told % 27_000)
            name = (
                chance.choice(SURNAMES) + chance.choice(GIVEN) + (chance.choice(GIVEN) if chance.random() < 0.7 else "")
            )
            yield [
                "坊子区", STREETS[village % 4], f"示范{village}村", "", f"H{home:07d}", f"P{told:08d}", name,
                make_resident_id("990704", born_on, told // 27_000, sex), size, ("户主", "配偶", "之子", "之女", "之父")[member],
                "汉族", "初中", "非在校生", ("健康", "长期慢性病")[told % 7 == 0], "普通劳动力", told % 13, "是", reason, "否", "是", income,
                f"1540{home:07d}", f"1541{told:07d}", dt.date(2014, 1, 1), "一般贫困户",
            ]  # fmt: skip


def make(path: Path, count: int) -> None:
    """Write the workbook."""
    from rustpy_xlsxwriter import write_worksheet

    write_worksheet((dict(zip(TITLES, row, strict=True)) for row in people(count)), str(path), sheet_name="名单")


def begin() -> None:
    """Set Django up, with a district of four streets and four hundred villages."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from renwang.foundation.access.rules import Actor
    from renwang.loop.registry import actions
    from renwang.loop.registry.models import Division
    from renwang.loop.registry.rules import DivisionIn, DivisionLevel

    call_command("migrate", verbosity=0, interactive=False)
    if Division.objects.filter(name="示范1村").exists():
        SET_UP["cpu"] = time.process_time()
        return
    call_command("setup_district", verbosity=0, stdout=open(os.devnull, "w"))  # noqa: PTH123, SIM115
    codes = dict(Division.objects.filter(level="street").values_list("name", "code"))
    villages = [
        DivisionIn(code=f"{codes[STREETS[v % 4]]}9{v // 4:02d}", name=f"示范{v}村", level=DivisionLevel.VILLAGE)
        for v in range(400)
    ]
    actions.load_divisions(actor=Actor.system(), now=timezone.now(), divisions=villages)
    SET_UP["cpu"] = time.process_time()


def limit(path: Path) -> dict[str, float]:
    """Read with the fastest reader alone, and COPY the same rows into a bare table without any index."""
    begin()
    from django.db import connection

    started = time.perf_counter()
    try:
        import fastexcel

        reader = "fastexcel + polars"
        frame = fastexcel.read_excel(str(path)).load_sheet(0, dtypes="string").to_polars()
        read = time.perf_counter() - started
        text = frame.write_csv(include_header=False).encode()
    except ImportError:
        import csv
        import io

        from python_calamine import CalamineWorkbook

        reader = "python-calamine"
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        rows = sheet.iter_rows()
        next(rows)
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        writer.writerows(rows)
        read = time.perf_counter() - started
        text = buffer.getvalue().encode()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare ({', '.join(f'c{n} text' for n in range(len(TITLES)))})")
        with cursor.copy("COPY bare FROM STDIN (FORMAT csv)") as copy:
            copy.write(text)
        cursor.execute("SELECT count(*) FROM bare")
        count = cursor.fetchone()[0]
        cursor.execute("DROP TABLE bare")
    return {"reader": reader, "read": read, "seconds": time.perf_counter() - started, "rows": count}  # type: ignore[dict-item]


def ours(path: Path, command: str) -> dict[str, Any]:
    """Take the workbook in by the doors that a worker uses: sealed, read, checked, entered, verdicts written."""
    begin()
    from django.utils import timezone

    from renwang.foundation.access.rules import Actor
    from renwang.loop.registry import actions, handlers
    from renwang.loop.registry.models import ImportBatch

    now, actor = timezone.now(), Actor.system()
    started = time.perf_counter()
    content = path.read_bytes()
    received = actions.receive_workbook(
        actor=actor, now=now, area="", filename=path.name, content=content, office="relief", mapping_name=command
    )
    del content
    found = handlers.check_batch(received.batch_id, now=now, ask=False)
    checked = time.perf_counter() - started
    batch = ImportBatch.objects.defer("blob").get(pk=received.batch_id)
    actions.apply_import(actor=actor, now=now, batch_id=batch.pk)
    handlers.keep_apply({"batch_id": batch.pk}, now=now, found=found)
    batch.refresh_from_db(fields=["status"])
    names = ("rows", "rows_new", "rows_changed", "rows_unchanged", "rows_conflict", "rows_doubtful", "rows_invalid")
    told = {name: getattr(batch, name) for name in names}
    return {"seconds": time.perf_counter() - started, "checked": checked, "status": batch.status, **told}


def export(path: Path) -> dict[str, Any]:
    """Write everybody of the register back into a workbook."""
    begin()
    from renwang.foundation.sheets.engine.writing import write_sheet
    from renwang.loop.registry.models import Particulars, Person
    from renwang.loop.registry.rules.particulars import STANDARD, told_of

    codes = [code for code in STANDARD if code != "remarks"]
    started = time.perf_counter()

    def rows() -> Iterator[list[Any]]:
        last = 0
        while True:
            part = list(
                Person.objects.filter(pk__gt=last)
                .order_by("pk")
                .values_list("pk", "subject__name", "id_number", "phone", "sex", "born_on", "subject__division_id")[
                    :10_000
                ]
            )
            if not part:
                return
            last = part[-1][0]
            told = dict(
                Particulars.objects.filter(subject_id__gte=part[0][0], subject_id__lte=last).values_list(
                    "subject_id", "told"
                )
            )
            for pk, *own in part:
                more = told_of(told.get(pk) or "")
                yield [*own[:4], own[4], own[5], *(more.get(code, "") for code in codes)]

    titles = [
        "姓名",
        "证件号码",
        "联系电话",
        "性别",
        "出生日期",
        "区划代码",
        *(STANDARD[code].titles[0] for code in codes),
    ]
    write_sheet(path, titles, rows(), title="名单", marked_by="基准测试")
    return {"seconds": time.perf_counter() - started, "megabytes": path.stat().st_size / 1e6}


def peer(count: int) -> dict[str, Any]:
    """Import the same columns with django-import-export into one plain table: no households, no sealing, no search."""
    begin()
    import tablib
    from django.db import connection, models
    from import_export import resources

    fields = {f"c{n}": models.CharField(max_length=60, blank=True) for n in range(len(TITLES)) if n != 7}
    row = type(
        "Row",
        (models.Model,),
        {
            "__module__": "benchmarks",
            "Meta": type("Meta", (), {"app_label": "registry", "db_table": "peer_row"}),
            "c7": models.CharField(max_length=18, unique=True),
            **fields,
        },
    )
    with connection.schema_editor() as editor:
        editor.create_model(row)
    meta = type("Meta", (), {"model": row, "import_id_fields": ("c7",), "exclude": ("id",), "use_bulk": True, "batch_size": 1000,
                             "skip_unchanged": True, "skip_diff": True})  # fmt: skip
    resource_class = type("RowResource", (resources.ModelResource,), {"Meta": meta})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "peer.xlsx"
        make(path, count)
        started = time.perf_counter()
        data = tablib.Dataset().load(path.read_bytes(), format="xlsx")
        data.headers = [f"c{n}" for n in range(len(TITLES))]
        result = resource_class().import_data(data, dry_run=False, raise_errors=True)
        seconds = time.perf_counter() - started
    with connection.schema_editor() as editor:
        editor.delete_model(row)
    return {"seconds": seconds, "rows": result.total_rows, "rate": count / seconds}


def of_database() -> dict[str, float]:
    """Return the processor seconds and the peak of this step's own PostgreSQL process, where the system tells them."""
    if "django" not in sys.modules:
        return {}
    from django.db import connection

    try:
        folder = Path("/proc") / str(connection.connection.info.backend_pid)
        used = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        peak = next(line for line in (folder / "status").read_text().splitlines() if line.startswith("VmHWM"))
    except (AttributeError, OSError):
        return {}
    # The peak holds the pages of the buffers that all processes of PostgreSQL share.
    return {
        "database_cpu": (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK"),
        "database_peak_mb": int(peak.split()[1]) // 1024,
    }


def main() -> None:
    """Run each step in a process of its own and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--persons", type=int, default=500_000)
    parser.add_argument("--peer", type=int, default=20_000)
    parser.add_argument("--step", default="")
    parser.add_argument("--path", type=Path)
    told = parser.parse_args()
    if told.step:
        path: Path = told.path
        steps = {
            "make": lambda: make(path, told.persons) or {},
            "limit": lambda: limit(path),
            "first": lambda: ours(path, "first"),
            "again": lambda: ours(path, "again"),
            "export": lambda: export(path.with_name("export.xlsx")),
            "peer": lambda: peer(told.peer),
        }
        result = steps[told.step]()
        # Of this process alone, once Django is set up and the tables are made: what a busy machine blurs least.
        result["cpu"] = round(time.process_time() - SET_UP.get("cpu", 0.0), 2)
        result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        result["children_peak_mb"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        result.update(of_database())
        print(json.dumps(result, ensure_ascii=False))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        os.environ.setdefault("RENWANG_DATA", folder)
        for step in ("make", "limit", "first", "again", "export", "peer"):
            call = [
                sys.executable,
                __file__,
                "--step",
                step,
                "--path",
                str(path),
                "--persons",
                str(told.persons),
                "--peer",
                str(told.peer),
            ]
            done = subprocess.run(call, capture_output=True, text=True, check=False)
            print(
                step,
                done.stdout.strip().splitlines()[-1] if done.returncode == 0 else done.stderr.strip()[-800:],
                flush=True,
            )


if __name__ == "__main__":
    main()
