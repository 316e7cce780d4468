/* SPDX-License-Identifier: Apache-2.0 */
/* conv_wta: there are rarely more than 16 maps, so vectors of AVX2 waste less. */
#include "../avx2/lanes.h"
#include "../conv_wta.c" /* NOLINT(bugprone-suspicious-include): the same code over other lanes */
