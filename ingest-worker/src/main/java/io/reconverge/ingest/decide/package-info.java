/// What becomes of each change: the conflict rules as pure functions, and the batch that applies
/// them change after change. Nothing here reads a clock, a database or a random number.
@NullMarked
package io.reconverge.ingest.decide;

import org.jspecify.annotations.NullMarked;
