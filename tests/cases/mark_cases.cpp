// SPDX-License-Identifier: GPL-2.0-only
// Marks: which lines are taken, and finding the newest one again.
#include "check.hpp"
#include "driver_case.hpp"
#include "suites.hpp"

using mk::Text;

namespace {

constexpr int set = 0, end = 2, data = 3;

// The record at hand is a mark with this text.
bool is_mark(OpenFile &file, const char *text) {
    const modkeeper_record &record = file.record();
    auto &mark = reinterpret_cast<const modkeeper_record_mark &>(*(&record + 1));
    return record.kind == MODKEEPER_RECORD_MARK && says(record, mark.text, text);
}

} // namespace

static const char *a_line_becomes_a_record() {
    StartedDriver driver;
    OpenFile file;
    CHECK(driver.ok() && file.ok());
    CHECK(file.write(Text::from_c("rollout 7: begin")) == 16);
    CHECK(file.read() == static_cast<long>(file.record().size));
    CHECK(is_mark(file, "rollout 7: begin"));
    CHECK(file.write(Text::from_c("with its newline\n")) == 17);
    CHECK(file.read() > 0 && is_mark(file, "with its newline"));
    CHECK(file.write(Text::from_c("\xc3\xa9t\xc3\xa9")) == 5);
    CHECK(file.read() > 0 && is_mark(file, "\xc3\xa9t\xc3\xa9"));
    return nullptr;
}

static const char *what_is_no_line_is_refused() {
    StartedDriver driver;
    OpenFile file;
    CHECK(driver.ok() && file.ok());
    const Text bad[] = {Text(),          Text("\n", 1),   Text("a\nb", 3),  Text("a\0b", 3),
                        Text("a\tb", 3), Text("\x7f", 1), Text("a\n\n", 3), Text("\x1b[m", 3)};
    for (Text text : bad)
        CHECK(file.write(text) == -einval);
    CHECK(file.read() == -eagain);
    CHECK(mk_core_write(file.reader(), mk_case_user_fault(), 5) == -efault);
    CHECK(file.read() == -eagain);
    return nullptr;
}

static const char *a_line_has_a_longest() {
    StartedDriver driver;
    OpenFile file;
    CHECK(driver.ok() && file.ok());
    char line[MODKEEPER_MARK_MAX + 2];
    __builtin_memset(line, 'x', sizeof(line));
    CHECK(file.write({line, MODKEEPER_MARK_MAX + 1}) == -emsgsize);
    CHECK(file.write({line, MODKEEPER_MARK_MAX + 2}) == -emsgsize);
    CHECK(mk_core_write(file.reader(), mk_case_user_fault(), 1UL << 40) == -emsgsize);
    CHECK(file.write({line, MODKEEPER_MARK_MAX}) == MODKEEPER_MARK_MAX);
    line[MODKEEPER_MARK_MAX] = '\n';
    CHECK(file.write({line, MODKEEPER_MARK_MAX + 1}) == MODKEEPER_MARK_MAX + 1);
    line[MODKEEPER_MARK_MAX] = 0;
    CHECK(file.read() == 2 * static_cast<long>(file.record().size) && is_mark(file, line));
    return nullptr;
}

static const char *since_the_mark_is_what_came_after_it() {
    StartedDriver driver;
    OpenFile file;
    ModulePair modules;
    CHECK(driver.ok() && file.ok() && modules.ok());
    mk_core_module_coming(modules.base());
    // None yet: all that is there.
    CHECK(mk_core_seek(file.reader(), 0, end) == 0 && mk_core_seek(file.reader(), 0, data) == 0);
    CHECK(file.read() > 0 && file.record().sequence == 1);
    CHECK(file.write(Text::from_c("one")) == 3);
    mk_core_module_live(modules.base());
    CHECK(file.write(Text::from_c("two")) == 3);
    CHECK(mk_core_seek(file.reader(), 0, data) == 0);
    CHECK(file.read() == -eagain && !mk_core_readable(file.reader()));
    mk_core_module_going(modules.base());
    CHECK(file.read() > 0 && file.record().sequence == 5);
    CHECK(mk_core_seek(file.reader(), 0, set) == 0 && mk_core_seek(file.reader(), 0, data) == 0);
    CHECK(file.read() > 0 && file.record().sequence == 5);
    return nullptr;
}

static const char *what_was_overwritten_since_the_mark_is_counted() {
    StartedDriver driver;
    OpenFile file;
    ModulePair modules;
    CHECK(driver.ok() && file.ok() && modules.ok());
    CHECK(file.write(Text::from_c("long ago")) == 8);
    for (int i = 0; i < 1000; i++) {
        mk_core_module_coming(modules.base());
        mk_core_module_going(modules.base());
    }
    CHECK(mk_core_seek(file.reader(), 0, data) == 0);
    CHECK(file.read() > 0 && file.record().kind == MODKEEPER_RECORD_LOST);
    CHECK(file.record().sequence == 2);
    return nullptr;
}

static const char *a_filter_by_name_holds_marks_back() {
    StartedDriver driver;
    OpenFile file;
    CHECK(driver.ok() && file.ok());
    modkeeper_filter filter = {};
    filter.name[0] = '*';
    CHECK(file.ioctl(MODKEEPER_IOC_FILTER, filter) == 0);
    CHECK(file.write(Text::from_c("mark")) == 4);
    CHECK(file.read() == -eagain);
    filter.name[0] = 0;
    filter.kinds = 1 << MODKEEPER_RECORD_MARK;
    CHECK(file.ioctl(MODKEEPER_IOC_FILTER, filter) == 0);
    CHECK(file.write(Text::from_c("mark")) == 4);
    CHECK(file.read() > 0 && is_mark(file, "mark"));
    return nullptr;
}

static const mk_case cases[] = {
    {"a_line_becomes_a_record", a_line_becomes_a_record},
    {"what_is_no_line_is_refused", what_is_no_line_is_refused},
    {"a_line_has_a_longest", a_line_has_a_longest},
    {"since_the_mark_is_what_came_after_it", since_the_mark_is_what_came_after_it},
    {"what_was_overwritten_since_the_mark_is_counted",
     what_was_overwritten_since_the_mark_is_counted},
    {"a_filter_by_name_holds_marks_back", a_filter_by_name_holds_marks_back},
};
const mk_case_suite mk_mark_cases = suite_of("mark", cases);
