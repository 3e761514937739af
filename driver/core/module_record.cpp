// SPDX-License-Identifier: GPL-2.0-only
#include "core/module_record.hpp"

namespace mk {
namespace {

u64 sum(const __u64 *bytes, usize first, usize last) {
    u64 total = 0;
    for (usize i = first; i <= last; i++)
        total += bytes[i];
    return total;
}

bool ends_load(modkeeper_record_kind kind) {
    return kind == MODKEEPER_RECORD_LOAD_LIVE || kind == MODKEEPER_RECORD_LOAD_FAILED;
}

} // namespace

u64 core_bytes(const __u64 (&memory)[MODKEEPER_MEMORY_KINDS]) {
    return sum(memory, MODKEEPER_MEMORY_TEXT, MODKEEPER_MEMORY_DATA);
}

ModuleRecord::ModuleRecord(modkeeper_record_kind kind, const ModuleFacts &facts, LoadOrigin origin,
                           const Call *call)
    : Record(kind), origin_(origin), call_(call) {
    using Body = modkeeper_record_module;
    put(&Body::module, Text::from_c(facts.name), name_text_max);
    put(&Body::version, Text::from_c(facts.version), version_text_max);
    put(&Body::srcversion, Text::from_c(facts.srcversion), srcversion_text_max);
    Body &body = this->body();
    body.taints = facts.taints;
    body.core_bytes = core_bytes(facts.memory);
    body.init_bytes = sum(facts.memory, MODKEEPER_MEMORY_INIT_TEXT, MODKEEPER_MEMORY_INIT_DATA);
    body.signature = facts.signature;
    if (kind == MODKEEPER_RECORD_LOAD_FAILED)
        body.stage = MODKEEPER_STAGE_UNKNOWN;
    if (call)
        put_call(*call);
    // Last, as the longest: it gets what room is left.
    if (kind == MODKEEPER_RECORD_LOAD_BEGIN || kind == MODKEEPER_RECORD_LOAD_LIVE) {
        put(&Body::args, Text::from_c(facts.args));
        if (facts.args_cut)
            mark_cut();
    } else if (kind == MODKEEPER_RECORD_LOAD_FAILED && call) {
        put(&Body::args, call->args.text());
        if (call->text_cut)
            mark_cut();
    }
}

void ModuleRecord::put_call(const Call &call) {
    using Body = modkeeper_record_module;
    Body &body = this->body();
    put(&Body::command, call.command.text());
    body.call_flags = call.flags;
    body.parent_pid = call.parent_pid;
    copy_bytes(body.parent_comm, call.parent_comm, sizeof(body.parent_comm));
    body.capability = call.caller.capability;
    call.caller.put(*this);
    if (call.client)
        call.client->put(*this);
    if (call.lines && which() != MODKEEPER_RECORD_LOAD_BEGIN)
        put_lines(*this, &Body::kernel_lines, *call.lines);
    if (call.cut || call.command_cut)
        mark_cut();
    if (which() == MODKEEPER_RECORD_UNLOAD || !call.loads())
        return;
    body.call = call.kind;
    body.file_bytes = call.file_bytes;
    put_request(call.request);
    put_file(call);
    put_decision(call.rule.text(), call.rule_reason.text(), call.decision_sequence);
    if (which() == MODKEEPER_RECORD_LOAD_FAILED) {
        body.error = static_cast<__s32>(-call.result);
        body.stage = stage_of(call);
        body.init_ns = call.init_ns;
        if (call.signature_result < 0)
            body.signature = MODKEEPER_SIGNATURE_REFUSED;
        // What the file says of its name was not accepted: it may be any.
        if (!call.failed && !call.looked_into)
            body.details |= MODKEEPER_DETAIL_NAME_OF_FILE;
    }
}

void ModuleRecord::put_decision(Text rule, Text reason, u64 sequence) {
    put(&modkeeper_record_module::rule, rule, rule_text_max);
    put(&modkeeper_record_module::rule_reason, reason, rule_reason_text_max);
    body().decision_sequence = sequence;
}

void ModuleRecord::put_file(const Call &call) {
    modkeeper_record_module &body = this->body();
    put(&modkeeper_record_module::file, call.file.text());
    body.file_inode = call.place.inode;
    body.file_major = call.place.device_major;
    body.file_minor = call.place.device_minor;
    if (call.place.other_root)
        body.details |= MODKEEPER_DETAIL_OTHER_ROOT;
}

void ModuleRecord::put_request(const RequestLink &request) {
    modkeeper_record_module &body = this->body();
    put(&modkeeper_record_module::alias, request.alias.text());
    body.link = request.link;
    body.request_sequence = request.sequence;
    body.request_pid = request.pid;
    body.request_uid = request.uid;
    copy_bytes(body.request_comm, request.comm, sizeof(body.request_comm));
}

u64 ModuleRecord::duration(const modkeeper_record &header) const {
    if (call_ && (ends_load(which()) || which() == MODKEEPER_RECORD_UNLOAD))
        return header.boottime_ns - call_->began_ns;
    return ends_load(which()) && origin_.boottime_ns ? header.boottime_ns - origin_.boottime_ns : 0;
}

void ModuleRecord::write(modkeeper_record &header) const {
    Record::write(header);
    auto &body = *reinterpret_cast<modkeeper_record_module *>(&header + 1);
    bool begins = which() == MODKEEPER_RECORD_LOAD_BEGIN || which() == MODKEEPER_RECORD_PRESENT;
    body.load_sequence = begins ? header.sequence : origin_.sequence;
    body.duration_ns = duration(header);
    if (which() == MODKEEPER_RECORD_LOAD_LIVE && call_ && call_->init_began_ns)
        body.init_ns = header.boottime_ns - call_->init_began_ns;
}

} // namespace mk
