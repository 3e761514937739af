// SPDX-License-Identifier: GPL-2.0-only
// Runs a target over files, without a fuzzer: replay FILE...
#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

#include "target.hpp"

int main(int count, char **words) {
    for (int i = 1; i < count; i++) {
        std::ifstream file(words[i], std::ios::binary);
        std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
        if (!file.is_open()) {
            std::fprintf(stderr, "replay: cannot read %s\n", words[i]);
            return 1;
        }
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t *>(bytes.data()), bytes.size());
    }
    std::printf("%d inputs\n", count - 1);
    return count > 1 ? 0 : 1;
}
