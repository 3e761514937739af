// SPDX-License-Identifier: GPL-2.0-only
#include "system/input_devices.hpp"

#include <charconv>
#include <cstdint>
#include <string_view>

#include "base/text_file.hpp"

namespace mk {

namespace {

// As udev decides: Escape, the digits and the first row of letters. A power button has few keys.
bool has_letters(const std::string &keys) {
    constexpr std::uint64_t letters = 0xfffffffe;
    const auto words = split(keys, " ");
    if (words.empty())
        return false;
    std::uint64_t lowest = 0;
    const auto last = words.back(); // the highest keys come first
    std::from_chars(last.data(), last.data() + last.size(), lowest, 16);
    return (lowest & letters) == letters;
}

} // namespace

std::vector<InputDevice> input_devices(const std::string &root) {
    std::vector<InputDevice> devices;
    for (auto &device : class_devices("/sys/class/input", root)) {
        // besides "event0" and "mouse0", which are nodes of an input device
        if (!device.name.starts_with("input"))
            continue;
        auto name = read_line(device.folder + "/name");
        const bool is_keyboard = has_letters(read_line(device.folder + "/capabilities/key"));
        devices.push_back({std::move(device), std::move(name), is_keyboard});
    }
    return devices;
}

} // namespace mk
