/// How services ask PostgreSQL: connections, and statements that are counted and bounded in time.
@NullMarked
package io.reconverge.service.postgres;

import org.jspecify.annotations.NullMarked;
