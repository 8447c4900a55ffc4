/// How connections end.
@NullMarked
package io.reconverge.service.connection;

import org.jspecify.annotations.NullMarked;
