// SPDX-License-Identifier: GPL-2.0-only
// A machine as far as configuration goes: an index of modules, their files in sysfs, /etc.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text_file.hpp"
#include "config/change.hpp"
#include "fixtures/module_tree.hpp"
#include "kmod/places.hpp"

namespace mk::test {

class ConfiguredMachine : public testing::Test {
  protected:
    ConfiguredMachine() {
        tree_.add("dummy",
                  {"license=GPL", "parmtype=numdummies:int", "parm=numdummies:how many",
                   "parmtype=text:charp", "parmtype=on:bool", "parmtype=list:array of int"});
        tree_.add("other", {"license=GPL"});
        tree_.add("soft", {"license=GPL", "softdep=pre: other"});
        tree_.build_in("built");
        tree_.index();
        write("proc/sys/kernel/osrelease", "6.1.0-test\n");
        write("etc/modprobe.d/README", "");
        write("etc/modules-load.d/README", "");
    }

    std::string write(const std::string &file, const std::string &text) {
        return tree_.root().write(file, text);
    }
    std::string path(const std::string &file) const { return tree_.root() / file; }
    std::string text(const std::string &file) const {
        return read_text(path(file)).value_or("(none)");
    }
    // "dummy" is in the kernel, with this value for one of its parameters.
    void load(const std::string &module, const std::string &parameter, const std::string &value) {
        write("sys/module/" + module + "/initstate", "live\n");
        write("proc/modules", module + " 16384 0 - Live 0x0\n");
        if (!parameter.empty())
            write("sys/module/" + module + "/parameters/" + parameter, value + "\n");
    }
    // "action line" each
    static std::vector<std::string> lines(const Result<Changes> &changes) {
        if (!changes)
            return {std::string(error_name(changes.error().code)), changes.error().message};
        std::vector<std::string> result;
        for (const auto &change : changes.value())
            result.push_back(change.action + " " + change.text + change.where + change.message);
        return result;
    }

    ModuleTree tree_;
    ConfigurationPlaces places_{tree_.root().path()};
    const std::string own_ = "etc/modprobe.d/modkeeper.conf";
    const std::string own_load_ = "etc/modules-load.d/modkeeper.conf";
};

} // namespace mk::test
