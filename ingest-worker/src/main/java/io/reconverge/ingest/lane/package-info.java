/// One partition's way through the worker: from records to batches, from batches to both stages.
@NullMarked
package io.reconverge.ingest.lane;

import org.jspecify.annotations.NullMarked;
