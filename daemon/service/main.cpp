// SPDX-License-Identifier: GPL-2.0-only
// Main program of modkeeperd: its options and its exit status.
#include <getopt.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif
#include <sysexits.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "driver_client/dev_node_client.hpp"
#include "service/daemon.hpp"

namespace {

constexpr const char *help =
    "usage: modkeeperd [--help] [--version]\n"
    "\n"
    "Manages kernel modules for org.modkeeper1 on the system bus. It takes no other options and\n"
    "keeps nothing on disk; systemd starts it (modkeeperd.service). With the driver modkeeper.ko\n"
    "it reports everything that happens to modules, without it only what uevents report. To try\n"
    "it on another bus, set DBUS_SYSTEM_BUS_ADDRESS.\n";

// Written output must not be lost at _exit().
[[noreturn]] void end(int status) {
    std::fflush(nullptr);
#ifdef __SANITIZE_ADDRESS__
    __lsan_do_leak_check(); // which exit() would have done
#endif
    _exit(status);
}

// Missing policy or privileges do not fix themselves: systemd should not retry.
int exit_status(const mk::Error &error) {
    return error.code == mk::ErrorCode::NotAuthorized ? EX_CONFIG : EXIT_FAILURE;
}

int run_daemon() {
    mk::driver::DevNodeClient driver;
    mk::service::Daemon daemon(driver);
    const auto result = daemon.run();
    if (result)
        return EXIT_SUCCESS;
    std::fprintf(stderr, "modkeeperd: %s\n", result.error().message.c_str());
    return exit_status(result.error());
}

} // namespace

int main(int argc, char **argv) {
    static const option options[] = {{"help", no_argument, nullptr, 'h'},
                                     {"version", no_argument, nullptr, 'V'},
                                     {nullptr, 0, nullptr, 0}};
    for (int option; (option = getopt_long(argc, argv, "hV", options, nullptr)) != -1;) {
        if (option == 'h')
            return std::fputs(help, stdout) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
        if (option == 'V')
            return std::puts("modkeeperd " MODKEEPER_VERSION) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
        return 2;
    }
    if (optind < argc) {
        std::fprintf(stderr, "modkeeperd: takes no argument, got \"%s\"; see --help\n",
                     argv[optind]);
        return 2;
    }
    // Hanging workers are not waited for.
    try {
        end(run_daemon());
    } catch (const std::exception &thrown) {
        std::fprintf(stderr, "modkeeperd: cannot continue: %s\n", thrown.what());
        end(EXIT_FAILURE);
    }
}
