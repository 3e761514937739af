// SPDX-License-Identifier: GPL-2.0-only
// modkeeper graph: modules and their dependencies, for graphviz or drawn by it.
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/module_name.hpp"
#include "base/write_all.hpp"
#include "cli/command.hpp"
#include "cli/diagnostics.hpp"
#include "cli/output/graph_text.hpp"
#include "kmod/modprobe_configuration.hpp"
#include "kmod/places.hpp"

namespace mk::cli {
namespace {

struct Asked {
    std::vector<std::string> names;
    std::string output;
    Machine machine;
};

// graphviz's name of the format, "" if we do not offer it.
std::string format_of(const std::string &output) {
    for (const char *format : {"svg", "png", "pdf"})
        if (output.ends_with(std::string(".") + format))
            return format;
    return output.ends_with(".dot") || output.ends_with(".gv") ? "dot" : "";
}

Result<void> draw(const std::string &dot, const std::string &output) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return Error{ErrorCode::Failed, "cannot create a pipe"};
    std::string program = "dot";
    std::string format = "-T" + format_of(output);
    std::string file = "-o" + output;
    std::array<char *, 4> words = {program.data(), format.data(), file.data(), nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
    pid_t child = 0;
    const int failed = posix_spawnp(&child, "dot", &actions, nullptr, words.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[0]);
    if (failed != 0) {
        close(ends[1]);
        return Error{ErrorCode::Failed,
                     fmt::format("cannot draw {}: cannot run graphviz's program dot ({}); install "
                                 "the package graphviz, or write a .dot file",
                                 quote(output), std::strerror(failed))};
    }
    std::signal(SIGPIPE, SIG_IGN);
    // a failing dot reports its error itself
    (void)write_all(ends[1], dot);
    close(ends[1]);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return Error{ErrorCode::Failed,
                     fmt::format("graphviz's program dot could not draw {}", quote(output))};
    return {};
}

Result<void> write_file(const std::string &dot, const std::string &output) {
    if (format_of(output) != "dot")
        return draw(dot, output);
    FILE *file = std::fopen(output.c_str(), "we");
    const bool written = file != nullptr && std::fputs(dot.c_str(), file) >= 0;
    const int error = errno;
    if ((file == nullptr || std::fclose(file) == 0) && written)
        return {};
    return Error{ErrorCode::Failed,
                 fmt::format("cannot write the file {}: {}", quote(output), std::strerror(error))};
}

Result<ModuleGraph> look(const Asked &asked) {
    const auto places = TRY(places_of(asked.machine));
    if (asked.names.empty() && !asked.machine.is_this_one())
        return Error{ErrorCode::InvalidArgument,
                     "name a module: another root or kernel has no loaded modules to draw"};
    if (asked.names.empty())
        return graph_of(LoadedModules().list());
    auto catalog = TRY(Catalog::create(places.catalog(), NearNames::LookedFor));
    Dependencies dependencies(catalog, places.loaded(), ModprobeConfiguration::read(places));
    ModuleGraph graph;
    for (const auto &target : asked.names) {
        const auto names = TRY(catalog.resolve_names(target));
        for (const auto &name : names)
            add_tree(graph, dependencies.needs(name));
    }
    return graph;
}

Ended graph(const Invocation &invocation, const Asked &asked) {
    if (!asked.output.empty() && format_of(asked.output).empty())
        return Failure{
            {ErrorCode::InvalidArgument,
             "the output " + quote(asked.output) + " must end with .svg, .png, .pdf, .dot or .gv"}};
    const auto made = look(asked);
    if (!made)
        return Failure{made.error()};
    if (!asked.output.empty()) {
        const auto written = write_file(dot_of(made.value()), asked.output);
        if (!written)
            return Failure{written.error()};
    }
    if (invocation.json)
        std::fputs(json_text(json_of(made.value())).c_str(), stdout);
    else if (asked.output.empty())
        std::fputs(dot_of(made.value()).c_str(), stdout);
    return ExitCode::Ok;
}

} // namespace

void add_graph(CLI::App &app, Invocation &invocation) {
    Command command(
        app, invocation, "graph",
        "Draw modules and their dependencies, as DOT on standard output or as a picture",
        "  modkeeper graph                            # what is loaded\n"
        "  modkeeper graph nfsv4 --output nfs.dot     # what it would load\n"
        "  modkeeper graph --json | jq '.edges | length'");
    const auto asked = std::make_shared<Asked>();
    command.arguments("NAME", asked->names, "Modules on disk (default: all loaded modules)");
    command.option("-o,--output", "FILE", asked->output,
                   "Write a .dot file, or draw a .svg, .png or .pdf file with graphviz");
    command.machine(asked->machine);
    command.runs([&invocation, asked] { return graph(invocation, *asked); });
}

} // namespace mk::cli
