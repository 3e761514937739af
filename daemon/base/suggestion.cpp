// SPDX-License-Identifier: GPL-2.0-only
#include "base/suggestion.hpp"

#include <algorithm>
#include <numeric>

namespace mk {

namespace {

// Letters to insert, delete, change or swap with their neighbour.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(last.begin(), last.end(), 0U);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        std::swap(before, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

} // namespace

std::string nearest(std::string_view typed, const std::vector<std::string> &known) {
    std::size_t allowed = typed.size() <= 4 ? 1 : typed.size() <= 9 ? 2 : 3;
    std::size_t best = allowed;
    std::string result;
    for (const auto &name : known) {
        std::size_t gap =
            name.size() > typed.size() ? name.size() - typed.size() : typed.size() - name.size();
        if (gap > allowed)
            continue;
        auto d = distance(typed, name);
        // Of two that are equally near, the longer one: letters are left out more often than
        // mistyped.
        if (d < best || (d == best && name.size() > result.size())) {
            best = d;
            result = name;
        }
    }
    return result;
}

} // namespace mk
