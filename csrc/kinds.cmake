# Kinds and levels are found by listing folders, and named in kind_list.c for programs that choose by name.
#
# A SIMD level is a set of instructions of a host: simd/<level>/level.cmake states where it exists. All kinds
# are compiled once more with the options of each level: from simd/<level>/<kind>.c if there is such a file,
# else from simd/<kind>.c (written over the level's lanes.h), else from the plain source. Their symbols get the
# level's name appended. Sets SNN_CORE_SOURCES, SNN_KIND_SOURCES, SNN_LEVEL_OBJECTS and SNN_KIND_LIST.

file(GLOB SNN_CORE_SOURCES CONFIGURE_DEPENDS csrc/*.c)
file(GLOB SNN_KIND_SOURCES CONFIGURE_DEPENDS csrc/encoders/*.c csrc/neurons/*.c csrc/synapses/*.c)
file(GLOB level_files CONFIGURE_DEPENDS csrc/simd/*/level.cmake)
file(GLOB simd_files CONFIGURE_DEPENDS csrc/simd/*.c csrc/simd/*/*.c) # a new one is seen by the next build

set(kind_list "#include \"kind_list.h\"\n")
set(SNN_LEVEL_OBJECTS "")

# Declare all kinds with `suffix` appended, and their lists, in kind_list.c.
function(snn_list_kinds suffix)
  foreach(kind encoder neuron synapse)
    file(GLOB sources CONFIGURE_DEPENDS csrc/${kind}s/*.c)
    set(list "")
    foreach(source ${sources})
      get_filename_component(name ${source} NAME_WE)
      string(APPEND kind_list "extern const snn_${kind}_kind snn_${kind}_${name}${suffix};\n")
      string(APPEND list "&snn_${kind}_${name}${suffix}, ")
    endforeach()
    string(APPEND kind_list "static const snn_${kind}_kind *const ${kind}s${suffix}[] = {${list}0};\n")
  endforeach()
  set(kind_list "${kind_list}" PARENT_SCOPE)
endfunction()

# Functions begin on cache lines, so that the speed of a kernel does not depend on the size of others. The
# loops of plain C gain by an alignment of their own.
set(SNN_ALIGNMENT $<$<C_COMPILER_ID:GNU>:-falign-functions=64>)
set(SNN_PLAIN_TUNING ${SNN_ALIGNMENT} $<$<C_COMPILER_ID:GNU>:-falign-loops=32>)

# gcc 12 gives each of several arrays that a loop walks through a pointer of its own, and then lacks
# registers: 3 % of the time of lif_cond_exp.
set(SNN_LEVEL_TUNING ${SNN_ALIGNMENT} $<$<C_COMPILER_ID:GNU>:-fno-ivopts>)

function(snn_add_level level)
  set(objects "")
  foreach(kind encoder neuron synapse)
    file(GLOB sources CONFIGURE_DEPENDS csrc/${kind}s/*.c)
    foreach(source ${sources})
      get_filename_component(name ${source} NAME_WE)
      set(named snn_${kind}_${name}=snn_${kind}_${name}_${level})
      foreach(better csrc/simd/${name}.c csrc/simd/${level}/${name}.c)
        if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${better})
          set(source ${CMAKE_CURRENT_SOURCE_DIR}/${better})
          set(named SNN_LEVEL=${level}) # it names itself, and may include the plain one
        endif()
      endforeach()
      add_library(snn_${level}_${name} OBJECT ${source})
      target_include_directories(snn_${level}_${name} PRIVATE csrc/simd/${level})
      target_compile_definitions(snn_${level}_${name} PRIVATE ${named})
      target_compile_options(snn_${level}_${name} PRIVATE ${SNN_LEVEL_TUNING}
        ${SNN_WARNINGS} ${SNN_SANITIZERS} ${SNN_LEVEL_OPTIONS})
      list(APPEND objects $<TARGET_OBJECTS:snn_${level}_${name}>)
    endforeach()
  endforeach()
  set(SNN_LEVEL_OBJECTS ${SNN_LEVEL_OBJECTS} ${objects} PARENT_SCOPE)
endfunction()

# Fastest first: by rank, downwards.
set(ranked "")
foreach(file ${level_files})
  include(${file})
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "${SNN_LEVEL_PROCESSORS}")
    list(APPEND ranked "${SNN_LEVEL_RANK}:${file}")
  endif()
endforeach()
list(SORT ranked ORDER DESCENDING)
set(levels "")
foreach(entry ${ranked})
  string(REGEX REPLACE "^[0-9]+:" "" file ${entry})
  include(${file})
  get_filename_component(folder ${file} DIRECTORY)
  get_filename_component(level ${folder} NAME)
  snn_add_level(${level})
  snn_list_kinds(_${level})
  string(APPEND kind_list "static int runs_${level}(void) { return ${SNN_LEVEL_CHECK}; }\n")
  string(APPEND levels
    "    {\"${level}\", runs_${level}, encoders_${level}, neurons_${level}, synapses_${level}},\n")
endforeach()
snn_list_kinds("")
string(APPEND kind_list "static int runs_scalar(void) { return 1; }\n")
string(APPEND levels "    {\"scalar\", runs_scalar, encoders, neurons, synapses},\n    {0, 0, 0, 0, 0}")
set(SNN_KIND_LIST ${CMAKE_CURRENT_BINARY_DIR}/kind_list.c)
file(CONFIGURE OUTPUT ${SNN_KIND_LIST} CONTENT "${kind_list}const snn_level snn_levels[] = {\n${levels}};\n" @ONLY)
