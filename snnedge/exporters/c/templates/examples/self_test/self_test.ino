// Print on the serial port whether this board gives the answer of the machine that exported @NAME@.
#include <@NAME@.h>

#include "self_test.h"

void setup() {
  Serial.begin(115200);
  while (!Serial && millis() < 5000) {
  }
  Serial.println(self_test());
}

void loop() {
}
