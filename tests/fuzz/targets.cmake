# SPDX-License-Identifier: GPL-2.0-only
# fuzz_target(NAME SOURCE LIBRARY...): with clang and MODKEEPER_FUZZ a libFuzzer program, and in any
# case a test that replays the corpus of that name.
option(MODKEEPER_FUZZ "Build the libFuzzer programs (needs clang)" OFF)
set(fuzz_folder ${CMAKE_CURRENT_LIST_DIR})

function(fuzz_target name source)
  file(GLOB inputs CONFIGURE_DEPENDS ${fuzz_folder}/corpus/${name}/*)
  add_executable(replay_${name} ${source} ${fuzz_folder}/replay.cpp)
  target_link_libraries(replay_${name} PRIVATE ${ARGN})
  add_test(NAME fuzz.${name} COMMAND replay_${name} ${inputs})
  if(MODKEEPER_FUZZ)
    add_executable(fuzz_${name} ${source})
    target_link_libraries(fuzz_${name} PRIVATE ${ARGN})
    target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  endif()
endfunction()
