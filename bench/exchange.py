"""Packets and the directory of agencies, inside one process (`ExchangeBench/`) and as processes for their memory."""

import os
import shutil

import signatures

HEADS = ["work", "measured", "beside", "target", ""]
AGENCIES = 200_000


class Exchange:
    def __init__(self, program, folder, rounds):
        self.program, self.rounds = program, rounds
        self.folder = os.path.join(folder, "exchange")
        os.makedirs(self.folder, exist_ok=True)
        self.rows = []

    def told(self, *command):
        return signatures.told([self.program, *command])

    def row(self, work, measured, beside, target, is_met):
        self.rows.append([work, measured, beside, target, "met" if is_met else "MISSED"])

    def packets(self):
        """One attachment of 1 MB, beside base64 and SHA-256 of the same bytes alone; 50 MB from file to file."""
        times = self.told("packet", "megabytes=1", f"rounds={self.rounds * 15}", f"folder={self.folder}")
        for work, key, floor in (
                ("read a packet of 1 MB", "read_ms", "decode_floor_ms"),
                ("the same from file to file", "read_to_file_ms", "file_floor_ms"),
                ("write a packet of 1 MB", "write_ms", "encode_floor_ms")):
            ratio = times[key] / times[floor]
            self.row(work, f"{times[key]:.2f} ms", f"{times[floor]:.2f} ms", f"≤ 2× ({ratio:.2f}×)", ratio <= 2)
        idle = signatures.once([self.program, "idle"])["peak_mb"]
        for work, command in (
                ("write a packet of 50 MB", ("write", "megabytes=37")), ("read a packet of 50 MB", ("read",))):
            once = signatures.once([self.program, *command, f"folder={self.folder}"])
            above = once["peak_mb"] - idle
            self.row(work, f"{above:.1f} MB", f"{once['wall_ms']:.0f} ms", "≤ 64 MB above idle", above <= 64)

    def directory(self, engine, database):
        folder = os.path.join(self.folder, engine)
        os.makedirs(folder)
        told = self.told(
            "directory", f"agencies={AGENCIES}", "keys=40", f"folder={folder}",
            f"database={database or os.path.join(folder, 'office.sqlite')}")
        shutil.rmtree(folder)
        if int(told["agencies"]) != AGENCIES:
            raise SystemExit(f"{engine}: {told['agencies']:.0f} agencies came of {AGENCIES}")
        self.row(f"directory of {AGENCIES}, {engine}", f"{told['load_s']:.1f} s", "", "≤ 10 s", told["load_s"] <= 10)
        self.row(
            f"picker per key, {engine}", f"p95 {told['picker_p95_ms']:.1f} ms", f"p50 {told['picker_p50_ms']:.1f} ms",
            "≤ 30 ms", told["picker_p95_ms"] <= 30)
