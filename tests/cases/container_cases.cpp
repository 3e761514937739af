// SPDX-License-Identifier: GPL-2.0-only
// Lists keep their order, and the hash table finds what is in it and nothing else.
#include "check.hpp"
#include "lib/hash_table.hpp"
#include "lib/list.hpp"
#include "suites.hpp"

using mk::Text;

namespace {

struct Item {
    explicit Item(const char *text = "") : text(text) {}
    Text name() const { return Text::from_c(text); }

    const char *text;
    mk::Link<Item> link;
    Item *next = nullptr;
};

using Items = mk::List<Item, &Item::link>;
// Few buckets, so that chains form.
using Names = mk::HashTable<Item, &Item::next, 2>;

const char *holds(const Items &list, const char *order) {
    for (Item &item : list)
        CHECK(*order++ == item.text[0]);
    CHECK(*order == 0);
    return nullptr;
}

} // namespace

static const char *list_keeps_its_order() {
    Item a("a"), b("b"), c("c");
    Items list;
    CHECK(list.empty());
    list.push_back(b);
    list.push_back(c);
    list.push_front(a);
    CHECK_STEP(holds(list, "abc"));
    CHECK(list.first() == &a);
    return nullptr;
}

static const char *list_forgets_what_is_removed() {
    Item a("a"), b("b"), c("c");
    Items list;
    Item *const items[] = {&a, &b, &c};
    for (Item *item : items)
        list.push_back(*item);
    list.remove(b);
    CHECK(!b.link.previous && !b.link.next);
    CHECK_STEP(holds(list, "ac"));
    list.remove(c);
    list.push_back(b);
    CHECK_STEP(holds(list, "ab"));
    list.remove(a);
    list.remove(b);
    CHECK(list.empty());
    list.push_back(c);
    CHECK_STEP(holds(list, "c"));
    return nullptr;
}

static const char *table_finds_by_name() {
    Item a("alpha"), b("beta"), c("gamma"), d("delta"), e("epsilon");
    Names names;
    Item *const items[] = {&a, &b, &c, &d, &e};
    for (Item *item : items)
        names.insert(*item);
    for (Item *item : items)
        CHECK(names.find(item->name()) == item);
    CHECK(!names.find(Text::from_c("zeta")));
    CHECK(!names.find(Text::from_c("alph")));
    return nullptr;
}

static const char *table_forgets_what_is_removed() {
    Item a("alpha"), b("beta"), c("gamma"), d("delta"), e("epsilon");
    Names names;
    Item *const items[] = {&a, &b, &c, &d, &e};
    for (Item *item : items)
        names.insert(*item);
    Item *const removed[] = {&c, &a, &e};
    for (Item *item : removed) {
        names.remove(*item);
        CHECK(!names.find(item->name()));
    }
    CHECK(names.find(b.name()) == &b);
    CHECK(names.find(d.name()) == &d);
    return nullptr;
}

static const mk_case cases[] = {
    {"list_keeps_its_order", list_keeps_its_order},
    {"list_forgets_what_is_removed", list_forgets_what_is_removed},
    {"table_finds_by_name", table_finds_by_name},
    {"table_forgets_what_is_removed", table_forgets_what_is_removed},
};
const mk_case_suite mk_container_cases = suite_of("container", cases);
