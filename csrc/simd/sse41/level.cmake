set(SNN_LEVEL_PROCESSORS "x86_64|AMD64|i[3-6]86")
set(SNN_LEVEL_OPTIONS -msse4.1)
set(SNN_LEVEL_CHECK "__builtin_cpu_supports(\"sse4.1\")")
set(SNN_LEVEL_RANK 1)
