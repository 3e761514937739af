// SPDX-License-Identifier: GPL-2.0-only
// modkeeper policy compile: the rules as the file that the driver takes when it is loaded, for an
// initramfs. Needs no driver and no daemon.
#include <fmt/format.h>

#include <ctime>

#include "cli/commands/policy/policy.hpp"
#include "cli/diagnostics.hpp"
#include "config/staged_file.hpp"
#include "driver_client/event_names.hpp"
#include "policy/image_policy.hpp"

namespace mk::cli {
namespace {

struct Asked {
    std::string output;
    std::string image;
    Machine machine;
};

std::string text_of(const std::vector<policy::DeniedModule> &denied, const std::string &image) {
    constexpr std::size_t named_max = 5;
    std::string text;
    for (std::size_t i = 0; i < denied.size() && i < named_max; i++)
        text += fmt::format("{}{} ({})", i == 0 ? "" : ", ", denied[i].name, denied[i].rule);
    return fmt::format("the rules would deny {} of {}: {}{}", counted(denied.size(), "module"),
                       image, text, denied.size() > named_max ? ", ..." : "");
}

// Why the rules are not for an image; nothing: they are.
std::optional<Failure> fault_of(const policy::ReadyPolicy &ready, const std::string &root) {
    if (policy::has_errors(ready.rules.findings))
        return Failure{{ErrorCode::InvalidArgument, "the rules have errors; nothing was written"},
                       "modkeeper policy check",
                       ExitCode::Failed};
    const auto trial = policy::unconfirmed_trial({root});
    if (trial && trial->digest == ready.text.digest)
        return Failure{{ErrorCode::Failed, "the rules were on trial, and nobody confirmed them"},
                       "modkeeper policy apply"};
    if (ready.is_empty())
        return Failure{
            {ErrorCode::NotFound, "there are no rules to compile"}, "", ExitCode::NothingToDo};
    return std::nullopt;
}

Ended compile(const Invocation &invocation, const Asked &asked) {
    const auto places = places_of(asked.machine);
    if (!places)
        return Failure{places.error()};
    const auto release = places.value().release();
    const auto &root = places.value().root;
    std::vector<TreeModule> modules;
    if (!asked.image.empty()) {
        auto found = modules_in_tree(asked.image, release);
        if (!found)
            return Failure{found.error()};
        modules = found.take();
    }
    const auto ready =
        policy::make_ready(policy::read_policy(root, std::time(nullptr)), places.value(),
                           policy::remembered_devices({root}), asked.image);
    if (!ready)
        return Failure{ready.error()};
    if (!invocation.json)
        tell_findings(ready.value().rules.findings);
    if (auto fault = fault_of(ready.value(), root))
        return std::move(*fault);
    if (const auto denied = policy::denied_in(ready.value(), modules, std::time(nullptr));
        !denied.empty())
        return Failure{{ErrorCode::Failed, text_of(denied, asked.image)},
                       fmt::format("modkeeper policy check --kernel {}", release),
                       ExitCode::Denied};
    auto staged = StagedFile::write(asked.output, policy::file_for_driver(ready.value()));
    if (!staged)
        return Failure{staged.error()};
    if (const auto kept = staged.value().keep(); !kept)
        return Failure{kept.error()};
    const auto loads = driver::name_of(policy::mode_in_driver(ready.value().load_mode));
    const auto rules = ready.value().rules.policy.rules.size();
    if (invocation.json)
        std::fputs(json_text(object({{"result", "compiled"},
                                     {"file", asked.output},
                                     {"kernel_release", release},
                                     {"rule_count", rules},
                                     {"policy_digest", ready.value().text.digest},
                                     {"load_mode", loads},
                                     {"findings", json_of(ready.value().rules.findings)}}))
                       .c_str(),
                   stdout);
    else if (!invocation.quiet)
        fmt::print("compiled {} for kernel {}; loads: {}\n", counted(rules, "rule"), release,
                   loads);
    return ExitCode::Ok;
}

} // namespace

void note_image() {
    if (const auto text = policy::note_of_image({}))
        note(*text);
}

void add_policy_compile(CLI::App &app, Invocation &invocation) {
    Command command(
        app, invocation, "compile", "Write the rules as a file for an initramfs",
        "  modkeeper policy compile --output policy.bin\n"
        "\n"
        "The driver takes /usr/lib/modkeeper/policy.bin when it is loaded, if it is for the "
        "kernel that runs. With --image, nothing is written if the rules would deny a "
        "module of that tree, and @initramfs stands for its modules. \"policy=yes\" in "
        "/etc/modkeeper/initramfs.conf has initramfs-tools do this for each kernel.\n"
        "\n"
        "Exit status 4: a module of the image would be denied. 7: there are no rules.");
    const auto asked = std::make_shared<Asked>();
    command.option("--output", "FILE", asked->output, "Where to write it");
    command.option("--image", "TREE", asked->image,
                   "The files of the initramfs, as its maker has put them together");
    command.machine(asked->machine);
    command.quiet();
    command.runs([&invocation, asked]() -> Ended {
        if (asked->output.empty())
            return Failure{{ErrorCode::InvalidArgument, "--output is required"},
                           "modkeeper policy compile --help",
                           ExitCode::Usage};
        return compile(invocation, *asked);
    });
}

} // namespace mk::cli
