# SPDX-License-Identifier: GPL-2.0-only
"""One bad object for each thing that the ELF gate must find, and a good one that it must pass."""

import pathlib
import struct
import subprocess
import tempfile

CXX = ["g++", "-std=gnu++20", "-O1", "-c", "-ffreestanding", "-fno-exceptions", "-fno-rtti",
       "-fno-asynchronous-unwind-tables", "-fno-stack-protector", "-fno-pie", "-x", "c++", "-", "-o"]

# name, what the gate must say, source, more options of the compiler
COMPILED = [
    ("good", None, "extern \"C\" int good() { return 1; }", []),
    ("constructor", "global constructors",
     "struct A { A(); int a; }; A::A() : a(1) {} A a;", []),
    ("destructor", "symbol __cxa_atexit",
     "struct A { ~A(); }; A::~A() {} A a;", ["-fuse-cxa-atexit"]),
    ("group", "section group",
     "template <class T> [[gnu::noinline]] T f(T a) { return a; } int g(int a) { return f(a); }", []),
    ("heap", "C++'s own heap", "struct A { virtual ~A(); }; A::~A() {}", []),
    ("weak", "weak and undefined",
     "extern \"C\" [[gnu::weak]] int maybe(); int f() { return maybe(); }", []),
    ("undefined", "symbol kallsyms_lookup_name",
     "extern \"C\" int kallsyms_lookup_name(); int f() { return kallsyms_lookup_name(); }", []),
    ("debug", "debug information of C++", "int f() { return 1; }", ["-g"]),
    # As newer compilers leave it: the ftrace section of an inline function is in its group.
    ("patchable", "2 sections __patchable_function_entries",
     "".join(f'asm(".section __patchable_function_entries, \\"aG\\", @progbits, {name}, comdat\\n"'
             '".quad 0");' for name in ("one", "two")), []),
]

LOGS = [
    ("compiler", "x.c:1: warning: unused variable"),
    ("modpost", "WARNING: modpost: missing MODULE_DESCRIPTION() in x.o"),
    ("objtool", "vmlinux.o: objtool: f()+0x1: unreachable instruction"),
]


def compile_object(path, source, options):
    subprocess.run([*CXX, str(path), *options], input=source, text=True, check=True)


def add_btf(path, names):
    """A .BTF section that has no types and these strings."""
    strings = b"\0" + b"\0".join(name.encode() for name in names) + b"\0"
    blob = path.with_suffix(".btf")
    blob.write_bytes(struct.pack("<HBBIIIII", 0xEB9F, 1, 0, 24, 0, 0, 0, len(strings)) + strings)
    subprocess.run(["objcopy", "--add-section", f".BTF={blob}", str(path)], check=True)


def cases(folder):
    """(name, what must be said or None, what is found) for each."""
    good = folder / "good.o"
    for name, expected, source, options in COMPILED:
        path = folder / f"{name}.o"
        compile_object(path, source, options)
        yield name, expected, path, None
    for name, btf, expected in [("btf", ["module", "mk::Ring<int>"], "C++ name in .BTF"),
                                ("btf of C", ["module", "list_head"], None)]:
        path = folder / f"{name}.o"
        path.write_bytes(good.read_bytes())
        add_btf(path, btf)
        yield name, expected, path, None
    for name, line in LOGS:
        log = folder / f"{name}.log"
        log.write_text(f"  CC [M]  good.o\n{line}\n")
        yield f"log of {name}", line, good, log
    quiet = folder / "quiet.log"
    quiet.write_text("  CC [M]  good.o\nSkipping BTF generation due to unavailability of vmlinux\n")
    yield "quiet log", None, good, quiet


def run(faults):
    bad = 0
    with tempfile.TemporaryDirectory() as name:
        for case, expected, path, log in cases(pathlib.Path(name)):
            found = faults(path, log)
            right = any(expected in fault for fault in found) if expected else not found
            if not right:
                bad += 1
                print(f"elf-gate: '{case}' must give {expected or 'nothing'}, and gives {found}")
    return 1 if bad else 0
