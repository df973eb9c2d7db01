"""Who is compared: finds what is installed, builds it once, and tells how to run it.

Nothing is installed. A peer whose tools are missing, or whose program is not there or does not
build, is left out, with the reason.
"""
import os
import shutil
import subprocess


class NotThere(Exception):
    """Why a peer is left out."""


def tool(*names):
    """The path of the first of these that is installed."""
    for name in names:
        path = shutil.which(name)
        if path:
            return path
    raise NotThere(f"{' or '.join(names)} is not installed")


def output(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True,
                              stdin=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return (done.stdout or done.stderr).strip()


def source(path):
    if not os.path.exists(path):
        raise NotThere(f"{path} is not there")
    return path


def build(command, made, sources, folder=None):
    """Runs the compiler unless what it makes is newer than all it is made from."""
    if os.path.exists(made) and all(os.path.getmtime(made) > os.path.getmtime(source)
                                    for source in sources):
        return
    os.makedirs(os.path.dirname(made), exist_ok=True)
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False,
                          stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        errors = [line for line in said if "error" in line] or said
        raise NotThere(f"`{' '.join(command)}` fails: {'; '.join(errors[:3])}")


class Contender:
    """Someone who runs workloads. `prepare` raises NotThere, and is called once for each kind."""

    name = ""

    def __init__(self, here, made):
        self.sources = os.path.join(here, "peers")
        self.made = os.path.join(made, self.name)

    def version(self):
        raise NotImplementedError

    def prepare(self, kind):
        raise NotImplementedError

    def command(self, workload, name, size, schedulers):
        raise NotImplementedError

    def environment(self, schedulers):
        del schedulers
        return {}


class Ttvm(Contender):
    name = "ttvm"

    def __init__(self, here, binary):
        super().__init__(here, "")
        self.binary = binary
        self.programs = os.path.join(here, "workloads")

    def version(self):
        return output([self.binary, "--version"]).splitlines()[0]

    def prepare(self, kind):
        if not os.access(self.binary, os.X_OK):
            raise NotThere(f"{self.binary} is not there: build it first "
                           "(cmake --preset release && cmake --build build/release)")

    def command(self, workload, name, size, schedulers):
        program = os.path.join(self.programs, workload.kind, name + ".ttvm")
        return [self.binary, "--smp", "--schedulers", str(schedulers), program, size,
                str(schedulers)]


class Erlang(Contender):
    name = "erlang"
    modules = {"actors": "bench", "sequential": "seq"}

    def version(self):
        text = output([tool("erl"), "-noshell", "-noinput", "-eval",
                       'io:format("OTP ~s, erts ~s, ~s", [erlang:system_info(otp_release), '
                       'erlang:system_info(version), erlang:system_info(emu_flavor)]), halt().'])
        return f"Erlang/{text}"

    def prepare(self, kind):
        tool("erl")
        module = self.modules[kind]
        program = source(os.path.join(self.sources, "erlang", module + ".erl"))
        build([tool("erlc"), "-o", self.made, program],
              os.path.join(self.made, module + ".beam"), [program])

    def command(self, workload, name, size, schedulers):
        if workload.kind == "actors":
            return [os.path.join(self.sources, "erlang", "run"), self.made, str(schedulers), name,
                    size]
        return ["erl", "-noshell", "-noinput", "+S", f"{schedulers}:{schedulers}", "-pa", self.made,
                "-run", "seq", "main", name, size]


class Go(Contender):
    name = "go"
    programs = {"actors": ("go", "bench"), "sequential": ("go_seq", "seq")}

    def version(self):
        return output([tool("go"), "version"])

    def prepare(self, kind):
        folder, program = self.programs[kind]
        folder = os.path.join(self.sources, folder)
        text = source(os.path.join(folder, program + ".go"))
        made = os.path.join(self.made, program)
        build([tool("go"), "build", "-o", made, program + ".go"], made, [text], folder)

    def command(self, workload, name, size, schedulers):
        return [os.path.join(self.made, self.programs[workload.kind][1]), name, size,
                str(schedulers)]

    def environment(self, schedulers):
        return {"GOMAXPROCS": str(schedulers)}


class Cxx(Contender):
    """A program in C++: the plain one, or that with CAF."""

    programs = {}
    flags = ["-std=c++20", "-O2"]
    libraries = []

    def version(self):
        return output([tool("g++"), "--version"]).splitlines()[0] + ", -O2"

    def prepare(self, kind):
        compiler = tool("g++")
        if kind not in self.programs:
            raise NotThere(f"has no {kind} workloads")
        folder, program = self.programs[kind]
        text = source(os.path.join(self.sources, folder, program + ".cpp"))
        made = os.path.join(self.made, program)
        build([compiler, *self.flags, "-o", made, text, *self.libraries], made, [text])

    def command(self, workload, name, size, schedulers):
        return [os.path.join(self.made, self.programs[workload.kind][1]), name, size,
                str(schedulers)]


class Cpp(Cxx):
    name = "cpp"
    programs = {"sequential": ("cpp", "seq")}


class Caf(Cxx):
    name = "caf"
    programs = {"actors": ("caf", "bench")}
    flags = ["-std=c++17", "-O2"]
    libraries = ["-lcaf_core", "-pthread"]

    def preprocess(self, text):
        done = subprocess.run([tool("g++"), "-E", "-P", "-x", "c++", "-"], input=text, text=True,
                              capture_output=True, check=False)
        if done.returncode != 0:
            raise NotThere("the headers of CAF are not installed")
        return done.stdout

    def version(self):
        lines = self.preprocess("#include <caf/config.hpp>\nCAF_VERSION\n").split()
        return f"CAF {lines[-1]}, {super().version()}"

    def prepare(self, kind):
        self.preprocess("#include <caf/config.hpp>\n")
        super().prepare(kind)


class Lua(Contender):
    name = "lua"
    interpreters = ("lua5.4", "lua54")

    def version(self):
        return output([tool(*self.interpreters), "-v"]).splitlines()[0].split("  ")[0]

    def prepare(self, kind):
        tool(*self.interpreters)
        if kind != "sequential":
            raise NotThere(f"has no {kind} workloads")

    def command(self, workload, name, size, schedulers):
        return [tool(*self.interpreters), os.path.join(self.sources, "lua", "seq.lua"), name, size]


class LuaJit(Lua):
    name = "luajit"
    interpreters = ("luajit",)

    def version(self):
        return output([tool("luajit"), "-v"]).split(" -- ")[0]


PEERS = (Erlang, Go, Caf, Lua, LuaJit, Cpp)
