# Shared build rules: warnings, sanitizers, one static library for each folder.

add_library(ttvm_warnings INTERFACE)
target_compile_options(ttvm_warnings INTERFACE
  -Wall -Wextra -Wnon-virtual-dtor -Wcast-align -Woverloaded-virtual -Wnull-dereference
  -Wimplicit-fallthrough -Werror -fno-strict-aliasing)
if(NOT TTVM_UNITY)  # where files compile together, what one calls a thing does not bind another
  target_compile_options(ttvm_warnings INTERFACE -Wshadow)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports impossible null dereferences and overflows once it has inlined vectors.
  target_compile_options(ttvm_warnings INTERFACE -Wno-null-dereference -Wno-stringop-overflow
    -Wno-array-bounds -Wno-maybe-uninitialized -Wno-restrict)
endif()

if(TTVM_SANITIZE)
  add_compile_options(-fsanitize=${TTVM_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${TTVM_SANITIZE})
endif()

if(TTVM_BUILD_FUZZERS)
  add_compile_options(-fsanitize=fuzzer-no-link)  # coverage of the libraries guides the fuzzer
endif()

# ttvm_library(NAME FOLDER DEPENDENCIES): all *.cpp below FOLDER (but main.cpp) as libttvm_NAME.a.
function(ttvm_library name folder dependencies)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  set(linked "")
  foreach(dependency IN LISTS dependencies)
    list(APPEND linked ttvm_${dependency})
  endforeach()
  if(sources)
    add_library(ttvm_${name} STATIC ${sources})
    target_link_libraries(ttvm_${name} PUBLIC ${linked} Threads::Threads PRIVATE ttvm_warnings)
    target_include_directories(ttvm_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}
      ${CMAKE_SOURCE_DIR}/include)
    # The files of a folder compile together: in less than half the time, and what one has to say to
    # another can be inlined. The preset `clang` compiles each by itself, so that none comes to need
    # another one's includes.
    set_target_properties(ttvm_${name} PROPERTIES UNITY_BUILD ${TTVM_UNITY} UNITY_BUILD_BATCH_SIZE 8)
  else()
    add_library(ttvm_${name} INTERFACE)
    target_link_libraries(ttvm_${name} INTERFACE ${linked} Threads::Threads)
    target_include_directories(ttvm_${name} INTERFACE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}
      ${CMAKE_SOURCE_DIR}/include)
  endif()
endfunction()
