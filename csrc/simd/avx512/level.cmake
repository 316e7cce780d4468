set(SNN_LEVEL_PROCESSORS "x86_64|AMD64|i[3-6]86")
set(SNN_LEVEL_OPTIONS -mavx512f -mavx512bw -mavx512dq -mavx512vl -mbmi -mbmi2 -mprefer-vector-width=512)
set(SNN_LEVEL_CHECK "__builtin_cpu_supports(\"avx512bw\") && __builtin_cpu_supports(\"avx512vl\") && __builtin_cpu_supports(\"bmi2\")")
set(SNN_LEVEL_RANK 3)
