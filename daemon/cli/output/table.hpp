// SPDX-License-Identifier: GPL-2.0-only
// Aligned columns, as wide as what is in them is on a terminal.
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

    // As many cells as there are columns. Whoever wrote what is in them, it is made printable.
    void add(std::vector<std::string> cells);

    // Every line ends with a newline and nothing before it. The last column is as wide as it is;
    // with a @width it is broken into lines that fit. 0: no end. @legend: with the titles.
    std::string text(bool legend = true, std::size_t width = terminal_size().columns) const;

  private:
    std::vector<std::size_t> widths() const;
    std::string line(const std::vector<std::string> &cells,
                     const std::vector<std::size_t> &widths) const;

    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

} // namespace mk::cli
