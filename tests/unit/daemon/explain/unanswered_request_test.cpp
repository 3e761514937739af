// SPDX-License-Identifier: GPL-2.0-only
#include "explain/unanswered_request.hpp"

#include <gtest/gtest.h>

#include "fixtures/module_names.hpp"
#include "fixtures/module_tree.hpp"

namespace mk {
namespace {

using driver::Event;
using driver::EventKind;

class UnansweredRequest : public testing::Test {
  protected:
    UnansweredRequest() {
        tree_.add("link", {"license=GPL", "alias=rtnl-link-link"});
        tree_.index();
    }
    void add(EventKind kind, const std::string &name, std::uint64_t request = 0) {
        Event event;
        event.kind = kind;
        event.sequence = events_.size() + 1;
        event.body = driver::body_of(kind);
        if (auto *asked = std::get_if<driver::ModuleRequest>(&event.body))
            asked->alias = name;
        if (auto *load = std::get_if<driver::ModuleEvent>(&event.body)) {
            load->module = name;
            load->request_sequence = request;
        }
        events_.push_back(event);
    }
    std::uint64_t found(const std::string &target, const std::string &module) {
        auto catalog = Catalog::create(tree_.places());
        const auto *request = unanswered_request(events_, catalog, target, ModuleName(module));
        return request == nullptr ? 0 : request->sequence;
    }

    test::ModuleTree tree_;
    std::vector<Event> events_;
};

TEST_F(UnansweredRequest, OfAnAliasThatNoModuleHas) {
    add(EventKind::Request, "rtnl-link-none");
    add(EventKind::Request, "rtnl-link-none");
    add(EventKind::Request, "fs-other");
    EXPECT_EQ(found("rtnl-link-none", "rtnl_link_none"), 2U);
    EXPECT_EQ(found("rtnl_link_none", "rtnl_link_none"), 2U);
    EXPECT_EQ(found("net-pf-10", "net_pf_10"), 0U);
}

TEST_F(UnansweredRequest, OfAnAliasThatLeadsToTheModule) {
    add(EventKind::Request, "rtnl-link-link");
    EXPECT_EQ(found("link", "link"), 1U);
    EXPECT_EQ(found("rtnl-link-link", "link"), 1U);
    EXPECT_EQ(found("other", "other"), 0U);
}

TEST_F(UnansweredRequest, OnlyThoseSinceTheLastThatIsKnown) {
    add(EventKind::Request, "rtnl-link-link");
    add(EventKind::LoadFailed, "link", 1);
    EXPECT_EQ(found("link", "link"), 0U) << "it was answered";
    add(EventKind::Request, "rtnl-link-link");
    EXPECT_EQ(found("link", "link"), 3U);
    add(EventKind::Unload, "link");
    EXPECT_EQ(found("link", "link"), 0U) << "it was loaded since";
}

} // namespace
} // namespace mk
