set(SNN_LEVEL_PROCESSORS "x86_64|AMD64|i[3-6]86")
set(SNN_LEVEL_OPTIONS -mavx2)
set(SNN_LEVEL_CHECK "__builtin_cpu_supports(\"avx2\")")
set(SNN_LEVEL_RANK 2)
