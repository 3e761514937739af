// SPDX-License-Identifier: GPL-2.0-only
#include "core/snapshot.hpp"

namespace mk {
namespace {

// So that a module loaded between measuring and filling seldom costs another round.
constexpr usize slack = 1024;

template <typename Each>
void for_each_selected(Inventory &inventory, const Selection &selection, Each each) {
    if (selection.name) {
        each(*inventory.find(selection.name->text()));
        return;
    }
    for (Entry &entry : inventory.loaded())
        each(entry);
    if (selection.gone) {
        for (Entry &entry : inventory.gone())
            each(entry);
    }
}

} // namespace

Result<ModuleName> ModuleName::create(Text text) {
    if (text.empty() || text.length() >= MODKEEPER_NAME_SIZE)
        return Errno::einval;
    ModuleName name;
    for (usize i = 0; i < text.length(); i++) {
        char c = text.data()[i];
        if (c == '/')
            return Errno::einval;
        name.bytes_[i] = c == '-' ? '_' : c;
    }
    name.length_ = text.length();
    return name;
}

Result<Answer> Snapshots::take(const Selection &selection, usize room, Buffer &memory) {
    for (;;) {
        Answer answer;
        {
            auto inventory = inventory_.lock();
            if (selection.name && !inventory->find(selection.name->text()))
                return Errno::enoent;
            answer = fill(*inventory, selection, room, memory);
        }
        if (answer.complete || answer.bytes > room)
            return answer;
        memory = {};
        memory = TRY(Buffer::create(answer.bytes + slack));
    }
}

// Measures what is selected and, where there is room for it, writes it.
Answer Snapshots::fill(Inventory &inventory, const Selection &selection, usize room,
                       Buffer &memory) {
    Answer answer;
    answer.generation = inventory.generation();
    for_each_selected(inventory, selection, [&](Entry &entry) {
        answer.bytes += entry.encoded_size(selection.parameters);
        answer.count++;
    });
    if (answer.bytes > room || answer.bytes > memory.size())
        return answer;
    u8 *to = memory.data();
    usize left = answer.bytes;
    for_each_selected(inventory, selection, [&](Entry &entry) {
        entry.refresh();
        u32 bytes = entry.encode(to, left, selection.parameters);
        to += bytes;
        left -= bytes;
    });
    answer.complete = true;
    return answer;
}

Result<> Snapshots::walk_one(mk_module_walk &walk, const ModuleName &name) {
    auto inventory = inventory_.lock();
    const Entry *entry = inventory->find(name.text());
    if (!entry)
        return Errno::enoent;
    // Places are not reused: after the last one, there is nothing that this walk may see.
    walk.end = entry->place;
    walk.place = entry->gone() ? walk.end : walk.end - 1;
    return {};
}

usize Snapshots::longest() {
    auto inventory = inventory_.lock();
    usize longest = 0;
    for (const Entry &entry : inventory->loaded()) {
        usize size = entry.encoded_size(false);
        if (size > longest)
            longest = size;
    }
    return longest;
}

} // namespace mk
