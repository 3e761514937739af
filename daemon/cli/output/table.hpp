// SPDX-License-Identifier: GPL-2.0-only
// Tables with aligned columns, which are as wide as their cells on a terminal.
#pragma once

#include <string>
#include <vector>

#include "base/columns.hpp"
#include "base/terminal.hpp"

namespace mk::cli {

class Table {
  public:
    using Align = mk::Align;
    struct Column {
        std::string title;
        Align align = Align::Left;
    };

    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

    // As many cells as there are columns. Their texts are made printable.
    void add(std::vector<std::string> cells);

    // Lines have no trailing blanks. The last column is not padded; with a @width, it is broken
    // into lines that fit. 0: no limit. @legend: with column headings.
    std::string text(bool legend = true, std::size_t width = terminal_size().columns) const;

  private:
    std::vector<std::size_t> widths() const;
    std::string line(const std::vector<std::string> &cells,
                     const std::vector<std::size_t> &widths) const;

    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

} // namespace mk::cli
