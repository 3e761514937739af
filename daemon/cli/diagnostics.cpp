// SPDX-License-Identifier: GPL-2.0-only
#include "cli/diagnostics.hpp"

#include <cstdio>

#include "cli/command.hpp"
#include "cli/json.hpp"
#include "cli/terminal.hpp"

namespace mk::cli {
namespace {

void say(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fputc('\n', stderr);
}

std::string_view usual_hint(ErrorCode code) {
    switch (code) {
    case ErrorCode::DaemonUnavailable:
        return "systemctl start modkeeperd";
    case ErrorCode::InitFailed:
    case ErrorCode::UnknownSymbol:
        return "journalctl -k -b -n 20   (what the kernel said)";
    default:
        return "";
    }
}

} // namespace

void note(std::string_view text) {
    std::fflush(stdout);
    say("modkeeper: " + painted("note:", Colour::Faint, stderr) + " " + printable(text));
}

void complain(std::string_view text, std::string_view hint) {
    std::fflush(stdout);
    say("modkeeper: " + painted("error:", Colour::Red, stderr) + " " + printable(text));
    if (!hint.empty())
        say("  next: " + printable(hint));
}

ExitCode fail(const Error &error, std::string_view hint) {
    const ExitCode code = exit_code_of(error.code);
    if (code == ExitCode::NothingToDo)
        note(error.message);
    else
        complain(error.message, hint.empty() ? usual_hint(error.code) : hint);
    return code;
}

ExitCode tell_failed(const Invocation &invocation, const Error &error, std::string_view hint) {
    if (invocation.json)
        std::fputs(json_text(json_error(error)).c_str(), stdout);
    return fail(error, hint);
}

} // namespace mk::cli
