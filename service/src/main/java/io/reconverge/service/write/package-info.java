/// Putting writes on Kafka, and waiting for what becomes of them.
@NullMarked
package io.reconverge.service.write;

import org.jspecify.annotations.NullMarked;
