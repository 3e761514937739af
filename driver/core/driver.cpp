// SPDX-License-Identifier: GPL-2.0-only
#include "core/driver.hpp"

#include "kernel/printk.hpp"
#include "lib/bytes.hpp"

namespace mk {

Result<Owned<Driver>> Driver::create(const mk_config &config) {
    Result<Mirror> trusted = Mirror::create(config.ring_bytes);
    Result<Mirror> anybody = Mirror::create(Recorder::anybody_bytes(config.ring_bytes));
    if (!trusted.ok() || !anybody.ok()) {
        log_error("no memory for the rings: load with a smaller ring_kb");
        return Errno::enomem;
    }
    usize places = Calls::places_for(config.cpus);
    Result<Buffer> calls = Buffer::create_own(Calls::bytes_for(places));
    if (!calls.ok())
        return calls.error();
    return make<Driver>(config, trusted.take(), anybody.take(), calls.take(), places);
}

Driver::Driver(const mk_config &config, Mirror trusted, Mirror anybody, Buffer calls, usize places)
    : version_(config.version), features_(config.features),
      recorder_(mk::move(trusted), mk::move(anybody)), calls_(mk::move(calls), places),
      limits_(recorder_),
      policy_(recorder_, static_cast<modkeeper_policy_mode>(config.policy_ceiling)),
      policy_gate_(recorder_, policy_, limits_, calls_, requests_, clients_),
      events_(recorder_, inventory_, calls_, symbols_, limits_, policy_gate_),
      tool_events_(recorder_, calls_, limits_),
      call_events_(recorder_, inventory_, calls_, requests_, clients_, limits_, tool_events_),
      request_events_(recorder_, calls_, requests_, symbols_, limits_),
      parameter_events_(recorder_, calls_, limits_),
      reference_events_(recorder_, calls_, symbols_, limits_), snapshots_(inventory_),
      subscriber_reader_(recorder_) {}

void Driver::add_features(u64 features) {
    u64 all = features_.load_relaxed() | features;
    // There is nothing that the lines could belong to.
    if (!(all & MODKEEPER_FEATURE_CALLS))
        all &= ~MODKEEPER_FEATURE_KERNEL_LINES;
    features_.store_relaxed(all);
    if (features & MODKEEPER_FEATURE_CALLS)
        calls_.claim();
    if (features & MODKEEPER_FEATURE_REQUESTS)
        requests_.watch();
    if (features & MODKEEPER_FEATURE_REQUEST_GATE)
        policy_.add_gate(MODKEEPER_POLICY_GATE_REQUEST);
    if (all & MODKEEPER_FEATURE_KERNEL_LINES)
        calls_.listen();
}

void Driver::switch_feature(u64 feature, bool on) {
    u64 others = features_.load_relaxed() & ~feature;
    features_.store_relaxed(on ? others | feature : others);
}

modkeeper_info Driver::info() const {
    modkeeper_info info = {};
    info.size = sizeof(info);
    info.abi_major = MODKEEPER_ABI_MAJOR;
    info.abi_minor = MODKEEPER_ABI_MINOR;
    info.features = features_.load_relaxed();
    if (calls_.silent())
        info.features &=
            ~(MODKEEPER_FEATURE_CALLS | MODKEEPER_FEATURE_FILES | MODKEEPER_FEATURE_KERNEL_LINES |
              MODKEEPER_FEATURE_REQUEST_GATE | MODKEEPER_FEATURE_TOOLS);
    info.ring_bytes = recorder_.ring_bytes();
    info.record_max = MODKEEPER_RECORD_MAX;
    info.gone_max = Inventory::gone_max;
    Text version = Text::from_c(version_).first(sizeof(info.version) - 1);
    copy_bytes(info.version, version.data(), version.length());
    return info;
}

modkeeper_stats Driver::stats() {
    modkeeper_stats stats = {};
    stats.size = sizeof(stats);
    stats.readers = readers_.load_relaxed();
    auto inventory = inventory_.lock();
    Recorder::Counts counts = recorder_.counts();
    stats.produced = counts.next_sequence - 1;
    stats.anybody_produced = counts.written[index_of(Lane::anybody)];
    stats.anybody_overwritten = counts.overwritten[index_of(Lane::anybody)];
    stats.overwritten = counts.overwritten[index_of(Lane::trusted)] + stats.anybody_overwritten;
    stats.suppressed = limits_.suppressed();
    stats.missed = inventory->missed();
    stats.bytes = counts.bytes;
    stats.first_sequence = counts.first_sequence;
    stats.modules_loaded = inventory->loaded_count();
    stats.modules_gone = inventory->gone_count();
    stats.generation = inventory->generation();
    stats.probes_missed = calls_.missed() + mk_probes_missed();
    return stats;
}

} // namespace mk
