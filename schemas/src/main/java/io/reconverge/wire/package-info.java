/// The wire contract as records: what travels over HTTP and Kafka. It depends on nothing of
/// Reconverge.
@NullMarked
package io.reconverge.wire;

import org.jspecify.annotations.NullMarked;
