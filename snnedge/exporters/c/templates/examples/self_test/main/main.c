/* Print whether this processor gives the answer of the machine that exported @NAME@, for plain CMake,
 * ESP-IDF and Zephyr. */
#include <stdio.h>

#include "../self_test.h"

#ifdef ESP_PLATFORM
void app_main(void) { puts(self_test()); }
#else
int main(void) {
    const char *verdict = self_test();
    puts(verdict);
    return verdict[0] == 'F';
}
#endif
