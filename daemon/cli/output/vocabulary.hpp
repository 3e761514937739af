// SPDX-License-Identifier: GPL-2.0-only
// Keys of all JSON that the commands print: one meaning and one type for each, whichever command
// prints it, and the keys of each answer. json.hpp accepts no other key, and modkeeper-json(7) is
// generated from this file; docs/versioning.md says how it may grow.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "cli/output/record_keys.hpp"

namespace mk::cli {

// Sorted by name, besides record_keys.
inline constexpr Key other_keys[] = {
    {"abi_major", JsonType::Number,
     "Major version of the driver's interface, which must be the same as that of the command"},
    {"abi_minor", JsonType::Number,
     "Minor version of the driver's interface, which grows with additions"},
    {"action", JsonType::Text,
     "Of a step: load, command (a command of modprobe.d runs instead), loaded, built-in. Of a "
     "change: added, removed, set, kept (it was so already), note (nothing was done)"},
    {"aliases", JsonType::Texts, "Aliases of the module"},
    {"allowed_by", JsonType::Text, "The line of a rule that would allow it"},
    {"anybody", JsonType::Truth,
     "Whether any user can cause such an event; of kind lost, whether all the missing ones are "
     "such events"},
    {"applicable", JsonType::Truth,
     "Whether \"modkeeper apply\" can correct it, without an unload"},
    {"arguments", JsonType::Texts, "Parameters that the module gets, name=value each"},
    {"asked_by", JsonType::Object, "Who asked the daemon to load it",
     "uid loginuid pid comm cgroup"},
    {"authors", JsonType::Texts, "Authors, as the file says"},
    {"before", JsonType::Text, "What it was then; null: there was none"},
    {"begin", JsonType::Object, "The event with which the load began", event_members},
    {"blacklisted_by", JsonType::Text,
     "The line that blacklists it: FILE:LINE, or \"the kernel command line\""},
    {"boot_id", JsonType::Text, "ID of the boot in which it happened"},
    {"boottime_ns", JsonType::Number, "Nanoseconds since the machine was booted, sleep included"},
    {"bound_driver", JsonType::Text, "The driver of the module to which the device is bound"},
    {"built_in", JsonType::Truth, "Whether the module is built into that kernel"},
    {"bus", JsonType::Text, "The bus of the device, such as pci"},
    {"caller", JsonType::Text,
     "Of a job: the caller's unique name on the bus. Of an event: the calling place in the kernel, "
     "symbol+0xoffset/0xsize"},
    {"cause", JsonType::Text,
     "Why it failed, or would fail: a word of the list of causes in modkeeper(7)"},
    {"ceiling", JsonType::Text,
     "The most that the parameter policy_mode of the driver lets the mode be"},
    {"certainty", JsonType::Text,
     "seen, if the record, the kernel log or the file shows the cause; inferred, if an errno "
     "suggests it"},
    {"changes", JsonType::Objects, "What was changed in the configuration",
     "action file text where message"},
    {"claims", JsonType::Objects, "Ranges that drivers of the module have claimed",
     "kind range owner"},
    {"column", JsonType::Number, "Where in the line it begins, from 1; null: the whole file"},
    {"comm", JsonType::Text, "Name of the process, which the process itself chooses"},
    {"command", JsonType::Text,
     "Of a step: the command of modprobe.d in its place. Of an event: the command line of the "
     "process"},
    {"configured", JsonType::Text, "The configured value"},
    {"connected", JsonType::Truth, "Whether it answers"},
    {"container", JsonType::Text,
     "Name, or first digits of the ID, of the container in which whoever caused the load was, by "
     "its control group"},
    {"contents", JsonType::Object, "Contents of the file on disk",
     "modinfo memory sections file_signature"},
    {"cpu", JsonType::Number, "Number of the processor"},
    {"crc", JsonType::Text, "Checksum of the symbol's type, such as 0x01234567"},
    {"current", JsonType::Texts, "Modules that the kernel is loading or unloading now"},
    {"daemon", JsonType::Object, "State of modkeeperd",
     "connected version kernel_release driver_state event_source problem"},
    {"data_bytes", JsonType::Number, "Bytes of data"},
    {"declared", JsonType::Truth, "Whether the module file declares it"},
    {"denied", JsonType::Number,
     "How many loads the policy has denied since the driver was loaded"},
    {"denied_needs", JsonType::Objects, "What the machine needs and the rules would deny",
     "module need message rule rule_reason file line"},
    {"dependencies", JsonType::Objects, "What the module depends on",
     "name kind state repeated dependencies"},
    {"dependents", JsonType::Objects, "What depends on the module",
     "name kind state repeated dependents"},
    {"depends", JsonType::Texts, "Dependencies of the module, as the file says"},
    {"description", JsonType::Text, "Description, as the file says"},
    {"detail", JsonType::Text,
     "Of a use: the address, port, mount point, file or peer; null: it needs none"},
    {"device", JsonType::Text, "Name of the device on its bus"},
    {"device_nodes", JsonType::Objects, "Device nodes of the module in /dev",
     "type major minor path known_by"},
    {"devices", JsonType::Objects, "Devices that are bound to drivers of the module",
     "device bus bound_driver ranges? interrupts?"},
    {"diagnosis", JsonType::Object, "Cause of the last failure; null: nothing failed",
     "stage error cause certainty errno message remedy symbols kernel_lines holders held_now "
     "last_loaded"},
    {"drift", JsonType::Objects, "Differences between the running system and its configuration",
     "kind module subject configured running where remedy applicable result? error? errno? "
     "message?"},
    {"driver", JsonType::Object, "State of modkeeper.ko",
     "connected version abi_major abi_minor features sources missing_sources ring_bytes produced "
     "overwritten missed probes_missed readers modules_loaded suppressed problem"},
    {"driver_state", JsonType::Text,
     "State of the driver as the daemon sees it: connected, absent, mismatch"},
    {"drivers", JsonType::Texts, "Names of the module's drivers, with their bus"},
    {"dry_run", JsonType::Truth, "Whether this was only a dry run"},
    {"during_load", JsonType::Truth,
     "Whether the last load logged it or, where source is time, it was logged during that load; "
     "null: not known"},
    {"edges", JsonType::Objects, "Dependencies between the modules", "from to kind"},
    {"effect", JsonType::Text, "Effect of the line: counts, overridden, skipped, useless, refused"},
    {"end", JsonType::Object, "The event with which the load ended", event_members},
    {"ended", JsonType::Number, "Number of modules that the kernel has finished"},
    {"errno", JsonType::Number, "The kernel's answer, or what it would be: a positive number"},
    {"errno_name", JsonType::Text, "Its name, such as ENOENT"},
    {"error", JsonType::Text, "Name of the error, as in org.modkeeper1(5)"},
    {"event_source", JsonType::Text, "Source of the daemon's events: driver, uevents"},
    {"evidence", JsonType::Text, "What was found"},
    {"explained", JsonType::Number, "How many of the references the listed holders have"},
    {"exports", JsonType::Objects, "Symbols that the file exports",
     "symbol gpl_only crc namespace"},
    {"failed", JsonType::Truth, "Whether the last load failed"},
    {"failed_since", JsonType::Object, "The event of a load that failed because it was loaded",
     event_members},
    {"failed_tool", JsonType::Object,
     "The event of a tool that gave up since and never asked the kernel, which the diagnosis is of",
     event_members},
    {"fd", JsonType::Number, "Number of the descriptor in the process"},
    {"features", JsonType::Number, "Bits of MODKEEPER_FEATURE_*"},
    {"field", JsonType::Text, "Name of a field of .modinfo"},
    {"file", JsonType::Text,
     "Path of the module's file on disk, or of the file of an event, a step or a change"},
    {"file_signature", JsonType::Object, "Signature of the file; null: it is not signed",
     "signer key hash"},
    {"files", JsonType::Texts, "Files of rules, in the order in which they are tried"},
    {"findings", JsonType::Objects, "What is wrong with the rules",
     "severity file line column message remedy"},
    {"first", JsonType::Number, "First number of the range"},
    {"from", JsonType::Text, "The module that has the dependency"},
    {"gpl_compatible", JsonType::Truth,
     "Whether its licence is GPL-compatible, so that it may use GPL-only symbols"},
    {"gpl_only", JsonType::Truth,
     "Whether only modules with a GPL-compatible licence may use the symbol"},
    {"hash", JsonType::Text, "Digest of the signature, such as sha256"},
    {"held_back_at_boot", JsonType::Truth,
     "Whether nothing is denied because boots with these rules did not reach multi-user.target"},
    {"held_by", JsonType::Objects, "What holds the module, of every kind",
     "kind what through pid comm uid fd mount_point namespace_inode references remedy"},
    {"held_now", JsonType::Texts,
     "What holds the module that could not be unloaded; null: that was not the reason, or nobody "
     "could look"},
    {"hidden", JsonType::Objects, "Files of modprobe.d that are hidden by files of the same name",
     "file hidden_by"},
    {"hidden_by", JsonType::Text, "The file of the same name that is read instead"},
    {"hits", JsonType::Number, "How many loads the rule decided or warned of"},
    {"holders", JsonType::Texts, "Modules that use it, if that is the reason"},
    {"id", JsonType::Number, "Number of the job"},
    {"importance", JsonType::Text,
     "plain; in-use: up, mounted or the like; way-in: the machine may be out of reach without it"},
    {"imported", JsonType::Objects, "Rules that were made of lines of modprobe.d",
     "rule module file line rule_reason"},
    {"imports", JsonType::Objects, "Symbols that the file imports", "symbol provider crc weak"},
    {"in_use_as", JsonType::Objects, "How it is used", "use detail"},
    {"interrupts", JsonType::Numbers, "Interrupt numbers"},
    {"is_default", JsonType::Truth, "Whether the rule is asked last, about everything"},
    {"is_judged", JsonType::Truth, "Whether the driver asks the policy about such things at all"},
    {"job", JsonType::Number, "Number of the job"},
    {"kept", JsonType::Objects,
     "Modules that nothing would use any more, but that stay: somebody loaded them by name",
     "module message"},
    {"kernel_release", JsonType::Text, "Kernel release, as printed by uname -r"},
    {"key", JsonType::Text, "ID of the key that made the signature"},
    {"kind", JsonType::Text,
     "Of an event: " MK_RECORD_KINDS ". Of a dependency: needs, softdep-pre, "
     "softdep-post, weak. Of drift: parameter, unknown-parameter, build, not-loaded, masked, "
     "initramfs-module, initramfs-configuration, no-effect. Of a line of modprobe.d: its first "
     "word. Of a loss: interface, disk, sound-card, display, input, node, file-system. Of a range: "
     "memory, ioport, irq, other. Of a holder: module, file, mapping, socket, mount, swap, loop, "
     "disk, algorithm, "
     "congestion-control, qdisc, console, livepatch, directory, filter, rule, scheduler, watchdog, "
     "setting, bpf, ipsec, route, governor, server, tracing, device, zswap, interface, quota, "
     "sequencer, kernel-code"},
    {"known_by", JsonType::Text, "How it is known that the device node belongs to the module"},
    {"last", JsonType::Number, "Last number of the range"},
    {"last_loaded", JsonType::Object,
     "The last load of the module that went well, if something has changed since; null: nothing "
     "has, or it is not known",
     "time realtime_ns kernel_release since"},
    {"learning_since", JsonType::Text,
     "Since when what no rule decides about is only recorded, in UTC; null: the policy does not "
     "learn"},
    {"left_lines", JsonType::Objects,
     "Lines of modprobe.d that keep a module from being loaded and did not become rules, and why",
     "module file line message"},
    {"level", JsonType::Text, "emerg, alert, crit, err, warning, notice, info, debug"},
    {"license", JsonType::Text, "Licence, as the file says"},
    {"line", JsonType::Number, "Line number in the file; null: the kernel command line"},
    {"lines", JsonType::Objects, "Lines of the kernel log, or of modprobe.d",
     "kind? name? value? text file? line? where? effect? message? overridden_by? level? logged_ns? "
     "during_load?"},
    {"load_count", JsonType::Number,
     "Number of times that it was loaded since the driver was loaded"},
    {"loaded", JsonType::Truth, "Whether it is loaded now"},
    {"loaded_file", JsonType::Text,
     "The file from which the loaded module came, for those who may read the record; null: not "
     "known"},
    {"loaded_first", JsonType::Texts,
     "Modules that it depends on and that the same process loaded before it"},
    {"loaded_for", JsonType::Text,
     "The module that depends on it and was loaded by the same process"},
    {"loaded_for_device", JsonType::Object,
     "The device for which udev loaded it; null: none, or one of several",
     "path modalias certainty"},
    {"loaded_realtime_ns", JsonType::Number, "When it was loaded, as realtime_ns"},
    {"loaded_time", JsonType::Text, "When it was loaded, as time"},
    {"logged_ns", JsonType::Number, "Nanoseconds since boot, on the clock of the kernel log"},
    {"loginuid", JsonType::Number, "Login user, as audit knows it"},
    {"losses", JsonType::Objects, "What would vanish with the modules",
     "module kind name importance in_use_as"},
    {"lost", JsonType::Number, "Number of records that were overwritten before they were read"},
    {"major", JsonType::Number, "Major device number"},
    {"matching_devices", JsonType::Objects, "Devices that the module matches", "path modalias"},
    {"memory", JsonType::Object, "Memory that the file takes",
     "text_bytes rodata_bytes data_bytes init_bytes"},
    {"message", JsonType::Text, "A sentence for people; its words may change"},
    {"minor", JsonType::Number, "Minor device number"},
    {"missed", JsonType::Number, "Number of events for which the driver had no memory"},
    {"missing_sources", JsonType::Texts, "Sources of events that this kernel or driver lacks"},
    {"modalias", JsonType::Text, "The alias of the device"},
    {"mode", JsonType::Text, "Permissions in sysfs, such as 0644; null: it is not in sysfs"},
    {"modinfo", JsonType::Objects, "Fields of .modinfo, in their order", "field value"},
    {"module", JsonType::Text, "Name of the module that it is about"},
    {"modules", JsonType::Texts, "Modules on which the command acted, in that order"},
    {"modules_loaded", JsonType::Number, "Number of loaded modules"},
    {"mount_point", JsonType::Text, "Where it is mounted, in the mount namespace of the process"},
    {"name", JsonType::Text,
     "Name of the module, parameter, section or device that the object describes; of a caller: its "
     "unique name on the bus"},
    {"name_of_file", JsonType::Truth,
     "Whether the module's name was derived from the file, because the kernel did not get far "
     "enough"},
    {"namespace", JsonType::Text, "Namespace of the symbol"},
    {"namespace_inode", JsonType::Number,
     "Number of the namespace of the process, if it is not that of the command"},
    {"need", JsonType::Text, "What needs the module: boot, device, configured"},
    {"needed_by", JsonType::Text,
     "The module that cannot be loaded without it; null: it was asked about itself"},
    {"needs", JsonType::Texts, "Modules of this plan that must be loaded before"},
    {"no_driver", JsonType::Object,
     "Why the driver is not there, so that there is no record; null: it is there",
     "stage error cause certainty errno message remedy symbols kernel_lines holders held_now "
     "last_loaded"},
    {"nodes", JsonType::Objects, "The modules", "name state"},
    {"now", JsonType::Text, "What it is now; null: there is none"},
    {"obstacles", JsonType::Objects,
     "What keeps the module from being loaded now, such as a line of modprobe.d",
     "severity stage error cause message remedy symbols"},
    {"options", JsonType::Objects, "Values that the next load gets; the last one counts",
     "value file line where"},
    {"other_root", JsonType::Truth,
     "Whether the path is below another root, such as that of a container"},
    {"overridden_by", JsonType::Text, "The line that counts instead, as where"},
    {"overwritten", JsonType::Number, "Number of records that newer ones have overwritten"},
    {"owner", JsonType::Text, "Who has claimed the range"},
    {"parameters", JsonType::Objects, "Parameters of the module",
     "name type value description declared? mode? writable? options?"},
    {"path", JsonType::Text, "Path in /dev or /sys"},
    {"permanent", JsonType::Truth,
     "Whether it has no exit function, so that it cannot be unloaded"},
    {"permissions", JsonType::Objects, "Temporary permissions of the policy",
     "permission permission_name gate until_boottime_ns uses_left"},
    {"pid", JsonType::Number, "Thread ID of the task"},
    {"planned", JsonType::Number, "Number of modules of the job"},
    {"present", JsonType::Object, "The event that lists it as loaded before the driver",
     event_members},
    {"probes_missed", JsonType::Number, "Number of calls that the driver's probes missed"},
    {"problem", JsonType::Text, "What is wrong; null: nothing"},
    {"problems", JsonType::Objects, "Problems that were found",
     "severity stage error cause message remedy symbols"},
    {"produced", JsonType::Number, "Number of records since the driver was loaded"},
    {"provider", JsonType::Text, "The module that exports the symbol, or vmlinux"},
    {"range", JsonType::Text, "The range as the kernel shows it; null: it is shown only to root"},
    {"ranges", JsonType::Objects, "I/O ports and memory of the device", "kind first last"},
    {"readers", JsonType::Number, "Number of open files that read the device"},
    {"realtime_ns", JsonType::Number,
     "Nanoseconds since 1970; jq before 1.7 and JavaScript round it, time they do not"},
    {"references", JsonType::Number,
     "Number of references that are held; of a holder, by it: 0 if another one has them"},
    {"refused", JsonType::Objects, "Events of unloads that have been refused since", event_members},
    {"remedy", JsonType::Text, "A command that helps, or what to do"},
    {"repeated", JsonType::Truth, "Whether its children are listed only where it occurs first"},
    {"request", JsonType::Object, "The event of the request that caused the load", event_members},
    {"result", JsonType::Text,
     "Outcome: loaded, unloaded, reloaded, changed; unchanged (there was nothing to do); started, "
     "canceling (a job); would-succeed, would-fail, would-change; left (to be done by hand); "
     "failed. Of a policy: valid, invalid; applied, would-apply; trial; confirmed, rolled-back; "
     "counted (a boot); compiled; generated, written"},
    {"ring_bytes", JsonType::Number, "Size of the driver's ring"},
    {"rodata_bytes", JsonType::Number, "Bytes of constants"},
    {"rule_files", JsonType::Objects, "Files of the rules that are in force, as they were read",
     "file text"},
    {"rule_verdict", JsonType::Text, "What the rule says: allow, deny, warn"},
    {"running", JsonType::Text, "The value or state now"},
    {"sealed", JsonType::Truth, "Whether nothing changes the policy until the machine is rebooted"},
    {"sections", JsonType::Objects, "Sections of the file that are loaded", "name size stays"},
    {"sentences", JsonType::Texts, "The same as text for people; its words may change"},
    {"sequence", JsonType::Number, "Sequence number of the record; gaps are missing records"},
    {"session", JsonType::Text, "Login session of whoever caused the load, by its control group"},
    {"severity", JsonType::Text, "fails, warning"},
    {"signer", JsonType::Text, "Name of the signer"},
    {"since", JsonType::Objects, "What has changed since", "what before now"},
    {"size", JsonType::Number, "Size in memory; of a section, its size"},
    {"source", JsonType::Text,
     "How the lines were found: call (the driver took them during the load), time (of the load), "
     "names (they name the module)"},
    {"sources", JsonType::Texts,
     "Sources of events besides loads and unloads: calls, files, lines, requests, parameters, "
     "references"},
    {"state", JsonType::Text,
     "Of a module: live, coming, going, built-in, absent, missing (needed, but without a file). Of "
     "a job: waiting, running, canceling. Of what is configured: enabled, disabled, masked, "
     "unmasked"},
    {"stays", JsonType::Truth, "Whether it stays in memory after init"},
    {"steps", JsonType::Objects, "What would be done, in this order",
     "module action why file arguments command needs weak_needs problems"},
    {"subject", JsonType::Text, "The parameter, file or other thing that it is about"},
    {"suppressed", JsonType::Number, "Number of events that were not recorded"},
    {"symbol", JsonType::Text, "Name of the symbol"},
    {"symbol_source", JsonType::Text,
     "Where the exported symbols of the kernel are known from; null: they are not known"},
    {"symbols", JsonType::Texts, "Symbols that it is about"},
    {"taints", JsonType::Text, "Letters as in /proc/modules, such as OE; \"\": none"},
    {"targets", JsonType::Texts, "Modules as they were requested"},
    {"text", JsonType::Text,
     "A line of the log, of a file that was changed, or of a mark; the text of rules; for a change "
     "of the kind set, the value"},
    {"text_bytes", JsonType::Number, "Bytes of code"},
    {"tgid", JsonType::Number, "Process ID"},
    {"this_boot", JsonType::Truth, "Whether it happened since the machine was booted"},
    {"through", JsonType::Text,
     "What is between the holder and the module, such as a disk or another module"},
    {"time", JsonType::Text, "The same as realtime_ns, in UTC: 2026-01-31T12:00:00.123456789Z"},
    {"times", JsonType::Number, "How often it was seen to come, besides that it is loaded"},
    {"to", JsonType::Text, "The module that it depends on"},
    {"trial_left_ns", JsonType::Number,
     "How long the policy stays unless it is confirmed; null: no policy is on trial"},
    {"trigger", JsonType::Text,
     "What caused the load: request (of the kernel), udev, modules-load, modkeeperd, command, "
     "unknown"},
    {"truncated", JsonType::Truth, "Whether a text was cut to fit, or could not be read"},
    {"type", JsonType::Text,
     "Of a parameter, such as int or \"array of charp\"; of a node char or block"},
    {"uid", JsonType::Number, "User ID"},
    {"unchecked", JsonType::Texts, "What could not be checked, a sentence each"},
    {"unfinished_boots", JsonType::Number,
     "How many boots under the rules did not reach multi-user.target"},
    {"unit", JsonType::Text,
     "Unit of systemd in which whoever caused the load was, by its control group"},
    {"unload", JsonType::Object, "The event of its unload", event_members},
    {"unread", JsonType::Objects, "Files that could not be read, and why", "file message"},
    {"use", JsonType::Text,
     "up, address, port-of, has-port, has-upper (an interface stands on it), default-route, ssh "
     "(the connection of whoever asks), mounted, root (holds the root file system), swap, backed "
     "(by a "
     "file), below (a disk stands on it), last-keyboard"},
    {"used_by", JsonType::Texts, "Modules that use it"},
    {"uses", JsonType::Texts, "Modules that it uses"},
    {"value", JsonType::Text,
     "Value of the parameter or field; null: it has none now, or you may not read it"},
    {"values", JsonType::Texts, "Values of the field, in their order"},
    {"verb", JsonType::Text, "load, unload, reload"},
    {"verdict", JsonType::Text, "ok, warning, problem, unknown"},
    {"vermagic", JsonType::Text, "The kernel that it was built for"},
    {"version", JsonType::Text, "Version, as the module, the daemon or the driver says"},
    {"weak", JsonType::Truth, "Whether the symbol may be missing"},
    {"weak_needs", JsonType::Texts, "Modules that it may request once it is loaded"},
    {"what", JsonType::Text,
     "Of a holder: the path of the file or device, the module, the protocol, the algorithm. Of a "
     "change: kernel (its release), path (of the file), build (of the file), size (of the file, in "
     "bytes), parameters, signature (what the kernel thinks of it)"},
    {"where", JsonType::Text, "What configures it: FILE:LINE, or \"the kernel command line\""},
    {"why", JsonType::Text, "requested, dependency, softdep-pre, softdep-post"},
    {"would_deny", JsonType::Number, "How many loads went on that the policy would have denied"},
    {"writable", JsonType::Truth, "Whether it can be set at run time"},
};

inline constexpr auto json_keys = [] {
    std::array<Key, std::size(other_keys) + std::size(record_keys)> keys{};
    std::ranges::merge(other_keys, record_keys, keys.begin(), {}, &Key::name, &Key::name);
    return keys;
}();

enum class JsonForm : std::uint8_t {
    Object,
    Array, // of objects
    Lines, // one object per line
};

struct JsonAnswer {
    std::string_view commands; // separated by blanks
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
    {"plan load", "load: with --dry-run", JsonForm::Object, "result error message steps"},
    {"unload", "with --dry-run", JsonForm::Object, "result modules losses kept"},
    {"load unload reload", "", JsonForm::Object, "result modules"},
    {"load unload reload cancel", "with --no-block, or for cancel", JsonForm::Object, "result job"},
    {"jobs", "", JsonForm::Array, "id verb targets state planned ended current caller"},
    {"param", "without values to set", JsonForm::Object, "module state parameters"},
    {"param enable disable mask unmask", "when they change something, or would", JsonForm::Object,
     "result changes"},
    {"events param", "param: with --watch", JsonForm::Lines, event_members},
    {"holders", "", JsonForm::Object, "module references explained held_by unchecked"},
    {"is-enabled is-masked", "", JsonForm::Array, "module state where"},
    {"drift", "", JsonForm::Object, "drift unchecked"},
    {"apply", "", JsonForm::Object, "result dry_run drift unchecked"},
    {"policy/check", "", JsonForm::Object,
     "result kernel_release files rule_count findings denied_needs"},
    {"policy/apply", "", JsonForm::Object,
     "result policy_generation policy_digest load_mode request_mode rule_count findings"},
    {"policy/status", "", JsonForm::Object,
     "policy_generation rule_count load_mode request_mode ceiling denied would_deny policy_kernel "
     "policy_digest trial_left_ns learning_since sealed held_back_at_boot permissions"},
    {"policy/generate", "", JsonForm::Object, "result file text unchecked"},
    {"policy/learn", "", JsonForm::Object, "result file policy_generation learning_since"},
    {"policy/diff", "", JsonForm::Array,
     "module alias device times time comm uid rule where rule_reason allowed_by sentences"},
    {"policy/list", "", JsonForm::Array, "rule gate rule_verdict is_default hits rule_reason"},
    {"policy/confirm policy/rollback", "", JsonForm::Object, "result policy_generation"},
    {"policy/deny policy/allow policy/revoke", "allow: with --reason; revoke: of rules",
     JsonForm::Object, "result rule modules policy_generation sentences"},
    {"policy/import", "", JsonForm::Object,
     "result policy_generation imported left_lines sentences"},
    {"policy/why", "", JsonForm::Array, "module needed_by outcome rule where rule_reason"},
    {"policy/show", "", JsonForm::Object, "policy_digest rule_files"},
    {"policy/test", "", JsonForm::Object,
     "outcome gate_mode rule rule_verdict rule_reason permission is_judged"},
    {"policy/mode", "", JsonForm::Object, "result load_mode request_mode policy_generation"},
    {"policy/allow", "with --for, --once or --boot", JsonForm::Object, "result permissions"},
    {"policy/revoke", "with the number of a permission", JsonForm::Object, "result permission"},
    {"policy/seal", "", JsonForm::Object, "result policy_generation"},
    {"policy/boots", "", JsonForm::Object, "result unfinished_boots"},
    {"policy/compile", "", JsonForm::Object,
     "result file kernel_release rule_count policy_digest load_mode findings"},
    {"why", "", JsonForm::Object,
     "no_driver module loaded trigger asked_by container unit session request begin end present "
     "loaded_for loaded_first loaded_for_device matching_devices "
     "unload refused failed_since failed_tool diagnosis obstacles sentences"},
    {"history", "", JsonForm::Lines, event_members, "boot_id this_boot message"},
    {"status", "", JsonForm::Object, "daemon driver"},
    {"doctor", "", JsonForm::Array, "subject verdict evidence remedy"},
};

// Instead of an answer, of every command, on one line: there was nothing to do, or it failed. After
// events that were already printed, it is one more line, the only one with a key "result".
inline constexpr Members failure_members =
    "result error errno message module stage cause holders remedy changes?";

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
