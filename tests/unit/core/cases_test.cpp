// SPDX-License-Identifier: GPL-2.0-only
// The behaviour cases of tests/cases, over the made-up kernel.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "case.h"
#include "fake/fake.hpp"

namespace {

struct Named {
    std::string name;
    const mk_case *body;
};

void PrintTo(const Named &named, std::ostream *out) {
    *out << named.name;
}

std::vector<Named> all_cases() {
    std::vector<Named> all;
    for (unsigned int s = 0; s < mk_case_suite_count; s++) {
        const mk_case_suite &suite = *mk_case_suites[s];
        for (unsigned int c = 0; c < suite.count; c++)
            all.push_back({std::string(suite.name) + "_" + suite.cases[c].name, &suite.cases[c]});
    }
    return all;
}

class Cases : public testing::TestWithParam<Named> {
  protected:
    void SetUp() override { fake::reset(); }
    void TearDown() override { fake::reset(); }
};

TEST_P(Cases, holds) {
    const char *failed = GetParam().body->run();
    EXPECT_FALSE(failed) << failed;
}

INSTANTIATE_TEST_SUITE_P(all, Cases, testing::ValuesIn(all_cases()),
                         [](const auto &info) { return info.param.name; });

} // namespace
