/// Requests that no client of good will sends, at every endpoint.
@NullMarked
package io.reconverge.standalone.fuzz;

import org.jspecify.annotations.NullMarked;
