/// Tells of what was committed: answers to gateways, and each log row to the changes topic, once.
@NullMarked
package io.reconverge.ingest.publish;

import org.jspecify.annotations.NullMarked;
