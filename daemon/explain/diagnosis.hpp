// SPDX-License-Identifier: GPL-2.0-only
// Diagnosis: one thing that is wrong or would go wrong, or that was looked at and is right. It is
// made where its facts are typed, and turned into words only where somebody reads it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/cause.hpp"
#include "base/error.hpp"
#include "base/held_by.hpp"
#include "driver_client/event.hpp"

namespace mk {

enum class Severity : std::uint8_t {
    Ok,
    Unknown, // it could not be seen
    Warning, // works, but not all of it or not for long
    Fails,
};

// Seen: in the record, the kernel's log or the file. Inferred: the most likely cause of an errno.
enum class Certainty : std::uint8_t { Seen, Inferred };

// "seen", "inferred"
constexpr std::string_view name_of(Certainty certainty) {
    return certainty == Certainty::Seen ? "seen" : "inferred";
}

// What shows it.
struct KernelLines { // of the kernel's log, without their times
    std::vector<std::string> lines;
};
struct SymbolNames {
    std::vector<std::string> names;
};
struct KernelAnswer {
    int error = 0;       // positive errno
    bool is_told = true; // false: the outcome says it in words
};
// One thing that is not as it was when the module last loaded.
struct Difference {
    enum class Of : std::uint8_t {
        Kernel, // its release
        Path,   // of the file
        Build,  // build ID or srcversion of the file
        Size,   // of the file, in bytes, when the builds are not known
        Parameters,
        Signature, // what the kernel thought of it
    };
    Of of = Of::Kernel;
    std::string before; // "": there was none, or it is not known
    std::string now;

    bool operator==(const Difference &) const = default;
};
struct WorkedBefore {
    std::uint64_t realtime_ns = 0;   // of the last load that went well
    std::string release;             // of the kernel then; "": not known
    std::vector<Difference> changes; // at least one
};
// What holds the module by now, which could not be unloaded because something held it.
struct HeldNow {
    HeldBy by; // without clauses: nothing does
};
using Evidence = std::variant<KernelLines, SymbolNames, KernelAnswer, WorkedBefore, HeldNow>;

struct Diagnosis {
    Severity severity = Severity::Fails;
    // Where the kernel stopped, or would stop.
    driver::Stage stage = driver::Stage::Unknown;
    Cause cause = Cause::None;
    std::string reason;                // the cause in this case: a clause, without a final period
    std::vector<std::string> remedies; // what to do: clauses or commands, the best first
    std::vector<Evidence> evidence;
    std::string subject;              // the module, or what was looked at
    std::string outcome;              // what happened to it: "module dummy was not loaded"
    std::vector<std::string> holders; // modules that use it
    Certainty certainty = Certainty::Seen;

    ErrorCode code() const { return entry_of(cause).code; }
    // The evidence of one kind; nullptr: none.
    template <typename T> const T *evidence_of() const {
        for (const auto &one : evidence)
            if (const auto *found = std::get_if<T>(&one))
                return found;
        return nullptr;
    }
};

using Diagnoses = std::vector<Diagnosis>;

inline bool would_fail(const Diagnoses &diagnoses) {
    for (const auto &diagnosis : diagnoses)
        if (diagnosis.severity == Severity::Fails)
            return true;
    return false;
}

inline Diagnoses only_failing(Diagnoses diagnoses) {
    std::erase_if(diagnoses, [](const auto &one) { return one.severity != Severity::Fails; });
    return diagnoses;
}

// What failed, why, and what to do about it: "" of what there is nothing to say.
Diagnosis failure(Cause cause, std::string_view outcome, std::string_view reason = {},
                  std::string_view remedy = {}, Certainty certainty = Certainty::Seen);

// Lines of the kernel's log may be withheld from a reader, who is then told that there are some.
enum class LogLines : std::uint8_t { Shown, Withheld, LeftOut };

// The whole sentence: outcome, cause, remedies, the kernel's answer, its log.
std::string sentence_of(const Diagnosis &diagnosis, LogLines log = LogLines::Shown);
// The same as an Error, whose facts say in other words what the sentence says.
Error error_of(const Diagnosis &diagnosis, LogLines log = LogLines::Shown);

} // namespace mk
