// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output/table.hpp"

#include <algorithm>

#include "base/columns.hpp"
#include "base/printable.hpp"
#include "base/terminal.hpp"

namespace mk::cli {

namespace {

// Between two columns.
constexpr std::string_view gap = "  ";

// The last column is broken into lines where the terminal is narrower; where that leaves it less
// than this, the terminal breaks the line.
constexpr std::size_t narrowest = 20;

} // namespace

void Table::add(std::vector<std::string> cells) {
    for (std::string &cell : cells)
        cell = printable(cell);
    rows_.push_back(std::move(cells));
}

std::vector<std::size_t> Table::widths() const {
    std::vector<std::size_t> widths;
    for (std::size_t column = 0; column < columns_.size(); ++column) {
        std::size_t width = columns_of(columns_[column].title);
        for (const auto &row : rows_)
            width = std::max(width, columns_of(row[column]));
        widths.push_back(width);
    }
    return widths;
}

std::string Table::line(const std::vector<std::string> &cells,
                        const std::vector<std::size_t> &widths) const {
    std::string line;
    for (std::size_t column = 0; column < cells.size(); ++column)
        line += padded(cells[column], widths[column], columns_[column].align).append(gap);
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

std::string Table::text(bool legend, std::size_t width) const {
    const std::vector<std::size_t> widths = this->widths();
    std::size_t before = 0;
    for (std::size_t column = 0; column + 1 < widths.size(); ++column)
        before += widths[column] + gap.size();
    const bool fits = width == 0 || before + widths.back() <= width;
    const std::size_t last = fits || width < before + narrowest ? widths.back() : width - before;

    std::vector<std::string> titles;
    for (const Column &column : columns_)
        titles.push_back(column.title);
    std::string text = legend ? painted(line(titles, widths), Colour::Bold) + '\n' : "";
    for (const auto &row : rows_) {
        auto cells = row;
        for (const std::string &piece : wrapped(row.back(), last)) {
            cells.back() = piece;
            text += line(cells, widths) + '\n';
            cells.assign(row.size(), "");
        }
    }
    return text;
}

} // namespace mk::cli
