// SPDX-License-Identifier: GPL-2.0-only
// What the driver recorded: a header that every record has, and a body by its kind. Fields are
// those of <linux/modkeeper.h>, where each is described; texts are copies. 0 and "" mean absent
// where nothing else is said.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mk::driver {

enum class EventKind : std::uint16_t {
    Lost = 1,
    Present,
    LoadBegin,
    LoadLive,
    LoadFailed,
    Unload,
    UnloadRefused,
    Request,
    Parameter,
    Reference,
    Mark,
    Suppressed,
};

// At which stage a load failed, in the kernel's order.
enum class Stage : std::uint32_t {
    None,
    Unknown,
    Permission,
    Signature,
    Elf,
    Blacklist,
    Format,
    Duplicate,
    Memory,
    Symbols,
    Veto,
    Parameters,
    Sysfs,
    Init,
};
enum class LoadCall : std::uint32_t { Unknown, InitModule, FinitModule };
enum class Signature : std::uint32_t { Unknown, None, Valid, Refused };
// How sure it is that a load was caused by the request that it names.
enum class Link : std::uint32_t { None, Certain, Uncertain };
enum class RefusalReason : std::uint32_t {
    Unknown,
    NotLoaded,
    Referenced,
    InUse,
    Permission,
    NoExit,
    Busy,
};

// By bit, as in /proc/sys/kernel/tainted.
struct Taints {
    std::uint64_t bits = 0;
};

struct Lost {
    std::uint64_t count = 0; // records that will never be seen
};

// Present, Load*, Unload
struct ModuleEvent {
    std::string module;
    std::string version;
    std::string srcversion;
    std::string args;
    std::string file;
    std::string command; // of the loader or unloader
    std::string alias;   // of the request
    std::uint64_t load_sequence = 0;
    Taints taints;
    std::uint64_t core_bytes = 0;
    std::uint64_t init_bytes = 0;
    std::uint64_t file_bytes = 0;
    std::uint64_t duration_ns = 0;
    std::uint64_t init_ns = 0;
    std::int32_t error = 0; // positive errno
    Stage stage = Stage::None;
    LoadCall call = LoadCall::Unknown;
    std::uint32_t call_flags = 0;
    Signature signature = Signature::Unknown;
    bool name_of_file = false; // the module was not reached, its name is that of its file
    std::uint32_t parent_pid = 0;
    std::string parent_comm;
    Link link = Link::None;
    std::uint64_t request_sequence = 0;
    std::uint32_t request_pid = 0;
    std::uint32_t request_uid = 0;
    std::string request_comm;
    std::uint64_t file_inode = 0; // 0: no file was seen
    std::uint32_t file_major = 0; // of the device that its file system is on
    std::uint32_t file_minor = 0;
    std::uint64_t mount_namespace = 0; // in which the loader saw the file's path, 0: not known
    bool other_root = false;           // that path is below another root than the machine's
};

struct RefusedUnload {
    std::string module;
    std::vector<std::string> used_by;
    std::string command;
    std::uint64_t duration_ns = 0;
    std::int32_t error = 0;
    RefusalReason reason = RefusalReason::Unknown;
    std::uint32_t references = 0;
    std::uint32_t call_flags = 0;
    std::uint32_t parent_pid = 0;
    std::string parent_comm;
};

// The kernel asks user space for a module.
struct ModuleRequest {
    std::string alias;
    std::string caller; // symbol+0xoffset/0xsize [module]
    bool waits = false;
};

struct ParameterWrite {
    std::string module;
    std::string parameter;
    std::optional<std::string> old_value; // nothing: not known
    std::optional<std::string> new_value;
    std::int32_t error = 0; // 0: taken
};

struct ReferenceChange {
    std::string module;
    std::string caller;
    bool got = false; // false: given back
    std::uint32_t references = 0;
};

struct Mark {
    std::string text;
};

// Of what a user caused who may not load modules: the uid of the event, no_uid for several.
struct Suppressed {
    std::uint64_t count = 0; // events that were left out
    EventKind kind = EventKind::Lost;
    std::uint64_t since_boottime_ns = 0; // the first of them
};
inline constexpr std::uint32_t no_uid = 4294967295U;

inline constexpr std::uint32_t no_loginuid = 4294967295U;

struct Event {
    using Body = std::variant<Lost, ModuleEvent, RefusedUnload, ModuleRequest, ParameterWrite,
                              ReferenceChange, Mark, Suppressed>;

    EventKind kind = EventKind::Lost;
    bool truncated = false; // a text was cut to fit, or could not be read
    // Any user can cause events like this one; of Lost: all that are missing are such.
    bool anybody = false;
    std::uint64_t sequence = 0;
    std::uint64_t boottime_ns = 0;
    std::uint64_t realtime_ns = 0;
    std::uint32_t cpu = 0;
    std::uint32_t pid = 0;
    std::uint32_t tgid = 0;
    std::uint32_t uid = 0;
    std::uint32_t loginuid = no_loginuid;
    std::string comm;
    Body body;

    // nullptr: the body is another one.
    template <typename T> const T *as() const { return std::get_if<T>(&body); }
};

// The body that records of this kind have.
inline Event::Body body_of(EventKind kind) {
    switch (kind) {
    case EventKind::Lost:
        return Lost{};
    case EventKind::UnloadRefused:
        return RefusedUnload{};
    case EventKind::Request:
        return ModuleRequest{};
    case EventKind::Parameter:
        return ParameterWrite{};
    case EventKind::Reference:
        return ReferenceChange{};
    case EventKind::Mark:
        return Mark{};
    case EventKind::Suppressed:
        return Suppressed{};
    case EventKind::Present:
    case EventKind::LoadBegin:
    case EventKind::LoadLive:
    case EventKind::LoadFailed:
    case EventKind::Unload:
        break;
    }
    return ModuleEvent{};
}

// The module that it is about, "" when it is about none.
inline std::string_view module_of(const Event &event) {
    return std::visit(
        [](const auto &body) -> std::string_view {
            if constexpr (requires { body.module; })
                return body.module;
            else
                return {};
        },
        event.body);
}

// Positive errno that it ended with, 0: none, or not known.
inline std::int32_t error_of(const Event &event) {
    return std::visit(
        [](const auto &body) -> std::int32_t {
            if constexpr (requires { body.error; })
                return body.error;
            else
                return 0;
        },
        event.body);
}

// Did somebody want something and not get it?
inline bool is_failure(const Event &event) {
    return event.kind == EventKind::LoadFailed || event.kind == EventKind::UnloadRefused ||
           error_of(event) != 0;
}

} // namespace mk::driver
