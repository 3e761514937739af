// SPDX-License-Identifier: GPL-2.0-only
// The fields of an event by name, once: whoever writes or reads events by name brings a visitor
// that is called as visit(name, field, known). Not known: the field holds nothing in this event.
#pragma once

#include <type_traits>

#include "driver_client/event.hpp"

namespace mk::driver {

template <typename E, typename T>
concept Maybe = std::is_same_v<std::remove_const_t<E>, T>;

template <Maybe<Lost> B, typename V> void visit_body(B &body, EventKind, V &&visit) {
    visit("lost", body.count, true);
}

template <Maybe<ModuleEvent> B, typename V> void visit_body(B &body, EventKind kind, V &&visit) {
    const bool begins = kind == EventKind::LoadBegin;
    // one that fails early was never looked at
    const bool reached = kind != EventKind::LoadFailed || body.load_sequence != 0;
    const bool call_seen = body.call != LoadCall::Unknown || body.parent_pid != 0;
    const bool requested = body.link != Link::None;
    visit("module", body.module, !body.module.empty());
    visit("version", body.version, !body.version.empty());
    visit("srcversion", body.srcversion, !body.srcversion.empty());
    visit("args", body.args, begins || !body.args.empty());
    visit("file", body.file, !body.file.empty());
    visit("file_bytes", body.file_bytes, body.file_bytes != 0);
    visit("file_inode", body.file_inode, body.file_inode != 0);
    visit("file_major", body.file_major, body.file_inode != 0);
    visit("file_minor", body.file_minor, body.file_inode != 0);
    visit("mount_namespace", body.mount_namespace, body.mount_namespace != 0);
    visit("other_root", body.other_root, body.file_inode != 0);
    visit("load_sequence", body.load_sequence, body.load_sequence != 0);
    visit("taints", body.taints, reached);
    visit("core_bytes", body.core_bytes, body.core_bytes != 0);
    visit("init_bytes", body.init_bytes, reached);
    visit("duration_ns", body.duration_ns, body.duration_ns != 0);
    visit("init_ns", body.init_ns, body.init_ns != 0);
    visit("errno", body.error, body.error != 0);
    visit("stage", body.stage, body.stage != Stage::None);
    visit("signature", body.signature, body.signature != Signature::Unknown);
    visit("name_of_file", body.name_of_file, kind == EventKind::LoadFailed);
    visit("call", body.call, body.call != LoadCall::Unknown);
    visit("call_flags", body.call_flags, call_seen);
    visit("command", body.command, !body.command.empty());
    visit("parent_pid", body.parent_pid, body.parent_pid != 0);
    visit("parent_comm", body.parent_comm, !body.parent_comm.empty());
    visit("link", body.link, requested);
    visit("alias", body.alias, !body.alias.empty());
    visit("request_sequence", body.request_sequence, requested);
    visit("request_pid", body.request_pid, requested);
    visit("request_uid", body.request_uid, requested);
    visit("request_comm", body.request_comm, requested);
}

template <Maybe<RefusedUnload> B, typename V> void visit_body(B &body, EventKind, V &&visit) {
    visit("module", body.module, !body.module.empty());
    visit("duration_ns", body.duration_ns, body.duration_ns != 0);
    visit("errno", body.error, body.error != 0);
    visit("reason", body.reason, true);
    visit("used_by", body.used_by, !body.used_by.empty());
    visit("references", body.references, true);
    visit("call_flags", body.call_flags, true);
    visit("command", body.command, !body.command.empty());
    visit("parent_pid", body.parent_pid, body.parent_pid != 0);
    visit("parent_comm", body.parent_comm, !body.parent_comm.empty());
}

template <Maybe<ModuleRequest> B, typename V> void visit_body(B &body, EventKind, V &&visit) {
    visit("alias", body.alias, !body.alias.empty());
    visit("caller", body.caller, !body.caller.empty());
    visit("waits", body.waits, true);
}

template <Maybe<ParameterWrite> B, typename V> void visit_body(B &body, EventKind, V &&visit) {
    visit("module", body.module, !body.module.empty());
    visit("errno", body.error, body.error != 0);
    visit("parameter", body.parameter, true);
    visit("old_value", body.old_value, body.old_value.has_value());
    visit("new_value", body.new_value, body.new_value.has_value());
}

template <Maybe<ReferenceChange> B, typename V> void visit_body(B &body, EventKind, V &&visit) {
    visit("module", body.module, !body.module.empty());
    visit("references", body.references, true);
    visit("caller", body.caller, !body.caller.empty());
    visit("got", body.got, true);
}

template <Maybe<Mark> B, typename V> void visit_body(B &body, EventKind, V &&visit) {
    visit("text", body.text, true);
}

template <Maybe<Suppressed> B, typename V> void visit_body(B &body, EventKind, V &&visit) {
    visit("suppressed", body.count, true);
    visit("suppressed_kind", body.kind, true);
    visit("since_boottime_ns", body.since_boottime_ns, true);
}

// E: Event or const Event.
template <Maybe<Event> E, typename V> void visit_fields(E &event, V &&visit) {
    visit("sequence", event.sequence, true);
    visit("kind", event.kind, true);
    visit("boottime_ns", event.boottime_ns, true);
    visit("realtime_ns", event.realtime_ns, true);
    visit("cpu", event.cpu, true);
    visit("pid", event.pid, true);
    visit("tgid", event.tgid, true);
    visit("uid", event.uid, true);
    visit("loginuid", event.loginuid, event.loginuid != no_loginuid);
    visit("comm", event.comm, true);
    visit("truncated", event.truncated, true);
    visit("anybody", event.anybody, event.anybody);
    std::visit([&](auto &body) { visit_body(body, event.kind, visit); }, event.body);
}

} // namespace mk::driver
