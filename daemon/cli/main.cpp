// SPDX-License-Identifier: GPL-2.0-only
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "cli/command.hpp"
#include "cli/exit_code.hpp"

int main(int argc, char **argv) {
    // libkmod would write to stderr before it can be told not to; we report errors ourselves
    setenv("KMOD_LOG", "0", 0);
    // which characters may be printed, and how wide they are
    std::setlocale(LC_CTYPE, "");
    try {
        return mk::cli::run_modkeeper(argc, argv);
    } catch (const std::exception &thrown) {
        std::fprintf(stderr, "modkeeper: cannot continue: %s\n", thrown.what());
        return static_cast<int>(mk::cli::ExitCode::Failed);
    }
}
