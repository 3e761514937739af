// SPDX-License-Identifier: GPL-2.0-only
#include "core/load_parameters.hpp"

#include "lib/bytes.hpp"

namespace mk {
namespace {

// Is the text the one that the call began with, as far as it was read then?
bool is_that_of(const Call &call, Text now) {
    Text before = call.args.text();
    return (call.text_cut ? now.first(before.length()) : now) == before;
}

} // namespace

LoadParameters::LoadParameters(ModuleFacts &facts, const Call *call) {
    if (facts.args)
        return;
    bool loads = call && call->loads();
    if (read(loads ? call->text : load_parameters(), loads ? call : nullptr)) {
        facts.args = reinterpret_cast<const char *>(whole_.data());
        return;
    }
    take_beginning(loads ? call : nullptr);
    facts.args = beginning_;
    facts.args_cut = true;
}

// A longer text than this does not fit into a record, which says so.
bool LoadParameters::read(UserText text, const Call *call) {
    Result<Buffer> buffer = Buffer::create_own(args_text_max + 1);
    if (!buffer.ok())
        return false;
    whole_ = mk::move(buffer.value());
    char *to = reinterpret_cast<char *>(whole_.data());
    long length = text.read_nofault(to, args_text_max);
    if (length < 0)
        return false;
    usize kept = min(static_cast<usize>(length), args_text_max);
    to[kept] = 0;
    return !call || is_that_of(*call, {to, kept});
}

void LoadParameters::take_beginning(const Call *call) {
    Text text = call ? call->args.text() : Text();
    copy_bytes(beginning_, text.data(), text.length());
    beginning_[text.length()] = 0;
}

} // namespace mk
