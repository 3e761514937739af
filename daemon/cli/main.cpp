// SPDX-License-Identifier: GPL-2.0-only
#include <cstdlib>

#include "cli/command.hpp"

int main(int argc, char **argv) {
    // libkmod complains on stderr before it can be told not to; what is wrong is told by ourselves
    setenv("KMOD_LOG", "0", 0);
    return mk::cli::run_modkeeper(argc, argv);
}
