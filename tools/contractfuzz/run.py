"""Runs Schemathesis against a service of its own: the built binary with a private database in a folder that is deleted
afterwards, on a free port, without limits, since those are tested elsewhere.

    run.py BINARY [--cases N] [--seed N] [--operation ID]...
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib

HERE = pathlib.Path(__file__).parent
ALWAYS = ["2xx", "3xx", "401", "403", "404"]


def settings() -> str:
    """The configuration: every check is on, and rules.toml alone widens what a well-formed request may be answered."""
    rules = tomllib.loads((HERE / "rules.toml").read_text())["rule"]
    widened = {}
    for rule in rules:
        if rule["status"] not in (409, 412, 422) or not rule["because"]:
            sys.exit(f"rules.toml: a rule is a 409, 412 or 422 with its reason: {rule}")
        for operation in rule["operations"]:
            widened.setdefault(operation, set()).add(str(rule["status"]))
    lines = [
        f"hooks = {json.dumps(str(HERE / 'hooks.py'))}",
        "continue-on-failure = true",
        "request-timeout = 60",
        "[auth]",
        "auto-signup = false",  # hooks.py says who is signed in
        "[phases.stateful]",
        'inference.algorithms = ["location-headers"]',  # beyond it the links of the contract, and no guesses by names
        "[checks]",
        "enabled = true",
        f"positive_data_acceptance.expected-statuses = {json.dumps(ALWAYS)}",
    ]
    for operation, statuses in sorted(widened.items()):
        lines += [
            "[[operations]]",
            f"include-operation-id = {json.dumps(operation)}",
            f"checks.positive_data_acceptance.expected-statuses = {json.dumps(ALWAYS + sorted(statuses))}",
        ]
    return "\n".join(lines) + "\n"


class Service:
    """A running service. Whatever happens, it is stopped and its data deleted."""

    def __init__(self, binary: str):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="lattice-fuzz-"))
        self.folder.chmod(0o755)  # its database runs as another user where root starts it
        own = {
            "DATA_DIR": str(self.folder / "data"), "HTTP_ADDR": "127.0.0.1:0", "SEED_DEMO": "true", "LOG_FORMAT": "json",
            "ENVIRONMENT": "development", "DATABASE_URL": "", "LIMIT_AUTH": "off", "LIMIT_AI": "off", "LIMIT_WRITES": "off",
            "LIMIT_READS": "off", "LIMIT_STREAMS": "off",
        }  # fmt: skip
        self.log = open(self.folder / "log", "w+")
        self.process = subprocess.Popen(
            [os.path.abspath(binary), "serve"],
            cwd=self.folder,
            env={**os.environ, **own},
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        for line in self.process.stdout:  # ends when the process does
            if found := re.search(r"URL\s+(http://\S+)", line):
                self.url = found[1]
                return
        self.stop()
        sys.exit("the service did not start:\n" + self.said())

    def said(self) -> str:
        return (self.folder / "log").read_text()

    def complaints(self) -> list[str]:
        """The lines of the log that tell of a fault of the service's own."""
        return [line for line in self.said().splitlines() if '"level":"ERROR"' in line or "panic" in line]

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.log.close()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--cases", type=int, default=200, help="generated cases an operation")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--operation", action="append", default=[])
    options = parser.parse_args()

    service = Service(options.binary)
    failed = []
    try:
        config = service.folder / "schemathesis.toml"
        config.write_text(settings())
        for who, phases in (("user", "examples,coverage,fuzzing,stateful"), ("nobody", "examples,coverage,fuzzing")):
            command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run", service.url + "/openapi.json"]
            command += ["--phases", phases, "--max-examples", str(options.cases), "--warnings", "off"]
            if options.seed is not None:
                command += ["--seed", str(options.seed)]
            for operation in options.operation:
                command += ["--include-operation-id", operation]
            started = time.monotonic()
            print(f"--- as {who}", flush=True)
            environment = {**os.environ, "LATTICE_URL": service.url, "LATTICE_FUZZ_AS": who, "PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1"}
            if subprocess.run(command, env=environment, cwd=service.folder).returncode != 0:
                failed.append(who)
            print(f"--- as {who}: {time.monotonic() - started:.0f} s", flush=True)
    finally:
        service.stop()
        complaints = service.complaints()
        shutil.rmtree(service.folder, ignore_errors=True)
    for line in complaints[:20]:
        print("the service logged:", line)
    return 1 if failed or complaints else 0


if __name__ == "__main__":
    sys.exit(main())
