// SPDX-License-Identifier: GPL-2.0-only
#include "bus/module_files.hpp"

namespace mk::bus {

namespace {

// More than most machines have loaded.
constexpr std::size_t known_max = 1024;

} // namespace

bool ModuleFiles::is_open() {
    const auto index = [&] {
        return engine::identity_of(catalog_->module_dir() + "/modules.dep.bin");
    };
    if (catalog_ && index_ == index())
        return true;
    known_.clear();
    catalog_.reset();
    auto made = engine::Catalog::create(places_);
    if (!made)
        return false;
    catalog_.emplace(std::move(made.value()));
    index_ = index();
    return true;
}

FileDetails ModuleFiles::read(const std::string &name, const std::string &path) {
    auto found = path.empty() ? catalog_->describe_name(name) : catalog_->find(path);
    if (!found)
        return {};
    auto &file = found.value();
    FileDetails details{
        std::move(file.description), std::move(file.license), std::move(file.path), {}};
    for (auto &parameter : file.parameters)
        details.parameters.push_back({std::move(parameter.name), std::move(parameter.type)});
    return details;
}

const FileDetails &ModuleFiles::find(const std::string &name, const std::string &path) {
    static const FileDetails none;
    if (!is_open())
        return none;
    const auto &key = path.empty() ? name : path;
    auto known = known_.find(key);
    if (known != known_.end() && known->second.identity == engine::identity_of(known->second.path))
        return known->second.details;
    if (known_.size() >= known_max)
        known_.clear();
    auto &made = known_[key] = {};
    made.path = path.empty() ? catalog_->path_of(name) : path;
    // taken first: what is written while it is read is seen the next time
    made.identity = engine::identity_of(made.path);
    if (made.identity)
        made.details = read(name, path);
    return made.details;
}

} // namespace mk::bus
