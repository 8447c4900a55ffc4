/// Mirubato's protocol: devices send deltas, and read a log of everybody's by its version; and its
/// predecessor, which sends whole states.
@NullMarked
package io.reconverge.gateway.protocol.deltalog;

import org.jspecify.annotations.NullMarked;
