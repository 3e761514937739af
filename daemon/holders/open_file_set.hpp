// SPDX-License-Identifier: GPL-2.0-only
// Open files that descriptors stand for: those that were duplicated or inherited are one open file
// for the kernel, which holds the module once.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace mk {

struct ProcessDescriptor {
    std::uint32_t pid = 0;
    int fd = -1;
};

// @Thing: what files that may be the same have in common, such as their inode.
template <typename Thing> class OpenFileSet {
  public:
    // @is_this_machine: the kernel can be asked whether two descriptors are the same file.
    explicit OpenFileSet(bool is_this_machine) : is_this_machine_(is_this_machine) {}

    // Whether the descriptor is the first of its open file.
    bool is_new(const Thing &thing, ProcessDescriptor descriptor);
    bool has(const Thing &thing) const { return files_.contains(thing); }

  private:
    bool is_this_machine_;
    std::map<Thing, std::vector<ProcessDescriptor>> files_;
};

bool are_one_file(const std::vector<ProcessDescriptor> &known, ProcessDescriptor other);

template <typename Thing>
bool OpenFileSet<Thing>::is_new(const Thing &thing, ProcessDescriptor descriptor) {
    auto &files = files_[thing];
    if (is_this_machine_ && are_one_file(files, descriptor))
        return false;
    files.push_back(descriptor);
    return true;
}

} // namespace mk
