/// Runs Reconverge as it is deployed, lets faults fall on it, and has what is left checked.
@NullMarked
package io.reconverge.chaos;

import org.jspecify.annotations.NullMarked;
