// SPDX-License-Identifier: GPL-2.0-only
// Texts are bounded; what does not fit is counted and not written.
#include "check.hpp"
#include "lib/fixed_text.hpp"
#include "lib/text.hpp"
#include "suites.hpp"

using mk::Text;
using mk::TextWriter;

static const char *equal_texts_have_equal_bytes() {
    CHECK(Text::from_c("dummy") == Text("dummy0", 5));
    CHECK(!(Text::from_c("dummy") == Text::from_c("dumm")));
    CHECK(!(Text::from_c("dummy") == Text::from_c("dummx")));
    CHECK(Text::from_c(nullptr) == Text());
    CHECK(Text::from_c("dummy").first(3) == Text::from_c("dum"));
    CHECK(Text::from_c("dummy").first(30).length() == 5);
    return nullptr;
}

static const char *writer_counts_what_does_not_fit() {
    char buffer[8] = {'#', '#', '#', '#', '#', '#', '#', '#'};
    TextWriter writer(buffer, 6);
    writer.put(Text::from_c("abcd"));
    writer.put(Text::from_c("efgh"));
    writer.put('i');
    CHECK(writer.length() == 9);
    CHECK(Text(buffer, 8) == Text::from_c("abcdef##"));
    return nullptr;
}

static const char *writer_without_room_measures() {
    TextWriter writer(nullptr, 0);
    writer.put(Text::from_c("depth"));
    writer.put(':');
    writer.put_mode(0644);
    CHECK(writer.length() == 10);
    return nullptr;
}

static const char *modes_are_four_octal_digits() {
    char buffer[12];
    TextWriter writer(buffer, sizeof(buffer));
    writer.put_mode(0444);
    writer.put_mode(0);
    writer.put_mode(0600);
    CHECK(Text(buffer, 12) == Text::from_c("044400000600"));
    return nullptr;
}

static const char *numbers_are_decimal() {
    char buffer[24];
    TextWriter writer(buffer, sizeof(buffer));
    writer.put_number(0);
    writer.put(' ');
    writer.put_number(~0ULL);
    CHECK(Text(buffer, writer.length()) == Text::from_c("0 18446744073709551615"));
    return nullptr;
}

// As many as there are, at whatever place among eight.
static const char *words_are_joined_by_blanks() {
    for (mk::usize length = 0; length <= 20; length++) {
        char words[24], joined[24];
        for (mk::usize i = 0; i < sizeof(words); i++) {
            words[i] = (i + 1) % 3 == length % 3 ? '\0' : static_cast<char>('a' + i);
            joined[i] = words[i] ? words[i] : ' ';
        }
        mk::FixedText<24> text(Text(words, length)), all(text);
        all.replace('\0', ' ');
        CHECK(all.text() == Text(joined, length));
        text.join_words();
        mk::usize kept = length;
        while (kept && !words[kept - 1])
            kept--;
        CHECK(text.text() == Text(joined, kept));
    }
    return nullptr;
}

static const mk_case cases[] = {
    {"words_are_joined_by_blanks", words_are_joined_by_blanks},
    {"numbers_are_decimal", numbers_are_decimal},
    {"equal_texts_have_equal_bytes", equal_texts_have_equal_bytes},
    {"writer_counts_what_does_not_fit", writer_counts_what_does_not_fit},
    {"writer_without_room_measures", writer_without_room_measures},
    {"modes_are_four_octal_digits", modes_are_four_octal_digits},
};
const mk_case_suite mk_text_cases = suite_of("text", cases);
