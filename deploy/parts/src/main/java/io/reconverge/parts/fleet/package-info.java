/// Reconverge as it is deployed: each service in a process of its own, on real parts, for whoever
/// measures it or breaks it.
@NullMarked
package io.reconverge.parts.fleet;

import org.jspecify.annotations.NullMarked;
