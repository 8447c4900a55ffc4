/// Commits a batch: reads what it touches, decides, writes, in one transaction of two round trips.
@NullMarked
package io.reconverge.ingest.apply;

import org.jspecify.annotations.NullMarked;
