// SPDX-License-Identifier: GPL-2.0-only
#include "core/module_entry.hpp"

#include "lib/bytes.hpp"

namespace mk {
namespace {

static_assert(sizeof(modkeeper_module) % 8 == 0 && sizeof(Entry) % 8 == 0);
static_assert(__has_unique_object_representations(modkeeper_module));

usize stored_bytes(const char *text, usize length_max) {
    usize length = Text::from_c(text).first(length_max).length();
    return length ? length + 1 : 0;
}

} // namespace

Result<Owned<Entry>> Entry::create(Module module, const ModuleFacts &facts) {
    u32 uses = 0;
    module.for_each_use([&](Module) { uses++; });
    usize texts = stored_bytes(facts.name, name_text_max) +
                  stored_bytes(facts.version, version_text_max) +
                  stored_bytes(facts.srcversion, srcversion_text_max) +
                  stored_bytes(facts.args, args_text_max);
    return make_with_tail<Entry>(uses * sizeof(Edge) + texts, module, facts, uses);
}

Entry::Entry(Module module, const ModuleFacts &facts, u32 edge_count)
    : module_(module.raw()), edge_count_(edge_count) {
    for (u32 i = 0; i < edge_count; i++)
        new (Place{&edges()[i]}) Edge{this, nullptr, {}};
    image_.fixed_size = sizeof(image_);
    image_.state = MODKEEPER_STATE_COMING;
    image_.flags = facts.no_exit ? MODKEEPER_MODULE_NO_EXIT : 0;
    image_.name = store(Text::from_c(facts.name).first(name_text_max));
    image_.version = store(Text::from_c(facts.version).first(version_text_max));
    image_.srcversion = store(Text::from_c(facts.srcversion).first(srcversion_text_max));
    image_.taints = facts.taints;
    copy_bytes(image_.memory, facts.memory, sizeof(image_.memory));
    // After the texts that an answer contains.
    u32 told = text_bytes_;
    has_args_ = store(Text::from_c(facts.args).first(args_text_max)).length;
    args_cut_ = facts.args_cut;
    text_bytes_ = told;
    image_.parameter_count = facts.parameter_count;
}

modkeeper_text Entry::store(Text text) {
    if (text.empty())
        return {0, 0};
    char *to = texts() + text_bytes_;
    copy_bytes(to, text.data(), text.length());
    to[text.length()] = 0;
    modkeeper_text stored = {static_cast<u32>(sizeof(image_)) + text_bytes_,
                             static_cast<u32>(text.length())};
    text_bytes_ += stored.length + 1;
    return stored;
}

// ---- who uses whom ----

void Entry::connect(Edge &edge, Entry &provider) {
    edge.provider = &provider;
    provider.used_by_.push_front(edge);
    provider.used_by_bytes_ += image_.name.length + 1;
    uses_bytes_ += provider.image_.name.length + 1;
}

void Entry::disconnect(Edge &edge) {
    if (!edge.provider)
        return;
    Entry &provider = *edge.provider;
    provider.used_by_.remove(edge);
    provider.used_by_bytes_ -= image_.name.length + 1;
    uses_bytes_ -= provider.image_.name.length + 1;
    edge.provider = nullptr;
}

void Entry::drop_edges() {
    for (u32 i = 0; i < edge_count_; i++)
        disconnect(edges()[i]);
    while (Edge *edge = used_by_.first())
        edge->user->disconnect(*edge);
}

// ---- its life ----

void Entry::take_history(const Entry &earlier) {
    image_.load_count = earlier.image_.load_count;
    image_.gone_boottime_ns = earlier.image_.gone_boottime_ns;
    image_.last_sequence = earlier.image_.last_sequence;
    image_.last_kind = earlier.image_.last_kind;
}

void Entry::set_last_record(const Recorder::Stamp &stamp, u32 kind) {
    image_.last_sequence = stamp.sequence;
    image_.last_kind = kind;
}

void Entry::set_present(const Recorder::Stamp &stamp) {
    set_last_record(stamp, MODKEEPER_RECORD_PRESENT);
    was_live_ = true;
    image_.state = MODKEEPER_STATE_LIVE;
    image_.flags |= MODKEEPER_MODULE_PRESENT_BEFORE;
    image_.load_sequence = stamp.sequence;
}

void Entry::set_loading(const Recorder::Stamp &stamp) {
    set_last_record(stamp, MODKEEPER_RECORD_LOAD_BEGIN);
    image_.load_sequence = stamp.sequence;
    began_ns_ = stamp.boottime_ns;
}

void Entry::set_live(const Recorder::Stamp &stamp, u64 init_began_ns) {
    set_last_record(stamp, MODKEEPER_RECORD_LOAD_LIVE);
    was_live_ = true;
    image_.state = MODKEEPER_STATE_LIVE;
    image_.load_count++;
    image_.loaded_boottime_ns = stamp.boottime_ns;
    image_.loaded_realtime_ns = stamp.realtime_ns;
    u64 began_ns = init_began_ns ? init_began_ns : began_ns_;
    image_.init_ns = began_ns ? stamp.boottime_ns - began_ns : 0;
}

void Entry::set_gone(const Recorder::Stamp &stamp, u32 kind) {
    set_last_record(stamp, kind);
    image_.gone_boottime_ns = stamp.boottime_ns;
    forget_module();
}

void Entry::set_gone_unrecorded(u64 boottime_ns) {
    image_.gone_boottime_ns = boottime_ns;
    forget_module();
}

void Entry::set_failed(const Recorder::Stamp &stamp) {
    set_last_record(stamp, MODKEEPER_RECORD_LOAD_FAILED);
}

void Entry::recall(ModuleFacts &facts) const {
    const char *start = texts() - sizeof(image_);
    facts.version = image_.version.offset ? start + image_.version.offset : nullptr;
    facts.srcversion = image_.srcversion.offset ? start + image_.srcversion.offset : nullptr;
    facts.taints = image_.taints;
}

void Entry::put_used_by(TextWriter &writer) const {
    for (const Edge &edge : used_by_) {
        writer.put(edge.user->name());
        writer.put(',');
    }
}

void Entry::forget_module() {
    drop_edges();
    module_ = nullptr;
    image_.state = MODKEEPER_STATE_GONE;
    image_.references = 0;
    clear_bytes(image_.memory, sizeof(image_.memory));
}

// ---- what is copied out ----

void Entry::refresh() {
    if (!module_)
        return;
    Module module(module_);
    image_.references = module.references();
    image_.state = static_cast<u16>(module.state());
    if (settled_)
        return;
    ModuleFacts facts = module.facts();
    image_.taints = facts.taints;
    copy_bytes(image_.memory, facts.memory, sizeof(image_.memory));
    // Init memory is freed some time after init has succeeded.
    settled_ = image_.state == MODKEEPER_STATE_LIVE && !facts.memory[MODKEEPER_MEMORY_INIT_TEXT] &&
               !facts.memory[MODKEEPER_MEMORY_INIT_RODATA] &&
               !facts.memory[MODKEEPER_MEMORY_INIT_DATA];
}

u32 Entry::encoded_size(bool parameters) const {
    usize bytes = sizeof(image_) + text_bytes_ + uses_bytes_ + used_by_bytes_;
    if (parameters) {
        TextWriter measured(nullptr, 0);
        put_parameters(measured);
        bytes += measured.length() ? measured.length() + 1 : 0;
    }
    return static_cast<u32>(align_up<usize>(bytes, 8));
}

u32 Entry::encode(u8 *to, usize room, bool parameters) const {
    auto &image = *reinterpret_cast<modkeeper_module *>(to);
    image = image_;
    copy_bytes(to + sizeof(image), texts(), text_bytes_);

    // The comma behind the last name gives way to a NUL.
    auto list = [&](u32 offset, u32 bytes, auto put_names) -> modkeeper_text {
        if (!bytes)
            return {0, 0};
        TextWriter writer(reinterpret_cast<char *>(to + offset), bytes);
        put_names(writer);
        to[offset + bytes - 1] = 0;
        return {offset, bytes - 1};
    };
    u32 end = sizeof(image) + text_bytes_;
    image.uses = list(end, uses_bytes_, [&](TextWriter &writer) {
        for (u32 i = 0; i < edge_count_; i++) {
            if (const Entry *provider = edges()[i].provider) {
                writer.put(provider->name());
                writer.put(',');
            }
        }
    });
    end += uses_bytes_;
    image.used_by = list(end, used_by_bytes_, [&](TextWriter &writer) { put_used_by(writer); });
    end += used_by_bytes_;
    if (parameters) {
        TextWriter writer(reinterpret_cast<char *>(to + end), room - end);
        put_parameters(writer);
        if (u32 length = static_cast<u32>(writer.length())) {
            image.parameters = {end, length};
            to[end + length] = 0;
            end += length + 1;
        }
    }
    image.size = align_up<u32>(end, 8);
    clear_bytes(to + end, image.size - end);
    return image.size;
}

void Entry::put_parameters(TextWriter &writer) const {
    if (!module_)
        return;
    Module module(module_);
    for (u32 i = 0; i < image_.parameter_count; i++) {
        mk_parameter_facts parameter = module.parameter(i);
        if (i)
            writer.put(',');
        writer.put(Text::from_c(parameter.name));
        writer.put(':');
        writer.put(Text::from_c(parameter.type));
        writer.put(':');
        writer.put_mode(parameter.mode);
    }
}

} // namespace mk
