// SPDX-License-Identifier: GPL-2.0-only
// What is kept of policies beside their rules: the text that was last confirmed, for a boot whose
// rules do not parse; the trial that nobody has confirmed, which no boot takes; the text in force.
// Only root reads any of it: rules may be in files that only root reads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.hpp"
#include "config/staged_file.hpp"
#include "policy/boot_guard.hpp"
#include "policy/kept_text.hpp"

namespace mk::policy {

struct StatePlaces {
    std::string root;

    std::string folder() const { return root + "/var/lib/modkeeper/policy"; }
    std::string good() const { return folder() + "/good/rules"; }
    std::string trial() const { return folder() + "/trial"; }
    std::string devices() const { return folder() + "/devices"; }
    std::string boots() const { return folder() + "/boots"; }
    // Not there after a reboot, like the policy itself.
    std::string run_folder() const { return root + "/run/modkeeper/policy"; }
    std::string in_force() const { return run_folder() + "/in-force"; }
    // How this boot applied its rules: for everybody.
    std::string boot() const { return root + "/run/modkeeper/boot"; }
};

// A trial that was begun and not confirmed, whether it still runs or not.
struct TrialMark {
    std::string digest;
    std::uint64_t generation = 0; // of the driver
};

// Without a lock: files are replaced as a whole. NotFound: none was kept.
Result<KeptFiles> last_good(const StatePlaces &places);
std::optional<TrialMark> unconfirmed_trial(const StatePlaces &places);
// The text with this digest, wherever it is kept; nothing: it is not, or may not be read.
std::optional<KeptFiles> kept_with_digest(const StatePlaces &places, std::string_view digest);

// Modaliases of the devices that were there when rules were last applied or confirmed: those behind
// drivers that are modules are not there yet when a boot applies them.
std::vector<std::string> remembered_devices(const StatePlaces &places);

// Changes of it, one at a time.
class PolicyState {
  public:
    // Makes the folders. Waits some seconds for whoever is at it. NotAuthorized: not root.
    static Result<PolicyState> open(StatePlaces places);

    Result<StagedFile> stage_good(const KeptText &text) const;
    Result<StagedFile> stage_trial(const TrialMark &mark) const;
    Result<void> forget_trial() const;
    Result<void> remember_devices() const;
    Result<StagedFile> stage_boots(const BootCount &count) const;
    Result<void> forget_boots() const;

  private:
    PolicyState(StatePlaces places, Descriptor lock);

    StatePlaces places_;
    Descriptor lock_;
};

// For what is not there after a reboot.
Result<void> make_run_folder(const StatePlaces &places);
// Of the text that is about to be in force. It needs no place on a disk.
Result<StagedFile> stage_in_force(const StatePlaces &places, const KeptText &text);

} // namespace mk::policy
