/// Writing one entity over HTTP, with its preconditions.
@NullMarked
package io.reconverge.gateway.entity;

import org.jspecify.annotations.NullMarked;
