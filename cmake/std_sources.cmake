# Puts the texts of asm/std into the library of vm.
if(TARGET ttvm_vm)
  get_target_property(vm_type ttvm_vm TYPE)
  if(vm_type STREQUAL "STATIC_LIBRARY")
    set(std_sources ${CMAKE_BINARY_DIR}/generated/std_sources.cpp)
    file(GLOB std_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/asm/std/*.ttvm)
    add_custom_command(OUTPUT ${std_sources}
      COMMAND ${CMAKE_COMMAND} -DFOLDER=${CMAKE_SOURCE_DIR}/asm/std -DOUT=${std_sources}
        -P ${CMAKE_SOURCE_DIR}/cmake/embed_std.cmake
      DEPENDS ${std_files} ${CMAKE_SOURCE_DIR}/cmake/embed_std.cmake
      VERBATIM)
    target_sources(ttvm_vm PRIVATE ${std_sources})
  endif()
endif()
