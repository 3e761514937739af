// SPDX-License-Identifier: GPL-2.0-only
#include "cli/diagnostics.hpp"

#include <cerrno>
#include <cstdio>
#include <utility>

#include "base/printable.hpp"
#include "base/shell_word.hpp"
#include "base/terminal.hpp"
#include "cli/command.hpp"
#include "cli/output/changes_text.hpp"
#include "cli/output/json.hpp"
#include "cli/remote.hpp"

namespace mk::cli {
namespace {

void say(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fputc('\n', stderr);
}

bool is_quiet = false;
int output_error = 0; // errno

void flush_output() {
    const bool is_written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    if (!is_written && output_error == 0)
        output_error = errno;
}

// The same command, run by root.
std::string as_root(const Invocation &invocation) {
    std::string line = "sudo modkeeper";
    for (const std::string &word : invocation.words)
        line += ' ' + shell_word(word);
    return line;
}

std::string usual_hint(const Invocation &invocation, ErrorCode code) {
    switch (code) {
    case ErrorCode::NotAuthorized:
        return as_root(invocation);
    case ErrorCode::DaemonUnavailable:
        return "systemctl start modkeeperd";
    case ErrorCode::InitFailed:
    case ErrorCode::UnknownSymbol:
        return "journalctl -k -b -n 20   (what the kernel said)";
    default:
        return "";
    }
}

std::string next_step(const Invocation &invocation, const Error &error, std::string_view hint) {
    return hint.empty() ? usual_hint(invocation, error.code) : std::string(hint);
}

ExitCode status_of(const Failure &failure) {
    return failure.status.value_or(exit_code_of(failure.error.code));
}

Json json_of(const Invocation &invocation, const Failure &failure) {
    const Error &error = failure.error;
    const bool was_so = status_of(failure) == ExitCode::NothingToDo;
    return object({{"result", was_so ? "unchanged" : "failed"},
                   {"error", std::string(error_name(error.code))},
                   {"errno", number_or_null(static_cast<std::uint64_t>(error.facts.number))},
                   {"message", error.message},
                   {"module", text_or_null(error.facts.module)},
                   {"stage", text_or_null(error.facts.stage)},
                   {"cause", text_or_null(std::string(word_of(cause_of(error))))},
                   {"holders", error.facts.holders.empty() ? Json() : Json(error.facts.holders)},
                   {"remedy", text_or_null(next_step(invocation, error, failure.hint))}});
}

} // namespace

int finish_output() {
    flush_output();
    return std::exchange(output_error, 0);
}

void hush(bool on) {
    is_quiet = on;
}

void note(std::string_view text) {
    if (is_quiet)
        return;
    flush_output();
    say("modkeeper: " + painted("note:", Colour::Faint, stderr) + " " + printable(text));
}

void complain(std::string_view text, std::string_view hint) {
    flush_output();
    say("modkeeper: " + painted("error:", Colour::Red, stderr) + " " + printable(text));
    if (!hint.empty())
        say("  next: " + printable(hint));
}

ExitCode fail(const Invocation &invocation, const Error &error, std::string_view hint) {
    const ExitCode code = exit_code_of(error.code);
    if (code == ExitCode::NothingToDo)
        note(error.message);
    else
        complain(error.message, next_step(invocation, error, hint));
    return code;
}

ExitCode tell(const Invocation &invocation, const Ended &ended) {
    if (const auto *code = std::get_if<ExitCode>(&ended))
        return *code;
    const auto &failure = std::get<Failure>(ended);
    if (invocation.json) {
        Json json = json_of(invocation, failure);
        if (failure.done)
            add(json, "changes", json_of(*failure.done));
        std::fputs((json_line(json) + '\n').c_str(), stdout);
    }
    fail(invocation, failure.error, failure.hint);
    return status_of(failure);
}

} // namespace mk::cli
