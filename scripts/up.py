"""`make up`: prepare the data folder, then run the web server, the workers and the clock until Ctrl-C."""

from __future__ import annotations

import argparse
import errno
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO

import environ

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.chdir(ROOT)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

from scripts import preparation  # noqa: E402 after the path is set
from scripts.outbox import Follower  # noqa: E402 likewise
from scripts.supervisor import Child, Supervisor, adopt_orphans  # noqa: E402 likewise

START_PATIENCE = 90.0  # seconds for the web server's first answer


def say(line: str = "") -> None:
    print(line, flush=True)


def hold_lock(run: Path) -> IO[str]:
    """One site a data folder. Exits with a sentence if another holds it."""
    lock = (run / "up.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        address = lock.read().strip()
        say(f"这个数据目录（{run.parent}）的网站已经在运行{'：' + address if address else ''}。")
        say("要再开一个，请换一个数据目录和端口：YINLING_DATA=另一个目录 make up PORT=8001")
        raise SystemExit(1) from None
    return lock


def read_port(text: str) -> int:
    """Exits with a sentence unless `text` is the number of a port."""
    if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 65535:
        return int(text)
    say(f"端口要是 1 到 65535 之间的数字，“{text}”不是。例如：make up PORT=8001")
    raise SystemExit(1)


def check_port(host: str, port: int) -> None:
    """Exits with a sentence if nobody could listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            why = {errno.EADDRINUSE: "已经有程序在用", errno.EACCES: "没有权限"}.get(error.errno or 0, "系统不让用")
            say(f"端口 {port} 用不了（{why}）。请换一个端口，例如：make up PORT={8001 if port < 1024 else port + 1}")
            raise SystemExit(1) from None


def site_children(host: str, port: int, run: Path) -> list[Child]:
    """Web first. Workers: two for verdicts and first playable, a nicer one for the long work, one for messages."""
    python = sys.executable
    celery = [python, "-m", "celery", "--app", "config", "--quiet"]
    worker = [
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
        "--loglevel",
        "INFO",
    ]
    return [
        Child(
            "web",
            [
                *(python, "-m", "gunicorn", "config.wsgi", "--bind", f"{host}:{port}", "--worker-class", "gthread"),
                # One process: the embedded cache lives in it. Threads, because a viewer holds one per segment.
                *("--workers", "1", "--threads", "16", "--worker-tmp-dir", str(run), "--no-control-socket"),
                *("--graceful-timeout", "3", "--log-level", "warning"),
            ],
        ),
        # Two for what is urgent: a lecture's sound takes minutes, and mustn't keep its picture or a verdict waiting.
        Child("worker-play", [*celery, "worker", "--queues", "play,default", "-n", "play@%h", "-c", "2", *worker]),
        Child("worker-bulk", ["nice", *celery, "worker", "--queues", "bulk", "-n", "bulk@%h", "-c", "1", *worker]),
        # Short messages, which a person is waiting for: never behind anything else. No children of its own.
        Child("worker-quick", [*celery, "worker", "--queues", "quick", "-n", "quick@%h", "--pool", "solo", *worker]),
        Child("clock", [*celery, "beat", "--pidfile", "", "--loglevel", "WARNING"]),
    ]


def answers(port: int, host: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/healthz/", timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def wait_until(supervisor: Supervisor, web: Child, ready: Callable[[], bool]) -> None:
    """Exits with the end of the web server's log if it doesn't come up."""
    deadline = time.monotonic() + START_PATIENCE
    while not ready():
        if not web.alive or time.monotonic() > deadline:
            say("网站没有启动成功。最后几行记录：")
            say(supervisor.tail(web))
            raise SystemExit(1)
        time.sleep(0.2)


def run(supervisor: Supervisor, *, host: str, port: int, data: Path, demo: bool) -> None:
    """Prepare, start everything, say where it is, then look after it for ever."""
    preparation.prepare(say)
    web, *workers = site_children(host, port, data / "run")
    supervisor.start(web)
    if demo:
        # Accounts and texts are there when the address is printed; the videos follow while people look round.
        preparation.run_manage("demo", "--without-media", "--quiet")
    wait_until(supervisor, web, lambda: answers(port, shown(host)))
    say()
    say(f"  银龄学堂已经打开：{address_of(host, port)}")
    say(f"  编辑后台：{address_of(host, port)}admin/")
    for worker in workers:
        supervisor.start(worker)
    if demo:
        preparation.print_accounts(say)
        command = [sys.executable, "manage.py", "demo", "--quiet"]
        supervisor.start(Child("demo", command, restarts=False, to_terminal=True))
    say(f"  数据目录：{data}    记录：{supervisor.logs}")
    say("  按 Ctrl-C 停止。")
    say()
    messages = Follower(supervisor.logs / "worker-quick.log")
    while True:
        supervisor.look_after()
        for line in messages.new_lines():
            say(f"  {line}")
        time.sleep(0.5)


def shown(host: str) -> str:
    """The address to type for a server that listens on every interface."""
    return "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 compared only


def address_of(host: str, port: int) -> str:
    return f"http://{shown(host)}:{port}/"


def main() -> None:
    parser = argparse.ArgumentParser(description="准备数据目录，运行网站和后台任务，直到按下 Ctrl-C。")
    environ.Env.read_env(str(ROOT / ".env"))
    parser.add_argument("--port", default=os.environ.get("PORT") or "8000")
    parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
    parser.add_argument("--no-demo", action="store_true", help="不做演示内容")
    options = parser.parse_args()
    port = read_port(options.port)

    adopt_orphans()
    data = preparation.data_dir()
    lock = hold_lock(data / "run")
    check_port(options.host, port)
    address = address_of(options.host, port)
    lock.truncate(0)
    lock.write(address)
    lock.flush()
    environment = {**os.environ, "SITE_URL": address.rstrip("/")}
    supervisor = Supervisor(logs=data / "logs", environment=environment, folder=ROOT, say=say)

    def leave(_signal: int, _frame: object) -> None:
        if not supervisor.stopping:
            supervisor.stopping = True
            raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    try:
        run(supervisor, host=options.host, port=port, data=data, demo=not options.no_demo)
    except KeyboardInterrupt:
        say("\n正在停止……")
    except subprocess.CalledProcessError as error:
        say(f"没有准备好：{' '.join(error.cmd[1:])}（退出码 {error.returncode}）。")
        raise SystemExit(1) from None
    finally:
        supervisor.stopping = True
        supervisor.stop()
    say("已停止。没有做完的视频，下次启动后会接着做。")


if __name__ == "__main__":
    main()
