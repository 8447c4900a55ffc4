/// What Reconverge is compared with: a service that writes each request to PostgreSQL at once.
@NullMarked
package io.reconverge.bench.direct;

import org.jspecify.annotations.NullMarked;
