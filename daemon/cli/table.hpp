// SPDX-License-Identifier: GPL-2.0-only
// Aligned columns.
#pragma once

#include <string>
#include <vector>

namespace mk::cli {

class Table {
  public:
    enum class Align { Left, Right };
    struct Column {
        std::string title;
        Align align = Align::Left;
    };

    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

    // As many cells as there are columns.
    void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

    // Every line ends with a newline and nothing before it: the last column is as wide as it is.
    std::string text() const;

  private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

} // namespace mk::cli
