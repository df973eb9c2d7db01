# cmake -DFOLDER=asm/std -DOUT=std_sources.cpp -P embed_std.cmake: the standard library's texts as a
# C++ source, so that the binary needs no files beside it.
file(GLOB files ${FOLDER}/*.ttvm)
list(SORT files)
set(text "// Generated from asm/std by cmake/embed_std.cmake.\n#include \"vm/std_sources.hpp\"\n\n")
string(APPEND text "namespace ttvm::vm {\n\nnamespace {\nconstexpr StdSource kSources[] = {\n")
foreach(file IN LISTS files)
  get_filename_component(name "${file}" NAME)
  file(READ "${file}" content)
  string(APPEND text "    {\"${name}\", R\"ttvm(${content})ttvm\"},\n")
endforeach()
string(APPEND text "};\n}  // namespace\n\n")
string(APPEND text "std::span<const StdSource> std_sources() { return kSources; }\n\n}  // namespace ttvm::vm\n")
file(WRITE "${OUT}" "${text}")
