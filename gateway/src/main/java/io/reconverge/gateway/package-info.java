/// The one origin of clients.
@NullMarked
package io.reconverge.gateway;

import org.jspecify.annotations.NullMarked;
