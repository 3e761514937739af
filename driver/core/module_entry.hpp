// SPDX-License-Identifier: GPL-2.0-only
// Entry of one module in the inventory: the answer to SNAPSHOT and QUERY, ready to be copied out,
// and its edges to the modules that it uses and that use it.
//
// One allocation holds an entry, its edges to the modules it needs, and its texts. The mutex of the
// inventory protects everything here.
#pragma once

#include <linux/modkeeper.h>

#include "core/module_record.hpp"
#include "core/recorder.hpp"
#include "kernel/module.hpp"
#include "kernel/slab.hpp"
#include "lib/list.hpp"
#include "lib/text.hpp"

namespace mk {

class Entry;

// @user needs @provider. Owned by the user's entry; in the provider's list while both are known.
struct Edge {
    Entry *user = nullptr;
    Entry *provider = nullptr;
    Link<Edge> link;
};

class Entry {
  public:
    // Process context, may sleep.
    static Result<Owned<Entry>> create(Module module, const ModuleFacts &facts);
    Entry(Module module, const ModuleFacts &facts, u32 edges);
    ~Entry() { drop_edges(); }
    Entry(const Entry &) = delete;
    Entry &operator=(const Entry &) = delete;

    Text name() const { return {texts(), image_.name.length}; }
    bool gone() const { return image_.state == MODKEEPER_STATE_GONE; }
    bool was_live() const { return was_live_; }
    LoadOrigin origin() const { return {image_.load_sequence, began_ns_}; }

    // Fills in the edges to modules that were not known yet; @find gives an entry for a name.
    // Only while what the module needs cannot change.
    template <typename Find> void resolve_uses(Find find);

    // Steps of its life, each with the stamp of its record.
    void take_history(const Entry &earlier); // of the same name
    void set_present(const Recorder::Stamp &stamp);
    void set_loading(const Recorder::Stamp &stamp);
    // @init_began_ns: boot time, 0: not seen.
    void set_live(const Recorder::Stamp &stamp, u64 init_began_ns);
    void set_gone(const Recorder::Stamp &stamp, u32 kind);
    // It is gone, and set_failed() brings the record later.
    void set_gone_unrecorded(u64 boottime_ns);
    void set_failed(const Recorder::Stamp &stamp);
    // Something else about it was recorded.
    void set_last_record(const Recorder::Stamp &stamp, u32 kind);
    // Without a record. From here on nothing touches the kernel's module.
    void forget_module();

    bool is_used() const { return used_by_bytes_; } // by modules
    bool has_no_exit() const { return image_.flags & MODKEEPER_MODULE_NO_EXIT; }
    u32 references() const { return image_.references; } // as of the last refresh()
    // Names of the modules that use it, with a comma after each.
    void put_used_by(TextWriter &writer) const;
    // Parameters as they were given, as far as they were seen. The kernel's own copy is cut to
    // pieces when it parses them.
    void recall_args(ModuleFacts &facts) const {
        facts.args = has_args_ ? texts() + text_bytes_ : nullptr;
        facts.args_cut = args_cut_;
    }
    // What is still known of a module that is gone: its version, source and taints.
    void recall(ModuleFacts &facts) const;

    // Updates what the kernel changes without a notification.
    void refresh();
    // As struct modkeeper_module with its texts; a multiple of 8.
    u32 encoded_size(bool parameters) const;
    // Writes encoded_size() bytes, for which there is @room, and returns how many these are.
    u32 encode(u8 *to, usize room, bool parameters) const;

    Link<Entry> order;
    u64 place = 0; // in the order of the loaded modules: new ones go to its end
    Entry *hash_next = nullptr;

  private:
    Edge *edges() { return reinterpret_cast<Edge *>(this + 1); }
    const Edge *edges() const { return reinterpret_cast<const Edge *>(this + 1); }
    char *texts() { return reinterpret_cast<char *>(edges() + edge_count_); }
    const char *texts() const { return reinterpret_cast<const char *>(edges() + edge_count_); }
    modkeeper_text store(Text text);
    void connect(Edge &edge, Entry &provider);
    void disconnect(Edge &edge);
    void drop_edges();
    void put_parameters(TextWriter &writer) const;

    const mk_module *module_;         // NULL once it is gone
    List<Edge, &Edge::link> used_by_; // newest user first
    u64 began_ns_ = 0;                // boot time of LOAD_BEGIN, 0: not seen
    u32 edge_count_;
    u32 text_bytes_ = 0;
    u32 uses_bytes_ = 0; // of the names with a comma or a NUL after each
    u32 used_by_bytes_ = 0;
    bool was_live_ = false; // as far as was reported; the kernel is a moment ahead
    bool has_args_ = false; // they come after the texts
    bool args_cut_ = false;
    bool settled_ = false; // the kernel will not change its memory any more
    modkeeper_module image_ = {};
};

template <typename Find> void Entry::resolve_uses(Find find) {
    u32 i = 0;
    Module(module_).for_each_use([&](Module used) {
        if (i == edge_count_)
            return;
        Edge &edge = edges()[i++];
        if (edge.provider)
            return;
        Entry *provider = find(Text::from_c(used.facts().name));
        if (provider && !provider->gone())
            connect(edge, *provider);
    });
}

} // namespace mk
