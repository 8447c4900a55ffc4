/// What must hold when the faults are over, told from what the tables, the topics and the devices'
/// files say. Knows nothing of the services' code: it reads with JDBC, with a Kafka consumer and
/// with a JSON parser.
@NullMarked
package io.reconverge.chaos.check;

import org.jspecify.annotations.NullMarked;
