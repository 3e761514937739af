// SPDX-License-Identifier: GPL-2.0-only
// Closed list of causes for which a module is not loaded or not unloaded, finer than the errors of
// D-Bus: each with its word, its error, and what modkeeper(7) says of it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/error_code.hpp"

namespace mk {

enum class Cause : std::uint8_t {
    None, // nothing failed, or no module is concerned

    // Before the kernel is asked.
    NoSuchModule,
    NoIndex,
    UnreadableFile,
    BuiltIn,
    AlreadyLoaded,
    Blacklisted,
    ReplacedByCommand,
    CommandFailed,
    NoHelper,

    // The kernel takes no module, or none from this caller.
    NotPrivileged,
    UserNamespace,
    ModulesDisabled,
    KernelCommandLine,
    Lockdown,
    SecurityModule,
    NoModuleSupport,
    FilteredCall,

    // Its signature.
    Unsigned,
    UntrustedKey,
    DamagedSignature,

    // Its file.
    DamagedFile,
    WrongArchitecture,
    NotAModule,
    OtherKernel,
    FileBusy,

    // Its symbols.
    MissingSymbol,
    MissingDependency,
    ProviderNotLoaded,
    SymbolVersion,
    GplOnlySymbol,
    SymbolNamespace,
    DuplicateSymbol,

    // Its parameters.
    UnknownParameter,
    BadParameter,

    // The rest of a load.
    NameTaken,
    NoMemory,
    Vetoed,
    DeniedByPolicy,
    Interrupted,
    NoDevice,
    MissingFirmware,
    InitFailed,

    // An unload.
    NotLoaded,
    UsedByModules,
    Held,
    NoExit,
    BeingLoaded,
    BeingUnloaded,
    TakesAway,

    Unknown, // what was seen does not tell
};

struct CauseEntry {
    std::string_view word;
    ErrorCode code;
    std::string_view meaning;
    std::string_view example; // what people see of it elsewhere
    std::string_view remedy;
};

// By the value of Cause.
std::span<const CauseEntry> cause_entries();
const CauseEntry &entry_of(Cause cause);

// "missing-symbol"; "" for None.
std::string_view word_of(Cause cause);
// None: no cause has that word.
Cause cause_of_word(std::string_view word);
// None: no cause has that number.
Cause cause_of_number(std::uint64_t number);
// The cause of an error that says no more than its code: None where several could be meant.
Cause cause_of_code(ErrorCode code);

} // namespace mk
