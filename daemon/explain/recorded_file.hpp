// SPDX-License-Identifier: GPL-2.0-only
// The file of a recorded load as it is now: the same one or another, and what is wrong with it.
#pragma once

#include <cstdint>

#include "driver_client/event.hpp"
#include "explain/diagnosis.hpp"
#include "kmod/places.hpp"

namespace mk {

struct RecordedFile {
    enum class State : std::uint8_t {
        Unknown, // it was not recorded, lies below another root, or may not be looked at
        Same,
        Replaced, // it was changed or replaced since
        Gone,
        Elsewhere, // the loader's mount namespace was another: what is here is not what it saw
    };
    State state = State::Unknown;
    Diagnoses checks; // what would keep the running kernel from taking it; only of the same file
};

// Whether paths that a process with that mount namespace sees lead where ours do. 0: not known.
bool shares_our_mounts(std::uint64_t mount_namespace);

// Of any load. Looks at the file's inode only.
RecordedFile::State state_of_file(const driver::Event &event);

// Of a LoadFailed. Reads the file, the kernel's symbols and the index of modules, with the rights
// of the caller: from 10 ms to a second.
RecordedFile look_at_file_of(const driver::Event &event, const ConfigurationPlaces &places = {});

} // namespace mk
