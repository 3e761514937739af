// SPDX-License-Identifier: GPL-2.0-only
#include "job/unload_course.hpp"

#include <algorithm>
#include <iterator>

namespace mk {

namespace {

void append(ModuleNames &all, ModuleNames more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

// As modprobe -r: unloads what nothing uses any more, and so on down. A module that was loaded with
// another one (softdep) counts as used by it. Softdeps may lead back to a @named module, whose turn
// comes.
void unload_unused(ModuleNames candidates, const ModuleNames &named, UnloadSteps &steps) {
    while (!candidates.empty()) {
        auto name = std::move(candidates.back());
        candidates.pop_back();
        if (std::ranges::find(named, name) != named.end() || !steps.is_unused(name))
            continue;
        // in reverse order: its dependencies, then what was loaded with it
        auto below = steps.beside(name).before;
        append(below, steps.uses(name));
        if (steps.unload_unused(name))
            append(candidates, std::move(below));
    }
}

} // namespace

void run_course(UnloadSteps &steps, const ModuleNames &order, bool with_unused_dependencies) {
    ModuleNames below;
    for (const auto &name : order) {
        if (with_unused_dependencies) {
            auto beside = steps.beside(name);
            unload_unused(std::move(beside.after), order, steps);
            append(below, std::move(beside.before));
            append(below, steps.uses(name));
        }
        if (!steps.unload_named(name))
            return;
    }
    if (with_unused_dependencies)
        unload_unused(std::move(below), {}, steps);
}

} // namespace mk
