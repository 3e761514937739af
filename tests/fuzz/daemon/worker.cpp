// SPDX-License-Identifier: GPL-2.0-only
// What a worker process sends, in pieces as they come: the first byte says how large.
#include <algorithm>

#include "input.hpp"
#include "service/worker_protocol.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    if (size < 1)
        return 0;
    mk::service::WorkerInput input;
    std::size_t piece = std::max<std::size_t>(data[0], 1);
    auto rest = text_of_input(data + 1, size - 1);
    while (!rest.empty()) {
        auto now = rest.substr(0, piece);
        rest.remove_prefix(now.size());
        input.add(now);
        while (auto message = input.next())
            if (!*message)
                return 0;
    }
    return 0;
}
