/// How the feed reads PostgreSQL: its connections, and statements that are counted and bounded in
/// time.
@NullMarked
package io.reconverge.feed.postgres;

import org.jspecify.annotations.NullMarked;
