#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Do the manual pages say all that there is, and can they be shown?

manual_test.py PAGES PROGRAM [TEST]: the folder with the pages that were made, and modkeeper.
"""

import pathlib
import re
import subprocess
import sys
import unittest
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/guest"))

from lib import manual, vocabulary  # noqa: E402

HEADER = (ROOT / "include/uapi/linux/modkeeper.h").read_text()
PAGES = PROGRAM = None


def roff(name):
    return (PAGES / name).read_text()


def sections(name):
    return [manual.plain(line[4:]) for line in roff(name).splitlines() if line.startswith(".SH ")]


def help_of(*words):
    return subprocess.run([PROGRAM, *words, "--help"], capture_output=True, text=True,
                          check=True).stdout


def option_names(text):
    """Of the list below "Options:", such as ["-n", "--lines"]."""
    listed = re.search(r"^Options:\n((?:  .*\n)+)", text, re.M).group(1)
    return [name for line in re.findall(r"^  (-\S.*)", listed, re.M)
            for name in re.match(r"[-\w,]+", line).group(0).split(",")]


def commands_in(text, before=""):
    """Of a help: "list", "policy check", ...: those of a command that has only commands instead of
    itself."""
    found = []
    listed = text[text.index("Commands:"):].partition("\n\n")[0]
    for name in re.findall(r"^  ([\w-]+) ", listed, re.M):
        more = help_of(*before.split(), name)
        found += commands_in(more, f"{before}{name} ") if "Commands:" in more else [before + name]
    return found


class Manual(unittest.TestCase):
    def pages(self):
        found = sorted(path.name for path in PAGES.glob("*.[1-8]"))
        self.assertEqual(found, ["modkeeper-json.7", "modkeeper-policy.5", "modkeeper.1", "modkeeper.4",
                                 "modkeeper.7", "modkeeperd.8", "org.modkeeper1.5"])
        return found

    def test_pages_are_shown_without_a_warning(self):
        for name in self.pages():
            done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", PAGES / name],
                                  capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""), name)

    def test_no_line_of_text_is_taken_for_a_request(self):
        known = {"ie", "el", "nh", "ad", "TH", "SH", "SS", "P", "PP", "IP", "nf", "fi", "RS", "RE", "br",
                 "TS", "TE", "sp", "\\\""}
        for name in self.pages():
            asked = set(re.findall(r"^[.'](\\\"|\w+)", roff(name), re.M))
            self.assertLessEqual(asked, known, name)

    def test_sections_are_the_usual_ones_in_their_order(self):
        order = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "EXIT STATUS",
                 "ENVIRONMENT", "FILES", "EXAMPLES", "SEE ALSO"]
        for name in self.pages():
            usual = [section for section in sections(name) if section in order]
            self.assertEqual(usual, sorted(usual, key=order.index), name)
            for section in ("NAME", "DESCRIPTION", "EXAMPLES", "SEE ALSO"):
                self.assertIn(section, usual, name)
        self.assertEqual([section for section in order if section not in sections("modkeeper.1")],
                         [])

    def test_nothing_is_left_to_be_filled_in(self):
        for name in self.pages():
            self.assertNotRegex(roff(name), r"@[A-Z]+\b.*@")

    def test_commands_and_options_are_those_of_the_help(self):
        page = manual.plain(roff("modkeeper.1"))
        listed = help_of()
        for name in option_names(listed):
            self.assertRegex(page, rf"(?m)^(.*, )?{name}\b")
        names = commands_in(listed)
        self.assertGreater(len(names), 20)
        parts = re.split(r"^\.SS ", roff("modkeeper.1"), flags=re.M)
        for name in names:
            part = next((manual.plain(text) for text in parts if text.startswith(name + "\n")), None)
            self.assertIsNotNone(part, f"{name} is not in the page")
            text = help_of(*name.split())
            for option in option_names(text):
                if option not in ("-h", "--help", "--json"):
                    self.assertRegex(part, rf"(?m)^(.*, )?{option}\b", name)
            for line in re.findall(r"^  (modkeeper .*)", text, re.M):
                self.assertIn(line, part)

    def test_keys_of_json_are_all_told(self):
        told = vocabulary.read(roff("modkeeper-json.7"))
        files = (ROOT / "daemon/cli/output" / name for name in ("vocabulary.hpp", "record_keys.hpp"))
        declared = sorted(key for file in files for key in re.findall(
            r'^    \{"(\w+)", JsonType::(\w+),', file.read_text(), re.M))
        self.assertGreater(len(declared), 150)
        self.assertEqual(list(told), [name for name, _ in declared])
        kinds = {"Text": "text", "Number": "number", "Truth": "true or false",
                 "Texts": "array of text", "Numbers": "array of number", "Object": "object",
                 "Objects": "array of objects"}
        self.assertEqual([kind for kind, _ in told.values()], [kinds[kind] for _, kind in declared])
        commands = commands_in(help_of())
        for name, (_, where) in told.items():
            self.assertLessEqual(set(where), {*commands, "failures"}, name)

    def test_exit_statuses_are_all_told(self):
        codes = re.findall(r"(\w+) = (\d+),", (ROOT / "daemon/cli/exit_code.hpp").read_text())
        part = re.search(r"^\.SH EXIT STATUS(.*?)^\.SH", roff("modkeeper.1"), re.M | re.S).group(1)
        self.assertEqual(re.findall(r"^\\fB(\d+)\\fR$", part, re.M), [code for _, code in codes])

    def test_the_bus_is_all_told(self):
        page = manual.plain(roff("org.modkeeper1.5"))
        count = 0
        for interface in ElementTree.parse(ROOT / "daemon/bus/org.modkeeper1.xml").getroot():
            part = page.partition(f"\n.SS {interface.get('name')}\n")[2].partition("\n.S")[0]
            for member in interface:
                count += 1
                after = r"\(" if member.tag != "property" else " " + re.escape(member.get("type"))
                self.assertRegex(part, rf"(?m)^{member.get('name')}{after}")
                for argument in member.findall("arg"):
                    self.assertIn(f"{argument.get('type')} {argument.get('name')}", part)
        self.assertGreater(count, 50)

    def test_methods_and_signals_are_explained(self):
        page = roff("org.modkeeper1.5")
        for name in re.findall(r"^\\fB([A-Z]\w+)\\fR\(.*\n(?!\.RS)", page, re.M):
            self.fail(f"{name} has no comment in org.modkeeper1.xml")

    def test_errors_are_those_of_the_daemon(self):
        codes = re.search(r"enum class ErrorCode.*?\{(.*?)\}",
                          (ROOT / "daemon/base/error_code.hpp").read_text(), re.S).group(1)
        names = re.findall(r"^\s*(\w+),", codes, re.M)
        part = re.search(r"^\.SH ERRORS(.*?)^\.SH", roff("org.modkeeper1.5"), re.M | re.S).group(1)
        self.assertEqual(re.findall(r"^\\fB(\w+)\\fR$", part, re.M), names)

    def test_ioctls_and_their_structures_are_told(self):
        page = roff("modkeeper.4")
        requests = re.findall(r"#define (MODKEEPER_IOC_\w+) .*struct (\w+)\)", HEADER)
        self.assertGreater(len(requests), 5)
        for name, structure in requests:
            self.assertIn(f".SS {name}\n", page)
            self.assertIn(f"\nstruct {structure} {{\n", page)

    def test_records_and_commands_of_netlink_are_told(self):
        page = manual.plain(roff("modkeeper.4"))
        for name in re.findall(r"MODKEEPER_RECORD_\w+(?= = )|MODKEEPER_CMD_GET_\w+|"
                               r"MODKEEPER_FEATURE_\w+|MODKEEPER_STAGE_\w+", HEADER):
            self.assertIn(name, page)

    def test_parameters_of_the_driver_are_told(self):
        sources = "".join(path.read_text() for path in (ROOT / "driver/shim").rglob("*.c"))
        # Those with functions of their own declare their type apart.
        parameters = re.findall(r'^(?:module_param|__MODULE_PARM_TYPE)\((\w+), "?(\w+)"?', sources,
                                re.M)
        self.assertEqual(len(parameters), len(re.findall(r"^MODULE_PARM_DESC\(", sources, re.M)))
        for name, kind in parameters:
            self.assertIn(f"\n\\fB{name}\\fR ({kind})\n", roff("modkeeper.4"))
        part = re.search(r"^\.SH MODULE PARAMETERS(.*?)^\.SH", roff("modkeeper.4"),
                         re.M | re.S).group(1)
        self.assertEqual(set(re.findall(r"^\\fB(\w+)\\fR \(", part, re.M)),
                         {name for name, _ in parameters})

    def test_the_program_in_the_page_is_the_one_that_is_compiled(self):
        source = (ROOT / "docs/examples/records.c").read_text().expandtabs(4).splitlines()
        programs = [block.lines for block in manual.blocks(roff("modkeeper.4"))
                    if any("int main(" in line for line in block.lines)]
        self.assertEqual(programs, [source])

    def test_every_page_has_examples_that_a_test_can_run(self):
        for name in self.pages():
            found = manual.examples(roff(name))
            self.assertTrue([1 for block, _ in found if block.section == "EXAMPLES"], name)
            for block, commands in found:
                for command in commands:
                    self.assertNotEqual(command.text, "", (name, block.lines))
        listed = [block for block, _ in manual.examples(roff("modkeeper.1")) if block.is_list]
        self.assertGreater(len(listed), 20)


if __name__ == "__main__":
    PAGES, PROGRAM = pathlib.Path(sys.argv[1]), sys.argv[2]
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
