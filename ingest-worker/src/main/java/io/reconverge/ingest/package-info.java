/// Decides and commits writes in batches, and publishes every change.
@NullMarked
package io.reconverge.ingest;

import org.jspecify.annotations.NullMarked;
