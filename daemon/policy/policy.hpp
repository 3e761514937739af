// SPDX-License-Identifier: GPL-2.0-only
// Model of a policy: rules in the order in which they are tried. The first that fits decides.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mk::policy {

// Where a decision is made: when a module is loaded, or when the kernel asks for one.
enum class Gate : std::uint8_t { Load, Request };
// Warn: what would be denied goes on, and later rules are tried.
enum class Verdict : std::uint8_t { Allow, Deny, Warn };
// Audit: decisions are recorded, and nothing is refused.
enum class Mode : std::uint8_t { Off, Audit, Enforce };

// What the driver takes, without NUL.
inline constexpr std::size_t rules_max = 16'384;
inline constexpr std::size_t names_max = 65'536;
inline constexpr std::size_t conditions_max = 8;
inline constexpr std::size_t globs_max = 256; // a gate: in names and in conditions
inline constexpr std::size_t id_max = 63;
inline constexpr std::size_t reason_max = 127;
inline constexpr std::size_t pattern_max = 127; // of a condition
inline constexpr std::size_t request_max = 63;  // an alias that the kernel asks for

// Of a word in a file; line and column count from 1, and are 0 of the whole file.
struct Place {
    std::string file;
    unsigned line = 0;
    unsigned column = 0;

    std::string text() const; // "FILE:LINE:COLUMN", or "FILE"
    bool operator==(const Place &) const = default;
};

struct Pattern {
    enum class Kind : std::uint8_t {
        Name,      // or a glob: of modules at the gate of loads, of aliases at that of requests
        Set,       // a named set of patterns, without its '@'
        Alias,     // the modules that an alias of this form leads to
        File,      // the modules whose file has this path below /lib/modules/RELEASE
        Devices,   // the modules that present devices ask for
        Boot,      // the modules that the configuration loads at boot
        Initramfs, // the modules of the kernel's initramfs
    };
    Kind kind = Kind::Name;
    std::string text; // names of modules in the kernel's spelling; "": the kind says all
    Place place;
};

// Who loads a module, or whom the kernel loads it for.
struct Who {
    enum class Kind : std::uint8_t {
        Unprivileged, // not root, and without rights over modules, the system and the network
        Container,    // in a user or pid namespace of its own
        Kernel,       // a thread of the kernel
        Login,        // somebody who logged in
        Helper,       // a program that the kernel started
        Uid,          // one of a range
    };
    Kind kind = Kind::Unprivileged;
    std::uint32_t uid_first = 0;
    std::uint32_t uid_last = 0;
};

struct Condition {
    enum class Fact : std::uint8_t {
        Signed, // by a key that the kernel trusts
        OutOfTree,
        Proprietary,
        Staging,
        Forced,
        Livepatch,
        Test,
        FromMemory,   // not from a file
        OnRootDevice, // on the file system of /
        Path,
        Srcversion,
        Parameters,
        By,
        For,
    };
    Fact fact = Fact::Signed;
    bool is_negated = false;
    std::string text; // of Path, Srcversion and Parameters
    Who who;          // of By and For
    Place place;
};

struct Rule {
    Place place;
    Verdict verdict = Verdict::Allow;
    Gate gate = Gate::Load;
    bool is_default = false; // fits everything, after all other rules
    std::vector<Pattern> what;
    std::vector<Pattern> except;
    std::vector<Condition> conditions; // all must hold
    std::string id;                    // "": the file and line
    std::string reason;
    std::optional<std::int64_t> until; // seconds since the epoch
    bool is_alone = false;             // does not allow what the module needs

    // What the record and messages call it: "cve-2026-05", or "10-local.rules:4".
    std::string name() const;
};

struct NamedSet {
    Place place;
    std::string name;
    std::vector<Pattern> members;
};

struct ModeLine {
    Place place;
    Gate gate = Gate::Load;
    Mode mode = Mode::Off;
};

struct Policy {
    std::vector<Rule> rules; // the defaults too, where they stand
    std::vector<NamedSet> sets;
    std::vector<ModeLine> modes;
};

} // namespace mk::policy
