// SPDX-License-Identifier: GPL-2.0-only
#include "cli/table.hpp"

#include <algorithm>

#include "cli/terminal.hpp"

namespace mk::cli {

std::string Table::text() const {
    std::vector<std::size_t> widths;
    for (std::size_t column = 0; column < columns_.size(); ++column) {
        std::size_t width = columns_[column].title.size();
        for (const auto &row : rows_)
            width = std::max(width, row[column].size());
        widths.push_back(width);
    }

    const auto line_of = [&](const auto &cell_of) {
        std::string line;
        for (std::size_t column = 0; column < columns_.size(); ++column) {
            const std::string &cell = cell_of(column);
            const std::string padding(widths[column] - cell.size(), ' ');
            line += columns_[column].align == Align::Right ? padding + cell : cell + padding;
            line += "  ";
        }
        line.erase(line.find_last_not_of(' ') + 1);
        return line;
    };

    const auto titles = [&](std::size_t i) -> const std::string & { return columns_[i].title; };
    std::string text = painted(line_of(titles), Colour::Bold) + '\n';
    for (const auto &row : rows_)
        text += line_of([&](std::size_t i) -> const std::string & { return row[i]; }) + '\n';
    return text;
}

} // namespace mk::cli
