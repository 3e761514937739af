// SPDX-License-Identifier: GPL-2.0-only
// The end of a signed module. The input is the signature itself and the header behind it; a fuzzer
// would hardly find the words that the kernel looks for at the very end.
#include <string>

#include "elf/module_signature.hpp"
#include "input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    std::string file(text_of_input(data, size));
    mk::signature_of(file);
    file += "~Module signature appended~\n";
    mk::signature_of(file);
    return 0;
}
