// SPDX-License-Identifier: GPL-2.0-only
// Shell patterns over names of modules.
#include "check.hpp"
#include "lib/glob.hpp"
#include "suites.hpp"

using mk::Glob;
using mk::Text;

namespace {

bool matches(const char *pattern, const char *text) {
    Glob glob(Text::from_c(pattern));
    return glob.valid() && glob.matches(Text::from_c(text));
}

bool valid(const char *pattern) {
    return Glob(Text::from_c(pattern)).valid();
}

} // namespace

static const char *plain_text_is_itself() {
    CHECK(matches("dummy", "dummy"));
    CHECK(!matches("dummy", "dumm") && !matches("dumm", "dummy"));
    CHECK(!matches("dummy", "dummx"));
    CHECK(matches("", "") && !matches("", "d") && !matches("d", ""));
    CHECK(matches("a\\b", "a\\b"));
    return nullptr;
}

static const char *stars_take_any_text() {
    CHECK(matches("*", "") && matches("*", "dummy") && matches("**", "dummy"));
    CHECK(matches("snd*", "snd") && matches("snd*", "snd_hda") && !matches("snd*", "asnd"));
    CHECK(matches("*_hda", "snd_hda") && !matches("*_hda", "snd_hda2"));
    CHECK(matches("a*b*c", "aXbbYc") && !matches("a*b*c", "aXcYb"));
    CHECK(matches("*ab", "aab") && matches("*a*b", "aaab"));
    CHECK(matches("a*", "a*") && matches("[*]", "*") && !matches("[*]", "a"));
    return nullptr;
}

static const char *question_marks_take_one_character() {
    CHECK(matches("nf?", "nf0") && !matches("nf?", "nf") && !matches("nf?", "nf00"));
    CHECK(matches("?*", "x") && !matches("?*", ""));
    return nullptr;
}

static const char *brackets_take_one_of_some() {
    CHECK(matches("nf[0-9]", "nf5") && !matches("nf[0-9]", "nfa") && !matches("nf[0-9]", "nf"));
    CHECK(matches("[abc]x", "bx") && !matches("[abc]x", "dx"));
    CHECK(matches("[!abc]x", "dx") && !matches("[!abc]x", "ax"));
    CHECK(matches("[^a-c]", "d") && !matches("[^a-c]", "b"));
    CHECK(matches("[]a]", "]") && matches("[!]]", "a") && !matches("[!]]", "]"));
    CHECK(matches("x[a-]y", "x_y") && matches("x[-a]y", "xay"));
    CHECK(!matches("[z-a]", "m"));
    CHECK(matches("*[0-9]*", "ip6_tables"));
    return nullptr;
}

static const char *hyphens_are_underscores() {
    CHECK(matches("snd-hda", "snd_hda") && matches("snd_hda", "snd-hda"));
    CHECK(matches("char-major-*", "char-major-10-229"));
    CHECK(matches("a[_]b", "a-b") && matches("a[-]b", "a_b") && !matches("a[!_]b", "a-b"));
    return nullptr;
}

static const char *brackets_without_an_end_are_refused() {
    const char *const bad[] = {"[", "[a", "[]", "[!]", "a*[0-9", "[a]["};
    for (const char *pattern : bad)
        CHECK(!valid(pattern));
    const char *const good[] = {"", "]", "a]", "[]]", "[!]]", "[[]", "[a-]"};
    for (const char *pattern : good)
        CHECK(valid(pattern));
    return nullptr;
}

// With recursion this would take longer than the machine lasts.
static const char *many_stars_take_no_time() {
    CHECK(!matches("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b",
                   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
    return nullptr;
}

static const mk_case cases[] = {
    {"plain_text_is_itself", plain_text_is_itself},
    {"stars_take_any_text", stars_take_any_text},
    {"question_marks_take_one_character", question_marks_take_one_character},
    {"brackets_take_one_of_some", brackets_take_one_of_some},
    {"hyphens_are_underscores", hyphens_are_underscores},
    {"brackets_without_an_end_are_refused", brackets_without_an_end_are_refused},
    {"many_stars_take_no_time", many_stars_take_no_time},
};
const mk_case_suite mk_glob_cases = suite_of("glob", cases);
