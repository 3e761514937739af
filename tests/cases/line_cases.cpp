// SPDX-License-Identifier: GPL-2.0-only
// The kernel's lines of a call: whole, in order, and within their bounds.
#include "check.hpp"
#include "core/kernel_lines.hpp"
#include "suites.hpp"

using mk::KernelLines;
using mk::Text;
using mk::usize;

namespace {

void add(KernelLines &lines, const char *text) {
    lines.add(Text::from_c(text));
}

bool is(const KernelLines &lines, const char *text) {
    return lines.text() == Text::from_c(text);
}

// A line of so many bytes, all of them @letter.
Text line_of(char letter, usize bytes) {
    static char memory[2 * MODKEEPER_LINES_BYTES];
    for (usize i = 0; i < bytes; i++)
        memory[i] = letter;
    return {memory, bytes};
}

} // namespace

static const char *lines_stand_one_below_the_other() {
    KernelLines lines;
    CHECK(is(lines, "") && !lines.cut());
    add(lines, "dummy: loading out-of-tree module taints kernel.");
    CHECK(is(lines, "dummy: loading out-of-tree module taints kernel."));
    add(lines, "dummy: unknown parameter 'colour' ignored");
    CHECK(is(lines, "dummy: loading out-of-tree module taints kernel.\n"
                    "dummy: unknown parameter 'colour' ignored"));
    CHECK(!lines.cut());
    lines.clear();
    CHECK(is(lines, ""));
    return nullptr;
}

// One call of printk() may print several, or none.
static const char *texts_are_taken_apart_at_newlines() {
    KernelLines lines;
    add(lines, "");
    add(lines, "\n\none\ntwo\n\n");
    add(lines, "three\n");
    lines.add({"fo\0r", 4});
    CHECK(is(lines, "one\ntwo\nthree\nfo r") && !lines.cut());
    return nullptr;
}

static const char *of_too_many_the_first_and_the_last_are_kept() {
    KernelLines lines;
    for (char digit = '1'; digit <= '8'; digit++)
        lines.add({&digit, 1});
    CHECK(is(lines, "1\n2\n3\n4\n5\n6\n7\n8") && !lines.cut());
    add(lines, "nine");
    CHECK(is(lines, "1\n2\n3\n4\n6\n7\n8\nnine") && lines.cut());
    add(lines, "a\nb\nc\nd");
    CHECK(is(lines, "1\n2\n3\n4\na\nb\nc\nd"));
    lines.clear();
    CHECK(!lines.cut());
    return nullptr;
}

static const char *long_lines_take_the_room_of_others() {
    KernelLines lines;
    add(lines, "first");
    lines.add(line_of('b', 500));
    lines.add(line_of('c', 500));
    CHECK(!lines.cut() && lines.text().length() == 1007);
    lines.add(line_of('d', 16));
    CHECK(!lines.cut() && lines.text().length() == MODKEEPER_LINES_BYTES);
    // The last of the first ones go, as there is none behind them.
    add(lines, "last");
    CHECK(lines.cut() && lines.text().length() == 5 + 1 + 500 + 1 + 500 + 1 + 4);
    lines.add(line_of('e', 517));
    CHECK(lines.text().length() == 5 + 1 + 500 + 1 + 517);
    lines.add(line_of('f', 518));
    CHECK(lines.text().length() == 5 + 1 + 518);
    return nullptr;
}

static const char *line_of_the_longest_text_is_whole() {
    KernelLines lines;
    add(lines, "first\nsecond\nthird\nfourth\nfifth\nsixth");
    lines.add(line_of('x', MODKEEPER_LINES_BYTES));
    CHECK(lines.text() == line_of('x', MODKEEPER_LINES_BYTES) && lines.cut());
    add(lines, "last");
    CHECK(is(lines, "last"));
    lines.clear();
    lines.add(line_of('y', MODKEEPER_LINES_BYTES + 1));
    CHECK(lines.text() == line_of('y', MODKEEPER_LINES_BYTES) && lines.cut());
    return nullptr;
}

static const char *addresses_of_the_kernel_are_hidden() {
    KernelLines lines;
    add(lines, "at ffffffffc0a1b2c3 and 0xFFFF888112345678, ffff800080000000.");
    CHECK(is(lines, "at ffffxxxxxxxxxxxx and 0xFFFFxxxxxxxxxxxx, ffffxxxxxxxxxxxx."));
    lines.clear();
    add(lines, "error ffffffffffffffed; id ffff8881123456789 ffff888112345 00007f0012345678 ffff");
    CHECK(is(lines,
             "error ffffffffffffffed; id ffff8881123456789 ffff888112345 00007f0012345678 ffff"));
    lines.clear();
    add(lines, "ffff888112345678");
    CHECK(is(lines, "ffffxxxxxxxxxxxx"));
    return nullptr;
}

static const mk_case cases[] = {
    {"lines_stand_one_below_the_other", lines_stand_one_below_the_other},
    {"texts_are_taken_apart_at_newlines", texts_are_taken_apart_at_newlines},
    {"of_too_many_the_first_and_the_last_are_kept", of_too_many_the_first_and_the_last_are_kept},
    {"long_lines_take_the_room_of_others", long_lines_take_the_room_of_others},
    {"line_of_the_longest_text_is_whole", line_of_the_longest_text_is_whole},
    {"addresses_of_the_kernel_are_hidden", addresses_of_the_kernel_are_hidden},
};
const mk_case_suite mk_line_cases = suite_of("lines", cases);
