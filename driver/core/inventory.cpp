// SPDX-License-Identifier: GPL-2.0-only
#include "core/inventory.hpp"

namespace mk {

Inventory::~Inventory() {
    while (Entry *entry = loaded_.first())
        remove(*entry);
    while (Entry *entry = gone_.first())
        remove(*entry);
}

Entry *Inventory::admit(Module module, const ModuleFacts &facts) {
    Entry *earlier = find(Text::from_c(facts.name).first(MODKEEPER_NAME_SIZE - 1));
    // Still loaded as far as we know: nothing reported its end, but its module is gone.
    if (earlier && !earlier->gone()) {
        earlier->forget_module();
        retire(*earlier);
    }
    Result<Owned<Entry>> created = Entry::create(module, facts);
    if (!created.ok()) {
        missed_++;
        return nullptr;
    }
    Entry &entry = *created.take().release();
    if (earlier) {
        entry.take_history(*earlier);
        remove(*earlier);
    }
    by_name_.insert(entry);
    push_back(entry);
    loaded_count_++;
    resolve_uses(entry);
    return &entry;
}

void Inventory::resolve_uses(Entry &entry) {
    entry.resolve_uses([this](Text name) { return find(name); });
}

void Inventory::move_to_back(Entry &entry) {
    loaded_.remove(entry);
    push_back(entry);
}

void Inventory::push_back(Entry &entry) {
    entry.place = ++places_;
    loaded_.push_back(entry);
}

void Inventory::retire(Entry &entry) {
    loaded_.remove(entry);
    loaded_count_--;
    gone_.push_back(entry);
    gone_count_++;
    if (gone_count_ > gone_max)
        remove(*gone_.first());
}

void Inventory::remove(Entry &entry) {
    (entry.gone() ? gone_ : loaded_).remove(entry);
    (entry.gone() ? gone_count_ : loaded_count_)--;
    by_name_.remove(entry);
    Owned<Entry> freed(&entry);
}

} // namespace mk
