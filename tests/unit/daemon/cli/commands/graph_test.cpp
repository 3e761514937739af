// SPDX-License-Identifier: GPL-2.0-only
// Graphs as graphviz and programs get them, and what is said when they cannot be drawn.
#include <cstdlib>

#include <gtest/gtest.h>

#include "cli/output/graph_text.hpp"
#include "cli/run.hpp"
#include "fixtures/module_names.hpp"

namespace mk::cli::test {
namespace {

TEST(Graph, ShowsWhatIsLoaded) {
    const auto graph =
        graph_of({{"udp_tunnel"_module, LoadState::Live, 1, 1, {"wireguard"_module}, false, ""},
                  {"wireguard"_module, LoadState::Live, 1, 0, {}, false, ""}});
    EXPECT_EQ(dot_of(graph), "digraph modules {\n"
                             "  rankdir=LR;\n"
                             "  node [shape=box, fontname=sans];\n"
                             "  \"udp_tunnel\" [style=filled, fillcolor=lightgreen];\n"
                             "  \"wireguard\" [style=filled, fillcolor=lightgreen];\n"
                             "  \"wireguard\" -> \"udp_tunnel\";\n"
                             "}\n");
    EXPECT_EQ(json_of(graph)["edges"][0]["to"], "udp_tunnel");
}

TEST(Graph, MarksNeedsThatAreNone) {
    Dependency tree;
    tree.name = "a\"b"_module;
    tree.below = {{"soft"_module, Need::Pre}, {"later"_module, Need::Weak}};
    ModuleGraph graph;
    add_tree(graph, tree);
    const auto dot = dot_of(graph);
    EXPECT_NE(dot.find("\"a\\\"b\" -> \"soft\" [style=dashed, label=\"pre\"];"), std::string::npos)
        << dot;
    EXPECT_NE(dot.find("\"later\" [style=dotted, label=\"weak\"];"), std::string::npos) << dot;
    EXPECT_EQ(json_of(graph)["edges"][0]["kind"], "weak");
}

TEST(Graph, RefusesAFormatThatThereIsNot) {
    const Ran ran = run({"graph", "--output", "modules.docx"});
    EXPECT_EQ(ran.status, 2);
    EXPECT_NE(ran.err.find("must end with .svg"), std::string::npos) << ran.err;
}

TEST(Graph, SaysWhenGraphvizIsNotThere) {
    const std::string path = std::getenv("PATH");
    setenv("PATH", "/nonexistent", 1);
    const Ran ran = run({"graph", "--output", "/tmp/never-made.svg"});
    setenv("PATH", path.c_str(), 1);
    EXPECT_EQ(ran.status, 1);
    EXPECT_NE(ran.err.find("install the package graphviz"), std::string::npos) << ran.err;
}

TEST(Graph, SaysWhenTheFileCannotBeWritten) {
    const Ran ran = run({"graph", "--output", "/proc/no/modules.dot"});
    EXPECT_EQ(ran.status, 1);
    EXPECT_NE(ran.err.find("cannot write"), std::string::npos) << ran.err;
}

} // namespace
} // namespace mk::cli::test
