// SPDX-License-Identifier: GPL-2.0-only
#include "core/policy_gate.hpp"

#include "core/module_record.hpp"
#include "core/policy_facts.hpp"
#include "kernel/ktime.hpp"
#include "kernel/printk.hpp"
#include "kernel/sched.hpp"

namespace mk {
namespace {

Text name_of(const ModuleFacts &module) {
    return Text::from_c(module.name).first(name_text_max);
}

Text comm_of(const char (&comm)[MODKEEPER_COMM_SIZE]) {
    return {comm, length_within(comm, sizeof(comm))};
}

// "exploit[811] uid 1000"; without a @pid it is a user of whom no more is known.
void put_task(TextWriter &writer, Text comm, u32 pid, u32 uid) {
    if (pid) {
        writer.put(comm);
        writer.put('[');
        writer.put_number(pid);
        writer.put(Text::from_c("] "));
    }
    writer.put(Text::from_c("uid "));
    writer.put_number(uid);
}

// Names of modules, tasks and aliases are whatever somebody chose: none ends the line.
void make_printable(char *text, usize length) {
    for (usize i = 0; i < length; i++) {
        u8 byte = static_cast<u8>(text[i]);
        if (byte < ' ' || byte == 0x7f)
            text[i] = '?';
    }
}

void put_rule(TextWriter &writer, const PolicyAnswer &answer) {
    writer.put(Text::from_c(": "));
    writer.put(answer.rule.text());
    if (answer.reason.empty())
        return;
    writer.put(Text::from_c(" \""));
    writer.put(answer.reason.text());
    writer.put('"');
}

// @line has room for one character more.
void log_line(char *line, usize room, const TextWriter &writer) {
    usize length = min(writer.length(), room);
    make_printable(line, length);
    line[length] = 0;
    log_notice(line);
}

// "denied the request for net-pf-33 by exploit[811] uid 1000: 10-cve.rules:2".
void log_denied_request(Text alias, const PolicyAnswer &answer) {
    char line[384];
    TextWriter writer(line, sizeof(line) - 1);
    mk_task task = current_task();
    writer.put(Text::from_c("denied the request for "));
    writer.put(alias.first(alias_text_max));
    writer.put(Text::from_c(" by "));
    put_task(writer, comm_of(task.comm), task.tgid, task.uid);
    put_rule(writer, answer);
    log_line(line, sizeof(line) - 1, writer);
}

// "denied rxrpc for modprobe[812] uid 0, asked for by exploit[811] uid 1000 (net-pf-33):
// 10-cve.rules:2 "no longer used"". A client has no alias.
void log_denial(Text module, const Call *call, const PolicyAnswer &answer) {
    char line[512];
    TextWriter writer(line, sizeof(line) - 1);
    mk_task task = current_task();
    writer.put(Text::from_c("denied "));
    writer.put(module);
    writer.put(Text::from_c(" for "));
    put_task(writer, comm_of(task.comm), task.tgid, task.uid);
    if (call && call->request.link != MODKEEPER_LINK_NONE) {
        const RequestLink &request = call->request;
        writer.put(Text::from_c(request.link == MODKEEPER_LINK_CERTAIN
                                    ? ", asked for by "
                                    : ", asked for by one such as "));
        put_task(writer, comm_of(request.comm), request.pid, request.uid);
        writer.put(Text::from_c(" ("));
        writer.put(request.alias.text());
        writer.put(')');
    } else if (call && call->client && call->client->is_there()) {
        const Client &client = *call->client;
        writer.put(Text::from_c(", asked for by "));
        put_task(writer, comm_of(client.comm), client.pid, client.uid);
    }
    put_rule(writer, answer);
    log_line(line, sizeof(line) - 1, writer);
}

} // namespace

Recorder::Stamp PolicyGate::record(const ModuleFacts &module, const Call *call,
                                   const PolicyAnswer &answer, Lane lane) {
    using Body = modkeeper_record_policy_decision;
    PolicyDecisionRecord record(MODKEEPER_RECORD_POLICY_DECISION);
    record.put(&Body::module, name_of(module));
    record.put(&Body::rule, answer.rule.text());
    record.put(&Body::rule_reason, answer.reason.text());
    Body &body = record.body();
    body.policy_generation = answer.generation;
    body.taints = module.taints;
    body.signature = module.signature;
    body.gate = MODKEEPER_POLICY_GATE_LOAD;
    body.gate_mode = answer.mode;
    body.outcome = answer.verdict;
    body.permission = answer.permission;
    if (call) {
        record.put(&Body::file, call->file.text());
        record.put(&Body::command, call->command.text());
        record.put(&Body::alias, call->request.alias.text());
        body.link = call->request.link;
        body.request_sequence = call->request.sequence;
        body.request_pid = call->request.pid;
        body.request_uid = call->request.uid;
        copy_bytes(body.request_comm, call->request.comm, sizeof(body.request_comm));
        if (call->client)
            call->client->put(record);
        if (call->cut || call->command_cut)
            record.mark_cut();
    }
    Caller caller = call ? call->caller : Caller::current();
    caller.put(record);
    return recorder_.append(record, lane);
}

// Of a load whose call is not seen: its end is now.
void PolicyGate::record_failure(const ModuleFacts &module, const PolicyAnswer &answer, u64 decision,
                                Lane lane) {
    ModuleRecord record(MODKEEPER_RECORD_LOAD_FAILED, module, {}, nullptr);
    record.put_decision(answer.rule.text(), answer.reason.text(), decision);
    record.body().error = static_cast<__s32>(Errno::eacces);
    record.body().stage = MODKEEPER_STAGE_POLICY;
    recorder_.append(record, lane);
}

void PolicyGate::note(Call &call, const PolicyAnswer &answer, u64 sequence) {
    call.denied = answer.denied();
    call.left_out = answer.denied() && !sequence;
    call.decision_sequence = sequence;
    call.rule = answer.rule.text();
    call.rule_reason = answer.reason.text();
}

// Two at a time may both take the last line: then there is one more.
bool PolicyGate::may_speak(const PolicyAnswer &answer, bool anybodys) {
    if (!answer.denied() || !answer.speaks || !anybodys)
        return answer.denied() && answer.speaks;
    u64 now_ns = boottime_coarse_ns();
    u64 quiet_until_ns = quiet_until_ns_.load_relaxed();
    if (quiet_until_ns > now_ns + (lines_at_once - 1) * line_interval_ns)
        return false;
    quiet_until_ns_.store_relaxed((quiet_until_ns > now_ns ? quiet_until_ns : now_ns) +
                                  line_interval_ns);
    return true;
}

void PolicyGate::record_request(Text alias, const PolicyAnswer &answer, Lane lane) {
    using Body = modkeeper_record_policy_decision;
    PolicyDecisionRecord record(MODKEEPER_RECORD_POLICY_DECISION);
    record.put(&Body::rule, answer.rule.text());
    record.put(&Body::rule_reason, answer.reason.text());
    record.put(&Body::alias, alias, alias_text_max);
    Body &body = record.body();
    body.policy_generation = answer.generation;
    body.gate = MODKEEPER_POLICY_GATE_REQUEST;
    body.gate_mode = answer.mode;
    body.outcome = answer.verdict;
    body.permission = answer.permission;
    Caller caller = Caller::current();
    caller.put(record);
    recorder_.append(record, lane);
}

bool PolicyGate::allows_request(Text alias) {
    PolicyAnswer answer = control_.ask(MODKEEPER_POLICY_GATE_REQUEST, alias, [this](u64 wanted) {
        bool asks = wanted & PolicyFacts::of_tasks;
        return facts_of_request(wanted, asks && current_standing(calls_).helper);
    });
    if (!answer.tells())
        return true;
    Standing standing = current_standing(calls_);
    if (limits_.admit(standing, MODKEEPER_RECORD_POLICY_DECISION)) {
        record_request(alias, answer, standing.trusted ? Lane::trusted : Lane::anybody);
        recorder_.wake_readers_soon();
    }
    if (may_speak(answer, !standing.trusted))
        log_denied_request(alias, answer);
    return !answer.denied();
}

// If a helper's call had no place among the calls, nobody knows whom it is for. A statement of a
// client needs no call.
PolicyAskers PolicyGate::askers_of(const Call *call) {
    if (is_helpers(call)) {
        if (call)
            return call->request.askers;
        return calls_.sees() ? requests_.anybody() : PolicyAskers();
    }
    if (call && call->client)
        return call->client->askers();
    Client client;
    clients_.find(client);
    return client.askers();
}

PolicyAnswer PolicyGate::ask_about(const ModuleFacts &module, const Call *call, u64 missing) {
    return control_.ask(
        MODKEEPER_POLICY_GATE_LOAD, name_of(module),
        [&](u64 wanted) { return facts_of_load(wanted, module, call, askers_of(call)); }, missing);
}

// To compare a path may sleep, and nobody sleeps who reads a policy. Once it is compared, whichever
// policy is in force by then can ask for it.
bool PolicyGate::allows(const ModuleFacts &module, Call *call) {
    bool opened = call && call->opened.held();
    PolicyAnswer answer = ask_about(module, call, opened ? 1ULL << MODKEEPER_FACT_PATH : 0);
    if (opened && answer.lacks_facts) {
        call->compare_path();
        answer = ask_about(module, call, 0);
    }
    if (!answer.tells())
        return true;
    bool anybodys = is_anybodys(call);
    Lane lane = anybodys ? Lane::anybody : Lane::trusted;
    // The end of a denied load is recorded as well, or neither is.
    u64 sequence = 0;
    if (!anybodys || limits_.admit_for(payer_of(call), MODKEEPER_RECORD_POLICY_DECISION,
                                       answer.denied() ? 2 : 1))
        sequence = record(module, call, answer, lane).sequence;
    if (call)
        note(*call, answer, sequence);
    else if (answer.denied() && sequence)
        record_failure(module, answer, sequence, lane);
    if (may_speak(answer, anybodys))
        log_denial(name_of(module), call, answer);
    return !answer.denied();
}

} // namespace mk
