// SPDX-License-Identifier: GPL-2.0-only
#include "core/kernel_lines.hpp"

#include "lib/bytes.hpp"

namespace mk {
namespace {

bool is_hex(char c) {
    char lower = static_cast<char>(c | 0x20);
    return (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'f');
}

// How many f the text begins with.
usize leading_fs(const char *text, usize length) {
    usize count = 0;
    while (count < length && (text[count] | 0x20) == 'f')
        count++;
    return count;
}

// Who may read records need not be told where the kernel lies. The last page of addresses has none:
// such a number is an errno.
void hide_addresses(char *line, usize length) {
    constexpr usize digits = 16, of_kernel = 4, of_errno = 13;
    for (usize at = 0; at < length;) {
        usize end = at;
        while (end < length && is_hex(line[end]))
            end++;
        usize leading = leading_fs(line + at, end - at);
        if (end - at == digits && leading >= of_kernel && leading < of_errno)
            for (usize i = at + of_kernel; i < end; i++)
                line[i] = 'x';
        at = end + 1;
    }
}

} // namespace

void KernelLines::clear() {
    length_ = 0;
    count_ = 0;
    cut_ = false;
}

void KernelLines::add(Text text) {
    const char *at = text.data();
    for (usize left = text.length(); left;) {
        usize length = 0;
        while (length < left && at[length] != '\n')
            length++;
        if (length)
            add_line({at, length});
        usize taken = min(length + 1, left);
        at += taken;
        left -= taken;
    }
}

bool KernelLines::has_room(Text line) const {
    usize bytes = length_ + line.length() + (count_ ? 1 : 0);
    return count_ < MODKEEPER_LINES_MAX && bytes <= MODKEEPER_LINES_BYTES;
}

// The oldest behind the first ones; where there is none, the last of those.
void KernelLines::drop_one() {
    u16 index = min<u16>(MODKEEPER_LINES_FIRST, static_cast<u16>(count_ - 1));
    usize begin = 0;
    for (u16 i = 0; i < index; i++)
        begin += lengths_[i] + 1U;
    usize end = min<usize>(begin + lengths_[index] + 1U, length_);
    move_bytes(bytes_ + begin, bytes_ + end, length_ - end);
    length_ -= static_cast<u32>(end - begin);
    count_--;
    for (u16 i = index; i < count_; i++)
        lengths_[i] = lengths_[i + 1];
    // It was the last one: the newline before it goes too.
    if (index == count_ && index)
        length_--;
    cut_ = true;
}

void KernelLines::add_line(Text line) {
    // The kernel prints none that is longer.
    Text kept = line.first(MODKEEPER_LINES_BYTES);
    cut_ |= kept.length() < line.length();
    while (!has_room(kept))
        drop_one();
    if (count_)
        bytes_[length_++] = '\n';
    char *copy = bytes_ + length_;
    for (usize i = 0; i < kept.length(); i++)
        copy[i] = kept.data()[i] ? kept.data()[i] : ' ';
    hide_addresses(copy, kept.length());
    length_ += static_cast<u32>(kept.length());
    lengths_[count_++] = static_cast<u16>(kept.length());
}

} // namespace mk
