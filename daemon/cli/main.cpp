// SPDX-License-Identifier: GPL-2.0-only
#include "cli/command.hpp"

int main(int argc, char **argv) {
    return mk::cli::run_modkeeper(argc, argv);
}
