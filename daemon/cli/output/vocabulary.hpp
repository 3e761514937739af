// SPDX-License-Identifier: GPL-2.0-only
// The keys of all JSON that the commands print: one meaning and one type for each, whichever
// command prints it, and which keys an answer has. json.hpp takes no key that is not here, and
// modkeeper-json(7) is made from this file; how it may grow says docs/versioning.md.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "cli/output/record_keys.hpp"

namespace mk::cli {

// By their names, besides record_keys.
inline constexpr Key other_keys[] = {
    {"abi_major", JsonType::Number,
     "Version of the driver's interface: only the same one is talked to"},
    {"abi_minor", JsonType::Number, "Version of the driver's interface: grows with what is added"},
    {"action", JsonType::Text,
     "Of a step: load, command (modprobe.d has one in its place), loaded, built-in. Of a change: "
     "added, removed, set, kept (it was so already), note (nothing was done)"},
    {"aliases", JsonType::Texts, "Names that lead to the module"},
    {"anybody", JsonType::Truth,
     "Is it one that any user can cause? Of kind lost: are all that are missing?"},
    {"applicable", JsonType::Truth, "Can \"modkeeper apply\" do it, without an unload?"},
    {"arguments", JsonType::Texts, "Parameters that the module gets, name=value each"},
    {"asked_by", JsonType::Object, "Who had the daemon do it", "name uid loginuid pid comm"},
    {"authors", JsonType::Texts, "As the file says"},
    {"begin", JsonType::Object, "The event with which the load began", event_members},
    {"blacklisted_by", JsonType::Text, "FILE:LINE, or \"the kernel command line\""},
    {"boot_id", JsonType::Text, "Of the boot in which it happened"},
    {"boottime_ns", JsonType::Number, "Nanoseconds since the machine was booted, sleep included"},
    {"bound_driver", JsonType::Text, "The driver of the module that has the device"},
    {"built_in", JsonType::Truth, "Has the kernel that was looked at the module built in?"},
    {"bus", JsonType::Text, "The bus that the device is on, such as pci"},
    {"caller", JsonType::Text,
     "Of a job: its unique name on the bus. Of an event: the place in the kernel, "
     "symbol+0xoffset/0xsize"},
    {"cause", JsonType::Text,
     "What set the load off: request (the kernel asked), udev, modules-load, modkeeperd, command, "
     "unknown"},
    {"changes", JsonType::Objects, "What was done to the configuration",
     "action file text where message"},
    {"claims", JsonType::Objects, "Ranges that a driver of the module has for itself",
     "kind range owner"},
    {"comm", JsonType::Text, "Name of the process, which chooses it itself"},
    {"command", JsonType::Text,
     "Of a step: the command of modprobe.d in its place. Of an event: the command line of the "
     "process"},
    {"configured", JsonType::Text, "What is configured"},
    {"connected", JsonType::Truth, "Does it answer?"},
    {"contents", JsonType::Object, "What is in the file on disk",
     "modinfo memory sections file_signature"},
    {"cpu", JsonType::Number, "Number of the processor"},
    {"crc", JsonType::Text, "Checksum of the symbol's type, such as 0x01234567"},
    {"current", JsonType::Texts, "Modules that are in the kernel's hands now"},
    {"daemon", JsonType::Object, "Of modkeeperd",
     "connected version kernel_release driver_state event_source problem"},
    {"data_bytes", JsonType::Number, "Bytes of data"},
    {"declared", JsonType::Truth, "Does the module's file declare it?"},
    {"dependencies", JsonType::Objects, "What it needs", "name kind state repeated dependencies"},
    {"dependents", JsonType::Objects, "What needs it", "name kind state repeated dependents"},
    {"depends", JsonType::Texts, "Modules that it needs, as its file says"},
    {"description", JsonType::Text, "As the file says"},
    {"device", JsonType::Text, "Name of the device on its bus"},
    {"device_nodes", JsonType::Objects, "Files in /dev of the module",
     "type major minor path known_by"},
    {"devices", JsonType::Objects, "Devices that are bound to drivers of the module",
     "device bus bound_driver ranges? interrupts?"},
    {"drift", JsonType::Objects, "Where the running machine is not what is configured",
     "kind module subject configured running where remedy applicable result? error? errno? "
     "message?"},
    {"driver", JsonType::Object, "Of modkeeper.ko",
     "connected version abi_major abi_minor features sources missing_sources ring_bytes produced "
     "overwritten missed probes_missed readers modules_loaded suppressed problem"},
    {"driver_state", JsonType::Text,
     "The driver, as the daemon sees it: connected, absent, mismatch"},
    {"drivers", JsonType::Texts, "Names of drivers that the module has, with their bus"},
    {"dry_run", JsonType::Truth, "Was nothing to be done?"},
    {"during_load", JsonType::Truth,
     "Was it written during the last load? null: that is not known"},
    {"edges", JsonType::Objects, "What needs what", "from to kind"},
    {"effect", JsonType::Text,
     "What becomes of the line: counts, overridden, skipped, useless, refused"},
    {"end", JsonType::Object, "The event with which the load ended", event_members},
    {"ended", JsonType::Number, "Modules that the kernel has answered for"},
    {"errno", JsonType::Number, "The kernel's answer, or what it would be: a positive number"},
    {"errno_name", JsonType::Text, "Its name, such as ENOENT"},
    {"error", JsonType::Text, "Name of the error, as in org.modkeeper1(5)"},
    {"event_source", JsonType::Text, "Where the daemon hears of modules from: driver, uevents"},
    {"evidence", JsonType::Text, "What was seen"},
    {"exports", JsonType::Objects, "Symbols that the file has for other modules",
     "symbol gpl_only crc namespace"},
    {"failed", JsonType::Truth, "Did the last load fail?"},
    {"failed_since", JsonType::Object, "The event of a load that failed because it was loaded",
     event_members},
    {"features", JsonType::Number, "Bits of MODKEEPER_FEATURE_*"},
    {"field", JsonType::Text, "Name of a field of .modinfo"},
    {"file", JsonType::Text,
     "A path: of the module's file on disk, of the file that an event, a step or a change is "
     "about"},
    {"file_signature", JsonType::Object, "Who signed the file; null: nobody", "signer key hash"},
    {"first", JsonType::Number, "First of the range"},
    {"from", JsonType::Text, "The module that needs"},
    {"gpl_compatible", JsonType::Truth,
     "May it use symbols for GPL compatible modules, by its licence?"},
    {"gpl_only", JsonType::Truth, "Is the symbol for modules with a GPL compatible licence only?"},
    {"hash", JsonType::Text, "Digest of the signature, such as sha256"},
    {"hidden", JsonType::Objects, "Files of modprobe.d that others hide", "file hidden_by"},
    {"hidden_by", JsonType::Text, "The file of the same name that is read in its place"},
    {"holders", JsonType::Texts, "Modules that use it, when that is the reason"},
    {"id", JsonType::Number, "Number of the job"},
    {"imports", JsonType::Objects, "Symbols that the file needs", "symbol provider crc weak"},
    {"interrupts", JsonType::Numbers, "Numbers of interrupts"},
    {"job", JsonType::Number, "Number of the job"},
    {"kernel_release", JsonType::Text, "As uname -r has it"},
    {"key", JsonType::Text, "Id of the key that the signature was made with"},
    {"kind", JsonType::Text,
     "Of an event: " MK_RECORD_KINDS ". Of a dependency: needs, softdep-pre, "
     "softdep-post, weak. Of drift: parameter, unknown-parameter, build, not-loaded, masked, "
     "initramfs-module, initramfs-configuration, no-effect. Of a line of modprobe.d: its first "
     "word. Of a range: memory, ioport, irq, "
     "other"},
    {"known_by", JsonType::Text, "How it is known that it belongs to the module"},
    {"last", JsonType::Number, "Last of the range"},
    {"level", JsonType::Text, "emerg, alert, crit, err, warning, notice, info, debug"},
    {"license", JsonType::Text, "As the file says"},
    {"line", JsonType::Number, "Number of the line in the file; null: the kernel command line"},
    {"lines", JsonType::Objects, "What the kernel wrote, or lines of modprobe.d",
     "kind? name? value? text file? line? where? effect? message? overridden_by? level? logged_ns? "
     "during_load?"},
    {"load_count", JsonType::Number, "Times that it was loaded since the driver is there"},
    {"loaded", JsonType::Truth, "Is it in the kernel now?"},
    {"loaded_file", JsonType::Text,
     "The file that the module in the kernel came from, for those who may read the record; null: "
     "not known"},
    {"loaded_first", JsonType::Texts,
     "Modules that it needs and the same process loaded before it"},
    {"loaded_for", JsonType::Text, "The module that needs it and was loaded by the same process"},
    {"loaded_realtime_ns", JsonType::Number, "When it was loaded, as realtime_ns"},
    {"loaded_time", JsonType::Text, "When it was loaded, as time"},
    {"logged_ns", JsonType::Number, "Nanoseconds since the boot on the clock of the kernel's log"},
    {"loginuid", JsonType::Number, "The user who logged in, as audit knows it"},
    {"lost", JsonType::Number, "Records that were overwritten before they were read"},
    {"major", JsonType::Number, "Number of the device"},
    {"matching_devices", JsonType::Objects, "Devices that the module is for", "path modalias"},
    {"memory", JsonType::Object, "What the file takes",
     "text_bytes rodata_bytes data_bytes init_bytes"},
    {"message", JsonType::Text, "A sentence for people; its words may change"},
    {"minor", JsonType::Number, "Number of the device"},
    {"missed", JsonType::Number, "Events that the driver had no memory for"},
    {"missing_sources", JsonType::Texts, "Sources of events that this kernel or its driver lacks"},
    {"modalias", JsonType::Text, "The alias of the device"},
    {"mode", JsonType::Text, "Permissions in sysfs, such as 0644; null: it is not there"},
    {"modinfo", JsonType::Objects, "Fields of .modinfo in their order", "field value"},
    {"module", JsonType::Text, "Name of the module that it is about"},
    {"modules", JsonType::Texts, "Modules for which it was done, in that order"},
    {"modules_loaded", JsonType::Number, "Modules in the kernel"},
    {"name", JsonType::Text,
     "Of the module, parameter, section that the object is; of who asked: the unique name on the "
     "bus"},
    {"name_of_file", JsonType::Truth,
     "Is the module's name that of its file, because the kernel did not get so far?"},
    {"namespace", JsonType::Text, "Namespace of the symbol"},
    {"needs", JsonType::Texts, "Modules of this plan that have to be there before"},
    {"nodes", JsonType::Objects, "The modules", "name state"},
    {"options", JsonType::Objects, "What the next load gives it; the last counts",
     "value file line where"},
    {"other_root", JsonType::Truth, "Is the path one below another root, such as a container's?"},
    {"overridden_by", JsonType::Text, "The line that counts in its place, as where"},
    {"overwritten", JsonType::Number, "Records that newer ones have pushed out"},
    {"owner", JsonType::Text, "Who has it"},
    {"parameters", JsonType::Objects, "Parameters of the module",
     "name type value description declared? mode? writable? options?"},
    {"path", JsonType::Text, "In /dev or /sys"},
    {"permanent", JsonType::Truth, "Does it have no exit, so that it stays?"},
    {"pid", JsonType::Number, "The task"},
    {"planned", JsonType::Number, "Modules that the job is about"},
    {"present", JsonType::Object, "The event that it was there before the driver", event_members},
    {"probes_missed", JsonType::Number, "Calls that probes of the driver missed"},
    {"problem", JsonType::Text, "What is wrong; null: nothing"},
    {"problems", JsonType::Objects, "What speaks against it",
     "severity stage error message remedy symbols"},
    {"produced", JsonType::Number, "Records since the driver was loaded"},
    {"provider", JsonType::Text, "The module that has the symbol, or vmlinux"},
    {"range", JsonType::Text, "As the kernel shows it; null: only to root"},
    {"ranges", JsonType::Objects, "Ports and memory of the device", "kind first last"},
    {"readers", JsonType::Number, "Files of the device that are open for reading"},
    {"realtime_ns", JsonType::Number,
     "Nanoseconds since 1970; jq before 1.7 and JavaScript round it, time they do not"},
    {"references", JsonType::Number, "References that are held"},
    {"refused", JsonType::Objects, "Events of unloads that were refused since", event_members},
    {"remedy", JsonType::Text, "A command that helps, or what to do"},
    {"repeated", JsonType::Truth, "Is what is below it told where it stands first?"},
    {"request", JsonType::Object, "The event of the request that caused it", event_members},
    {"result", JsonType::Text,
     "What came of it: loaded, unloaded, reloaded, changed; unchanged (there was nothing to do); "
     "started, canceling (a job); would-succeed, would-fail, would-change; left (to be done by "
     "hand); failed"},
    {"ring_bytes", JsonType::Number, "Size of the driver's ring"},
    {"rodata_bytes", JsonType::Number, "Bytes of constants"},
    {"running", JsonType::Text, "What is so now"},
    {"sections", JsonType::Objects, "Sections of the file that are loaded", "name size stays"},
    {"sentences", JsonType::Texts, "The same for people; their words may change"},
    {"sequence", JsonType::Number, "Number of the record; a gap is what is missing"},
    {"severity", JsonType::Text, "fails, warning"},
    {"signer", JsonType::Text, "Name of who signed it"},
    {"size", JsonType::Number, "Bytes in memory; of a section its bytes"},
    {"source", JsonType::Text,
     "How the lines were found: record (the time of the load is known), names (they name the "
     "module)"},
    {"sources", JsonType::Texts,
     "Sources of events besides loads and unloads: calls, files, requests, parameters, references"},
    {"state", JsonType::Text,
     "Of a module: live, coming, going, built-in, absent, missing (needed, and without a file). Of "
     "a "
     "job: waiting, running, canceling. Of what is configured: enabled, disabled, masked, "
     "unmasked"},
    {"stays", JsonType::Truth, "Does it stay in memory after init?"},
    {"steps", JsonType::Objects, "What would be done, in this order",
     "module action why file arguments command needs weak_needs problems"},
    {"subject", JsonType::Text, "The parameter, file or thing that it is about"},
    {"suppressed", JsonType::Number, "Events of that kind that were not recorded"},
    {"symbol", JsonType::Text, "Name of the symbol"},
    {"symbol_source", JsonType::Text,
     "Where it is known from what the kernel exports; null: it is not"},
    {"symbols", JsonType::Texts, "Symbols that it is about"},
    {"taints", JsonType::Text, "Letters as in /proc/modules, such as OE; \"\": none"},
    {"targets", JsonType::Texts, "Modules as they were asked for"},
    {"text", JsonType::Text,
     "A line: of the log, of a file that was changed, of a mark; of what was set the value"},
    {"text_bytes", JsonType::Number, "Bytes of code"},
    {"tgid", JsonType::Number, "The process"},
    {"this_boot", JsonType::Truth, "Did it happen since the machine was booted?"},
    {"time", JsonType::Text, "The same as realtime_ns, in UTC: 2026-01-31T12:00:00.123456789Z"},
    {"to", JsonType::Text, "The module that is needed"},
    {"truncated", JsonType::Truth, "Was a text cut to fit, or could it not be read?"},
    {"type", JsonType::Text,
     "Of a parameter, such as int or \"array of charp\"; of a node char or block"},
    {"uid", JsonType::Number, "The user"},
    {"unchecked", JsonType::Texts, "What could not be looked at, a sentence each"},
    {"unload", JsonType::Object, "The event with which it went", event_members},
    {"unread", JsonType::Objects, "Files that could not be read, and why", "file message"},
    {"used_by", JsonType::Texts, "Modules that use it"},
    {"uses", JsonType::Texts, "Modules that it uses"},
    {"value", JsonType::Text,
     "Of a parameter or field; null: it has none now, or it is not for you"},
    {"values", JsonType::Texts, "Of the field, in their order"},
    {"verb", JsonType::Text, "load, unload, reload"},
    {"verdict", JsonType::Text, "ok, warning, problem, unknown"},
    {"vermagic", JsonType::Text, "The kernel that it was built for"},
    {"version", JsonType::Text, "As the module, the daemon or the driver says"},
    {"weak", JsonType::Truth, "Is the symbol one that may be missing?"},
    {"weak_needs", JsonType::Texts, "Modules that it may ask for once it is loaded"},
    {"where", JsonType::Text, "What says so: FILE:LINE, or \"the kernel command line\""},
    {"why", JsonType::Text, "requested, dependency, softdep-pre, softdep-post"},
    {"writable", JsonType::Truth, "Can it be set while the module runs?"},
};

inline constexpr auto json_keys = [] {
    std::array<Key, std::size(other_keys) + std::size(record_keys)> keys{};
    std::ranges::merge(other_keys, record_keys, keys.begin(), {}, &Key::name, &Key::name);
    return keys;
}();

enum class JsonForm : std::uint8_t {
    Object,
    Array, // of objects
    Lines, // an object a line
};

struct JsonAnswer {
    std::string_view commands; // with a blank between them
    std::string_view when;     // "": always
    JsonForm form;
    Members members;
    Members more = {};
};

inline constexpr JsonAnswer json_answers[] = {
    {"list", "", JsonForm::Array,
     "name state size references used_by uses taints permanent memory?"},
    {"info", "", JsonForm::Object,
     "name state size references uses used_by taints load_count loaded_time loaded_realtime_ns "
     "init_ns loaded_file file built_in description license gpl_compatible version srcversion "
     "vermagic authors depends aliases blacklisted_by parameters contents exports? imports? "
     "drivers? devices? device_nodes? claims?"},
    {"info", "with --field", JsonForm::Object, "name field values"},
    {"deps", "", JsonForm::Array, "name kind state repeated dependencies? dependents?"},
    {"graph", "", JsonForm::Object, "nodes edges"},
    {"symbols", "", JsonForm::Array, "symbol provider loaded gpl_only crc namespace used_by"},
    {"check", "", JsonForm::Object, "result kernel_release file symbol_source problems"},
    {"cat", "", JsonForm::Object, "lines hidden unread"},
    {"log", "", JsonForm::Object, "module source failed lines"},
    {"plan load", "of load with --dry-run", JsonForm::Object, "result error message steps"},
    {"load unload reload", "", JsonForm::Object, "result modules"},
    {"load unload reload cancel", "with --no-block, or of cancel", JsonForm::Object, "result job"},
    {"jobs", "", JsonForm::Array, "id verb targets state planned ended current caller"},
    {"param", "without values to set", JsonForm::Object, "module state parameters"},
    {"param enable disable mask unmask", "when they change something, or would", JsonForm::Object,
     "result changes"},
    {"events param", "of param with --watch", JsonForm::Lines, event_members},
    {"is-enabled is-masked", "", JsonForm::Array, "module state where"},
    {"drift", "", JsonForm::Object, "drift unchecked"},
    {"apply", "", JsonForm::Object, "result dry_run drift unchecked"},
    {"why", "", JsonForm::Object,
     "module loaded cause asked_by request begin end present loaded_for loaded_first "
     "matching_devices "
     "unload refused failed_since sentences"},
    {"history", "", JsonForm::Lines, event_members, "boot_id this_boot message"},
    {"status", "", JsonForm::Object, "daemon driver"},
    {"doctor", "", JsonForm::Array, "subject verdict evidence remedy"},
};

// Instead of an answer, of every command, on one line: there was nothing to do, or it failed. After
// events that were told already it is one line more, the only one with a key "result".
inline constexpr Members failure_members =
    "result error errno message module stage holders remedy changes?";

constexpr bool is_key(std::string_view name) {
    return std::any_of(std::begin(json_keys), std::end(json_keys),
                       [&](const Key &key) { return key.name == name; });
}

// Calls @visit(name, sometimes) for each of them.
template <typename Visit> constexpr void each_member(Members members, Visit &&visit) {
    while (!members.empty()) {
        const auto end = std::min(members.find(' '), members.size());
        std::string_view name = members.substr(0, end);
        members.remove_prefix(std::min(end + 1, members.size()));
        const bool sometimes = name.ends_with('?');
        name.remove_suffix(sometimes ? 1 : 0);
        visit(name, sometimes);
    }
}

} // namespace mk::cli
